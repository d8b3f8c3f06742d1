"""A program with a bug put in: `answer` (corrected) → `code` (faulty)."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="program_repair_ii",
    targets=("code",),
    templates=(
        Template(
            "{answer}\n\nThis works. Break it with a mistake of the kind that people really make.",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Plant a bug in the following program and return the whole of it:\n\n{answer}",
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            (
                "I teach debugging and need something for my students to find. Please slip an "
                "error into this code.\n\n{answer}"
            ),
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
            (
                "Here is the code after review. Show the code as it might have been submitted, "
                "fault included.\n\n{answer}"
            ),
            "{code}",
            inversion="fixed code → faulty code",
        ),
        Template(
            (
                "Our tests pass with this and nobody trusts them. Change the code so that a good "
                "test would fail.\n\n{answer}"
            ),
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
            "Program:\n{answer}\n\nMutant:",
            "{code}",
            instruction=(
                "Mutation testing: give back the program with a small change that alters what it "
                "does."
            ),
            inversion="fixed code → faulty code",
        ),
        Template(
            "Written awake:\n{answer}\n\nWritten at midnight:",
            "{code}",
            instruction=(
                "You play the tired programmer. Write the same program with the slip that you "
                "would make at midnight."
            ),
            inversion="fixed code → faulty code",
        ),
        Template(
            "After the repair:\n{answer}\n\nBefore:",
            "{code}",
            instruction=(
                "Commit history in reverse: from the repaired file to the file that needed repair."
            ),
            inversion="fixed code → faulty code",
        ),
        Template(
            "Sound code:\n{answer}",
            "{code}",
            instruction=(
                "Make a puzzle out of sound code. The flaw should be hard to see and the rest "
                "untouched."
            ),
            inversion="fixed code → faulty code",
        ),
        Template(
            "Done right:\n\n{answer}",
            "{code}",
            instruction="Show what a beginner could have got wrong here. Reply with code alone.",
            inversion="fixed code → faulty code",
        ),
        Template(
            "Healthy\n{answer}\n\nSick",
            "{code}",
            instruction=(
                "Specimens are bred for a bug hunt: the healthy program comes in, the sick one "
                "goes out."
            ),
            inversion="fixed code → faulty code",
        ),
    ),
)
