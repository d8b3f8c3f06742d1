"""Facts put into prose: `facts` (lines of subject | relation | object) → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="data_to_text",
    targets=("answer",),
    templates=(
        Template("{facts}\n\nPut these facts into plain prose.", "{answer}"),
        Template(
            "Here is what the database holds:\n\n{facts}\n\nWrite it out for a human reader.",
            "{answer}",
        ),
        Template(
            (
                "Turn the records into fluent text, leaving nothing out and adding nothing.\n\n"
                "{facts}"
            ),
            "{answer}",
        ),
        Template("How would a reporter word this?\n{facts}", "{answer}"),
        Template("Please make a readable description from my notes:\n{facts}", "{answer}"),
        Template("Facts:\n{facts}\nAs text:", "{answer}"),
        Template(
            (
                "Someone reads you these entries over the phone.\n\n{facts}\n\n"
                "Tell a third person what they say, in whole sentences."
            ),
            "{answer}",
        ),
        Template("{facts}", "{answer}", instruction="Express the facts in natural language."),
        Template(
            "Lines:\n{facts}",
            "{answer}",
            instruction=(
                "Each line holds a subject, a relation and an object. "
                "Say all of it in ordinary sentences."
            ),
        ),
        Template(
            "Data:\n{facts}\n\nEntry:",
            "{answer}",
            instruction="You write entries for an encyclopedia from structured data.",
        ),
        Template(
            "Statements:\n{facts}",
            "{answer}",
            instruction="Do not list: connect the statements so that they read as one short text.",
        ),
        Template(
            "Triples:\n{facts}",
            "{answer}",
            instruction="Verbalise the triples. Names and numbers stay as they are.",
        ),
        Template(
            "Known to the assistant:\n{facts}\n\nSpoken:",
            "{answer}",
            instruction="A voice assistant has to speak this aloud. What does it say?",
        ),
        Template(
            "From the table:\n\n{facts}", "{answer}", instruction="Write what the table tells us."
        ),
    ),
)
