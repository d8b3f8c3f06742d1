"""A program for a problem: `question` → `code`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="program_synthesis",
    targets=("code",),
    roles={"tests": "tests", "function": "tests"},
    templates=(
        Template("{question}\n\nWrite a program for this.", "{code}"),
        Template("Solve the following in code.\n\n{question}", "{code}"),
        Template("Task: {question}\nCode:", "{code}"),
        Template("I need a working implementation, no explanation.\n\n{question}", "{code}"),
        Template("How would you program this? Show the code only.\n{question}", "{code}"),
        Template("A new ticket came in:\n\n{question}\n\nImplement it.", "{code}"),
        Template(
            "{question}\n\nPlease hand in complete source code that does what is described.",
            "{code}",
        ),
        Template(
            "Problem: {question}", "{code}", instruction="Write code that solves the problem."
        ),
        Template(
            "{question}",
            "{code}",
            instruction="Programming contest. Correct first, fast second, pretty third.",
        ),
        Template(
            "Specification:\n{question}\n\nProgram:",
            "{code}",
            instruction=(
                "You are a careful programmer. Cover the edge cases and return just the program."
            ),
        ),
        Template(
            "Description: {question}",
            "{code}",
            instruction="Turn the description into something a machine can run.",
        ),
        Template(
            "Interviewer: {question}",
            "{code}",
            instruction="Coding interview: read the question twice and then type your solution.",
        ),
        Template(
            "Statement\n{question}\n\nImplementation",
            "{code}",
            instruction=(
                "Implement what is asked for, with the names and formats that the statement gives."
            ),
        ),
        Template(
            "What it should do: {question}\n\nSource:",
            "{code}",
            instruction="Source code only, please.",
        ),
    ),
)
