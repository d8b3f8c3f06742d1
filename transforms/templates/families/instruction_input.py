"""A task in free words and its input: `instruction`, `input` → `output`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="instruction_input",
    targets=("output",),
    roles={"instruction": "passage"},
    templates=(
        Template("{input}", "{output}", instruction="{instruction}"),
        Template(
            "Input: {input}\nOutput:",
            "{output}",
            instruction="{instruction}\nApply this to the input.",
        ),
        Template(
            "This is what you have been handed:\n{input}\n\nResult:",
            "{output}",
            instruction="Task: {instruction}",
        ),
        Template(
            "Material: {input}", "{output}", instruction="Please do the following. {instruction}"
        ),
        Template(
            "What to do it with: {input}", "{output}", instruction="What to do: {instruction}"
        ),
        Template(
            "Text to work on:\n{input}",
            "{output}",
            instruction="{instruction}\nThe text to work on comes next.",
        ),
        Template(
            "Given\n{input}\n\nYour work", "{output}", instruction="Your assignment\n{instruction}"
        ),
        Template('"{input}"', "{output}", instruction="Here is a job for you: {instruction}"),
        Template(
            "Case:\n{input}\n\nResponse:",
            "{output}",
            instruction="Follow these directions exactly.\n\n{instruction}",
        ),
        Template(
            "Enclosed: {input}", "{output}", instruction="Note from the client: {instruction}"
        ),
        Template(
            "Attached to it:\n{input}",
            "{output}",
            instruction="A request came in. It says: {instruction}",
        ),
        Template(
            "Sample: {input}\nAnnotation:",
            "{output}",
            instruction="Guidelines for the annotators: {instruction}",
        ),
        Template("{input}\n\nWith what was just given, do as follows. {instruction}", "{output}"),
        Template("Take this:\n\n{input}\n\nYour task with it: {instruction}", "{output}"),
        Template(
            (
                "Consider the input first.\n{input}\n"
                "This is what should be done with it: {instruction}"
            ),
            "{output}",
        ),
    ),
)
