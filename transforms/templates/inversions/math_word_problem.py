"""A problem with a given result: `answer` → `question`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="math_word_problem_ii",
    targets=("question",),
    templates=(
        Template(
            "Invent a word problem with this result: {answer}",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Result: {answer}\nProblem:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "My pupils need practice. Please write them an exercise in which the answer "
                "works out to {answer}."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            'The last line of a solution reads "= {answer}". What was the exercise?',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "Tell a small story with numbers in it and close with a question whose answer is "
                "{answer}."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "I solved a problem in my head and got {answer}. Guess the problem.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "Something is counted, shared out, bought or timed, and in the end it makes "
                "{answer}. Put the sum into words and ask for what it makes."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Result: {answer}",
            "{question}",
            instruction="Make up a problem that has the given result.",
            inversion="answer → question",
        ),
        Template(
            "Answer at the back: {answer}\nExercise at the front:",
            "{question}",
            instruction="You write a book of arithmetic and begin with the answers at the back.",
            inversion="answer → question",
        ),
        Template(
            "Should come out: {answer}",
            "{question}",
            instruction=(
                "Write the problem. State everything that is needed to work it out, and do not "
                "state what comes out."
            ),
            inversion="answer → question",
        ),
        Template(
            "Display: {answer}\nSituation:",
            "{question}",
            instruction=(
                "Somebody's calculator shows a result. Describe what they had to work out, and "
                "end with the question."
            ),
            inversion="answer → question",
        ),
        Template(
            "Solution: {answer}\nTask:",
            "{question}",
            instruction="Homework, upside down: from the solution to the task.",
            inversion="answer → question",
        ),
        Template(
            "{answer}",
            "{question}",
            instruction=(
                "Any setting will do, so long as your problem is sound and its calculation leads "
                "here."
            ),
            inversion="answer → question",
        ),
        Template(
            "Value: {answer}",
            "{question}",
            instruction="Set a problem of which the value is the solution.",
            inversion="answer → question",
        ),
    ),
)
