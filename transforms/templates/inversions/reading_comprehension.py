"""A question about a text for a given answer: `context`, `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="reading_comprehension_ii",
    targets=("question",),
    context="context",
    templates=(
        Template(
            "Read the text and write a question about it whose answer is: {answer}\n\n{context}",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            '{context}\n\nWhat could you ask about this text, if the answer is "{answer}"?',
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Text: {context}\nAnswer: {answer}",
            "{question}",
            instruction="Write a question about the text. The answer is given.",
            inversion="context, answer → question",
        ),
        Template(
            "Passage: {context}\nAnswer: {answer}\nQuestion:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Make up a comprehension question on the passage below. The answer should "
                "be: {answer}\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "{context}\n\nAnswer: {answer}\n\nNow write the question.",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Generate a question for this text and answer.\n\nText: {context}\n\nAnswer: "
                "{answer}\n\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "{context}\n\nA student was asked about this passage and answered "
                '"{answer}", which is correct. What was the question?'
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "answer: {answer}\ntext: {context}\n\nwhat is the question?",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "I am preparing questions about this text:\n\n{context}\n\nPlease write one "
                "that is answered by: {answer}\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "The answer to a question about the text below is: {answer}\nWrite the "
                "question.\n\n{context}\n\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "{context}\n\nThink of a question that a reader of this can answer. The "
                "right answer should be: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                'What question leads to the answer "{answer}"? The question is about this '
                "text:\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "You write reading tests. For the text and the answer that you are given, "
                "write one question.\n\nText:\n{context}\n\nAnswer: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Write a question about this paragraph from Wikipedia. The answer is: "
                "{answer}\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
        Template(
            (
                "{context}\n\nAsk something about the Wikipedia text above. The answer has "
                "to be: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
        Template(
            "Wikipedia: {context}\nAnswer: {answer}\nQuestion about the article:",
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a question about each text that has the given answer.",
                "Given a passage and an answer, write the question.",
            ),
            layouts=(
                "Text: {context}\nAnswer: {answer}\nQuestion:",
                "{context}\n\nAnswer: {answer}\nQuestion:",
                "Answer: {answer}\nPassage: {context}\nQuestion:",
                "Passage:\n{context}\n\nCorrect answer: {answer}\nWhat was asked:",
            ),
            targets="{question}",
            inversion="context, answer → question",
        ),
    ),
)
