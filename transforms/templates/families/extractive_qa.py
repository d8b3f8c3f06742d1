"""A question answered by a span of the text: `context`, `question` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="extractive_qa",
    targets=("answer",),
    context="context",
    roles={"context": "passage"},
    templates=(
        Template("{context}\n\n{question}", "{answer}"),
        Template(
            "Read this and then answer from it.\n\n{context}\n\nQuestion: {question}", "{answer}"
        ),
        Template('What does the text say about this: {question}\n\nText: "{context}"', "{answer}"),
        Template(
            (
                "{question}\n\n"
                "You will find the answer in here; quote the words that give it.\n{context}"
            ),
            "{answer}",
        ),
        Template(
            (
                "I do not have time to go through all of this.\n\n"
                "{context}\n\nJust tell me: {question}"
            ),
            "{answer}",
        ),
        Template(
            "Source:\n{context}\n\nQuery: {question}\nExact words from the source:", "{answer}"
        ),
        Template(
            (
                'Somewhere in the next paragraph lies the answer to "{question}" Copy it out.\n\n'
                "{context}"
            ),
            "{answer}",
        ),
        Template(
            "Passage: {context}\nQuestion: {question}",
            "{answer}",
            instruction="Answer the question with words taken from the passage.",
        ),
        Template(
            "{context}\n\nQ: {question}\nA:",
            "{answer}",
            instruction="Find the shortest stretch of the text that answers the question.",
        ),
        Template(
            "Article: {context}\n\nReader: {question}",
            "{answer}",
            instruction=(
                "You help readers look things up in articles. "
                "Reply with the fact they ask for and no more."
            ),
        ),
        Template(
            "Text:\n{context}\n\nTo answer: {question}",
            "{answer}",
            instruction=(
                "Reading comprehension. Do not use your own words where the text has some."
            ),
        ),
        Template(
            "Wanted: {question}\nDocument: {context}",
            "{answer}",
            instruction=(
                "First comes what somebody wants to know, "
                "then the document that tells them. Pull out the answer."
            ),
        ),
        Template(
            "Paragraph: {context}\n{question}\nLifted:",
            "{answer}",
            instruction=(
                "Lift the answer straight from the paragraph. Keep names, "
                "numbers and dates as they stand."
            ),
        ),
        Template(
            "Material:\n{context}\n\nAsked about it: {question}",
            "{answer}",
            instruction="Stick to the material and keep it short.",
        ),
    ),
)
