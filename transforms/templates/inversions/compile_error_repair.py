"""A program that compiles, with a given compiler error put in: `answer`, `error` → `code`."""

from transforms.templates.template import Family, Template, shots

_INVERSION = "fixed code, error → faulty code"

FAMILY = Family(
    name="compile_error_repair_ii",
    targets=("code",),
    templates=(
        Template(
            "{answer}\n\nChange this program so that the compiler says: {error}",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Write a version of the program below that fails to compile with the message "
            '"{error}".\n\n{answer}',
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Working code:\n{answer}\n\nError to produce in line {line}: {error}\n\nBroken code:",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "This program was repaired. Before that, line {line} gave the error: {error}\n\n"
            "{answer}\n\nWhat did the program look like before?",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Compiler message: {error}\n\nCorrected program:\n{answer}\n\nOriginal program:",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "I need an example for students of the error message below. Put such an error into "
            "line {line} of my program.\n\nMessage: {error}\n\n{answer}",
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "{answer}\n\nError: {error}",
            "{code}",
            instruction="Change the program so that compiling it gives the error below.",
            inversion=_INVERSION,
        ),
        Template(
            "Program:\n{answer}\n\nLine: {line}\nMessage: {error}",
            "{code}",
            instruction=(
                "Break the program at the given line so that compiling it gives the message. Write "
                "out the whole program."
            ),
            inversion=_INVERSION,
        ),
        Template(
            'Add a mistake to this code that leads to "{error}" in line {line}.\n\n{answer}',
            "{code}",
            inversion=_INVERSION,
        ),
        Template(
            "Fixed:\n{answer}\n\nThe error was: {error}\n\nNot yet fixed:",
            "{code}",
            instruction="Show each program as it was before its compile error was fixed.",
            inversion=_INVERSION,
        ),
    ),
    few_shot=shots(
        instructions=(
            "",
            "Put the stated compile error into each program.",
            "Write each program as it was before its error was fixed.",
        ),
        layouts=(
            "Fixed code:\n{answer}\nError: {error}\nBroken code:\n",
            "{answer}\n\nCompiler, line {line}: {error}\n\nBefore the fix:\n",
            "Program:\n{answer}\nMessage: {error}\nWith the error:\n",
            "Line {line}: {error}\nCorrect program:\n{answer}\nFaulty program:\n",
        ),
        targets="{code}",
        inversion=_INVERSION,
    ),
)
