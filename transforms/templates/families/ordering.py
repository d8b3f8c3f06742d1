"""Lines put into their right order: `items` (one a line) → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="ordering",
    targets=("answer",),
    templates=(
        Template("{items}\n\nThese lines got mixed up. Restore their order.", "{answer}"),
        Template("Sort this into a sequence that makes sense:\n\n{items}", "{answer}"),
        Template(
            (
                "Somebody dropped the cards and picked them up at random.\n\n{items}\n\n"
                "Lay them out the way they belong."
            ),
            "{answer}",
        ),
        Template("What comes first, what comes next, what comes last?\n{items}", "{answer}"),
        Template("Scrambled:\n{items}\nUnscrambled:", "{answer}"),
        Template(
            (
                "Could you rearrange the following so that each line leads to "
                "the one after it?\n\n{items}"
            ),
            "{answer}",
        ),
        Template(
            "Write these out again from start to finish, in the proper order.\n{items}", "{answer}"
        ),
        Template("{items}", "{answer}", instruction="Put the lines into the right order."),
        Template(
            "Wrong sequence:\n{items}",
            "{answer}",
            instruction=(
                "The sequence is wrong. Give the same lines, word for word, "
                "in the sequence they should have."
            ),
        ),
        Template(
            "Lines:\n{items}\n\nList:",
            "{answer}",
            instruction="Work out which line has to come before which, then list them all.",
        ),
        Template("Pieces:\n{items}", "{answer}", instruction="Reconstruct how it went."),
        Template(
            "Strips:\n\n{items}\n\nThe page:",
            "{answer}",
            instruction="A page was cut into strips. Paste it back together.",
        ),
        Template(
            "Parts, in no particular order:\n{items}",
            "{answer}",
            instruction=(
                "Use what you know about causes, time and good storytelling to arrange the parts."
            ),
        ),
        Template(
            "To arrange:\n{items}",
            "{answer}",
            instruction="Arrange. Do not add, drop or change anything.",
        ),
    ),
)
