"""A translation taken back: `answer`, `source_language`, `target_language` → `text`."""

from transforms.templates.template import Family, Template

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
            'How will "{answer}" have read in the {source_language} original?',
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
                "I only have the {target_language} edition of these words, and I should like to "
                "quote them in {source_language}. Please help.\n"
                "{answer}"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "A translator was given some {source_language} and delivered this "
                "{target_language}:\n\n{answer}\n\n"
                "Write down what they were given."
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Back to {source_language}, please, and nothing added: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Translation ({target_language}): {answer}\nLanguage of the original: "
                "{source_language}"
            ),
            "{text}",
            instruction="Restore the original from its translation.",
            inversion="answer → text",
        ),
        Template(
            "Text: {answer}\nCame from: {source_language}",
            "{text}",
            instruction=(
                "Quality check by back-translation: put the text into the language it came from."
            ),
            inversion="answer → text",
        ),
        Template(
            "Subtitle: {answer}\nLanguage of the film: {source_language}",
            "{text}",
            instruction=(
                "You see a subtitle and know which language is spoken in the film. Work out the "
                "line that was spoken."
            ),
            inversion="answer → text",
        ),
        Template(
            "{source_language} (left): ?\n{target_language} (right): {answer}",
            "{text}",
            instruction="The left column of a bilingual page has faded. Fill it in again.",
            inversion="answer → text",
        ),
        Template(
            "Interpreter, in {target_language}: {answer}\nSpeaker, in {source_language}:",
            "{text}",
            instruction=(
                "An interpreter has just said this. Say what the speaker said before, in the "
                "speaker's tongue."
            ),
            inversion="answer → text",
        ),
        Template(
            "Finished ({target_language}): {answer}\nSource ({source_language}):",
            "{text}",
            instruction=(
                "Work against the usual direction: from the finished translation to its source."
            ),
            inversion="answer → text",
        ),
        Template(
            "Filed in {target_language}: {answer}\nWritten in: {source_language}",
            "{text}",
            instruction=(
                "A letter came in one language and was filed in another. Recover how it was "
                "written."
            ),
            inversion="answer → text",
        ),
    ),
)
