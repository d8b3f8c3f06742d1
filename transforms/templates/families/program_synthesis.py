"""A program for a problem: `question` → `code`.

A problem seldom says in which language: the templates of the domain `python` do.
"""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="program_synthesis",
    targets=("code",),
    # General templates leave the language open.
    apart=frozenset(("python",)),
    # HumanEval's records have tests to check a program by.
    not_essential={"tests": "the question says all that the program has to do"},
    roles={"tests": "tests", "function": "tests"},
    templates=(
        Template("{question}\n\nThe answer should be a program.", "{code}"),
        Template("Solve the following in code.\n\n{question}", "{code}"),
        Template("Task: {question}\nCode:", "{code}"),
        Template("I need working code and no explanation.\n\n{question}", "{code}"),
        Template("Show me the code for this and nothing else.\n\n{question}", "{code}"),
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
        Template("{question}\n\nGive the code only.", "{code}"),
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
        Template("Description: {question}\n\nGenerate code from this description.", "{code}"),
        Template("{question}\n\nAnswer with code.", "{code}"),
        Template("{question}\n\nPlease return only the source code.", "{code}"),
        Template("{question}\n\ncan you code this for me?", "{code}"),
        Template(
            ("{question}\n\nDo not explain the program.\nProgram:"),
            "{code}",
        ),
        Template("Requirements:\n{question}\n\nCode that meets the requirements:", "{code}"),
        Template("Problem: {question}\n\nAnswer with working code.", "{code}"),
        Template("The following describes a program. Write it.\n\n{question}", "{code}"),
        Template("{question}\n\nSource code:", "{code}"),
        # In Python.
        Template("{question}\n\nUse Python.", "{code}", domain="python"),
        Template("Solve this in Python.\n\n{question}", "{code}", domain="python"),
        Template("Task: {question}\nPython code:", "{code}", domain="python"),
        Template(
            "{question}\n\nAnswer with Python code only, no explanation.", "{code}", domain="python"
        ),
        Template("In Python, please:\n\n{question}", "{code}", domain="python"),
        Template(
            "Problem: {question}",
            "{code}",
            instruction="Each problem is to be solved in Python.",
            domain="python",
        ),
        Template(
            "Specification:\n{question}\n\nProgram:",
            "{code}",
            instruction="You are a careful Python programmer. Return just the program.",
            domain="python",
        ),
        Template(
            "Python exercise:\n{question}\n\nCode:",
            "{code}",
            domain="python",
        ),
        Template("Programming problem:\n{question}\n\nPython solution:", "{code}", domain="python"),
        Template(
            "{question}",
            "{code}",
            instruction="Answer in Python. Use the names and formats that are given.",
            domain="python",
        ),
        Template("# Python 3\n\n{question}\n\nSolution:", "{code}", domain="python"),
        Template(
            "{question}\n\nThe program should be in Python. Please return only the source code.",
            "{code}",
            domain="python",
        ),
        Template("can you code this in python for me?\n\n{question}", "{code}", domain="python"),
        Template(
            "Language: Python\nDescription: {question}\nImplementation:", "{code}", domain="python"
        ),
        Template(
            "What would the Python code for this look like?\n\n{question}",
            "{code}",
            domain="python",
        ),
        Template(
            "Here is an exercise from a Python course.\n\n{question}\n\nSolution:",
            "{code}",
            domain="python",
        ),
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
        *shots(
            instructions=(
                "",
                "Write Python code for each task.",
                "Solve each problem in Python. Give the code only.",
            ),
            layouts=(
                "Task: {question}\nPython code:\n",
                "Problem:\n{question}\n\nPython program:\n",
                "{question}\n\nPython:\n",
                "Description: {question}\nImplementation in Python:\n",
            ),
            targets="{code}",
            domain="python",
        ),
    ),
)
