"""Punctuation put back: `text` (without any) → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="punctuation",
    targets=("answer",),
    templates=(
        Template("{text}\n\nAdd the missing punctuation.", "{answer}"),
        Template("Where do the stops and commas go? Write it out.\n{text}", "{answer}"),
        Template("This came without any punctuation marks: {text}\nWith them:", "{answer}"),
        Template("Please punctuate: {text}", "{answer}"),
        Template("Bare: {text}\nPunctuated:", "{answer}"),
        Template("A dictation program leaves out all marks. Fix its output.\n{text}", "{answer}"),
        Template("{text}", "{answer}", instruction="Put in the punctuation."),
        Template(
            "Words only: {text}",
            "{answer}",
            instruction="Keep every word as it is and set the marks between them.",
        ),
        Template(
            "Transcript: {text}\nFair copy:",
            "{answer}",
            instruction="Make the transcript readable: commas, stops, quotation marks and so on.",
        ),
        Template(
            '"{text}"',
            "{answer}",
            instruction="A typesetter has dropped the small signs. Set the line again.",
        ),
        Template(
            "Copy: {text}",
            "{answer}",
            instruction="Read it aloud in your head and mark the pauses with the right signs.",
        ),
        Template(
            "Before: {text}\nAfter:",
            "{answer}",
            instruction="Proofreading, round one: only punctuation is to be corrected.",
        ),
    ),
)
