"""The end of a beginning: `text` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="sentence_completion",
    targets=("answer",),
    templates=(
        Template("{text}", "{answer}"),
        Template("Carry on from here: {text}", "{answer}"),
        Template("{text}\n\nHow does it go on?", "{answer}"),
        Template(
            "The page is torn off after these words. Supply what was lost.\n\n{text}", "{answer}"
        ),
        Template("Beginning: {text}\nEnding:", "{answer}"),
        Template("Please finish this for me, in the most likely way.\n{text}", "{answer}"),
        Template("{text}", "{answer}", instruction="Complete the text."),
        Template(
            "So far: {text}",
            "{answer}",
            instruction="Write the part that comes after the break. Do not repeat the beginning.",
        ),
        Template(
            "{text}\nContinuation:",
            "{answer}",
            instruction=(
                "You take over from another writer in mid-flow. Continue naturally and briefly."
            ),
        ),
        Template("It starts like this: {text}", "{answer}", instruction="Guess the end."),
        Template(
            'Unfinished: "{text}"',
            "{answer}",
            instruction="Add whatever would round this off in a believable way.",
        ),
        Template("{text}\n\n{options}", "{answer}"),
        Template("Which ending belongs to this beginning?\n\n{text}\n\n{options}", "{answer}"),
        Template("{text}\nPick the continuation that fits best.\n{options}", "{answer}"),
        Template(
            "{options}\n\nOne of those endings is the real one. Match it to this start:\n{text}",
            "{answer}",
        ),
        Template(
            (
                'Someone began "{text}" and was interrupted. What were they going to say?\n\n'
                "{options}"
            ),
            "{answer}",
        ),
        Template(
            "Start: {text}\nLet the most plausible of these finish it.\n{options}\nFinish:",
            "{answer}",
        ),
        Template(
            "Opening: {text}\n\n{options}",
            "{answer}",
            instruction="Choose the most natural ending.",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
            instruction=(
                "Ask what would happen next in the real world, then pick the ending that agrees."
            ),
        ),
        Template(
            "The story up to there: {text}\n{options}",
            "{answer}",
            instruction=(
                "Story workshop: the last line went missing, and we have several candidates."
            ),
        ),
        Template(
            "To be completed: {text}\n\n{options}\n\nSelected:",
            "{answer}",
            instruction=(
                "Three things matter: it follows logically, it fits the style, it is not absurd. "
                "Select the completion on those grounds."
            ),
        ),
        Template(
            "{text} ...\n\n{options}", "{answer}", instruction="Join the start to its proper end."
        ),
    ),
)
