"""A task in free words and its input: `instruction`, `input` → `output`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="instruction_input",
    targets=("output",),
    # The instruction is the task's definition: each exemplar would say it again.
    mixes=False,
    roles={"instruction": "passage"},
    templates=(
        Template("{input}", "{output}", instruction="{instruction}"),
        Template("Input: {input}\nOutput:", "{output}", instruction="{instruction}"),
        Template(
            "Input: {input}\nOutput:",
            "{output}",
            instruction="{instruction}\nApply these instructions to the input.",
        ),
        Template("{input}\n\nAnswer:", "{output}", instruction="Task: {instruction}"),
        Template(
            "Input: {input}",
            "{output}",
            instruction="Here is something to do.\n\n{instruction}",
        ),
        Template(
            "Input:\n{input}\n\nResponse:",
            "{output}",
            instruction="Below are the instructions for a task and an input.\n\n{instruction}",
        ),
        Template(
            "The input to work on:\n{input}",
            "{output}",
            instruction="{instruction}\nThe input comes next.",
        ),
        Template(
            "Instructions: {instruction}\n\nInput: {input}\n\nOutput:",
            "{output}",
        ),
        Template(
            "Here is the input.\n{input}",
            "{output}",
            instruction="These are your instructions.\n\n{instruction}",
        ),
        Template(
            "Case:\n{input}\n\nResponse:",
            "{output}",
            instruction="Follow these directions exactly.\n\n{instruction}",
        ),
        Template(
            "Sample: {input}\nAnnotation:",
            "{output}",
            instruction="Guidelines for the annotators: {instruction}",
        ),
        Template("{input}\n\nThis is the input. What to do with it:\n\n{instruction}", "{output}"),
        Template("Input: {input}\n\nTask: {instruction}\n\nOutput:", "{output}"),
        Template("Input:\n{input}\n\nInstructions for this input:\n{instruction}", "{output}"),
        Template("{input}\n\nInstructions: {instruction}", "{output}"),
        Template("Input:\n{input}\n\nHere is what to do with it:\n{instruction}", "{output}"),
        Template("input: {input}\ninstruction: {instruction}\noutput:", "{output}"),
    ),
    few_shot=shots(
        instructions=(
            "{instruction}",
            "Task: {instruction}",
            "What to do: {instruction}",
            "Instructions: {instruction}",
        ),
        layouts=(
            "Input: {input}\nOutput:",
            "Input:\n{input}\nOutput:\n",
            "Input: {input}\nAnswer:",
            "Item: {input}\nResult:",
            # For inputs that end in a cue of their own; for others one is drawn.
            "{input}",
            "Input: {input}",
        ),
        targets="{output}",
    ),
)
