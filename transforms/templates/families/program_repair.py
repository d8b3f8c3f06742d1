"""A faulty program, corrected: `code` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="program_repair",
    targets=("answer",),
    templates=(
        Template(
            "{code}\n\nThere is a mistake in this program. Write it out without the mistake.",
            "{answer}",
        ),
        Template("Debug this for me, please:\n\n{code}", "{answer}"),
        Template(
            (
                "My code does not do what it should. "
                "What would the working version look like?\n\n{code}"
            ),
            "{answer}",
        ),
        Template("Broken:\n{code}\n\nFixed:", "{answer}"),
        Template(
            "The program:\n{code}\n\nIts tests fail. Send back a version that passes.", "{answer}"
        ),
        Template(
            "As a reviewer you found a bug here. Post the corrected code.\n\n{code}", "{answer}"
        ),
        Template(
            "Something went wrong between the idea and these lines:\n\n{code}\n\nPut it right.",
            "{answer}",
        ),
        Template("{code}", "{answer}", instruction="Correct the program."),
        Template(
            "Faulty code:\n{code}",
            "{answer}",
            instruction=(
                "Find the fault and repair it with the smallest change that does the job. "
                "Return the full code."
            ),
        ),
        Template(
            "Snippet:\n{code}\n\nMended:",
            "{answer}",
            instruction=(
                "You maintain an old code base. Each snippet has a defect; deliver it mended."
            ),
        ),
        Template(
            "Learner wrote:\n\n{code}",
            "{answer}",
            instruction="A learner's program is nearly right. Show how it should read.",
        ),
        Template(
            "Specimen\n{code}",
            "{answer}",
            instruction="Bug hunt: reply with the healthy program and no commentary.",
        ),
        Template(
            "Code as it is now:\n{code}",
            "{answer}",
            instruction="Undo the error that somebody slipped into the code.",
        ),
        Template(
            "What was committed:\n\n{code}\n\nShould have been:",
            "{answer}",
            instruction="What should have been committed?",
        ),
    ),
)
