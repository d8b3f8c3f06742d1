"""A program with a bug put in: `answer` (corrected) → `code` (faulty)."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="program_repair_ii",
    targets=("code",),
    templates=(
        Template(
            (
                "{answer}\n\nThis works. Break it with a mistake of the kind that people "
                "really make."
            ),
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Plant a bug in the following program and return the whole of it:\n\n{answer}",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Correct version:\n{answer}\n\nVersion with a defect:",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "What did this look like before the bug was fixed?\n\n{answer}",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "{answer}",
            "{code}",
            instruction="Introduce a bug into the code.",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Insert a bug into this code.\n\n{answer}\n\nBuggy code:",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "{answer}\n\nRewrite this program with a mistake in it.",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Working code:\n{answer}\n\nBroken code:",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            (
                "{answer}\n\nThis is a corrected program. Write the faulty program that it "
                "was made from."
            ),
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Generate a version of this code that contains an error.\n\n{answer}",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            ("{answer}\n\nChange the code so that it no longer works. Return the full code."),
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "{answer}\n\nadd a bug to this program", "{code}", inversion="fixed code → faulty code"
        ),
        Template(
            (
                "{answer}\n\nPlease write the same program with a typical programming "
                "error.\nFaulty program:"
            ),
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Program:\n{answer}\n\nProgram with a bug:",
            "{code}",
            instruction="You are given a program that works. Write it with a bug.",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Fixed code:\n{answer}\n\nWhat could the code have been before it was fixed?",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            (
                "I need code for a debugging exercise. Please put an error into this "
                "program.\n\n{answer}"
            ),
            "{code}",
            inversion="fixed code → faulty code",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Put a bug into each program.",
                "Write each program as it was before its bug was fixed.",
                "Change each program so that it has an error. Return the whole code.",
            ),
            layouts=(
                "Fixed code:\n{answer}\nBuggy code:\n",
                "{answer}\n\nWith a bug:\n",
                "Working program:\n{answer}\n\nFaulty program:\n",
                "After the fix:\n{answer}\nBefore:\n",
            ),
            targets="{code}",
            inversion="fixed code → faulty code",
        ),
    ),
)
