"""The answer that a question was made for: `context`, `question` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="question_generation_ii",
    targets=("answer",),
    context="context",
    templates=(
        Template(
            ("Question about the text: {question}\n\nText: {context}\n\nShort answer:"),
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "{question}\n\nThe passage that prompted this question:\n{context}\n\nNow answer it.",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "Passage: {context}\nFront of the card: {question}\nBack of the card:",
            "{answer}",
            instruction="Complete the flash card with the answer from the passage.",
            inversion="context, question → answer",
        ),
        Template(
            "Text: {context}\n\nQuestion: {question}",
            "{answer}",
            instruction="The text contains the answer to the question. Find it.",
            inversion="context, question → answer",
        ),
        Template(
            "{context}\n\n{question}",
            "{answer}",
            instruction="Use the text to answer the question that follows it.",
            inversion="context, question → answer",
        ),
        Template(
            ("page: {context}\nquestion: {question}"),
            "{answer}",
            instruction="quiz time, the page is open, short answers only",
            inversion="context, question → answer",
        ),
        Template(
            (
                "Read the text and answer the question.\n\nText: {context}\nQuestion: "
                "{question}\nAnswer:"
            ),
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "{context}\n\nAnswer this question about the passage above: {question}",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "{context}\n\nQuestion: {question}\n\nGive the answer.",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            (
                "Give a short answer to the question, using the passage.\n\nPassage: "
                "{context}\n\nQuestion: {question}"
            ),
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "{question}\n\nFind the answer in this text:\n{context}\n\nAnswer:",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "Context: {context}\nQuestion: {question}\nAnswer:",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "{context}\n\nBased on this, please answer in a few words: {question}",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            (
                "{context}\n\nA quiz on this text has the following question. Write the "
                "answer.\n{question}"
            ),
            "{answer}",
            inversion="context, question → answer",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Answer the question about each text.",
                "Read the passage and give a short answer to the question.",
            ),
            layouts=(
                "Text: {context}\nQuestion: {question}\nAnswer:",
                "{context}\nQ: {question}\nA:",
                "Question: {question}\nPassage: {context}\nAnswer:",
                "Passage:\n{context}\n\n{question}\nShort answer:",
            ),
            inversion="context, question → answer",
        ),
    ),
)
