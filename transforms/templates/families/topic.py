"""The subject or category of a text: `text` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="topic",
    targets=("answer",),
    context="text",
    templates=(
        Template("{text}\n\nWhat is the subject here?", "{answer}"),
        Template("Under which heading would a librarian shelve this?\n\n{text}", "{answer}"),
        Template('In a word or two, say what "{text}" is about.', "{answer}"),
        Template("Name the category that this text belongs to.\n{text}", "{answer}"),
        Template(
            (
                "I need a topic label for my archive. The item reads:\n\n{text}\n\n"
                "What should I call its topic?"
            ),
            "{answer}",
        ),
        Template("Item: {text}\nFiled under:", "{answer}"),
        Template("Text: {text}", "{answer}", instruction="Give the topic of the text."),
        Template(
            "{text}\nSubject:",
            "{answer}",
            instruction="Classify by subject matter. The label alone will do.",
        ),
        Template(
            "Piece: {text}",
            "{answer}",
            instruction="An editor routes each piece to the right desk. Which desk is it?",
        ),
        Template(
            '"{text}"',
            "{answer}",
            instruction=(
                "Ignore style and opinion and state only the field that the text deals with."
            ),
        ),
        Template(
            "Content: {text}",
            "{answer}",
            instruction="Tag this, please, with what it is mainly about.",
        ),
        Template("{text}\n\nWhich category suits this best?\n\n{options}", "{answer}"),
        Template("Here is a snippet: {text}\nSort it into one of these.\n{options}", "{answer}"),
        Template(
            "{options}\n\nOut of this list, choose the topic of the following text.\n\n{text}",
            "{answer}",
        ),
        Template('What would you say "{text}" deals with? Pick one.\n\n{options}', "{answer}"),
        Template(
            (
                "A reader wants to know which section this would appear in.\n\n"
                "{text}\n\n{options}\n\nSection:"
            ),
            "{answer}",
        ),
        Template(
            "Select the subject area for the text between the lines.\n---\n{text}\n---\n{options}",
            "{answer}",
        ),
        Template(
            "Text: {text}\n\n{options}",
            "{answer}",
            instruction="Assign the text to one of the listed categories.",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction="Several labels may seem to apply; choose the main one.",
        ),
        Template(
            "Item: {text}\n{options}\nEntry:",
            "{answer}",
            instruction="You are building an index. Find the right entry for the item.",
        ),
        Template(
            "Document:\n{text}\n\n{options}",
            "{answer}",
            instruction="Subject classification. Copy the fitting label exactly as it is written.",
        ),
        Template(
            'Passage: "{text}"\n\n{options}',
            "{answer}",
            instruction="Tell me which of the themes runs through the passage.",
        ),
    ),
)
