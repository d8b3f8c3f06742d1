"""The problem behind a program: `code` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="program_synthesis_ii",
    targets=("question",),
    not_essential={"tests": "the code shows what it does"},
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
                "Someone handed in this code without the problem statement. Please write "
                "the statement.\n\n{code}"
            ),
            "{question}",
            inversion="code → question",
        ),
        Template("Code:\n{code}\n\nProblem statement:", "{question}", inversion="code → question"),
        Template(
            "{code}",
            "{question}",
            instruction="State the problem that the code solves.",
            inversion="code → question",
        ),
        Template(
            "{code}\n\nDescribe the task that this code solves.",
            "{question}",
            inversion="code → question",
        ),
        Template(
            ("Write the problem statement for this program.\n\n{code}\n\nProblem statement:"),
            "{question}",
            inversion="code → question",
        ),
        Template(
            "What problem does this code solve?\n\n{code}",
            "{question}",
            inversion="code → question",
        ),
        Template(
            (
                "{code}\n\nGenerate a programming problem whose solution is the code above.\n"
                "Problem:"
            ),
            "{question}",
            inversion="code → question",
        ),
        Template(
            ("{code}\n\nThis program is the answer to a request. Write the request."),
            "{question}",
            inversion="code → question",
        ),
        Template(
            "Program:\n{code}\n\nWhat might a user have asked for to get this program?",
            "{question}",
            inversion="code → question",
        ),
        Template(
            "what was this code written to do? state the task\n\n{code}",
            "{question}",
            inversion="code → question",
        ),
        Template(
            "{code}\n\nTask description:",
            "{question}",
            instruction=("You are given a program. Write the task description that it implements."),
            inversion="code → question",
        ),
        Template(
            "Solution:\n{code}\n\nWrite the exercise that goes with this solution.",
            "{question}",
            inversion="code → question",
        ),
        Template(
            (
                "{code}\n\nDo not explain the code line by line. State the task that it was "
                "written for.\nTask:"
            ),
            "{question}",
            inversion="code → question",
        ),
        Template(
            "{code}\n\nPlease write the programming task that this code is a solution to.",
            "{question}",
            inversion="code → question",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "State the task that each program solves.",
                "Write the problem statement for each program.",
                "Describe the task that each program solves.",
            ),
            layouts=(
                "Code:\n{code}\nTask:",
                "{code}\n\nProblem statement:",
                "Program:\n{code}\n\nTask description:\n",
                "Solution:\n{code}\n\nProblem:",
            ),
            targets="{question}",
            inversion="code → question",
        ),
    ),
)
