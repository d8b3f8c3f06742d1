"""An operation in words on letters or numbers: `instruction`, `input` → `answer`; `options`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="made_up",
    targets=("answer",),
    # The instruction is the task: each exemplar would say it again.
    mixes=False,
    instructs_alike=True,
    roles={"instruction": "question", "input": "question"},
    templates=(
        Template("{input}", "{answer}", instruction="{instruction}"),
        Template("Input: {input}\nOutput:", "{answer}", instruction="{instruction}"),
        Template("Task: {instruction}\nInput: {input}\nAnswer:", "{answer}"),
        Template("{instruction}\nApply this to: {input}", "{answer}"),
        Template("Given: {input}\nWhat to do: {instruction}\nResult:", "{answer}"),
        Template("{input}\n{instruction}", "{answer}"),
        Template("Start with {input}. {instruction}", "{answer}"),
        Template(
            "Here is a sequence: {input}\nDo the following with it: {instruction}", "{answer}"
        ),
        Template("Input: {input}\nInstruction: {instruction}\nOutput:", "{answer}"),
        Template("Sequence: {input}\nRule: {instruction}\nOutcome:", "{answer}"),
        Template("{instruction}\n{options}\nStart with: {input}\nAnswer:", "{answer}"),
        Template("{instruction}\nInput: {input}\n{options}\nOutput:", "{answer}"),
        Template("Sequence: {input}\nRule: {instruction}\n{options}\nResult:", "{answer}"),
        Template("{input}\n\n{options}\n\n{instruction}", "{answer}"),
        Template("{input}\n{instruction}\n{options}", "{answer}"),
        Template(
            (
                "Apply the rule and choose the result.\n\nRule: {instruction}\nSequence: "
                "{input}\n{options}"
            ),
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
