"""Spaces taken away between words: `answer` → `text` (without spaces)."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="word_segmentation_ii",
    targets=("text",),
    templates=(
        Template(
            "Remove all spaces from this text.\n\n{answer}",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "{answer}\n\nWrite this without spaces.",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "Text: {answer}\nWithout spaces:", "{text}", inversion="spaced text → run together"
        ),
        Template(
            "Delete the spaces between the words.\n\n{answer}",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "{answer}\n\nHow does this look without spaces?",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "{answer}",
            "{text}",
            instruction="Run the words together. Change nothing but the spaces.",
            inversion="spaced text → run together",
        ),
        Template("remove the spaces: {answer}", "{text}", inversion="spaced text → run together"),
        Template(
            "{answer}\n\nPlease type this again and leave out all spaces.",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "Take out all spaces.\n\nText: {answer}\n\nResult:",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "What is this text when it is written as one long word?\n\n{answer}",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "With spaces: {answer}\nWithout spaces:",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            ("{answer}\n\nRewrite the text without any spaces. Keep everything else.\nAnswer:"),
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "Input: {answer}\n\nJoin all the words of the input.\nOutput:",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "Write the following with no gaps between the words.\n\n{answer}",
            "{text}",
            inversion="spaced text → run together",
        ),
        Template(
            "{answer}\n\nGenerate a copy of this text that has no spaces in it.",
            "{text}",
            inversion="spaced text → run together",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Remove the spaces.",
                "Write each text without spaces.",
                "Leave out all spaces. Change nothing else.",
            ),
            layouts=(
                "Text: {answer}\nWithout spaces:",
                "{answer}\nNo spaces:",
                "With spaces: {answer}\nWithout spaces:",
                "Words: {answer}\nRun together:",
            ),
            targets="{text}",
            inversion="spaced text → run together",
        ),
    ),
)
