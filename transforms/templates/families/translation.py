"""A text in another language: `text`, `source_language`, `target_language` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="translation",
    targets=("answer",),
    roles={"source_language": "tests", "target_language": "tests"},
    templates=(
        Template("Put this {source_language} text into {target_language}:\n\n{text}", "{answer}"),
        Template("{text}\n\nHow would you say that in {target_language}?", "{answer}"),
        Template(
            (
                'I have this in {source_language}: "{text}"\n'
                "My friend reads only {target_language}. What should I send?"
            ),
            "{answer}",
        ),
        Template("[{source_language}]\n{text}\n\n[{target_language}]", "{answer}"),
        Template(
            (
                "I wrote the following in {source_language} and need it in {target_language}, "
                "please. Keep the tone.\n{text}"
            ),
            "{answer}",
        ),
        Template("Render in {target_language}, without comments.\n\n{text}", "{answer}"),
        Template('What is the {target_language} for "{text}"?', "{answer}"),
        Template(
            "{source_language} to {target_language}\n{text}",
            "{answer}",
            instruction="Translate as directed. Languages come first, then the text.",
        ),
        Template(
            "Speaker ({source_language}): {text}\nListener understands: {target_language}",
            "{answer}",
            instruction=(
                "You are an interpreter. "
                "Repeat what is said in the language that the listener understands."
            ),
        ),
        Template(
            "String: {text}\nLanguage: {target_language}",
            "{answer}",
            instruction=(
                "Localise the string for the language named with it, "
                "keeping numbers and names intact."
            ),
        ),
        Template(
            "Text: {text}\nFrom: {source_language}\nInto: {target_language}\nTranslation:",
            "{answer}",
            instruction=(
                "Every job on this sheet states a text, "
                "its language and the language it is wanted in. Deliver the translation alone."
            ),
        ),
        Template(
            "From {source_language} into {target_language}: {text}",
            "{answer}",
            instruction=(
                "Language exam, translation paper. Fluent wording counts as much as accuracy."
            ),
        ),
        Template(
            "Wanted in {target_language} (now in {source_language}):\n{text}",
            "{answer}",
            instruction="Convey the meaning, not the words one by one.",
        ),
        Template(
            "{text}\n\nReaders of: {target_language}",
            "{answer}",
            instruction=(
                "Read the text and write it again for readers of the language named after it."
            ),
        ),
    ),
)
