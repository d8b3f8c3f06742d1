"""A program for a problem, given the tests that it has to pass: `question`, `tests` → `code`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="program_for_tests",
    targets=("code",),
    roles={"tests": "tests"},
    templates=(
        Template("{question}\n\nYour code has to pass this:\n{tests}", "{code}"),
        Template("Task: {question}\nTests:\n{tests}\nCode:", "{code}"),
        Template(
            "These checks are in place already:\n\n{tests}\n\nWhat is missing: {question}",
            "{code}",
        ),
        Template(
            "{question}\n\nThe names to use follow from the tests.\n\n{tests}\n\nImplementation:",
            "{code}",
        ),
        Template(
            "Write the program that makes these lines true.\n{tests}\n\nIn words: {question}",
            "{code}",
        ),
        Template(
            "A ticket:\n{question}\n\nIt can be closed when this runs:\n{tests}\n\nThe change:",
            "{code}",
        ),
        Template(
            "Problem: {question}\n\nTests: {tests}",
            "{code}",
            instruction="Solve the problem with a program that passes the tests.",
        ),
        Template(
            "{question}\n\n{tests}",
            "{code}",
            instruction=(
                "You get a description and assertions. Return code, and only code, "
                "for which they hold."
            ),
        ),
        Template(
            "Specification:\n{question}\n\nAcceptance tests:\n{tests}\n\nSource:",
            "{code}",
            instruction="Implement the specification. Acceptance is automatic.",
        ),
        Template(
            "Kata: {question}\nChecked by:\n{tests}",
            "{code}",
            instruction="Practise: a kata a day, each with its checks.",
        ),
        Template(
            "Comment: {question}\n\nTest file:\n{tests}\n\nModule:",
            "{code}",
            instruction="Tests come first here. Write the module that goes with the test file.",
        ),
        Template(
            "To do: {question}\nDone when:\n{tests}",
            "{code}",
            instruction="Take the next item from the list and program it.",
        ),
    ),
)
