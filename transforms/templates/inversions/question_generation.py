"""The answer that a question was made for: `context`, `question` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="question_generation_ii",
    targets=("answer",),
    context="context",
    templates=(
        Template(
            (
                "{context}\n\nA quiz on this text contains the question below. What is on the "
                "answer card?\n{question}"
            ),
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "You have read this: {context}\nYou are asked this: {question}\nYou say:",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            (
                'Our examiner wrote "{question}" about the following passage. Tell us what '
                "answer they were after.\n\n{context}"
            ),
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            (
                "Question on the text: {question}\n\n"
                "Text: {context}\n\nThe expected answer, as brief as it can be:"
            ),
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            "Would you solve this for me?\n{question}\n\nIt is all in here:\n{context}",
            "{answer}",
            inversion="context, question → answer",
        ),
        Template(
            (
                "Look at the paragraph, look at the question, hand over the answer.\n\n"
                "{context}\n\n{question}"
            ),
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
            instruction="Complete the flash card with what the passage has to say.",
            inversion="context, question → answer",
        ),
        Template(
            "Text: {context}\n\nQuestion: {question}",
            "{answer}",
            instruction=(
                "The question was written with an answer in mind, and the text contains it. Name "
                "it."
            ),
            inversion="context, question → answer",
        ),
        Template(
            "Test text:\n{context}\n\nTest question: {question}\nSolution:",
            "{answer}",
            instruction=(
                "You check reading tests before they go out. Take the test yourself and note the "
                "solution."
            ),
            inversion="context, question → answer",
        ),
        Template(
            "Material: {context}\nQuestioner: {question}",
            "{answer}",
            instruction="Respond to the questioner from the material and in a few words.",
            inversion="context, question → answer",
        ),
        Template(
            "Built from: {context}\nQuestion: {question}\nWords:",
            "{answer}",
            instruction="From the question back to the words it was built on.",
            inversion="context, question → answer",
        ),
        Template(
            "Read by the class:\n{context}\n\nPut to the class: {question}\n\nKey:",
            "{answer}",
            instruction="Fill in the key for the teacher.",
            inversion="context, question → answer",
        ),
        Template(
            "page: {context}\nquestion: {question}",
            "{answer}",
            instruction="quiz time, the page is open, short answers only",
            inversion="context, question → answer",
        ),
    ),
)
