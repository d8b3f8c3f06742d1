"""A question for a known fact: `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="closed_book_qa_ii",
    targets=("question",),
    templates=(
        Template(
            'What could I ask to get the answer "{answer}"?',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "The answer is: {answer}\nThe question is:", "{question}", inversion="answer → question"
        ),
        Template(
            "Write a trivia question. The players should come up with this answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "For my quiz I have an answer but no question. Could you write the question?"
                "\nAnswer: {answer}"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "{answer}",
            "{question}",
            instruction=(
                "Write a question whose answer is the following. Do not mention the answer."
            ),
            inversion="answer → question",
        ),
        Template(
            "Correct answer: {answer}\nQuestion:",
            "{question}",
            instruction=(
                "Write a quiz question that is specific enough to have only one correct answer."
            ),
            inversion="answer → question",
        ),
        Template(
            "Write a question that has this answer: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Generate a question for the following answer.\n\nAnswer: {answer}\nQuestion:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            '"{answer}" is the answer to a trivia question. What is the question?',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "{answer}\n\nWrite a general knowledge question that this answers.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\n\nWhat is the question?", "{question}", inversion="answer → question"
        ),
        Template(
            "Please make up a quiz question. The answer should be: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            ("{answer}\n\nWrite a factual question that has this answer. Give only the question."),
            "{question}",
            inversion="answer → question",
        ),
        Template("answer: {answer}\ntrivia question:", "{question}", inversion="answer → question"),
        Template(
            "{answer}\n\nWhat would be a good quiz question for this answer?",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}",
            "{question}",
            instruction="You are given the answer to a factual question. Write the question.",
            inversion="answer → question",
        ),
        Template(
            (
                "Someone typed a question into a search engine and got this answer: "
                "{answer}\nWhat did they ask?"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "I am looking for a question with one clear answer, which is given "
                "below. What could I ask?\n\n{answer}"
            ),
            "{question}",
            inversion="answer → question",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a trivia question for each answer.",
                "For each answer, write the question.",
            ),
            layouts=(
                "Answer: {answer}\nQuestion:",
                "A: {answer}\nQ:",
                "{answer}\nTrivia question:",
                "The answer is: {answer}\nThe question:",
            ),
            targets="{question}",
            inversion="answer → question",
        ),
    ),
)
