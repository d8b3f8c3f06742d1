"""A text with a blank for the words that fill it: `answer`, optional `context` → `text`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="fill_blank_ii",
    targets=("text",),
    context="context",
    optional=frozenset({"context"}),
    templates=(
        Template(
            "Write a sentence with a blank that is correctly filled by: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            ('Make up a fill-in-the-blank exercise. The blank is to be filled with "{answer}".'),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Write a text with a blank. What goes into the blank: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Missing: {answer}",
            "{text}",
            instruction="Write a sentence with a blank in place of what is missing.",
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nWrite a short text in which a blank takes the place of this.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                '"{answer}" was taken out of a sentence and replaced by a blank. What '
                "could the sentence be?"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            ("Generate a sentence with a blank where the following belongs: {answer}"),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Answer: {answer}\n\nPlease write the fill-in-the-blank question that has "
                "this answer."
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "I am making a worksheet and need a sentence with a blank. My students "
                "should fill in: {answer}"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            ("{answer}\n\nUse this in a sentence, but leave a blank where it would go."),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "i need a sentence with a blank, and this has to fill it: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Create a cloze item. Write one or two sentences with a blank, so that a "
                "careful reader can tell what is missing.\n\nMissing: {answer}"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Read the text and write a sentence about it with a blank. The blank stands "
                "for: {answer}\n\n{context}"
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                '{context}\n\nWrite a sentence about this text in which "{answer}" is '
                "replaced by a blank."
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "Text: {context}\n\nWrite a sentence about the text with a blank. What goes "
                "into the blank: {answer}"
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            "Text: {context}\n\nAnswer: {answer}",
            "{text}",
            instruction="Write a fill-in-the-blank sentence about the text. The answer is given.",
            inversion="context, answer → text",
        ),
        Template(
            (
                "Make up a fill-in-the-blank question about the passage below. The right "
                'answer is "{answer}".\n\n{context}\n\nQuestion:'
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "{context}\n\nWrite a sentence that agrees with this text, with a blank in "
                "place of the following: {answer}"
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "Passage: {context}\n\nThe blank stands for: {answer}\n\nWrite the sentence "
                "that has the blank."
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "Generate a sentence with a blank to test whether someone has read this text."
                "\n\nText: {context}\nThe blank is filled by: {answer}\nSentence:"
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "{context}\n\nI need a fill-in-the-blank question about this, and the answer "
                "should be: {answer}"
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "Answer: {answer}\nText: {context}\n\nWrite a fill-in-the-blank question about "
                "the text for this answer."
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "Write a sentence with a blank about the following text. The blank "
                'should be filled by "{answer}".\n\n{context}'
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "{context}\n\nwrite a sentence about the text and leave a blank where this "
                "would go: {answer}"
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            (
                "Write a sentence about the news article with a blank for this: {answer}\n\n"
                "Article: {context}"
            ),
            "{text}",
            inversion="context, answer → text",
            domain="news",
        ),
        Template(
            (
                "{context}\n\nContinue the news above with a sentence in which a blank "
                'stands for "{answer}".'
            ),
            "{text}",
            inversion="context, answer → text",
            domain="news",
        ),
        Template(
            (
                "News: {context}\n\nWrite a sentence about the news with a blank in place of "
                "the following: {answer}"
            ),
            "{text}",
            inversion="context, answer → text",
            domain="news",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a sentence with a blank for each answer.",
                "Write a text with a blank that is filled by the given answer.",
            ),
            layouts=(
                "Answer: {answer}\nText with a blank:",
                "Missing: {answer}\nSentence:",
            ),
            targets="{text}",
            inversion="answer → text",
        ),
        *shots(
            instructions=(
                "",
                ("Write a sentence about each passage, with a blank for the missing part."),
                ("Given a passage and what fills the blank, write the sentence with the blank."),
            ),
            layouts=(
                "Passage: {context}\nMissing: {answer}\nSentence:",
                "{context}\nAnswer: {answer}\nSentence with a blank:",
            ),
            targets="{text}",
            inversion="context, answer → text",
        ),
    ),
)
