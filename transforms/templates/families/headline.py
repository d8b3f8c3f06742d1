"""A heading for a text, such as a headline or a subject line: `text` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="headline",
    targets=("answer",),
    context="text",
    templates=(
        Template("{text}\n\nWhat would you put at the top of this?", "{answer}"),
        Template("Give this a heading:\n\n{text}", "{answer}"),
        Template("Find a title for what follows.\n---\n{text}\n---", "{answer}"),
        Template("One line has to announce this text. Which line?\n{text}", "{answer}"),
        Template("Text: {text}\nHeading:", "{answer}"),
        Template("{text}\n\nIn a line that people can skim:", "{answer}"),
        Template("I have written this and still need a line above it.\n\n{text}", "{answer}"),
        Template("{text}", "{answer}", instruction="Write the heading."),
        Template(
            "Body:\n{text}\n\nTop line:",
            "{answer}",
            instruction="Readers see the top line first. Make it short and to the point.",
        ),
        Template(
            "To be headed: {text}",
            "{answer}",
            instruction="Catch the main point in a heading of a few words.",
        ),
        Template(
            "Draft: {text}\nEntitled:",
            "{answer}",
            instruction="You are on the night desk and the draft lacks its title.",
        ),
        Template(
            '"{text}"',
            "{answer}",
            instruction="Name the matter in as few words as will do; no full sentence is needed.",
        ),
        Template(
            "For the inbox or the front page:\n{text}",
            "{answer}",
            instruction="Tell at a glance what it is about.",
        ),
    ),
)
