"""Learning from demonstrations, without an instruction: `input` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="demonstrations",
    targets=("answer",),
    templates=(
        Template("{input}", "{answer}"),
        Template("{input}\n{options}", "{answer}"),
    ),
    context="input",
    is_bare=True,
)
