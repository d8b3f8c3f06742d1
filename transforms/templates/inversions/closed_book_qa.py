"""A question for a known fact: `answer` → `question`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="closed_book_qa_ii",
    targets=("question",),
    templates=(
        Template(
            'What might one ask in order to hear "{answer}"?',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "The answer is: {answer}\nThe question is:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                '"{answer}," said the librarian without looking up. What had the visitor wanted '
                "to know?"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Write a trivia question for which players have to come up with this: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "For my quiz I have the fact and lack the question. Could you write it?\n{answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "Turn this into something to ask at the dinner table, and let it be the answer: "
                "{answer}"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "Crossword setters call it the clue, quiz masters the question. Here is the "
                "solution: {answer}\nLet us have the question."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "{answer}",
            "{question}",
            instruction="Ask for this, without saying it.",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\nYou ask:",
            "{question}",
            instruction=(
                "General knowledge, with the roles swapped: you are told the answer and you ask."
            ),
            inversion="answer → question",
        ),
        Template(
            "Back: {answer}\nFront:",
            "{question}",
            instruction="You write cards for a trivia game. The back is printed; write the front.",
            inversion="answer → question",
        ),
        Template(
            "Reply on file: {answer}",
            "{question}",
            instruction=(
                "The reference desk kept its replies and threw away the inquiries. Reconstruct "
                "the inquiry."
            ),
            inversion="answer → question",
        ),
        Template(
            "Correct reply: {answer}\nQuestion:",
            "{question}",
            instruction="Be specific enough that nothing else would be a correct reply.",
            inversion="answer → question",
        ),
        Template(
            "a) {answer}\nq)",
            "{question}",
            instruction="trivia but backwards",
            inversion="answer → question",
        ),
        Template(
            "Came up: {answer}\nTyped:",
            "{question}",
            instruction="Imagine what someone typed into a search box before this came up.",
            inversion="answer → question",
        ),
    ),
)
