"""The attitude of a text: `text` → `answer`."""

from transforms.templates.template import Family, LabelSet, Template, shots

_TWO = {
    "label": ("positive", "negative"),
    "yes_no": ("yes", "no"),
    "good_bad": ("good", "bad"),
}
_THREE = {"label": ("positive", "negative", "neutral")}
_FIVE = ("very positive", "positive", "neutral", "negative", "very negative")
_STARS = ("5 stars", "4 stars", "3 stars", "2 stars", "1 star")
LABELS = (
    LabelSet(labels=("positive", "negative"), wordings=_TWO),
    LabelSet(labels=("pos", "neg"), wordings=_TWO),
    LabelSet(labels=("good", "bad"), wordings=_TWO),
    LabelSet(labels=("favorable", "unfavorable"), wordings=_TWO),
    LabelSet(labels=("recommended", "not recommended"), wordings=_TWO),
    LabelSet(labels=("like", "dislike"), wordings=_TWO),
    LabelSet(labels=("positive", "negative", "neutral"), wordings=_THREE),
    LabelSet(labels=("pos", "neg", "neu"), wordings=_THREE),
    LabelSet(labels=("good", "bad", "neutral"), wordings=_THREE),
    LabelSet(labels=_FIVE, wordings={"degree": _FIVE, "label": _FIVE}),
    LabelSet(labels=_STARS, wordings={"stars": _STARS}, strict=True),
    LabelSet(
        labels=("5 star", "4 star", "3 star", "2 star", "1 star"),
        wordings={"stars": _STARS},
        strict=True,
    ),
    LabelSet(
        labels=("joy", "sadness", "anger", "fear", "love", "surprise"),
        wordings={"emotion": ("joy", "sadness", "anger", "fear", "love", "surprise")},
        guessable=False,
        strict=True,
    ),
    LabelSet(
        labels=("anger", "joy", "optimism", "sadness"),
        wordings={"emotion": ("anger", "joy", "optimism", "sadness")},
        guessable=False,
        strict=True,
    ),
)

