"""A request in free words, complete in itself: `instruction` → `output`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="instruction_only",
    targets=("output",),
    templates=(
        Template("{instruction}", "{output}"),
        Template("{instruction}\n\nPlease carry this out.", "{output}"),
        Template("Here is something for you to do.\n\n{instruction}", "{output}"),
        Template("Request: {instruction}\nReply:", "{output}"),
        Template("A user wrote in:\n\n{instruction}\n\nWhat do you write back?", "{output}"),
        Template("I would like your help with this: {instruction}", "{output}"),
        Template("Today's errand\n{instruction}\n\nDone:", "{output}"),
        Template(
            "{instruction}",
            "{output}",
            instruction="Do what you are asked to do, no more and no less.",
        ),
        Template(
            "Order: {instruction}",
            "{output}",
            instruction="Orders arrive one at a time. Fill each of them.",
        ),
        Template(
            "The user says: {instruction}\n\nYou:",
            "{output}",
            instruction="You assist whoever writes to you. Be accurate and to the point.",
        ),
        Template(
            "Wanted: {instruction}\nDelivered:",
            "{output}",
            instruction="Deliver what is wanted.",
        ),
        Template(
            "On the card: {instruction}",
            "{output}",
            instruction="Each card in the box holds an assignment. Complete it.",
        ),
        Template(
            "Subject: a favour\n\n{instruction}\n\nAnswer to the sender:",
            "{output}",
            instruction="Go through the mail and answer it.",
        ),
        Template(
            "Prompt\n{instruction}\n\nCompletion",
            "{output}",
            instruction="Complete each prompt as an expert in its subject would.",
        ),
    ),
)
