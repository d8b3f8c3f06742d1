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
            "Goes into the blank: {answer}\nText with a blank:", "{text}", inversion="answer → text"
        ),
        Template(
            "Solution: {answer}",
            "{text}",
            instruction="Write a sentence with a blank that the solution fills.",
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
            ("Generate a sentence with a blank where the following belongs: {answer}\nSentence:"),
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
            "{answer}\n\nUse this in a sentence, but leave a blank where it would go.\nSentence:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "fills the blank: {answer}\nsentence with the blank:",
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
                "replaced by a blank.\nSentence:"
            ),
            "{text}",
            inversion="context, answer → text",
        ),
        Template(
            "Text: {context}\nGoes into the blank: {answer}\nSentence with a blank:",
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
            "Answer: {answer}\nText: {context}\nFill-in-the-blank question:",
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
            "News: {context}\nMissing: {answer}\nSentence about the news, with a blank:",
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
                (
                    "Write a sentence with a blank about each passage. What fills the blank "
                    "is given."
                ),
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
