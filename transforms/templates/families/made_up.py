"""An operation in words on letters or numbers: `instruction`, `input` → `answer`; `options`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="made_up",
    targets=("answer",),
    # The instruction is the task: each exemplar would say it again.
    mixes=False,
    roles={"instruction": "question", "input": "question"},
    templates=(
        Template("{input}", "{answer}", instruction="{instruction}"),
        Template("Input: {input}\nOutput:", "{answer}", instruction="{instruction}"),
        Template("Task: {instruction}\nInput: {input}\nAnswer:", "{answer}"),
        Template("{instruction}\nApply this to: {input}", "{answer}"),
        Template("Given: {input}\nWhat to do: {instruction}\nResult:", "{answer}"),
        Template("{input}\n{instruction}", "{answer}"),
        Template("Start with {input}. {instruction}", "{answer}"),
        Template("Do the following with {input}. {instruction}", "{answer}"),
        Template("Input: {input}\nInstruction: {instruction}\nOutput:", "{answer}"),
        Template("Sequence: {input}\nRule: {instruction}\nWhat comes out:", "{answer}"),
        Template("{instruction}\n{options}\nStart with: {input}\nAnswer:", "{answer}"),
        Template("Which of these comes out? {instruction}\n{options}\nInput: {input}", "{answer}"),
        Template("Sequence: {input}\nRule: {instruction}\n{options}\nPick:", "{answer}"),
        Template("{input}\n{options}\n{instruction} Which one is it?", "{answer}"),
        Template("{input}\n{instruction}\n{options}", "{answer}"),
        Template(
            "Apply the rule and choose.\n{options}\nRule: {instruction}\nSequence: {input}",
            "{answer}",
        ),
    ),
    few_shot=shots(
        instructions=("{instruction}", "Task: {instruction}", "Rule: {instruction}"),
        layouts=(
            "Input: {input}\nOutput:",
            "Given: {input}\nResult:",
            "Start: {input}\nEnd:",
        ),
        options=True,
    ),
)
