"""A problem in words, solved: `question` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="math_word_problem",
    targets=("answer",),
    templates=(
        Template("{question}", "{answer}"),
        Template("Work this out: {question}", "{answer}"),
        Template("{question}\n\nWhat is the result?", "{answer}"),
        Template(
            (
                "My daughter brought this home from school and we are both stuck.\n\n"
                "{question}\n\nWhat do you get?"
            ),
            "{answer}",
        ),
        Template(
            "Do the sum in your head and tell me only what comes out.\n{question}", "{answer}"
        ),
        Template("Problem: {question}\nResult:", "{answer}"),
        Template("{question}\nGive the final value; the working is not needed.", "{answer}"),
        Template("Problem: {question}", "{answer}", instruction="Solve the problem."),
        Template(
            "{question}\nSolution:",
            "{answer}",
            instruction="Arithmetic test. Write down the solution.",
        ),
        Template(
            "Word problem: {question}",
            "{answer}",
            instruction=(
                "Find the quantity that is asked for. "
                "Mind the units and ignore what is beside the point."
            ),
        ),
        Template(
            "Exercise. {question}",
            "{answer}",
            instruction="Check my homework key by solving the exercise yourself.",
        ),
        Template(
            "{question}",
            "{answer}",
            instruction=(
                "Set up the calculation silently, carry it through and report what it yields."
            ),
        ),
        Template(
            "Q: {question}\nA:",
            "{answer}",
            instruction="How much, how many, how long? Work it out and say.",
        ),
        Template(
            "Input: {question}\nDisplay:",
            "{answer}",
            instruction="Pretend that you are a calculator that can read.",
        ),
    ),
)
