"""A question for a given answer: `context`, `answer` → `question`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="question_generation",
    targets=("question",),
    context="context",
    roles={"context": "passage", "question": "question", "answer": "answer"},
    templates=(
        Template(
            '{context}\n\nWhat could you ask about this to get the reply "{answer}"?', "{question}"
        ),
        Template(
            "Make up a question on the text. Its answer must be: {answer}\n\n{context}",
            "{question}",
        ),
        Template("Passage: {context}\nAnswer to aim at: {answer}\nQuestion to ask:", "{question}"),
        Template(
            (
                "I am preparing a quiz from this article:\n\n{context}\n\n"
                'The solution on the card is "{answer}". What goes on the front?'
            ),
            "{question}",
        ),
        Template(
            (
                'A pupil read the passage and said "{answer}". What had the teacher asked?\n\n'
                "Passage: {context}"
            ),
            "{question}",
        ),
        Template(
            '"{answer}" is the answer. With this as your source, find the question.\n{context}',
            "{question}",
        ),
        Template(
            (
                "Given this paragraph:\n{context}\n"
                "please word a clear question that leads to: {answer}"
            ),
            "{question}",
        ),
        Template(
            "Text: {context}\nAnswer: {answer}",
            "{question}",
            instruction="Write the question that the answer belongs to.",
        ),
        Template(
            "{context}\n\nMarked answer: {answer}",
            "{question}",
            instruction=(
                "You set reading tests. Ask something that only the marked answer settles."
            ),
        ),
        Template(
            "Known: {answer}\nBackground: {context}\nAsked:",
            "{question}",
            instruction="Quiz show in reverse: the answer is known, the question is not.",
        ),
        Template(
            "Found: {answer}\nFound in: {context}",
            "{question}",
            instruction=(
                "An answer, and the passage where it was found. "
                "Reconstruct what the searcher wanted to know."
            ),
        ),
        Template(
            "Item text:\n{context}\n\nItem answer: {answer}",
            "{question}",
            instruction=(
                "Compose one question per item. "
                "It should rest on the text and not give the answer away."
            ),
        ),
        Template(
            "{context}\n\nThe reply was: {answer}",
            "{question}",
            instruction="What was the question?",
        ),
        Template(
            "Source: {context}\nGuest should say: {answer}\nInterviewer:",
            "{question}",
            instruction=(
                "Help an interviewer prepare. The source is given, "
                "and so is what the guest should say."
            ),
        ),
    ),
)
