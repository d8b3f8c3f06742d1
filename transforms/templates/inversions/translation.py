"""A translation taken back: `answer`, `source_language`, `target_language` → `text`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="translation_ii",
    targets=("text",),
    not_essential={"target_language": "the text is put back into source_language, which is shown"},
    templates=(
        Template(
            "Translate this back into {source_language}:\n\n{answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "{answer}\n\nThe above was translated from {source_language}. What did the "
                "original say?"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "{target_language} version: {answer}\n{source_language} version:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Translation ({target_language}): {answer}\nLanguage of the original: "
                "{source_language}"
            ),
            "{text}",
            instruction="Translate the text back into the language of the original.",
            inversion="answer → text",
        ),
        Template(
            "Text: {answer}\nOriginal language: {source_language}",
            "{text}",
            instruction=("Back-translation: translate the text into its original language."),
            inversion="answer → text",
        ),
        Template("Translate to {source_language}: {answer}", "{text}", inversion="answer → text"),
        Template(
            "Translate from {target_language} to {source_language}.\n\n{answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nTranslate this into {source_language}.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "{answer}\n\nTranslate the {target_language} text above into "
                "{source_language}.\nTranslation:"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Translate the following text to {source_language}.\n\n{answer}\n\nTranslation:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "How would you say this in {source_language}?\n{answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nWhat is this in {source_language}?", "{text}", inversion="answer → text"
        ),
        Template(
            "{target_language}: {answer}\n{source_language}:", "{text}", inversion="answer → text"
        ),
        Template(
            (
                "This text was translated from {source_language} into {target_language}. "
                "Translate it back.\n\n{answer}\n\nTranslation:"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nplease translate back to {source_language}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "I have this in {target_language} and need it in {source_language}: {answer}",
            "{text}",
            inversion="answer → text",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Translate each text back into the original language.",
                "Translate these texts.",
            ),
            layouts=(
                ("From {target_language} to {source_language}: {answer}\nTranslation:"),
                "Text: {answer}\nLanguage of the original: {source_language}\nOriginal:",
                "{answer}\nTranslated from: {source_language}\nOriginal:",
                "{target_language}: {answer}\n{source_language}:",
            ),
            targets="{text}",
            inversion="answer → text",
        ),
    ),
)
