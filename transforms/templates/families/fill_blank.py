"""What belongs in a blank: `text` (the blank is `_`), optional `context` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="fill_blank",
    targets=("answer",),
    context="context",
    roles={"context": "passage"},
    templates=(
        Template("{text}\n\nWhat goes into the blank?", "{answer}"),
        Template("Fill the gap: {text}", "{answer}"),
        Template("An ink blot covers one spot, shown as _.\n{text}\nIt hides:", "{answer}"),
        Template("Which words has the printer left out where the _ stands?\n\n{text}", "{answer}"),
        Template(
            "{text}", "{answer}", instruction="Say what the underscore stands for, nothing else."
        ),
        Template(
            "Cloze: {text}\nMissing:",
            "{answer}",
            instruction="Supply what is missing so that the whole makes sense.",
        ),
        Template(
            "Sentence with a hole: {text}",
            "{answer}",
            instruction="Who or what is meant? Write only what belongs in the hole.",
        ),
        Template("{context}\n\nGoing by this, complete the line: {text}", "{answer}"),
        Template(
            "One detail is hidden in the last line; the rest of the text gives it away.\n\n"
            "{context}\n\n{text}",
            "{answer}",
        ),
        Template(
            "Story: {context}\nStatement: {text}",
            "{answer}",
            instruction="The story tells you what the underscore in the statement hides. Name it.",
        ),
        Template(
            "{context}\n---\n{text}\nGap:",
            "{answer}",
            instruction="Above the line is the text, below it a sentence about it with a gap.",
        ),
        Template("{text}\n\nWhat does the _ stand for?\n\n{options}", "{answer}"),
        Template("Put one of these where the blank is.\n{options}\n\n{text}", "{answer}"),
        Template(
            "Only one filler makes this come out right. Which?\n{text}\n{options}", "{answer}"
        ),
        Template("Text with a gap: {text}\n\n{options}\n\nInto the gap goes:", "{answer}"),
        Template("{text}\n{options}", "{answer}", instruction="Choose what the blank should hold."),
        Template(
            "Gap text: {text}\n\n{options}",
            "{answer}",
            instruction="Try each candidate in the gap, then keep the one that makes sense.",
        ),
        Template(
            "To complete: {text}\n{options}\nChoice:",
            "{answer}",
            instruction="Grammar allows them all; sense allows one. Which is it?",
        ),
        Template(
            "{context}\n\nWith that in mind, fill the blank.\n{text}\n\n{options}", "{answer}"
        ),
        Template("{text}\n\nThe source:\n{context}\n\nWhat is _ ?\n{options}", "{answer}"),
        Template(
            "Text: {context}\n\nLine: {text}\n\n{options}",
            "{answer}",
            instruction="Use the text to decide which candidate completes the line.",
        ),
        Template(
            "News: {context}\nNote: {text}\n{options}\nRestored:",
            "{answer}",
            instruction="A name has dropped out of the note. Restore it with the help of the news.",
        ),
    ),
)
