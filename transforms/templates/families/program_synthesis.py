"""A program for a problem: `question` → `code`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="program_synthesis",
    targets=("code",),
    # HumanEval's records have tests to check a program by.
    not_essential={"tests": "the question says all that the program has to do"},
    roles={"tests": "tests", "function": "tests"},
    templates=(
        Template("{question}\n\nWrite a program for this.", "{code}"),
        Template("Solve the following in code.\n\n{question}", "{code}"),
        Template("Task: {question}\nCode:", "{code}"),
        Template("I need a working implementation, no explanation.\n\n{question}", "{code}"),
        Template("How would you program this? Show the code only.\n{question}", "{code}"),
        Template(
            "Problem: {question}", "{code}", instruction="Write code that solves the problem."
        ),
        Template(
            "Specification:\n{question}\n\nProgram:",
            "{code}",
            instruction=(
                "You are a careful programmer. Cover the edge cases and return just the program."
            ),
        ),
        Template("Write code for the following task.\n\n{question}\n\nCode:", "{code}"),
        Template(
            "{question}\n\nWrite code that solves this problem. Give the code only.", "{code}"
        ),
        Template("Programming problem:\n{question}\n\nSolution in code:", "{code}"),
        Template(
            ("Write a program that solves this problem.\n\nProblem:\n{question}\n\nProgram:"),
            "{code}",
        ),
        Template(
            "{question}",
            "{code}",
            instruction="Implement what is described. Use the names and formats that are given.",
        ),
        Template(
            "Description: {question}\n\nGenerate code from this description.\nCode:", "{code}"
        ),
        Template("{question}\n\nHow can this be implemented? Answer with code.", "{code}"),
        Template("{question}\n\nPlease implement this and return only the source code.", "{code}"),
        Template("{question}\n\ncan you code this for me?", "{code}"),
        Template(
            ("{question}\n\nSolve the task by writing a program. Do not explain it.\nSolution:"),
            "{code}",
        ),
        Template(
            "Requirements:\n{question}\n\nWrite the code that meets the requirements.", "{code}"
        ),
        Template("Problem: {question}\n\nAnswer with working code.\nAnswer:", "{code}"),
        Template("The following describes a program. Write it.\n\n{question}", "{code}"),
        Template("{question}\n\nSource code:", "{code}"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write code for each task.",
                "Solve each programming problem. Give the code only.",
                "Write a program for each description.",
            ),
            layouts=(
                "Task: {question}\nCode:\n",
                "Problem:\n{question}\n\nProgram:\n",
                "{question}\n\nSolution:\n",
                "Description: {question}\nImplementation:\n",
            ),
            targets="{code}",
        ),
    ),
)
