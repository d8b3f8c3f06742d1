"""Lines put into their right order: `items` (one a line) → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="ordering",
    targets=("answer",),
    templates=(
        Template("{items}\n\nThese lines got mixed up. Restore their order.", "{answer}"),
        Template("Sort this into a sequence that makes sense:\n\n{items}", "{answer}"),
        Template("Scrambled:\n{items}\nUnscrambled:", "{answer}"),
        Template(
            (
                "Could you rearrange the following so that each line leads to the one after "
                "it?\n\n{items}"
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
                "The sequence is wrong. Give the same lines, word for word, in the "
                "sequence they should have."
            ),
        ),
        Template("Put these lines in the correct order.\n\n{items}\n\nCorrect order:", "{answer}"),
        Template("{items}\n\nRearrange the lines so that they make sense.", "{answer}"),
        Template("Lines in random order:\n{items}\n\nLines in the right order:", "{answer}"),
        Template(
            (
                "{items}\n\nWhat is the correct order of these lines? Write them out, one "
                "below the other."
            ),
            "{answer}",
        ),
        Template(
            ("Reorder the lines below so that they form a logical sequence.\n\n{items}\n\nAnswer:"),
            "{answer}",
        ),
        Template(
            ("{items}\n\nPlease list the lines above in the order that makes sense.\nOrdered:"),
            "{answer}",
        ),
        Template(
            (
                "{items}\n\nThe lines above are shuffled. Write them in their original "
                "order.\nOriginal order:"
            ),
            "{answer}",
        ),
        Template("{items}\n\nput this in order", "{answer}"),
        Template(
            ("{items}\n\nArrange these from first to last. Do not add, drop or change anything."),
            "{answer}",
        ),
        Template(
            "Lines:\n{items}\n\nSorted:",
            "{answer}",
            instruction="Sort the lines into a logical order. Repeat each line exactly.",
        ),
        Template(
            ("{items}\n\nStart with the line that comes first, and give all lines in order."),
            "{answer}",
        ),
        Template(
            "Items:\n{items}\n\nIn what order do the items belong? List all of them.", "{answer}"
        ),
        Template(
            "{items}\n\nWrite the list again with its lines in the right order.",
            "{answer}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Put the lines into the right order.",
                "Rearrange each list so that it makes sense.",
                "Each list is shuffled. Write its lines in their original order.",
            ),
            layouts=(
                "Lines:\n{items}\nIn order:\n",
                "Shuffled:\n{items}\n\nOrdered:\n",
                "{items}\n\nRight order:\n",
                "List:\n{items}\nList in order:\n",
            ),
        ),
    ),
)
