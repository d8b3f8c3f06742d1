"""A heading for a text, such as a headline or a subject line: `text` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="headline",
    targets=("answer",),
    context="text",
    templates=(
        # Any text.
        Template("{text}\n\nWhat title would you put at the top of this?", "{answer}"),
        Template("Give this a heading:\n\n{text}", "{answer}"),
        Template("Write a title for this text.\n---\n{text}\n---", "{answer}"),
        Template("Text: {text}\nHeading:", "{answer}"),
        Template("This still needs a title. Please suggest one.\n\n{text}", "{answer}"),
        Template("{text}", "{answer}", instruction="Write the heading."),
        Template(
            "Text: {text}",
            "{answer}",
            instruction="Catch the main point in a heading of a few words.",
        ),
        Template("Write a title for the following text.\n\n{text}\n\nTitle:", "{answer}"),
        Template("{text}\n\nWrite a short heading for the text above.", "{answer}"),
        Template("{text}\n\nSuggest a title.", "{answer}"),
        Template("What would be a good title for this text?\n\n{text}", "{answer}"),
        Template("{text}\n\nSum this up in a headline.", "{answer}"),
        Template("Generate a heading of a few words for this text.\n\nText: {text}", "{answer}"),
        Template("{text}\n\nTitle:", "{answer}"),
        Template("need a short title for this:\n\n{text}", "{answer}"),
        Template(
            (
                "You write headings. Each is one line and says what the text is about.\n\n"
                "Text: {text}\nHeading:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nPlease put the main point of this text into a single short line.", "{answer}"
        ),
        Template("{text}\n\nHow could this text be titled?", "{answer}"),
        # News.
        Template(
            "Write a headline for this news story.\n\n{text}\n\nHeadline:",
            "{answer}",
            domain="news",
        ),
        Template("{text}\n\nWhat is a good headline for this?", "{answer}", domain="news"),
        Template("News: {text}\n\nHeadline:", "{answer}", domain="news"),
        Template(
            "{text}\n\nWrite a newspaper headline for the story above.", "{answer}", domain="news"
        ),
        Template(
            "Generate the headline of the following news text.\n\n{text}", "{answer}", domain="news"
        ),
        # Emails.
        Template(
            "Write a subject line for this email.\n\n{text}\n\nSubject:", "{answer}", domain="email"
        ),
        Template(
            "{text}\n\nWhat should the subject line of this email be?", "{answer}", domain="email"
        ),
        Template("Email:\n{text}\n\nSubject line:", "{answer}", domain="email"),
        Template(
            "I am about to send the email below. Please suggest a subject.\n\n{text}",
            "{answer}",
            domain="email",
        ),
        Template("{text}\n\nGive this email a subject line.", "{answer}", domain="email"),
        # Product reviews and how-tos.
        Template(
            "Write a title for this product review.\n\n{text}\n\nTitle:",
            "{answer}",
            domain="product_review",
        ),
        Template(
            "{text}\n\nWhat would be a good title for this review?",
            "{answer}",
            domain="product_review",
        ),
        Template(
            "Review: {text}\n\nThe review in a few words, as its title:",
            "{answer}",
            domain="product_review",
        ),
        Template("Write a title for the following how-to.\n\n{text}", "{answer}", domain="how_to"),
        Template(
            "{text}\n\nWhat do these instructions explain? Write it as a title.",
            "{answer}",
            domain="how_to",
        ),
        Template("Instructions: {text}\n\nHow to:", "{answer}", domain="how_to"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a heading for each text.",
                "Give each text a short title.",
                "Write one short line that says what each text is about.",
            ),
            layouts=(
                "Text: {text}\nHeading:",
                "{text}\nTitle:",
                "Text:\n{text}\n\nShort title:",
                "{text}\n\nHeading:",
            ),
        ),
        *shots(
            instructions=(
                "",
                "Write a headline for each news story.",
            ),
            layouts=(
                "News: {text}\nHeadline:",
                "{text}\n\nHeadline:",
            ),
            domain="news",
        ),
        *shots(
            instructions=(
                "",
                "Write a subject line for each email.",
            ),
            layouts=(
                "Email: {text}\nSubject:",
                "{text}\n\nSubject line:",
            ),
            domain="email",
        ),
        *shots(
            instructions=(
                "",
                "Write a title for each review.",
            ),
            layouts=("Review: {text}\nTitle:",),
            domain="product_review",
        ),
    ),
)
