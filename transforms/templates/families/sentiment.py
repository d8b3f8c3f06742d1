"""The attitude of a text: `text` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="sentiment",
    targets=("answer",),
    context="text",
    templates=(
        Template("{text}\n\nWhat feeling does the writer convey?", "{answer}"),
        Template('How does this come across, emotionally speaking?\n"{text}"', "{answer}"),
        Template("Name the sentiment of the following.\n\n{text}", "{answer}"),
        Template(
            "Somebody posted this:\n{text}\n\nHow do they feel about what they describe?",
            "{answer}",
        ),
        Template("Describe in a word the attitude expressed here: {text}", "{answer}"),
        Template("Text: {text}\nTone of the author towards the subject:", "{answer}"),
        Template("Text: {text}", "{answer}", instruction="Say what sentiment the text expresses."),
        Template(
            "{text}",
            "{answer}",
            instruction="Read what people wrote and report how they feel about it.",
        ),
        Template(
            "Message: {text}\nTone:",
            "{answer}",
            instruction=(
                "You sort incoming mail by its tone. Give the tone of this one, nothing else."
            ),
        ),
        Template(
            '"{text}"',
            "{answer}",
            instruction="Look past single words and judge the overall attitude.",
        ),
        Template("post: {text}", "{answer}", instruction="what's the vibe of this post"),
        Template(
            "{text}\n\nWhich of these labels fits the writer's attitude?\n\n{options}", "{answer}"
        ),
        Template('Somebody said: "{text}"\nHow do they feel?\n{options}', "{answer}"),
        Template(
            "Please pick the sentiment that matches the text.\n\n{options}\n\nText: {text}",
            "{answer}",
        ),
        Template(
            (
                "Opinion survey, open comment: {text}\n"
                "Code the comment with one category.\n{options}\nCode:"
            ),
            "{answer}",
        ),
        Template(
            (
                "If you had to file this remark by its mood, where would it go?\n\n"
                "{text}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            (
                "After reading the passage, choose how its author comes across.\n\n"
                "{text}\n\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction="Choose the label that best captures the sentiment.",
        ),
        Template(
            "Text: {text}\n\n{options}",
            "{answer}",
            instruction=(
                "Annotation task: one sentiment per text, taken from the list. "
                "Sarcasm counts for what it means, not for what it says."
            ),
        ),
        Template(
            "Written: {text}\n\n{options}\n\nFelt:",
            "{answer}",
            instruction="Judge what the writer felt, not what you feel about it.",
        ),
        Template(
            'Feedback: "{text}"\n{options}',
            "{answer}",
            instruction="Help us tag feedback. Reply with the fitting tag only.",
        ),
        Template(
            "Words: {text}\n\n{options}",
            "{answer}",
            instruction="Which attitude do these words reveal?",
        ),
    ),
)
