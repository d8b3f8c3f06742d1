"""The question that a span of the text answers: `context`, `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="extractive_qa_ii",
    targets=("question",),
    context="context",
    templates=(
        Template(
            (
                'Someone underlined "{answer}" in the passage below. Which question did they '
                "have in mind?\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Please read the paragraph and write a question that these words from it "
                "answer: {answer}\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Make up a reading question with this exact answer: {answer}\nUse only the "
                "text.\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Passage: {context}\nHighlighted: {answer}",
            "{question}",
            instruction="Ask what the highlighted words answer.",
            inversion="context, answer → question",
        ),
        Template(
            "Article:\n{context}\n\nAnswer: {answer}",
            "{question}",
            instruction=(
                "Write a question about the article that has the given answer. Do "
                "not give the answer away."
            ),
            inversion="context, answer → question",
        ),
        Template(
            (
                "Read the passage and write a question that has the given answer.\n\n"
                "Passage: {context}\nAnswer: {answer}\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            '{context}\n\nWrite a question about the text above that is answered by "{answer}".',
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "{context}\n\nAnswer: {answer}\n\nWhat is the question?",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Generate a question from this text. Its answer has to be the phrase given "
                "below the text.\n\nText: {context}\n\nPhrase: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                'What question about the following text has the answer "{answer}"?\n\n'
                "{context}\n\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Context: {context}\nAnswer: {answer}\nQuestion:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "{context}\n\nI would like to quiz someone on this text. What should I ask "
                "to get this answer?\n\n{answer}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "text: {context}\nanswer from the text: {answer}\n\nwrite the question for it",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Answer: {answer}\n\nText in which it was found:\n{context}\n\nQuestion that "
                "it answers:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "{context}\n\nThe reply to a question about this text was: {answer}\nPlease "
                "write that question."
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "You write reading tests. Given a text and the answer, write the test "
                "question.\n\nText: {context}\n\nAnswer: {answer}\n\nTest question:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                '{context}\n\n"{answer}" answers a question about the text above. State the '
                "question."
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Write a question about the Wikipedia text. It should be answered by: "
                "{answer}\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
        Template(
            (
                "{context}\n\nWhat question would a reader of this Wikipedia text answer "
                'with "{answer}"?'
            ),
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
        Template(
            "Wikipedia: {context}\nAnswer: {answer}\nQuestion:",
            "{question}",
            inversion="context, answer → question",
            domain="wikipedia",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write the question that each answer belongs to.",
                "Given a passage and an answer from it, write the question.",
            ),
            layouts=(
                "Passage: {context}\nAnswer: {answer}\nQuestion:",
                "{context}\nAnswer: {answer}\nQuestion:",
                "Answer: {answer}\nText: {context}\nQuestion:",
                "Text:\n{context}\n\nAnswer from the text: {answer}\nWhat was asked:",
            ),
            targets="{question}",
            inversion="context, answer → question",
        ),
    ),
)
