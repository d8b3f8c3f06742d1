"""A program for a problem, given the tests that it has to pass: `question`, `tests` → `code`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="program_for_tests",
    targets=("code",),
    roles={"tests": "tests"},
    templates=(
        Template("{question}\n\nYour code has to pass these tests:\n{tests}", "{code}"),
        Template("Task: {question}\nTests:\n{tests}\nCode:", "{code}"),
        Template(
            "Problem: {question}\n\nTests:\n{tests}",
            "{code}",
            instruction="Solve the problem with a program that passes the tests.",
        ),
        Template(
            ("Problem:\n{question}\n\nThe code has to pass the following tests.\n{tests}\n\nCode:"),
            "{code}",
        ),
        Template("{question}\n\nThese are the tests:\n{tests}", "{code}"),
        Template(
            "{question}\n\nThe solution must pass these tests:\n\n{tests}\n\nSolution:", "{code}"
        ),
        Template(
            ("Problem:\n{question}\n\nTests:\n{tests}\n\nProgram that passes all tests:"),
            "{code}",
        ),
        Template(
            (
                "Tests:\n{tests}\n\nDescription: {question}\n\nCode that fits the description "
                "and passes the tests:"
            ),
            "{code}",
        ),
        Template(
            "{question}\n\n{tests}",
            "{code}",
            instruction="Write code that passes the tests. It must use the names in them.",
        ),
        Template(
            "{question}\n\n{tests}\n\nCode:",
            "{code}",
            instruction=(
                "You get a description and tests. Return code, and only code, that passes them."
            ),
        ),
        Template(
            (
                "{question}\n\nYou can check your answer with these tests:\n{tests}\n\n"
                "Please reply with code only."
            ),
            "{code}",
        ),
        Template("{question}\n\nit should pass these tests:\n{tests}", "{code}"),
        Template(
            (
                "Generate a program from the description and the tests.\n\nDescription: "
                "{question}\nTests:\n{tests}\nProgram:"
            ),
            "{code}",
        ),
        Template(
            "Specification:\n{question}\n\nAcceptance tests:\n{tests}",
            "{code}",
            instruction="Implement the specification. All acceptance tests have to pass.",
        ),
        Template(
            (
                "Here are the tests for a program that has not been written yet.\n\n"
                "{tests}\n\nTask: {question}\n\nProgram:"
            ),
            "{code}",
        ),
        Template(
            ("{question}\n\nUse these tests as examples, and answer with code.\n{tests}"),
            "{code}",
        ),
        Template("Question: {question}\n\nTest cases:\n{tests}\n\nAnswer:", "{code}"),
        Template("{tests}\n\n{question} The tests above have to pass.", "{code}"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "The code for each task has to pass the tests.",
                "Solve each problem with a program that passes its tests.",
                "Write code that passes the tests. It must use the names in them.",
            ),
            layouts=(
                "Task: {question}\nTests:\n{tests}\nCode:\n",
                "{question}\n\nTests:\n{tests}\n\nSolution:\n",
                "Problem: {question}\nYour code should pass these tests:\n{tests}\nCode:\n",
                "Description: {question}\nTest cases:\n{tests}\nProgram:\n",
            ),
            targets="{code}",
        ),
    ),
)
