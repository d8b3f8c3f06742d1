"""Everyday situations and questions: `question` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="commonsense",
    targets=("answer",),
    templates=(
        Template("{question}", "{answer}"),
        Template("Use your common sense here.\n\n{question}", "{answer}"),
        Template("{question}\n\nWhat would most people say?", "{answer}"),
        Template("A child might ask you this. What is the sensible reply?\n{question}", "{answer}"),
        Template(
            "You can answer this from how things usually go in daily life: {question}", "{answer}"
        ),
        Template("Consider: {question}\nThe obvious answer:", "{answer}"),
        Template("{question}", "{answer}", instruction="Answer from everyday experience."),
        Template(
            "Case: {question}",
            "{answer}",
            instruction=(
                "What it takes is a feeling for how the world works, not special knowledge. "
                "Be brief."
            ),
        ),
        Template(
            "Q: {question}\nA:",
            "{answer}",
            instruction="Give the reply that any grown-up would find natural.",
        ),
        Template(
            "Scene or question: {question}",
            "{answer}",
            instruction="Picture the scene, then respond in a few words.",
        ),
        Template(
            "Robot: {question}\nYou:",
            "{answer}",
            instruction="A robot is learning how people live. Help it out with a short answer.",
        ),
        Template("{question}\n\n{options}", "{answer}"),
        Template("What makes the most sense here?\n{question}\n{options}", "{answer}"),
        Template(
            "{question}\n\nIn real life, which of these would it be?\n\n{options}", "{answer}"
        ),
        Template("Your gut feeling, please. {question}\n{options}\nMost plausible:", "{answer}"),
        Template(
            (
                "Several of these could be argued for, but only one is what you would expect.\n\n"
                "{options}\n\nWhich is it? {question}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Imagine that somebody new to this planet asks: {question}\n"
                "Choose what you would tell them.\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "{question}\n\n{options}", "{answer}", instruction="Choose the most sensible answer."
        ),
        Template(
            "Situation: {question}\n{options}",
            "{answer}",
            instruction="Go with what normally happens, not with what could happen in a film.",
        ),
        Template(
            "Item: {question}\n\n{options}\n\nPick:",
            "{answer}",
            instruction="Common-sense test. Pick exactly one of the options.",
        ),
        Template(
            "To think about: {question}\n\n{options}",
            "{answer}",
            instruction=(
                "Think about what things are for, "
                "how people behave and what leads to what. Then decide."
            ),
        ),
        Template(
            "Q. {question}\n{options}",
            "{answer}",
            instruction="Which possibility would surprise you least?",
        ),
    ),
)
