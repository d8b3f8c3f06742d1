"""A text with a given attitude: `answer` → `text`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="sentiment_ii",
    targets=("text",),
    templates=(
        Template(
            "Write something that a reader would call {answer} in tone.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Sentiment: {answer}\nText:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                'A machine has stuck the label "{answer}" on a comment, going by its mood. What '
                "might the comment say?"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "I need another sample for my collection of opinions. Its sentiment should be: "
                "{answer}"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "How might somebody put it whose feelings on a matter are best described as "
                '"{answer}"?'
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Please make up a remark that leaves readers with this impression of its "
                "author's attitude: {answer}"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Attitude wanted: {answer}\n\nNow write in that spirit about anything you like.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Sentiment: {answer}",
            "{text}",
            instruction="Write a text with the sentiment that is named.",
            inversion="answer → text",
        ),
        Template(
            "Attitude: {answer}\nSpoken:",
            "{text}",
            instruction=(
                "You lend your voice to people with opinions. Take on the attitude and speak "
                "your mind."
            ),
            inversion="answer → text",
        ),
        Template(
            "Label: {answer}",
            "{text}",
            instruction=(
                "Our file of sentiment labels has lost its texts. Put a believable one next to "
                "the label."
            ),
            inversion="answer → text",
        ),
        Template(
            "mood: {answer}\npost:",
            "{text}",
            instruction="mood first, post second. write the post",
            inversion="answer → text",
        ),
        Template(
            "Feeling to show: {answer}",
            "{text}",
            instruction="Show the feeling, do not name it.",
            inversion="answer → text",
        ),
        Template(
            "Card: {answer}",
            "{text}",
            instruction=(
                "Acting exercise: you draw a card with a sentiment on it and find words that "
                "carry it."
            ),
            inversion="answer → text",
        ),
        Template(
            "Opinion: {answer}",
            "{text}",
            instruction=(
                "Write what a customer, a viewer or a passer-by with this opinion might leave "
                "behind."
            ),
            inversion="answer → text",
        ),
    ),
)
