"""Prose taken apart: `answer` → `facts`, a line each with bars between its parts."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="data_to_text_ii",
    targets=("facts",),
    templates=(
        Template(
            (
                "Please list the facts in this text, one to a line, with bars between the "
                "parts of a fact.\n\n{answer}"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "{answer}\n\nList the facts in this text. Write one fact per line and put | "
                "between its parts."
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            "Text: {answer}\nFacts (one per line, parts separated by |):",
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "Convert the text to structured data. Each fact gets a line of its own, and "
                "| separates its parts.\n\nText: {answer}\n\nData:"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            "{answer}",
            "{facts}",
            instruction="Extract the facts. Write a line for each, with | between its parts.",
            inversion="text → facts",
        ),
        Template(
            (
                "What facts does this text state? Put each on its own line, with | between "
                "its parts.\n\n{answer}"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                '{answer}\n\nTurn this into data: lines such as "subject | relation | '
                'object", one for each fact.\nData:'
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "I would like to store the following in a table. Write a row for each fact, "
                "with | between the columns.\n\n{answer}"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "{answer}\n\nWhich facts would a database hold after reading this? Write one "
                "per line, with | as the separator."
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            "text: {answer}\n\nextract the facts, one per line, parts separated by |",
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "You turn prose into data. For every fact, output a line with | between its "
                "parts and leave nothing out.\n\nProse: {answer}\nOutput:"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "{answer}\n\nRewrite this as a list of facts without full sentences. Each "
                "line is one fact, and a | separates its parts.\nFacts:"
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "Break the text into single facts.\n\nText: {answer}\n\nUse one line per "
                "fact and the sign | between the parts of a fact."
            ),
            "{facts}",
            inversion="text → facts",
        ),
        Template(
            (
                "Read this description and fill in the records that it was written from: a "
                "line for each fact, a bar (|) between its parts.\n\nDescription: {answer}\n"
                "Records:"
            ),
            "{facts}",
            inversion="text → facts",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "List the facts in each text.",
                "Convert each text to data, a line for each fact.",
                "Extract the facts. Put | between the parts of a fact.",
            ),
            layouts=(
                "Text: {answer}\nFacts:\n",
                "{answer}\n\nData:\n",
                "Description: {answer}\nRecords:\n",
                "Prose: {answer}\nData:\n",
            ),
            targets="{facts}",
            inversion="text → facts",
        ),
    ),
)
