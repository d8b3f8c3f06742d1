"""A text in another language: `text`, `source_language`, `target_language` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="translation",
    targets=("answer",),
    roles={"source_language": "tests", "target_language": "tests"},
    templates=(
        Template("Put this {source_language} text into {target_language}:\n\n{text}", "{answer}"),
        Template("{text}\n\nHow would you say that in {target_language}?", "{answer}"),
        Template("Write this in {target_language}, without comments.\n\n{text}", "{answer}"),
        Template("What is the {target_language} for the following?\n\n{text}", "{answer}"),
        Template(
            "{source_language} to {target_language}\n{text}",
            "{answer}",
            instruction="Translate the text in the given direction.",
        ),
        Template("Translate to {target_language}: {text}", "{answer}"),
        Template("Translate from {source_language} to {target_language}:\n\n{text}", "{answer}"),
        Template(
            "Translate the following text into {target_language}.\n\n{text}\n\nTranslation:",
            "{answer}",
        ),
        Template("{text}\n\nTranslate this into {target_language}.", "{answer}"),
        Template(
            (
                "{text}\n\nTranslate the text above from {source_language} to "
                "{target_language}.\nTranslation:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Can you translate this {source_language} text to {target_language}? {text}\n"
                "Translation:"
            ),
            "{answer}",
        ),
        Template("{source_language}: {text}\n{target_language}:", "{answer}"),
        Template(
            (
                "Here is a text in {source_language}.\n\n{text}\n\nHere is the same text in "
                "{target_language}:"
            ),
            "{answer}",
        ),
        Template("{text}\n\nPlease give me this in {target_language}.", "{answer}"),
        Template("How do you say this in {target_language}?\n{text}", "{answer}"),
        Template("translate into {target_language} please\n\n{text}", "{answer}"),
        Template(
            (
                "You translate from {source_language} to {target_language}. Output only the "
                "translation.\n\n{text}"
            ),
            "{answer}",
        ),
        Template("Text: {text}\n\nWhat would this text be in {target_language}?", "{answer}"),
        Template("{text}\n\nWrite the same thing in natural {target_language}.", "{answer}"),
        Template(
            (
                "The following is in {source_language}: {text}\nWhat is it in "
                "{target_language}?\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nThis is {source_language}. I need it in {target_language}.\nTranslation:",
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Translate each text into the language that is named.",
                "Translate these texts.",
                "Translate, and keep the meaning and the tone.",
            ),
            layouts=(
                "From {source_language} to {target_language}: {text}\nTranslation:",
                "Text: {text}\nTarget language: {target_language}\nTranslation:",
                "Translate to {target_language}: {text}\nTranslation:",
                ("{source_language} text: {text}\n{target_language} translation:"),
            ),
        ),
    ),
)
