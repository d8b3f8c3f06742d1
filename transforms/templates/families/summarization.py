"""A text in short: `text` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="summarization",
    targets=("answer",),
    context="text",
    templates=(
        # Any text.
        Template("{text}\n\nSum this up.", "{answer}"),
        Template("What is the gist of the following?\n\n{text}", "{answer}"),
        Template("Please boil this down to what matters most:\n\n{text}", "{answer}"),
        Template("Text: {text}\nIn short:", "{answer}"),
        Template("{text}", "{answer}", instruction="Summarize the text."),
        Template("Summarize the following text.\n\n{text}\n\nSummary:", "{answer}"),
        Template("{text}\n\nWrite a short summary of the text above.", "{answer}"),
        Template("{text}\n\nTL;DR:", "{answer}"),
        Template("Write a brief summary of this.\n\n{text}", "{answer}"),
        Template("{text}\n\nWhat are the main points?", "{answer}"),
        Template("{text}\n\nSummary:", "{answer}"),
        Template("Text:\n{text}\n\nPlease summarize this in one or a few sentences.", "{answer}"),
        Template("can you summarize this for me?\n\n{text}", "{answer}"),
        Template(
            "Read the text and say briefly what it is about.\n\n{text}\n\nIn brief, it says:",
            "{answer}",
        ),
        Template(
            "{text}\n\nSummarize this so that someone who has not read it knows what it says.",
            "{answer}",
        ),
        Template(
            (
                "You write summaries. Keep to what the text says and leave out the details."
                "\n\nText: {text}\nSummary:"
            ),
            "{answer}",
        ),
        Template("{text}\n\nHow would you summarize this?", "{answer}"),
        Template("Generate a summary of the text.\n\nText: {text}", "{answer}"),
        Template(
            (
                "{text}\n\nGive the main message and nothing that the text does not say.\n"
                "Main message:"
            ),
            "{answer}",
        ),
        # News.
        Template(
            "Summarize the article.\n\nArticle: {text}\n\nSummary:", "{answer}", domain="news"
        ),
        Template("{text}\n\nWrite a summary of this news article.", "{answer}", domain="news"),
        Template(
            "What happened? Give the main points of the news below.\n\n{text}",
            "{answer}",
            domain="news",
        ),
        Template("News: {text}\n\nThe news in brief:", "{answer}", domain="news"),
        Template(
            "I missed this one. Can you bring me up to speed in a few words?\n\n{text}",
            "{answer}",
            domain="news",
        ),
        Template(
            "{text}\n\nSummarize this news for a reader in a hurry.", "{answer}", domain="news"
        ),
        # Dialogs.
        Template("Summarize the conversation.\n\n{text}\n\nSummary:", "{answer}", domain="dialog"),
        Template(
            "{text}\n\nWhat did they talk about? Write a short summary.",
            "{answer}",
            domain="dialog",
        ),
        Template("Dialog:\n{text}\n\nSummary of the dialog:", "{answer}", domain="dialog"),
        Template(
            "Read the chat below and sum up what was said.\n\n{text}", "{answer}", domain="dialog"
        ),
        Template("{text}\n\nBriefly summarize that dialog.", "{answer}", domain="dialog"),
        # How-tos.
        Template(
            "Summarize these instructions.\n\n{text}\n\nSummary:", "{answer}", domain="how_to"
        ),
        Template("{text}\n\nGive the steps of this how-to in short.", "{answer}", domain="how_to"),
        Template(
            "Write a short version of the following how-to guide.\n\n{text}",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "{text}\n\nHow do I do this? List the main steps only.", "{answer}", domain="how_to"
        ),
        # Reviews of a movie, and reviews of products.
        Template(
            (
                "Here is what critics wrote about a movie.\n\n{text}\n\nSum up their opinion "
                "in a sentence or two."
            ),
            "{answer}",
            domain="movie_review",
        ),
        Template(
            "{text}\n\nWhat do the critics say about this movie overall?",
            "{answer}",
            domain="movie_review",
        ),
        Template(
            "Summarize the movie reviews.\n\nReviews:\n{text}\n\nConsensus:",
            "{answer}",
            domain="movie_review",
        ),
        Template(
            "Write a short summary of what reviewers thought of the movie.\n\n{text}",
            "{answer}",
            domain="movie_review",
        ),
        Template(
            "Summarize the product review.\n\nReview: {text}\n\nSummary:",
            "{answer}",
            domain="product_review",
        ),
        Template(
            "{text}\n\nSum up this product review in a few words.",
            "{answer}",
            domain="product_review",
        ),
        Template(
            "What does the customer think of the product? Give a short summary.\n\n{text}",
            "{answer}",
            domain="product_review",
        ),
        # Emails.
        Template("Summarize this email.\n\n{text}\n\nSummary:", "{answer}", domain="email"),
        Template(
            "{text}\n\nWhat is this email about? Sum it up briefly.", "{answer}", domain="email"
        ),
        Template("Email:\n{text}\n\nThe email in one sentence:", "{answer}", domain="email"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Summarize each text.",
                "Write a short summary of each text.",
                "Say briefly what each text is about.",
            ),
            layouts=(
                "Text: {text}\nSummary:\n",
                "{text}\nSummary:",
                "{text}\n\nTL;DR:",
                "Text:\n{text}\n\nIn short:",
            ),
        ),
        *shots(
            instructions=(
                "",
                "Summarize the news articles.",
            ),
            layouts=(
                "Article: {text}\nSummary:\n",
                "News: {text}\nIn brief:",
            ),
            domain="news",
        ),
        *shots(
            instructions=(
                "",
                "Summarize each conversation.",
            ),
            layouts=(
                "Dialog:\n{text}\nSummary:\n",
                "{text}\n\nThe conversation in brief:",
            ),
            domain="dialog",
        ),
        *shots(
            instructions=(
                "",
                "Summarize each how-to.",
            ),
            layouts=(
                "How-to: {text}\nSummary:\n",
                "{text}\n\nThe main steps:\n",
            ),
            domain="how_to",
        ),
        *shots(
            instructions=(
                "",
                "Sum up what critics say about each movie.",
            ),
            layouts=("Reviews:\n{text}\nConsensus:\n",),
            domain="movie_review",
        ),
        *shots(
            instructions=(
                "",
                "Summarize each product review.",
            ),
            layouts=("Review: {text}\nSummary:",),
            domain="product_review",
        ),
        *shots(
            instructions=(
                "",
                "Summarize each email.",
            ),
            layouts=("Email:\n{text}\nSummary:",),
            domain="email",
        ),
    ),
)
