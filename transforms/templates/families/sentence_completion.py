"""The end of a beginning: `text` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="sentence_completion",
    targets=("answer",),
    templates=(
        Template(
            "{text}",
            "{answer}",
        ),
        Template(
            "{text}\n\nHow does it go on?",
            "{answer}",
        ),
        Template(
            "Beginning: {text}\nEnding:",
            "{answer}",
        ),
        Template(
            "Please finish this for me, in the most likely way.\n{text}",
            "{answer}",
        ),
        Template(
            "{text}",
            "{answer}",
            instruction="Complete the text.",
        ),
        Template(
            "Continue the text: {text}",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhat comes next?",
            "{answer}",
        ),
        Template(
            "Complete the following passage.\n\n{text}",
            "{answer}",
        ),
        Template(
            "{text}\n\nFinish this text. Write only the part that is missing.",
            "{answer}",
        ),
        Template(
            "Text: {text}\nContinuation:",
            "{answer}",
            instruction="Write the most likely continuation of the text.",
        ),
        Template(
            "Text: {text}\n\nHow is this most likely to end?",
            "{answer}",
        ),
        Template(
            "{text}\n\nPlease complete this text.",
            "{answer}",
        ),
        Template(
            "finish this:\n\n{text}",
            "{answer}",
        ),
        Template(
            "Beginning: {text}\nRest:",
            "{answer}",
            instruction=("Write the ending of the text, without repeating the beginning."),
        ),
        Template(
            "{text}\n\nThis text breaks off before its end. Add the ending.",
            "{answer}",
        ),
        Template(
            "{text}",
            "{answer}",
            instruction=("Write the part that comes after the text below. Do not repeat the text."),
        ),
        Template(
            "{text}\n\nContinue from where the text stops.",
            "{answer}",
        ),
        Template(
            "Predict how the passage ends.\n\nPassage: {text}",
            "{answer}",
        ),
        Template(
            "Unfinished text: {text}\n\nAdd what is most likely to come next.\nEnding:",
            "{answer}",
        ),
        Template(
            "Complete the instructions.\n\n{text}",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "{text}\n\nWhat is the next step in this how-to article?",
            "{answer}",
            domain="how_to",
        ),
        Template(
            "Article: {text}\nNext:",
            "{answer}",
            instruction="This how-to article is missing its next lines. Write them.",
            domain="how_to",
        ),
        Template(
            "{text}\n\n{options}",
            "{answer}",
        ),
        Template(
            "{text}\n\nWhich ending belongs to this beginning?\n{options}\nEnding:",
            "{answer}",
        ),
        Template(
            "{text}\nPick the continuation that fits best.\n{options}",
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
                "Think about what would really happen next, then pick the ending that fits."
            ),
        ),
        Template(
            (
                "What happens next? Choose the most likely continuation.\n\n{text}\n\n"
                "{options}\n\nContinuation:"
            ),
            "{answer}",
        ),
        Template(
            "{text}\n\nWhich of these is the best continuation?\n{options}",
            "{answer}",
        ),
        Template(
            "Complete the text with one of the options.\n\nText: {text}\n\n{options}",
            "{answer}",
        ),
        Template(
            "Text: {text}\n{options}\nContinuation:",
            "{answer}",
        ),
        Template(
            "{text}\n\nHow does this text end?\n{options}\nAnswer:",
            "{answer}",
        ),
        Template(
            "{options}\n\nWhich of the endings above fits this beginning?\n{text}",
            "{answer}",
        ),
        Template(
            (
                "Beginning: {text}\n\nSelect the ending that makes the most sense.\n\n"
                "{options}\nEnding:"
            ),
            "{answer}",
        ),
        Template(
            "Beginning: {text}\n\n{options}\nEnding:",
            "{answer}",
            instruction="Read the beginning and choose the ending that follows from it.",
        ),
        Template(
            "{text}\n\nPlease pick the most plausible way to finish this.\n\n{options}",
            "{answer}",
        ),
        Template(
            "{text}\n\npick the best ending\n{options}",
            "{answer}",
        ),
        Template(
            "{text}\n\n{options}\n\nCompletion:",
            "{answer}",
            instruction=("Select the completion that follows logically and fits the style."),
        ),
        Template(
            (
                "Question: What is most likely to come after this text?\n\n{text}\n"
                "{options}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            ("{text}\n\nOnly one of these endings is plausible. Choose it.\n{options}"),
            "{answer}",
        ),
        Template(
            "Which is the right next step?\n\n{text}\n\n{options}",
            "{answer}",
            domain="how_to",
        ),
        Template(
            (
                "{text}\n\nHow do these instructions go on? Choose the most sensible "
                "continuation.\n{options}"
            ),
            "{answer}",
            domain="how_to",
        ),
        Template(
            "How-to article: {text}\n{options}\nNext:",
            "{answer}",
            domain="how_to",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Complete each text.",
                "What comes next?",
                "Write the most likely ending.",
            ),
            layouts=(
                "Text: {text}\nContinuation:",
                "Beginning: {text}\nEnding:",
                "{text}\nNext:",
                "Unfinished: {text}\nThe rest:",
            ),
            options=True,
        ),
    ),
)
