"""A faulty program, corrected: `code` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="program_repair",
    targets=("answer",),
    templates=(
        Template(
            ("{code}\n\nThere is a mistake in this program. Write it out without the mistake."),
            "{answer}",
        ),
        Template("Debug this for me, please:\n\n{code}", "{answer}"),
        Template(
            (
                "My code does not do what it should. What would the working version look "
                "like?\n\n{code}"
            ),
            "{answer}",
        ),
        Template("Broken:\n{code}\n\nFixed:", "{answer}"),
        Template("{code}", "{answer}", instruction="Correct the program."),
        Template(
            "Faulty code:\n{code}",
            "{answer}",
            instruction=(
                "Find the fault and repair it with the smallest change that does the "
                "job. Return the full code."
            ),
        ),
        Template("Fix the bug in this code.\n\n{code}\n\nFixed code:", "{answer}"),
        Template(
            "{code}\n\nFix the program above. Return the whole program.\nProgram:", "{answer}"
        ),
        Template("{code}\n\nThis code has a bug. Fix it.", "{answer}"),
        Template("Buggy code:\n{code}\n\nCorrected code:", "{answer}"),
        Template(
            (
                "{code}\n\nFind the error in the code above and correct it. Reply with the "
                "corrected code only."
            ),
            "{answer}",
        ),
        Template(
            (
                "The code below does not work. Generate a corrected version.\n\n{code}\n\n"
                "Corrected version:"
            ),
            "{answer}",
        ),
        Template("{code}\n\nWhat does the correct version of this program look like?", "{answer}"),
        Template("{code}\n\nfix this code", "{answer}"),
        Template(
            (
                "{code}\n\nSomething is wrong here. Please repair it and change as little as "
                "possible."
            ),
            "{answer}",
        ),
        Template(
            "Program:\n{code}\n\nRepaired program:",
            "{answer}",
            instruction=(
                "You are given a program with an error. Write the program without the error."
            ),
        ),
        Template("Code:\n{code}\n\nRewrite the code so that it works.", "{answer}"),
        Template(
            "Code with a bug:\n{code}\n\nPlease return the code with the bug fixed.", "{answer}"
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Fix the bug in each program.",
                "Correct each program. Return the whole code.",
                "Each program has an error. Write it without the error.",
            ),
            layouts=(
                "Buggy code:\n{code}\nFixed code:\n",
                "{code}\n\nCorrected:\n",
                "Program:\n{code}\n\nRepaired program:\n",
                "Before:\n{code}\nAfter the fix:\n",
            ),
        ),
    ),
)
