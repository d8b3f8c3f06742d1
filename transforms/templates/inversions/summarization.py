"""A text that a summary could be taken from: `answer` → `text`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="summarization_ii",
    targets=("text",),
    templates=(
        Template(
            "{answer}\n\nThat is the short version. Write the long one.",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "Expand this summary into the text that it may have been taken from:\n\n{answer}",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "Summary: {answer}\nFull text:",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            (
                "A newsletter brought only these lines. What would the whole report read "
                "like?\n\n{answer}"
            ),
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "Please flesh this out, with the particulars that a full piece would have.\n{answer}",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "All that is left in my notes is this:\n{answer}\n\nCan you write the original again?",
            "{text}",
            inversion="summary → text",
        ),
        Template(
            (
                "Abstracts come last, as a rule. Here the abstract comes first and the document "
                "is for you to write.\n\n{answer}"
            ),
            "{text}",
            inversion="summary → text",
        ),
        Template(
            "Summary: {answer}",
            "{text}",
            instruction="Write the text that the summary sums up.",
            inversion="summary → text",
        ),
        Template(
            "Gist: {answer}\nStory:",
            "{text}",
            instruction="You are a reporter. The desk sends you the gist, you file the story.",
            inversion="summary → text",
        ),
        Template(
            "What was kept: {answer}",
            "{text}",
            instruction="Undo the cutting: put back what a summary leaves out.",
            inversion="summary → text",
        ),
        Template(
            "Main message: {answer}\nAt length:",
            "{text}",
            instruction=(
                "Write at length, stay true to the main message and invent only what does it no "
                "harm."
            ),
            inversion="summary → text",
        ),
        Template(
            "Digest:\n{answer}",
            "{text}",
            instruction="Only the digest survives. Write what was condensed into it.",
            inversion="summary → text",
        ),
        Template(
            "Outline: {answer}\nArticle:",
            "{text}",
            instruction="From outline to article.",
            inversion="summary → text",
        ),
        Template(
            "Brief version: {answer}",
            "{text}",
            instruction=(
                "A colleague got the brief version and now asks for everything. Write it all out."
            ),
            inversion="summary → text",
        ),
    ),
)
