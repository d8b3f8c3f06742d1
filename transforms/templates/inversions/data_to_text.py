"""Prose taken apart: `answer` → `facts` (lines of subject | relation | object)."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="data_to_text_ii",
    targets=("facts",),
    templates=(
        Template(
            "{answer}\n\nList the facts in this as lines of the form subject | relation | object.",
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "What would a database store of the following? Put down each fact as subject | "
                "relation | object.\n\n{answer}"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            "Text: {answer}\nFacts (subject | relation | object):",
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "Please take this apart into single statements, one to a line. Each has three "
                "parts with a bar between them: who or what, how it relates, to what.\n"
                "{answer}"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "Somebody wrote this from a table:\n\n"
                "{answer}\n\nGive the table back to me, row by row, in the order subject | "
                "relation | object."
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            'Strip "{answer}" of its grammar and leave only lines of subject | relation | object.',
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "I am feeding a knowledge graph. Which edges do I add after reading this? (node "
                "| edge | node)\n\n{answer}"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            "{answer}",
            "{facts}",
            instruction="Extract the facts, a line each, as subject | relation | object.",
            inversion="text → facts",
        ),
        Template(
            "Entry: {answer}\nRecord:",
            "{facts}",
            instruction=(
                "Read the entry and fill in the record that it was written from: three columns, "
                "a bar between them, as many rows as there are facts."
            ),
            inversion="text → facts",
        ),
        Template(
            "Prose: {answer}\nTriples:",
            "{facts}",
            instruction=(
                "Turn prose into triples (subject | relation | object) and leave nothing out."
            ),
            inversion="text → facts",
        ),
        Template(
            "Said: {answer}\nEntered:",
            "{facts}",
            instruction=(
                "A clerk has to enter what people say into a form: subject, relation and object, "
                "in that order, with bars in between. Do the clerk's work."
            ),
            inversion="text → facts",
        ),
        Template(
            "In: {answer}\nOut:",
            "{facts}",
            instruction="Prose in, data out. Format of a line: subject | relation | object",
            inversion="text → facts",
        ),
        Template(
            "Passage: {answer}",
            "{facts}",
            instruction=(
                "Write down what is claimed, not how: each claim as a subject, a relation and an "
                "object with | between them."
            ),
            inversion="text → facts",
        ),
        Template(
            "Spoken: {answer}",
            "{facts}",
            instruction=(
                "A voice assistant spoke from facts that it held. Print those facts in its "
                "notation, subject | relation | object."
            ),
            inversion="text → facts",
        ),
    ),
)
