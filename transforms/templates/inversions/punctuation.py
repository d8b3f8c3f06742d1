"""Punctuation taken away: `answer` → `text` (without any)."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="punctuation_ii",
    targets=("text",),
    templates=(
        Template(
            "Remove the punctuation from this text.\n\n{answer}",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "{answer}\n\nWrite this without punctuation.",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "Text: {answer}\nWithout punctuation:",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            ("Delete all periods, commas, quotation marks and other punctuation.\n\n{answer}"),
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "{answer}\n\nHow does this look without punctuation marks?",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "{answer}",
            "{text}",
            instruction=(
                "Strip the punctuation. Leave the words and the capital letters as they are."
            ),
            inversion="punctuated text → words alone",
        ),
        Template(
            "remove punctuation: {answer}", "{text}", inversion="punctuated text → words alone"
        ),
        Template(
            "{answer}\n\nPlease type this again and leave out all punctuation marks.",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "Remove all punctuation marks.\n\nText: {answer}\n\nResult:",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "What is left of this text when all punctuation is removed?\n\n{answer}",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "With punctuation: {answer}\nWithout:",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            ("{answer}\n\nRewrite the text without any punctuation. Change nothing else.\nAnswer:"),
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "Input: {answer}\n\nTake out the punctuation marks.\nOutput:",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "Write the words of the following text and skip its punctuation.\n\n{answer}",
            "{text}",
            inversion="punctuated text → words alone",
        ),
        Template(
            "{answer}\n\nGenerate a copy of this text that has no punctuation marks.",
            "{text}",
            inversion="punctuated text → words alone",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Remove the punctuation.",
                "Write each text without punctuation marks.",
                "Leave out all punctuation. Change nothing else.",
            ),
            layouts=(
                "Text: {answer}\nWithout punctuation:",
                "{answer}\nNo punctuation:",
                "Punctuated: {answer}\nUnpunctuated:",
                "Original: {answer}\nPunctuation removed:",
            ),
            targets="{text}",
            inversion="punctuated text → words alone",
        ),
    ),
)