FAMILY = Family(
    name="sentiment",
    targets=("answer",),
    context="text",
    labels=LABELS,
    templates=(
        # The name of the sentiment.
        Template(
            "What is the sentiment of this text?\n\n{text}",
            "{answer}",
            form="label",
        ),
        Template(
            "{text}\n\nWhat sentiment does the text above express?",
            "{answer}",
            form="label",
        ),
        Template(
            "Name the sentiment of the following.\n\n{text}",
            "{answer}",
            form="label",
        ),
        Template(
            "Text: {text}\n\nSay what sentiment the text expresses.", "{answer}", form="label"
        ),
        Template(
            "{text}\n\nWhat is the sentiment of the opinion expressed here?",
            "{answer}",
            form="label",
        ),
        Template(
            "Text: {text}\nSentiment:",
            "{answer}",
        ),
        Template(
            "{text}\n\nName the sentiment of this text, without an explanation.",
            "{answer}",
        ),
        Template(
            "Text: {text}\nSentiment:",
            "{answer}",
            instruction="Classify the sentiment of the text.",
        ),
        Template(
            "Is the sentiment of the following {labels}?\n\n{text}",
            "{answer}",
            form="label",
        ),
        Template(
            "{text}\n\nIs this {labels}?",
            "{answer}",
            form="label",
        ),
        Template(
            "Text: {text}\nSentiment ({labels}):",
            "{answer}",
        ),
        Template(
            "Answer with {labels}: what is the attitude of the writer?\n\n{text}\n\nAnswer:",
            "{answer}",
        ),
        Template(
            "{text}\n\nHow does the writer feel about the subject: {labels}?",
            "{answer}",
        ),
        Template(
            (
                "Perform sentiment analysis on the text below. Respond with {labels}.\n\n"
                "{text}\n\nSentiment:"
            ),
            "{answer}",
        ),
        Template(
            "sentiment analysis, just say {labels}\n\n{text}\n\nsentiment:",
            "{answer}",
        ),
        Template(
            '"{text}"\n\nPlease tell me if the overall tone of this is {labels}.',
            "{answer}",
        ),
        Template(
            '"{text}"\n\nJudge the overall attitude, not single words: {labels}.',
            "{answer}",
        ),
        Template(
            "{text}\nOutput:",
            "{answer}",
            instruction=("Give the sentiment of the text as {labels}, and nothing else."),
        ),
        # Yes or no.
        Template(
            "Is the sentiment of this text positive?\n\n{text}\n\nAnswer:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{text}\n\nDoes the writer sound pleased? Answer yes or no.",
            "{answer}",
            form="yes_no",
        ),
        Template(
            (
                "Read the text and answer the question.\n\nText: {text}\nQuestion: Does "
                "the author express a positive opinion?\nAnswer:"
            ),
            "{answer}",
            form="yes_no",
        ),
        Template(
            "{text}\n\nWould you say that the writer liked it?",
            "{answer}",
            form="yes_no",
        ),
        # Good or bad.
        Template("{text}\n\nIs the writer's opinion good or bad?", "{answer}", form="good_bad"),
        Template(
            "{text}\n\nThe opinion expressed here is (good/bad):",
            "{answer}",
            form="good_bad",
        ),
        Template(
            "Text: {text}\n\nDid the author think that it was good or bad?",
            "{answer}",
            form="good_bad",
        ),
        # Degrees.
        Template(
            (
                "Rate the sentiment of this text on a scale from very negative to very "
                "positive.\n\n{text}"
            ),
            "{answer}",
            form="degree",
        ),
        Template(
            (
                '{text}\n\nHow positive or negative is this? Answer in words, from "very '
                'negative" to "very positive".'
            ),
            "{answer}",
            form="degree",
        ),
        Template(
            "Text: {text}\nSentiment (from very negative to very positive):",
            "{answer}",
            form="degree",
        ),
        Template(
            "{text}\n\nHow strongly does the writer like or dislike the subject? Use a label "
            "between very negative and very positive.",
            "{answer}",
            form="degree",
        ),
        # Stars.
        Template(
            "{text}\n\nHow many stars out of 5 did the author give?",
            "{answer}",
            form="stars",
        ),
        Template(
            (
                "Predict the rating that goes with this review, from 1 star to 5 stars.\n\n"
                "{text}\n\nRating:"
            ),
            "{answer}",
            form="stars",
        ),
        Template(
            "Review: {text}\nRating (1 star to 5 stars):",
            "{answer}",
            form="stars",
        ),
        Template(
            "{text}\n\nIf this opinion came with a star rating, 5 stars being the best, what "
            "would it be?",
            "{answer}",
            form="stars",
        ),
        Template(
            ("{text}\n\nGuess the star rating that the author gave, out of 5.\nRating:"),
            "{answer}",
            form="stars",
        ),
        Template(
            ("What star rating goes with this review, from 1 star to 5 stars?\n\n{text}"),
            "{answer}",
            form="stars",
        ),
        Template(
            "Review: {text}\n\nRate the review as its author would: from 1 star, the worst, "
            "to 5 stars, the best.",
            "{answer}",
            form="stars",
        ),
        Template(
            "review: {text}\n\nhow many stars, 1 to 5?",
            "{answer}",
            form="stars",
        ),
        # Emotions.
        Template(
            ("Which emotion does the writer express? Answer with one word.\n\n{text}\n\nEmotion:"),
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\nName the main emotion in this text.",
            "{answer}",
            form="emotion",
        ),
        Template(
            "Text: {text}\nEmotion:",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\nWhat is the person who wrote this feeling? Name the emotion.",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\nLabel this text with the one emotion that it expresses most.",
            "{answer}",
            form="emotion",
        ),
        Template(
            "What emotion does this text express?\n\n{text}",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\nEmotion:",
            "{answer}",
            instruction="Name the emotion of the writer in one word.",
            form="emotion",
        ),
        Template(
            "Text: {text}\n\nEmotion that the writer expresses:",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\nIn one word, which feeling comes across here?",
            "{answer}",
            form="emotion",
        ),
        Template("{text}\n\nwhat emotion is this? one word", "{answer}", form="emotion"),
        Template(
            "{text}\n\nWhich emotion does the writer express most: {labels}?",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\nThe main emotion of the writer ({labels}):",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\nDoes the writer feel {labels}?",
            "{answer}",
            form="emotion",
        ),
        Template(
            "Text: {text}\nEmotion:",
            "{answer}",
            instruction="Name the main emotion of the text: {labels}.",
            form="emotion",
        ),
        Template(
            "Sort the following text by emotion: {labels}.\n\n{text}",
            "{answer}",
            form="emotion",
        ),
        Template(
            "text: {text}\n\nwhat's the feeling here? {labels}",
            "{answer}",
            form="emotion",
        ),
        # Film reviews.
        Template(
            "What is the sentiment of this movie review?\n\n{text}\n\nSentiment:",
            "{answer}",
            form="label",
            domain="movie_review",
        ),
        Template(
            "Review: {text}\nIs this movie review {labels}?",
            "{answer}",
            form="label",
            domain="movie_review",
        ),
        Template(
            "{text}\n\nIs the review of the film above {labels}?\nAnswer:",
            "{answer}",
            form="label",
            domain="movie_review",
        ),
        Template(
            "Movie review: {text}\nSentiment:",
            "{answer}",
            instruction="Classify the movie review by its sentiment: {labels}.",
            domain="movie_review",
        ),
        Template(
            "{text}\n\nDid the reviewer like the movie?",
            "{answer}",
            form="yes_no",
            domain="movie_review",
        ),
        Template(
            "Going by this review, would the reviewer recommend the film?\n\n{text}",
            "{answer}",
            form="yes_no",
            domain="movie_review",
        ),
        Template(
            "{text}\nDid this reviewer find the movie good or bad?",
            "{answer}",
            form="good_bad",
            domain="movie_review",
        ),
        # Reviews of products.
        Template(
            "Give the overall sentiment of the following product review.\n\n{text}",
            "{answer}",
            form="label",
            domain="product_review",
        ),
        Template(
            "Customer review: {text}\n\nIs the customer's review {labels}?",
            "{answer}",
            form="label",
            domain="product_review",
        ),
        Template(
            "Review: {text}\nIs the customer happy with the product?\nAnswer:",
            "{answer}",
            form="yes_no",
            domain="product_review",
        ),
        Template(
            "{text}\n\nWould this buyer recommend the product?",
            "{answer}",
            form="yes_no",
            domain="product_review",
        ),
        Template(
            (
                "A customer wrote this review. How many stars did the product get, out of "
                "5?\n\n{text}"
            ),
            "{answer}",
            form="stars",
            domain="product_review",
        ),
        # Reviews of businesses.
        Template(
            "Determine the sentiment of this review of a local business.\n\n{text}",
            "{answer}",
            form="label",
            domain="business_review",
        ),
        Template(
            "Review: {text}\n\nWas this customer's experience {labels}?",
            "{answer}",
            form="label",
            domain="business_review",
        ),
        Template(
            "{text}\n\nSentiment of this review of a business ({labels}):",
            "{answer}",
            domain="business_review",
        ),
        Template(
            "{text}\n\nDoes this customer recommend the place?",
            "{answer}",
            form="yes_no",
            domain="business_review",
        ),
        Template(
            "{text}\n\nWould the person who wrote this review go back to the business? "
            "Answer yes or no.",
            "{answer}",
            form="yes_no",
            domain="business_review",
        ),
        Template(
            (
                "{text}\n\nHow many stars, from 1 star to 5 stars, did the customer give "
                "the business?"
            ),
            "{answer}",
            form="stars",
            domain="business_review",
        ),
        # Tweets.
        Template(
            "How does the author of this tweet feel? Name the sentiment.\n\n{text}",
            "{answer}",
            form="label",
            domain="tweet",
        ),
        Template(
            "Tweet: {text}\nIs the tweet {labels}?",
            "{answer}",
            form="label",
            domain="tweet",
        ),
        Template(
            "{text}\n\nLabel the sentiment of the tweet above as {labels}.",
            "{answer}",
            domain="tweet",
        ),
        Template(
            "Tweet: {text}\nDoes the author of this tweet sound happy?",
            "{answer}",
            form="yes_no",
            domain="tweet",
        ),
        Template(
            "{text}\n\nWhat emotion is behind this tweet?",
            "{answer}",
            form="emotion",
            domain="tweet",
        ),
        Template(
            "{text}\nSentiment of the tweet:",
            "{answer}",
            form="label",
            domain="tweet",
        ),
        # With options.
        Template(
            "Determine the sentiment of this text.\n\n{text}\n\n{options}\nSentiment:",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhich of these labels fits the writer's attitude?\n\n{options}",
            "{answer}",
        ),
        Template(
            "Please pick the sentiment that matches the text.\n\n{options}\n\nText: {text}",
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\n\nChoose what the author of this text feels about the subject.",
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\n\nChoose the label that best captures the sentiment.", "{answer}"
        ),
        Template(
            "{text}\n\nSentiment analysis: which of these labels is right?\n{options}",
            "{answer}",
        ),
        Template(
            "Text: {text}\n{options}\nSentiment:",
            "{answer}",
        ),
        Template(
            "Text: {text}\n\nPick the sentiment of the text.\n{options}\nAnswer:",
            "{answer}",
        ),
        Template(
            "Read the text and choose how the writer feels.\n\n{text}\n\n{options}\nAnswer:",
            "{answer}",
        ),
        Template(
            "Text: {text}\n\n{options}",
            "{answer}",
            instruction=(
                "Annotation task: choose one sentiment from the list. Judge sarcasm by "
                "what it means."
            ),
        ),
        Template(
            "{text}\n\n{options}\n\nThe writer's attitude:",
            "{answer}",
            instruction="Judge what the writer felt, not what you feel about it.",
        ),
        Template(
            (
                '"{text}"\n\nWhat is the attitude of the person who said this? Choose one.'
                "\n{options}"
            ),
            "{answer}",
        ),
        Template(
            "{options}\n\nWhich of the above is the sentiment of this text?\n{text}",
            "{answer}",
        ),
        Template(
            "select the right sentiment\n\ntext: {text}\n\n{options}\n\nsentiment:",
            "{answer}",
        ),
        Template(
            (
                "{text}\n\nPlease choose the label that matches the tone of this text.\n\n"
                "{options}\nLabel:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nDoes the writer express a positive opinion?\n{options}",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Is the sentiment of the following text positive?\n\n{text}\n\n{options}\nAnswer:",
            "{answer}",
            form="yes_no",
        ),
        Template(
            "Text: {text}\nWhat did the author think of it?\n{options}",
            "{answer}",
            form="good_bad",
        ),
        Template(
            "How positive or negative is the following text?\n\n{text}\n\n{options}\nAnswer:",
            "{answer}",
            form="degree",
        ),
        Template(
            "{text}\n\nHow many stars did the author give?\n{options}",
            "{answer}",
            form="stars",
        ),
        Template(
            "Review: {text}\n\n{options}\nRating:",
            "{answer}",
            instruction="Predict the star rating of the review.",
            form="stars",
        ),
        Template(
            "{text}\n\n{options}\n\nWhich star rating fits this review?", "{answer}", form="stars"
        ),
        Template(
            "{text}\n\nChoose the rating that the author gave.\n{options}\nRating:",
            "{answer}",
            form="stars",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction="Select the number of stars that goes with the review.",
            form="stars",
        ),
        Template(
            ("{options}\n\nPick one of these ratings for the review below.\n\nReview: {text}"),
            "{answer}",
            form="stars",
        ),
        Template(
            ("Review: {text}\n\nHow did the author of this review rate it?\n{options}"),
            "{answer}",
            form="stars",
        ),
        Template(
            "read the review and pick the star rating\n\n{text}\n\n{options}",
            "{answer}",
            form="stars",
        ),
        Template(
            "Identify the emotion that is expressed here.\n\n{text}\n\n{options}\nEmotion:",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n{options}\nChoose the emotion that the text conveys.",
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\n{options}\n\nWhich emotion does the text express?",
            "{answer}",
            form="emotion",
        ),
        Template(
            ("Select what the writer of this text feels.\n\n{text}\n{options}\nAnswer:"),
            "{answer}",
            form="emotion",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction="Label the text with the emotion of its writer.",
            form="emotion",
        ),
        Template(
            "{text}\n\n{options}\n\nThe main emotion of this text is:",
            "{answer}",
            form="emotion",
        ),
        Template(
            ("{options}\n\nPick the emotion that fits this text best.\n\nText: {text}"),
            "{answer}",
            form="emotion",
        ),
        Template(
            "Select the emotion of the writer.\n\n{text}\n\n{options}\n\nLabel:",
            "{answer}",
            form="emotion",
        ),
        Template(
            '"{text}"\n\nWhich of these emotions does this show?\n{options}',
            "{answer}",
            form="emotion",
        ),
        Template(
            (
                "{text}\n\n{options}\n\nSomeone wrote this about a film. Which sentiment "
                "does the review express?"
            ),
            "{answer}",
            domain="movie_review",
        ),
        Template(
            "Movie review: {text}\n\n{options}\nLabel:",
            "{answer}",
            instruction="Select the label that says what the reviewer thought of the movie.",
            domain="movie_review",
        ),
        Template(
            "{text}\n\nHow did the reviewer feel about the film?\n{options}",
            "{answer}",
            domain="movie_review",
        ),
        Template(
            "{text}\n\nDid the author like the movie?\n{options}",
            "{answer}",
            form="yes_no",
            domain="movie_review",
        ),
        Template(
            "Product review: {text}\n{options}\nSentiment of the review:",
            "{answer}",
            domain="product_review",
        ),
        Template(
            "{text}\n\nHow does this customer feel about the product?\n{options}",
            "{answer}",
            domain="product_review",
        ),
        Template(
            (
                "A customer reviewed a business. Choose the sentiment of the review.\n\n"
                "{text}\n\n{options}\nSentiment:"
            ),
            "{answer}",
            domain="business_review",
        ),
        Template(
            ("Review: {text}\n\nWhich label fits the customer's opinion of the place?\n{options}"),
            "{answer}",
            domain="business_review",
        ),
        Template(
            "{text}\n\nIs this customer satisfied with the business?\n{options}",
            "{answer}",
            form="yes_no",
            domain="business_review",
        ),
        Template(
            "{text}\n\n{options}\n\nDecide which sentiment the tweet expresses.",
            "{answer}",
            domain="tweet",
        ),
        Template(
            "Tweet: {text}\n\n{options}\n\nThe sentiment of the tweet is:",
            "{answer}",
            domain="tweet",
        ),
        Template(
            "{text}\n\nHow did the person who tweeted this feel?\n{options}",
            "{answer}",
            domain="tweet",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "What is the sentiment of the text?",
                "Classify the sentiment of each text.",
            ),
            layouts=(
                "Text: {text}\nSentiment:",
                '"{text}"\nThe sentiment is:',
                "{text}\nLabel:",
            ),
            options=True,
        ),
        *shots(
            instructions=("Label each text as {labels}.",),
            layouts=(
                "Text: {text}\nSentiment:",
                '"{text}"\nThe sentiment is:',
                "{text}\nLabel:",
            ),
        ),
        *shots(
            instructions=("Does the writer express a positive opinion?",),
            layouts=("Text: {text}\nAnswer:", "{text}\nYes or no:"),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=("",),
            layouts=("Text: {text}\nPositive?", "{text}\nIs this positive?\nAnswer:"),
            form="yes_no",
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "How many stars did the author give?",
                "Predict the rating of each review, from 1 star to 5 stars.",
            ),
            layouts=(
                "Review: {text}\nRating:",
                "{text}\nStar rating:",
                "Review: {text}\nThe author's rating:",
            ),
            form="stars",
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "Name the emotion of the writer.",
                "Which emotion does each text express?",
            ),
            layouts=(
                "Text: {text}\nEmotion:",
                '"{text}"\nMain emotion:',
                "{text}\nThe writer feels:",
            ),
            form="emotion",
            options=True,
        ),
        *shots(
            instructions=(
                "Name the main emotion of each text: {labels}.",
                "Each writer feels {labels}.",
            ),
            layouts=("Text: {text}\nEmotion:", "{text}\nThe writer feels:"),
            form="emotion",
        ),
        *shots(
            instructions=(
                "",
                "What did the reviewer think of the movie?",
            ),
            layouts=(
                "Review: {text}\nSentiment:",
                "Movie review: {text}\nThe reviewer's opinion:",
            ),
            domain="movie_review",
            options=True,
        ),
        *shots(
            instructions=(
                "",
                "What is the sentiment of the tweet?",
            ),
            layouts=("Tweet: {text}\nSentiment:",),
            domain="tweet",
            options=True,
        ),
    ),
)
