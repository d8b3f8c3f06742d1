"""A text in short: `text` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="summarization",
    targets=("answer",),
    context="text",
    templates=(
        Template("{text}\n\nSum this up.", "{answer}"),
        Template("What is the gist of the following?\n\n{text}", "{answer}"),
        Template("Please boil this down to what matters most:\n\n{text}", "{answer}"),
        Template(
            "I missed this one. Can you bring me up to speed in a few words?\n\n{text}", "{answer}"
        ),
        Template(
            "{text}\n\nTL;DR version for a colleague who is about to walk into a meeting:",
            "{answer}",
        ),
        Template(
            "The key points of the text between the lines, in brief, please.\n---\n{text}\n---",
            "{answer}",
        ),
        Template("Text: {text}\nIn short:", "{answer}"),
        Template("{text}", "{answer}", instruction="Summarize the text."),
        Template(
            "Document:\n{text}\n\nAbstract:",
            "{answer}",
            instruction="Write an abstract: short, faithful, in your own words.",
        ),
        Template(
            "Piece: {text}",
            "{answer}",
            instruction="You edit a newsletter and have little room. State what the piece says.",
        ),
        Template(
            "Long form: {text}",
            "{answer}",
            instruction="Condense. Keep who did what and leave out colour, quotations and detail.",
        ),
        Template(
            "Unread:\n{text}",
            "{answer}",
            instruction=(
                "Explain in brief what it is about and what it concludes, "
                "for someone who has not read it."
            ),
        ),
        Template(
            "{text}\n\nTo remember:",
            "{answer}",
            instruction="Minutes, not transcripts: note only what a reader has to remember.",
        ),
        Template(
            '"{text}"',
            "{answer}",
            instruction="Give the main message and nothing that the text does not say.",
        ),
    ),
)
