"""A program that does not compile, corrected: `code`, `error`, `line` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="compile_error_repair",
    targets=("answer",),
    templates=(
        Template(
            "{code}\n\nThe compiler stops at line {line}: {error}\n\nFix the program.", "{answer}"
        ),
        Template("Line {line} of this program gives an error: {error}\n\n{code}", "{answer}"),
        Template(
            (
                "This does not compile. Write the corrected version.\n\n{code}\n\nCompiler "
                "output: line {line}: error: {error}"
            ),
            "{answer}",
        ),
        Template("Code:\n{code}\n\nError in line {line}: {error}\n\nCorrected code:", "{answer}"),
        Template("error: {error} (line {line})\n\n{code}\n\nRepaired program:", "{answer}"),
        Template(
            "I get the message below when I compile my program. Please correct the code.\n\n"
            "{code}\n\nLine {line}: {error}",
            "{answer}",
        ),
        Template(
            "Program:\n{code}\n\nMessage: {error}\nLine: {line}",
            "{answer}",
            instruction="Correct the program so that it compiles.",
        ),
        Template(
            "{error} at line {line}\n\n{code}",
            "{answer}",
            instruction=(
                "You are given a compiler error and the program that causes it. Write the whole "
                "program with the error removed."
            ),
        ),
        Template(
            "{code}\n\nDiagnostic for line {line}: {error}",
            "{answer}",
            instruction="Use the diagnostic to repair the code. Answer with the code alone.",
        ),
        Template(
            "Broken code:\n{code}\n\nCompiler, line {line}: {error}\n\nWorking code:",
            "{answer}",
            instruction="Repair each program with the help of the compiler's message.",
        ),
        Template(
            "The build fails. Line {line} says: {error}\n\nThis is the source file:\n\n{code}\n\n"
            "What should the file contain instead?",
            "{answer}",
        ),
    ),
    few_shot=shots(
        instructions=(
            "",
            "Correct each program so that it compiles.",
            "Fix the compile error in each program. Return the whole code.",
        ),
        layouts=(
            "Code:\n{code}\nError in line {line}: {error}\nFixed code:\n",
            "{code}\n\nCompiler, line {line}: {error}\n\nCorrected:\n",
            "Line {line}: {error}\nProgram:\n{code}\nRepaired program:\n",
            "Program:\n{code}\nMessage: {error}\nLine: {line}\nAfter the fix:\n",
        ),
    ),
)
