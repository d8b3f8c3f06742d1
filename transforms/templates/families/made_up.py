"""An operation in words on letters or numbers: `instruction`, `input` → `answer`; `options`.

Two families have the same templates. Of the invertible one, an output says what the input was.
"""

from dataclasses import replace

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
        Template("{instruction}\n\n{input} =>", "{answer}"),
        Template("{instruction}\nInput: {input}\n{options}\nOutput:", "{answer}"),
        Template("Task: {instruction}\nInput: {input}\n{options}\nAnswer:", "{answer}"),
        Template("{instruction}\nApply this to: {input}\n{options}", "{answer}"),
        Template("Given: {input}\nWhat to do: {instruction}\n{options}\nResult:", "{answer}"),
        Template("{input}\n{instruction}\n{options}", "{answer}"),
        Template(
            "Input: {input}\nWhich of these is the output? {instruction}\n{options}", "{answer}"
        ),
    ),
    few_shot=shots(
        instructions=("{instruction}", "Task: {instruction}"),
        layouts=(
            "Input: {input}\nOutput:",
            "Given: {input}\nResult:",
            "{input} =>",
        ),
        options=True,
    ),
)

INVERTIBLE = replace(FAMILY, name="made_up_invertible")
