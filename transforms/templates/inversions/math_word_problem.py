"""A math problem with a given result: `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="math_word_problem_ii",
    targets=("question",),
    templates=(
        Template(
            ("Result: {answer}\n\nMake up a math problem that leads to this result."),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Result: {answer}",
            "{question}",
            instruction="Make up a math problem that has the given result.",
            inversion="answer → question",
        ),
        Template(
            (
                "Answer: {answer}\n\nWrite the math problem. State everything that one "
                "needs to solve it, but not the answer."
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Write a math problem whose answer is {answer}.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Make up a math problem. When you solve it, you should get {answer}.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Generate a math problem with this solution.\n\nSolution: {answer}\nProblem:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "The answer to a math problem is {answer}. What could the problem be?",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}\n\nWrite a math question that has this answer.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "I need an exercise for my math class. The answer has to be {answer}.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "{answer}\n\nThis is the result. Please write a math problem that leads to "
                "it.\nProblem:"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "answer: {answer}\n\nmake up a math problem for it",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}",
            "{question}",
            instruction=(
                "You write math tests. For each answer, write a problem that has "
                "exactly this answer."
            ),
            inversion="answer → question",
        ),
        Template(
            "What math problem could have the solution {answer}?",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "Solution: {answer}\n\nCome up with a matching math problem. Do not solve "
                "it.\nProblem:"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "{answer}\n\nState a math problem for which this is the only correct answer.",
            "{question}",
            inversion="answer → question",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a math problem for each answer.",
                "Make up a math problem that has the given result.",
            ),
            layouts=(
                "Answer: {answer}\nProblem:",
                "Answer: {answer}\nMath question:",
                "Result: {answer}\nMath problem with this result:",
                "Solution: {answer}\nMath exercise:",
            ),
            targets="{question}",
            inversion="answer → question",
        ),
    ),
)
