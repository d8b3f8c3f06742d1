"""What kind of thing a question asks for: `text` (a question) → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="question_type",
    targets=("answer",),
    templates=(
        Template("{text}\n\nWhat sort of answer does this call for?", "{answer}"),
        Template('When somebody asks "{text}", what kind of thing do they want?', "{answer}"),
        Template("Never mind the answer itself: of what kind would it be?\n{text}", "{answer}"),
        Template("Question: {text}\nExpected in reply:", "{answer}"),
        Template("What would one have to name or give here: {text}", "{answer}"),
        Template("Question: {text}", "{answer}", instruction="Name the type of answer expected."),
        Template(
            "{text}",
            "{answer}",
            instruction="Do not answer. Classify the question by what it asks for.",
        ),
        Template(
            "Asked: {text}\nKind:",
            "{answer}",
            instruction="A search engine has to know what kind of thing to look for. Tell it.",
        ),
        Template(
            '"{text}"', "{answer}", instruction="State what the asker would accept as an answer."
        ),
        Template("{text}\n\nWhat is asked for here?\n\n{options}", "{answer}"),
        Template("Sort this question into one of these kinds.\n{options}\n\n{text}", "{answer}"),
        Template('The reply to "{text}" will be one of these. Which?\n{options}', "{answer}"),
        Template("Question: {text}\n\n{options}\n\nIt asks for:", "{answer}"),
        Template("Which kind of answer fits?\n{text}\n{options}", "{answer}"),
        Template(
            "Question: {text}\n\n{options}",
            "{answer}",
            instruction="Choose the type of answer that the question calls for.",
        ),
        Template(
            "{text}\n{options}",
            "{answer}",
            instruction="You route questions to specialists. Who deals with this one?",
        ),
        Template(
            "Quiz item: {text}\n\n{options}\nCategory of its solution:",
            "{answer}",
            instruction="Label quiz items by what their solution is, without solving them.",
        ),
        Template(
            "Incoming: {text}\n{options}",
            "{answer}",
            instruction="Look at the question word and the noun after it, then pick a label.",
        ),
    ),
)
