"""A program that compiles, with a given compiler error put in: `answer`, `error` → `code`."""

from transforms.templates.template import Family, Template, shots

_INVERSION = "fixed code, error → faulty code"
# Of records whose faulty programs have numbers before their lines, which nobody would guess.
_NUMBERED = "line_numbers"

FAMILY = Family(
    name="compile_error_repair_ii",
    targets=("code",),
    apart=frozenset((_NUMBERED,)),
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
            "Working code:\n{answer}\n\nThe compiler should report, for line {line}: {error}\n\n"
            "Broken code:",
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
            "I need an example for students of the error message below. Change my program so that "
            "the compiler reports it for line {line}.\n\nMessage: {error}\n\n{answer}",
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
                "Break the program so that the compiler gives the message for the given line. "
                "Write out the whole program."
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
        Template(
            "{answer}\n\nChange this program so that the compiler says: {error}\n\nBegin each line "
            'of the changed program with its number, as in "1: ".',
            "{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "Write a version of the program below that fails to compile with the message "
            '"{error}". Number its lines, with a colon after each number.\n\n{answer}',
            "{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "Working code:\n{answer}\n\nThe compiler should report, for line {line}: {error}\n\n"
            'Broken code, with line numbers ("1: ", "2: " and so on):',
            "{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "This program was repaired. Before that, line {line} gave the error: {error}\n\n"
            "{answer}\n\nWhat did the program look like before? Please number the lines, like "
            'this: "1: int main()".',
            "{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "Compiler message: {error}\n\nCorrected program:\n{answer}\n\n"
            "Original program, each line after its number and a colon:",
            "{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "I need an example for students of the error message below. Change my program so that "
            "the compiler reports it for line {line}, and number the lines of the result from 1 "
            "(number, colon, space, code).\n\nMessage: {error}\n\n{answer}",
            "{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "{answer}\n\nError: {error}",
            "{code}",
            instruction=(
                "Change the program so that compiling it gives the error below. Write a number "
                "and a colon before each line."
            ),
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "Program:\n{answer}\n\nLine: {line}\nMessage: {error}",
            "{code}",
            instruction=(
                "Break the program so that the compiler gives the message for the given line. "
                'Write out the whole program with numbered lines, the first of them after "1: ".'
            ),
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            'Add a mistake to this code that leads to "{error}" in line {line}. Show the code with '
            "line numbers, each followed by a colon.\n\n{answer}",
            "{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
        Template(
            "Fixed:\n{answer}\n\nThe error was: {error}\n\nNot yet fixed:",
            "{code}",
            instruction=(
                "Show each program as it was before its compile error was fixed, with a "
                'number before each line, as in "7: return 0;".'
            ),
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
    ),
    few_shot=(
        *shots(
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
        *shots(
            instructions=(
                "Put the stated compile error into each program, and number the lines.",
                "Write each program as it was before its error was fixed, with a number and a "
                "colon before each line.",
            ),
            layouts=(
                "Fixed code:\n{answer}\nError: {error}\nBroken code with line numbers:\n",
                "{answer}\n\nCompiler, line {line}: {error}\n\nBefore the fix, lines numbered:\n",
                "Line {line}: {error}\nCorrect program:\n{answer}\nFaulty program, numbered:\n",
            ),
            targets="{code}",
            inversion=_INVERSION,
            domain=_NUMBERED,
        ),
    ),
)
