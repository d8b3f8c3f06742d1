"""A text on a given subject: `answer` → `text`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="topic_ii",
    targets=("text",),
    templates=(
        Template(
            'Write a text that belongs under the heading "{answer}".',
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Topic: {answer}\nText:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            'What does one get to read in a section called "{answer}"? Give me a sample.',
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                'An archive has a drawer marked "{answer}". Copy out an item that you might find '
                "in it."
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Please write something that anyone would file under this category at once: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "I am testing a sorting machine and need an item that it should send to this "
                "bin: {answer}\nWhat do I feed it?"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nThat is the subject. The text is up to you.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Subject: {answer}",
            "{text}",
            instruction="Write on the subject that is named.",
            inversion="answer → text",
        ),
        Template(
            "Tag: {answer}\nPost:",
            "{text}",
            instruction="You are told the tag and have to supply the post that earned it.",
            inversion="answer → text",
        ),
        Template(
            "Desk: {answer}\nPiece:",
            "{text}",
            instruction="The editor names a desk; you write a piece for it.",
            inversion="answer → text",
        ),
        Template(
            "Class: {answer}\nExample:",
            "{text}",
            instruction="Classification the other way round: from the class to an example.",
            inversion="answer → text",
        ),
        Template(
            "{answer}",
            "{text}",
            instruction="Make the subject clear from the content alone, without announcing it.",
            inversion="answer → text",
        ),
        Template(
            "Category: {answer}",
            "{text}",
            instruction="Fill the catalogue with an entry that is true to its category.",
            inversion="answer → text",
        ),
        Template(
            "channel: {answer}",
            "{text}",
            instruction="what would you post in a channel with this name",
            inversion="answer → text",
        ),
    ),
)
