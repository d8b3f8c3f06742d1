"""The problem behind a program: `code` → `question`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="program_synthesis_ii",
    targets=("question",),
    templates=(
        Template(
            "{code}\n\nWhich problem does this program solve? State it as an assignment.",
            "{question}",
            inversion="code → question",
        ),
        Template(
            "Here is a solution. What was the task?\n\n{code}",
            "{question}",
            inversion="code → question",
        ),
        Template(
            (
                "Somebody handed in this code without the problem statement. Please write the "
                "statement.\n\n{code}"
            ),
            "{question}",
            inversion="code → question",
        ),
        Template(
            "Code:\n{code}\n\nProblem statement:",
            "{question}",
            inversion="code → question",
        ),
        Template(
            (
                "I inherited the source below and nobody remembers what it is for. Describe the "
                "job it was written to do.\n\n"
                "{code}"
            ),
            "{question}",
            inversion="code → question",
        ),
        Template(
            (
                "Read the program and say, in the form of a request, what its author must have "
                "been asked to write:\n\n{code}"
            ),
            "{question}",
            inversion="code → question",
        ),
        Template(
            "Work backwards from the code to the ticket that it closes.\n{code}",
            "{question}",
            inversion="code → question",
        ),
        Template(
            "{code}",
            "{question}",
            instruction="State the problem that the code solves.",
            inversion="code → question",
        ),
        Template(
            "Sample solution:\n{code}\n\nExercise:",
            "{question}",
            instruction=(
                "You set programming exercises and start from the sample solution. Word the "
                "exercise."
            ),
            inversion="code → question",
        ),
        Template(
            "Undocumented code:\n{code}",
            "{question}",
            instruction=(
                "The documentation is missing. Write the specification that the code fulfils."
            ),
            inversion="code → question",
        ),
        Template(
            "Candidate:\n{code}\n\nInterviewer had said:",
            "{question}",
            instruction="Guess the interview question from what the candidate typed.",
            inversion="code → question",
        ),
        Template(
            "Delivered:\n{code}",
            "{question}",
            instruction=(
                "Translate from the language of machines into the language of customers: what "
                "did they order?"
            ),
            inversion="code → question",
        ),
        Template(
            "Listing:\n\n{code}",
            "{question}",
            instruction=(
                "Do not explain the code line by line; say what one would ask for in order to "
                "get it."
            ),
            inversion="code → question",
        ),
        Template(
            "Surviving solution\n{code}\n\nStatement",
            "{question}",
            instruction=(
                "Contest archive: solutions survive, statements do not. Write the statement anew."
            ),
            inversion="code → question",
        ),
    ),
)
