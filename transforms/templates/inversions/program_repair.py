"""A program with a bug put in: `answer` (corrected) → `code` (faulty)."""

from transforms.templates.template import Family, Template, shots

_INVERSION = "fixed code → faulty code"
# Of records whose faulty programs have the compiler's message as a comment in a line.
_COMMENTED = "error_comments"

FAMILY = Family(
    name="program_repair_ii",
    targets=("code",),
    apart=frozenset((_COMMENTED,)),
    templates=(
        Template(
            (
                "{answer}\n\nThis works. Break it with a mistake of the kind that people "
                "really make."
            ),
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Plant a bug in the following program and return the whole of it:\n\n{answer}",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Correct version:\n{answer}\n\nVersion with a defect:",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "What did this look like before the bug was fixed?\n\n{answer}",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "{answer}",
            "{code}",
            instruction="Introduce a bug into the code.",
            inversion=_INVERSION,
        ),
        Template(
            "Insert a bug into this code.\n\n{answer}\n\nBuggy code:",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "{answer}\n\nRewrite this program with a mistake in it.",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Working code:\n{answer}\n\nBroken code:",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            (
                "{answer}\n\nThis is a corrected program. Write the faulty program that it "
                "was made from."
            ),
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Generate a version of this code that contains an error.\n\n{answer}",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            ("{answer}\n\nChange the code so that it no longer works. Return the full code."),
            "{code}",
            inversion=_INVERSION,
        ),
        Template("{answer}\n\nadd a bug to this program", "{code}", inversion=_INVERSION),
        Template(
            (
                "{answer}\n\nPlease write the same program with a typical programming "
                "error.\nFaulty program:"
            ),
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Program:\n{answer}\n\nProgram with a bug:",
            "{code}",
            instruction="You are given a program that works. Write it with a bug.",
            inversion=_INVERSION,
        ),
        Template(
            "Fixed code:\n{answer}\n\nWhat could the code have been before it was fixed?",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            (
                "I need code for a debugging exercise. Please put an error into this "
                "program.\n\n{answer}"
            ),
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "{answer}\n\nBreak this program so that it does not compile. At the end of the line "
            'that the compiler complains about, add its message as a comment: "// error: MESSAGE".',
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "Plant a compile error in the following program and return the whole of it, with the "
            "compiler's message in a comment at the end of the line that it names "
            '("// error: MESSAGE"):\n\n{answer}',
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "Correct version:\n{answer}\n\n"
            "Version that does not compile, with the compiler's message as a // error: comment:",
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "This program was repaired. Before that, the compiler stopped at one of its lines."
            "\n\n{answer}\n\nWhat did it look like before? Mark the line with a comment that gives "
            "the message, as in \"// error: expected ';'\".",
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "{answer}",
            "{code}",
            instruction=(
                "Introduce an error that the compiler finds. Write its message behind the line in "
                'question, after "// error: ".'
            ),
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "{answer}\n\nRewrite this program with a mistake in it that keeps it from compiling. "
            "At the end of the line for which the compiler reports it, say in a comment what it "
            'reports, and begin the comment with "// error: ".',
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "Program:\n{answer}\n\nProgram with an error and its message:",
            "{code}",
            instruction=(
                "You are given a program that compiles. Write it with an error, and put the "
                "compiler's message after the line where it appears, in the form // error: MESSAGE"
            ),
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "I need code for a debugging exercise. Please put a compile error into this program, "
            "and add a // error: comment with the compiler's message to the line that it names."
            "\n\n{answer}",
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "{answer}\n\nadd an error so this no longer compiles, and put the compiler message at "
            "the end of the line it names like // error: xyz",
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
        Template(
            "Working code:\n{answer}\n\n"
            "Broken code, with the compiler's message in a comment (// error: MESSAGE):",
            "{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
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
            inversion=_INVERSION,
        ),
        *shots(
            instructions=(
                "Put a compile error into each program, and the compiler's message into a comment "
                'at the end of the line that it names, after "// error: ".',
                "Write each program as it was before its error was fixed. A // error: comment "
                "gives the compiler's message.",
            ),
            layouts=(
                "Fixed code:\n{answer}\nCode with an error and its message:\n",
                "{answer}\n\nBefore the fix, with the message:\n",
                "Working program:\n{answer}\n\nFaulty program, commented:\n",
            ),
            targets="{code}",
            inversion=_INVERSION,
            domain=_COMMENTED,
        ),
    ),
)
