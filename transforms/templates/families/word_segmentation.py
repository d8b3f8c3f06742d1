"""Spaces put back between words: `text` (without spaces) → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="word_segmentation",
    targets=("answer",),
    templates=(
        Template("{text}\n\nPut the spaces back.", "{answer}"),
        Template("Where does one word end and the next begin? {text}", "{answer}"),
        Template("The space bar is stuck. This was typed: {text}\nThis was meant:", "{answer}"),
        Template("Split into words: {text}", "{answer}"),
        Template("joined: {text}\nseparate:", "{answer}"),
        Template("Make this legible by parting its words.\n{text}", "{answer}"),
        Template("{text}", "{answer}", instruction="Insert spaces between the words."),
        Template(
            "Run together: {text}",
            "{answer}",
            instruction="Leave the letters and signs alone and add only spaces.",
        ),
        Template(
            "#{text}\nWritten out:",
            "{answer}",
            instruction="A long tag holds whole sentences. Write them with spaces.",
        ),
        Template(
            "Scan: {text}",
            "{answer}",
            instruction="The scanner lost all spaces on this page. Restore the text.",
        ),
        Template(
            "String: {text}\nWords:",
            "{answer}",
            instruction="Segment the string into the words it is made of.",
        ),
        Template(
            "Carved in stone: {text}",
            "{answer}",
            instruction="Ancient scribes left no gaps. Copy the inscription in the modern way.",
        ),
    ),
)
