"""The beginning of a text for its ending: `answer` → `text`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="sentence_completion_ii",
    targets=("text",),
    templates=(
        Template(
            "Write the beginning of a text that ends like this: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Here is an ending: {answer}\nWrite a beginning for it.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nThis is how a text ends. What came before it?",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Write what comes before the following.\n\n{answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Generate a passage for which this is the most natural continuation: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "End: {answer}\nBeginning:",
            "{text}",
            instruction=("Write a beginning that leads up to the end."),
            inversion="answer → text",
        ),
        Template(
            "Ending: {answer}\n\nPlease write an opening that this ending could follow.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Ending: {answer}",
            "{text}",
            instruction=("Write the part of the text that comes before the ending."),
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nWhat could a text say just before this?",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Last part: {answer}\nFirst part:",
            "{text}",
            instruction="The last part of a text is given. Supply the first part.",
            inversion="answer → text",
        ),
        Template(
            ("A text ends with these words: {answer}\nWrite the part before them."),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "write a beginning for this ending\n\n{answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "A passage was cut in two, and this is the second half: {answer}\nWrite the "
                "first half."
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            ("Come up with a beginning. It should lead directly to the words below.\n\n{answer}"),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Write the instructions that come before this step.\n\n{answer}",
            "{text}",
            inversion="answer → text",
            domain="how_to",
        ),
        Template(
            "Next step: {answer}\n\nWhat did the how-to article say before that?",
            "{text}",
            inversion="answer → text",
            domain="how_to",
        ),
        Template(
            "This is the last part of a how-to article: {answer}\nThe part before it:",
            "{text}",
            inversion="answer → text",
            domain="how_to",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write the beginning that leads up to each ending.",
                "What came before?",
                "Supply the missing first part of each text.",
            ),
            layouts=(
                "Ending: {answer}\nBeginning:",
                "Continuation: {answer}\nText before it:",
                "Last part: {answer}\nFirst part:",
                "{answer}\nThe text before that:",
            ),
            targets="{text}",
            inversion="answer → text",
        ),
    ),
)
