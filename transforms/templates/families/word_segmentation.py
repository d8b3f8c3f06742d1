"""Spaces put back between words: `text` (without spaces) → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="word_segmentation",
    targets=("answer",),
    templates=(
        Template("{text}\n\nPut the spaces back.", "{answer}"),
        Template("Split into words: {text}", "{answer}"),
        Template("joined: {text}\nseparate:", "{answer}"),
        Template("{text}", "{answer}", instruction="Insert spaces between the words."),
        Template("Add the missing spaces to this text.\n\n{text}", "{answer}"),
        Template("{text}\n\nInsert the missing spaces.", "{answer}"),
        Template("Text without spaces: {text}\nText with spaces:", "{answer}"),
        Template("Separate the words in this text.\n\n{text}\n\nWith spaces:", "{answer}"),
        Template(
            (
                "{text}\n\nWhere does one word end and the next begin? Write this with "
                "spaces.\nWith spaces:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nWhat does this say? Write it with spaces between the words.", "{answer}"
        ),
        Template("add spaces: {text}", "{answer}"),
        Template(
            "{text}",
            "{answer}",
            instruction=(
                "All spaces were removed from this text. Put them back and change nothing else."
            ),
        ),
        Template("{text}\n\nThe words here are run together. Please separate them.", "{answer}"),
        Template("Input: {text}\n\nTask: segment the input into words.\n\nOutput:", "{answer}"),
        Template("Segment this string into words.\n\nString: {text}", "{answer}"),
        Template(
            (
                "{text}\n\nWhich words is this made of? Write them in the same order, with "
                "spaces in between."
            ),
            "{answer}",
        ),
        Template(
            "Text: {text}\n\nRewrite the text with spaces where they belong.\nAnswer:", "{answer}"
        ),
        Template(
            ("Generate the text with its spaces restored.\n\nNo spaces: {text}\nSpaces restored:"),
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Put the spaces back.",
                "Split each text into words.",
                "Insert the missing spaces. Change nothing else.",
            ),
            layouts=(
                "Text: {text}\nWith spaces:",
                "No spaces: {text}\nSpaces added:",
                "{text}\nSeparated:",
                "Joined: {text}\nSplit:",
            ),
        ),
    ),
)
