"""A sentence for a verdict on its grammar: `answer` → `text`."""

from transforms.templates.families.acceptability import LABELS
from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="acceptability_ii",
    targets=("text",),
    labels=LABELS,
    templates=(
        Template(
            "Label: {answer}\n\nWrite a sentence whose grammar would get this label.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Judgment: {answer}",
            "{text}",
            instruction="Write a sentence whose grammar would be judged like this.",
            inversion="answer → text",
        ),
        Template(
            "Grammar: {answer}\n\nWrite a sentence whose grammar can be described like this.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Label: {answer}\nSentence:",
            "{text}",
            instruction=("Write an example of a sentence whose grammar would get this label."),
            inversion="answer → text",
        ),
        Template(
            "Grammar: {answer}\nSentence:",
            "{text}",
            instruction=("Write a sentence whose grammar fits the description."),
            inversion="answer → text",
        ),
        Template(
            (
                "I need an example for a lesson on sentence structure. How the students "
                "should judge its grammar: {answer}\nExample:"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Write an English sentence that is linguistically {answer}.",
            "{text}",
            inversion="answer → text",
            form="acceptable",
        ),
        Template(
            (
                "A sentence is acceptable or unacceptable depending on how native speakers "
                "judge its structure. Write one that is {answer}."
            ),
            "{text}",
            inversion="answer → text",
            form="acceptable",
        ),
        Template(
            "Generate a sentence that native speakers would find {answer} in its grammar.",
            "{text}",
            inversion="answer → text",
            form="acceptable",
        ),
        Template(
            ("Please write an example of a sentence whose grammar is {answer}."),
            "{text}",
            inversion="answer → text",
            form="acceptable",
        ),
        Template(
            "Write one {answer} sentence.",
            "{text}",
            inversion="answer → text",
            form="grammatical",
        ),
        Template(
            "Please give me an example of a sentence that is {answer}.",
            "{text}",
            inversion="answer → text",
            form="grammatical",
        ),
        Template(
            "Write a sentence that is {answer} English.",
            "{text}",
            inversion="answer → text",
            form="grammatical",
        ),
        Template(
            "Write a sentence with {answer} grammar.",
            "{text}",
            inversion="answer → text",
            form="correct",
        ),
        Template(
            ("I am making a grammar quiz. Write a sentence for it whose grammar is {answer}."),
            "{text}",
            inversion="answer → text",
            form="correct",
        ),
        Template(
            "a sentence with {answer} grammar please",
            "{text}",
            inversion="answer → text",
            form="correct",
        ),
        Template(
            ("Make up a sentence that is grammatically {answer}."),
            "{text}",
            inversion="answer → text",
            form="correct",
        ),
        Template(
            ("Write a sentence that a native speaker would call {answer}."),
            "{text}",
            inversion="answer → text",
            form="grammatical",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a sentence for each judgment of grammar.",
                "Give an example sentence for each label.",
            ),
            layouts=(
                "Judgment: {answer}\nSentence:",
                "Judgment of the grammar: {answer}\nExample sentence:",
            ),
            targets="{text}",
            inversion="answer → text",
        ),
        *shots(
            instructions=(
                "",
                "Write a sentence that is grammatical or ungrammatical, depending on the label.",
            ),
            layouts=("Label: {answer}\nSentence:",),
            targets="{text}",
            form="grammatical",
            inversion="answer → text",
        ),
        *shots(
            instructions=(
                "",
                "Write sentences with correct or incorrect grammar, as stated.",
            ),
            layouts=("Grammar: {answer}\nSentence:",),
            targets="{text}",
            form="correct",
            inversion="answer → text",
        ),
    ),
)
