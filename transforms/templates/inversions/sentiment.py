"""A text with a given attitude: `answer` → `text`."""

from transforms.templates.families.sentiment import LABELS
from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="sentiment_ii",
    targets=("text",),
    labels=LABELS,
    templates=(
        Template(
            "Sentiment: {answer}\nText:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Sentiment: {answer}",
            "{text}",
            instruction="Write a text that expresses the sentiment below.",
            inversion="answer → text",
        ),
        Template(
            "Write a text with {answer} sentiment.",
            "{text}",
            inversion="answer → text",
            form="label",
        ),
        Template(
            "Generate a sentence that expresses a {answer} opinion.",
            "{text}",
            inversion="answer → text",
            form="label",
        ),
        Template(
            "Please write a short text that a reader would call {answer} in tone.",
            "{text}",
            inversion="answer → text",
            form="label",
        ),
        Template(
            "Write a {answer} comment about anything you like.",
            "{text}",
            inversion="answer → text",
            form="label",
        ),
        Template(
            "Sentiment: {answer}\n\nPlease write a text to go with it.",
            "{text}",
            inversion="answer → text",
            form="label",
        ),
        Template(
            "Sentiment to express: {answer}\n\nCompose a sentence or two.",
            "{text}",
            inversion="answer → text",
            form="label",
        ),
        Template(
            "write something {answer}, like a person would post it",
            "{text}",
            inversion="answer → text",
            form="label",
        ),
        Template(
            "Write what someone might say who has a {answer} opinion of a thing.",
            "{text}",
            inversion="answer → text",
            form="good_bad",
        ),
        Template(
            (
                "Write a text. To the question whether it expresses a positive opinion, "
                "the answer should be: {answer}"
            ),
            "{text}",
            inversion="answer → text",
            form="yes_no",
        ),
        Template(
            ("Does the author like it? {answer}\n\nWrite a text whose author gives this answer."),
            "{text}",
            inversion="answer → text",
            form="yes_no",
        ),
        Template(
            "{answer}\n\nWrite a review that goes with this rating.",
            "{text}",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            "Rating: {answer}\nReview:",
            "{text}",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            "Please write the text of a review for this rating: {answer}",
            "{text}",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            "A customer gave {answer} out of 5. Write the customer's review.",
            "{text}",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            "Write a review that gives {answer} out of 5.",
            "{text}",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            "Rating: {answer}",
            "{text}",
            instruction="Write a review that fits the rating.",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            ("Rating: {answer} out of 5\n\nGenerate the review that was written with it."),
            "{text}",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            "write a review, the rating is {answer}",
            "{text}",
            inversion="answer → text",
            form="stars",
        ),
        Template(
            "Write a short text that expresses {answer}.",
            "{text}",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            "Emotion: {answer}\nText:",
            "{text}",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            "Write what a person who feels {answer} might say.",
            "{text}",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            "Generate a sentence whose main emotion is {answer}.",
            "{text}",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            "Emotion: {answer}",
            "{text}",
            instruction="Write a text that expresses the given emotion.",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            ("Emotion: {answer}\n\nPlease write a sentence or two in which the writer feels this."),
            "{text}",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            "Somebody feels {answer}. Write what they post about it.",
            "{text}",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            "write something that shows {answer}",
            "{text}",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            'Write a text that would be labeled "{answer}" in sentiment analysis.',
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Label: {answer}\n\nWrite a text that fits this sentiment label.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Label: {answer}\nOutput:",
            "{text}",
            instruction=(
                "You will be given a sentiment label. Output a text that this label fits."
            ),
            inversion="answer → text",
        ),
        Template(
            "Sentiment: {answer}\nText:",
            "{text}",
            instruction="Sentiment analysis in reverse: the label comes first, then the text.",
            inversion="answer → text",
        ),
        Template(
            "Sentiment: {answer}\n\nGive one example of a text with this sentiment.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Feeling to show: {answer}",
            "{text}",
            instruction="Show the feeling, do not name it.",
            inversion="answer → text",
            form="emotion",
        ),
        Template(
            "Write a {answer} movie review.",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="movie_review",
        ),
        Template(
            "Generate a sentence from a {answer} review of a film.",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="movie_review",
        ),
        Template(
            "Sentiment: {answer}\nMovie review:",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="movie_review",
        ),
        Template(
            "Did the reviewer like the movie? {answer}\n\nWrite the review.",
            "{text}",
            inversion="answer → text",
            form="yes_no",
            domain="movie_review",
        ),
        Template(
            "Write a {answer} review of a product.",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="product_review",
        ),
        Template(
            (
                "A customer has a {answer} opinion of a product. What does the customer's "
                "review say?"
            ),
            "{text}",
            inversion="answer → text",
            form="label",
            domain="product_review",
        ),
        Template(
            "Write a product review to go with a rating of {answer}.",
            "{text}",
            inversion="answer → text",
            form="stars",
            domain="product_review",
        ),
        Template(
            "Write a {answer} review of a restaurant, a shop or another local business.",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="business_review",
        ),
        Template(
            ("Would this customer come back? {answer}\n\nWrite the review by this customer."),
            "{text}",
            inversion="answer → text",
            form="yes_no",
            domain="business_review",
        ),
        Template(
            "Write a review of a local business that gives it {answer}.",
            "{text}",
            inversion="answer → text",
            form="stars",
            domain="business_review",
        ),
        Template(
            "Write a {answer} tweet.",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="tweet",
        ),
        Template(
            "Here is a tweet with {answer} sentiment.\nTweet:",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="tweet",
        ),
        Template(
            "What would somebody in a {answer} mood tweet?",
            "{text}",
            inversion="answer → text",
            form="label",
            domain="tweet",
        ),
        Template(
            "Emotion: {answer}\n\nTweet something that conveys this emotion.",
            "{text}",
            inversion="answer → text",
            form="emotion",
            domain="tweet",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a text with the given sentiment.",
                "Write a text that fits the label.",
            ),
            layouts=(
                "Sentiment: {answer}\nText:",
                "Label: {answer}\nExample:",
                'A text that is labeled "{answer}" in sentiment analysis.\nText:',
            ),
            targets="{text}",
            inversion="answer → text",
        ),
        *shots(
            instructions=(
                "",
                "Write a review that fits the rating.",
            ),
            layouts=(
                "Rating: {answer}\nReview:",
                "{answer} out of 5\nReview:",
                "Stars: {answer}\nText of the review:",
            ),
            targets="{text}",
            form="stars",
            inversion="answer → text",
        ),
        *shots(
            instructions=(
                "",
                "Write a text that expresses the emotion.",
            ),
            layouts=(
                "Emotion: {answer}\nText:",
                "Feeling: {answer}\nWhat the writer says:",
                "A text that expresses {answer}.\nText:",
            ),
            targets="{text}",
            form="emotion",
            inversion="answer → text",
        ),
        *shots(
            instructions=(
                "",
                "Write a movie review with the given sentiment.",
            ),
            layouts=("Sentiment: {answer}\nMovie review:",),
            targets="{text}",
            form="label",
            inversion="answer → text",
            domain="movie_review",
        ),
        *shots(
            instructions=(
                "",
                "Write a tweet with the given sentiment.",
            ),
            layouts=("Sentiment: {answer}\nTweet:",),
            targets="{text}",
            form="label",
            inversion="answer → text",
            domain="tweet",
        ),
    ),
)
