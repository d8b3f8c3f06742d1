"""Punctuation put back: `text` (without any) → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="punctuation",
    targets=("answer",),
    templates=(
        Template("{text}\n\nAdd the missing punctuation.", "{answer}"),
        Template("This came without any punctuation marks: {text}\nWith them:", "{answer}"),
        Template("Please punctuate: {text}", "{answer}"),
        Template("{text}", "{answer}", instruction="Put in the punctuation."),
        Template("Add punctuation to this text.\n\n{text}", "{answer}"),
        Template("Punctuate the following text.\n\n{text}\n\nPunctuated text:", "{answer}"),
        Template("{text}\n\nRewrite this with correct punctuation.", "{answer}"),
        Template("Without punctuation: {text}\nWith punctuation:", "{answer}"),
        Template(
            (
                "{text}\n\nWhere do the periods, commas and other marks go? Write the text "
                "with them."
            ),
            "{answer}",
        ),
        Template("{text}\n\nHow should this be punctuated?", "{answer}"),
        Template("add the punctuation: {text}", "{answer}"),
        Template(
            "{text}",
            "{answer}",
            instruction=(
                "The text has lost its punctuation marks. Restore them and change nothing else."
            ),
        ),
        Template(
            "Text: {text}\n\nInsert the punctuation marks that are missing.\nAnswer:", "{answer}"
        ),
        Template(
            "{text}\n\nThis has no commas, periods or other marks. Please put them in.", "{answer}"
        ),
        Template(
            "Correct the punctuation of this text. Keep the words as they are.\n\n{text}",
            "{answer}",
        ),
        Template("Input: {text}\n\nTask: restore the punctuation.\n\nOutput:", "{answer}"),
        Template(
            ("Generate a correctly punctuated version of this text.\n\nText: {text}\nPunctuated:"),
            "{answer}",
        ),
        Template(
            (
                "{text}\n\nWrite this again and add periods, commas, quotation marks and so "
                "on where they belong."
            ),
            "{answer}",
        ),
        Template("{text}\n\nWhat is this text with proper punctuation?\nAnswer:", "{answer}"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Add the missing punctuation.",
                "Punctuate each text correctly.",
                "Restore the punctuation marks. Keep the words as they are.",
            ),
            layouts=(
                "Text: {text}\nPunctuated:",
                "Without punctuation: {text}\nWith punctuation:",
                "{text}\nCorrect punctuation:",
                "Words: {text}\nText:",
            ),
        ),
    ),
)
