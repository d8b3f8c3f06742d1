"""A text on a given subject: `answer` → `text`."""

from transforms.templates.template import Family, Template, shots

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
            "Subject: {answer}",
            "{text}",
            instruction="Write a short text on the subject.",
            inversion="answer → text",
        ),
        Template(
            "Topic: {answer}\n\nWrite a short text on this topic.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            'Generate a text that belongs to the category "{answer}".',
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Category: {answer}\n\nWrite a text that fits the category.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            ("{answer}\n\nPlease write a text that clearly belongs in this category."),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Topic: {answer}\nText about it:",
            "{text}",
            instruction="Write a text about the given topic.",
            inversion="answer → text",
        ),
        Template(
            "Label: {answer}\nText:",
            "{text}",
            instruction="Write an example text for the label.",
            inversion="answer → text",
        ),
        Template(
            'What might a text with the topic label "{answer}" say?',
            "{text}",
            inversion="answer → text",
        ),
        Template(
            'I need an example text for the category "{answer}". Please write one.',
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Subject: {answer}",
            "{text}",
            instruction=(
                "Write a short text on this subject. Make the subject clear without naming it."
            ),
            inversion="answer → text",
        ),
        Template(
            '"{answer}"\n\nwrite a few lines that would get this tag',
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Tag: {answer}\nPost:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Class: {answer}\n\nGive an example of a text in this class.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            'Write a short news article for the section "{answer}".',
            "{text}",
            inversion="answer → text",
            domain="news",
        ),
        Template(
            "News category: {answer}\nArticle:",
            "{text}",
            inversion="answer → text",
            domain="news",
        ),
        Template(
            'Write a short news text that belongs to the category "{answer}".',
            "{text}",
            inversion="answer → text",
            domain="news",
        ),
        Template(
            ("News section: {answer}\n\nWrite a brief report that could appear in this section."),
            "{text}",
            inversion="answer → text",
            domain="news",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a text on the given topic.",
                "Write an example text for the category.",
                "Write a text that gets this label.",
            ),
            layouts=(
                "Topic: {answer}\nText:",
                "Category: {answer}\nText:",
                "Label: {answer}\nExample:",
                "Filed under: {answer}\nText:",
            ),
            targets="{text}",
            inversion="answer → text",
        ),
        *shots(
            instructions=(
                "",
                "Write a news article for the section.",
            ),
            layouts=("Section: {answer}\nArticle:",),
            targets="{text}",
            inversion="answer → text",
            domain="news",
        ),
    ),
)
