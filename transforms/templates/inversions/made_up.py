"""The input that an operation was applied to: `instruction`, `answer` → `input`."""

from transforms.templates.template import Family, Template, shots

_INVERSION = "instruction, answer → input"


def _template(inputs: str, instruction: str = "") -> Template:
    return Template(inputs, "{input}", instruction=instruction, inversion=_INVERSION)


FAMILY = Family(
    name="made_up_invertible_ii",
    targets=("input",),
    mixes=False,
    instructs_alike=True,
    roles={"instruction": "question", "answer": "question", "input": "answer"},
    templates=(
        _template("Output: {answer}\nInput:", "{instruction}"),
        _template("{instruction}\nThe output is {answer}. What was the input?"),
        _template("Task: {instruction}\nAnswer: {answer}\nInput:"),
        _template("{instruction}\nThe result of this was: {answer}\nInput:"),
        _template("Result: {answer}\nRule: {instruction}\nSequence:"),
        _template("{answer}\nUndo this: {instruction}"),
        _template(
            "This rule was applied to a sequence: {instruction}\nThe new sequence is "
            "{answer}. Write the old one."
        ),
        _template(
            "Task: {instruction}\nSomeone solved the task and got this: {answer}\nWhat "
            "were they given?"
        ),
        _template("Output: {answer}\nInstruction: {instruction}\nInput:"),
        _template("{instruction}\n\nFind the input that gives this output: {answer}"),
    ),
    few_shot=shots(
        instructions=("{instruction}", "Undo this: {instruction}", "Task: {instruction}"),
        layouts=(
            "Output: {answer}\nInput:",
            "Result: {answer}\nGiven:",
            "End: {answer}\nStart:",
        ),
        targets="{input}",
        inversion=_INVERSION,
    ),
)
