"""A text for a heading, such as a news story for a headline: `answer` → `text`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="headline_ii",
    targets=("text",),
    templates=(
        # Any text.
        Template(
            "Write a text that has this heading: {answer}", "{text}", inversion="heading → text"
        ),
        Template("Heading: {answer}\nText:", "{text}", inversion="heading → text"),
        Template(
            "{answer}\n\nThis is the title. Write the short text that goes below it.",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "Title: {answer}",
            "{text}",
            instruction="Write a text that fits the title.",
            inversion="heading → text",
        ),
        Template(
            "Generate a text for the following heading.\n\nHeading: {answer}",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            'A short text has the title "{answer}". Write it.',
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "{answer}\n\nThis line is a heading. Continue with a short text.",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "Here is a heading: {answer}\n\nPlease write what comes after it.",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "Title: {answer}\n\nWrite a short text that this title fits.",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "I have a title but no text yet. Can you write it?\n\n{answer}",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "title: {answer}\n\nnow write the text for it", "{text}", inversion="heading → text"
        ),
        Template(
            "You are given the heading of a short text. Write the text.\n\n{answer}\n\nText:",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "{answer}\n\nWrite a short text that could appear under this heading.",
            "{text}",
            inversion="heading → text",
        ),
        Template(
            "What could a short text under this heading say?\n\n{answer}",
            "{text}",
            inversion="heading → text",
        ),
        # News.
        Template(
            "Write the news story for this headline: {answer}",
            "{text}",
            inversion="heading → text",
            domain="news",
        ),
        Template("Headline: {answer}\nStory:", "{text}", inversion="heading → text", domain="news"),
        Template(
            "{answer}\n\nWrite the opening of the news article under this headline.",
            "{text}",
            inversion="heading → text",
            domain="news",
        ),
        Template(
            "Generate the text of a news item from its headline.\n\nHeadline: {answer}\n\nText:",
            "{text}",
            inversion="heading → text",
            domain="news",
        ),
        Template(
            "{answer}\n\nWhat is the news behind this headline? Write it as a newspaper would.",
            "{text}",
            inversion="heading → text",
            domain="news",
        ),
        # Emails.
        Template(
            "Write an email with this subject: {answer}",
            "{text}",
            inversion="heading → text",
            domain="email",
        ),
        Template("Subject: {answer}\nEmail:", "{text}", inversion="heading → text", domain="email"),
        Template(
            "{answer}\n\nThis is the subject line of an email. Write the email.",
            "{text}",
            inversion="heading → text",
            domain="email",
        ),
        Template(
            "Subject line: {answer}\n\nPlease write the body of the email.",
            "{text}",
            inversion="heading → text",
            domain="email",
        ),
        Template(
            "Generate the text of an email from its subject line.\n\nSubject: {answer}\n\nText:",
            "{text}",
            inversion="heading → text",
            domain="email",
        ),
        # Product reviews and how-tos.
        Template(
            "Write a product review with this title: {answer}",
            "{text}",
            inversion="heading → text",
            domain="product_review",
        ),
        Template(
            "Title: {answer}\nReview:",
            "{text}",
            inversion="heading → text",
            domain="product_review",
        ),
        Template(
            "{answer}\n\nThis is the title of a product review. Write the review.",
            "{text}",
            inversion="heading → text",
            domain="product_review",
        ),
        Template(
            "Write the how-to that has this title: {answer}",
            "{text}",
            inversion="heading → text",
            domain="how_to",
        ),
        Template(
            "Title: {answer}\nInstructions:", "{text}", inversion="heading → text", domain="how_to"
        ),
        Template(
            "{answer}\n\nExplain how to do this, step by step.",
            "{text}",
            inversion="heading → text",
            domain="how_to",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a text for each heading.",
                "For each title, write the text that goes below it.",
            ),
            layouts=(
                "Heading: {answer}\nText:\n",
                "Title: {answer}\nText:\n",
                "{answer}\n\nThe text:\n",
                'A text titled "{answer}":\n',
            ),
            targets="{text}",
            inversion="heading → text",
        ),
        *shots(
            instructions=(
                "",
                "Write the news story for each headline.",
            ),
            layouts=("Headline: {answer}\nNews:\n",),
            targets="{text}",
            inversion="heading → text",
            domain="news",
        ),
        *shots(
            instructions=(
                "",
                "Write an email for each subject line.",
            ),
            layouts=("Subject: {answer}\nEmail:\n",),
            targets="{text}",
            inversion="heading → text",
            domain="email",
        ),
    ),
)
