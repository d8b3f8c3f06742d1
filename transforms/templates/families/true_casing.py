"""Capital letters put back: `text` (all lower case) → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="true_casing",
    targets=("answer",),
    templates=(
        Template("{text}\n\nPut the capital letters back.", "{answer}"),
        Template("Capitalize names, starts of sentences and the like:\n{text}", "{answer}"),
        Template("lower case: {text}\nproper case:", "{answer}"),
        Template("{text}", "{answer}", instruction="Restore upper and lower case."),
        Template("Capitalize this text correctly.\n\n{text}", "{answer}"),
        Template("{text}\n\nWrite this with correct capitalization.", "{answer}"),
        Template("Text: {text}\n\nCorrect the capitalization of the text.", "{answer}"),
        Template("Text in lower case: {text}\nText with capital letters:", "{answer}"),
        Template(
            (
                "{text}\n\nWhich words need a capital letter? Write the text again with them "
                "capitalized."
            ),
            "{answer}",
        ),
        Template("{text}\n\nHow should this be capitalized?", "{answer}"),
        Template("fix the capitalization: {text}", "{answer}"),
        Template(
            "{text}",
            "{answer}",
            instruction=(
                "The text has lost its capital letters. Restore them and change nothing else."
            ),
        ),
        Template(
            "{text}\n\nPlease rewrite this with upper-case letters where they belong.", "{answer}"
        ),
        Template(
            (
                "Add the missing capital letters. Leave everything else as it is.\n\nText: "
                "{text}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            ("{text}\n\nThis was typed without capital letters. Write it properly.\nCorrected:"),
            "{answer}",
        ),
        Template(
            "{text}\n\nThis is all in lower case. Restore the original case.\nOriginal:", "{answer}"
        ),
        Template("Input: {text}\n\nTask: restore the case of each letter.\n\nOutput:", "{answer}"),
        Template(
            ("Generate the correctly capitalized version of this text.\n\n{text}\n\nCapitalized:"),
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Put the capital letters back.",
                "Capitalize each text correctly.",
                "Restore upper and lower case. Change nothing else.",
            ),
            layouts=(
                "Text: {text}\nCapitalized:",
                "Lower case: {text}\nCorrect case:",
                "{text}\nWith capitals:",
                "Typed: {text}\nCorrected:",
            ),
        ),
    ),
)
