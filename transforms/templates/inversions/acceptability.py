"""A sentence for a verdict on its grammar: `answer` → `text`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="acceptability_ii",
    targets=("text",),
    templates=(
        Template(
            "Write a sentence on whose grammar a native speaker would give this verdict: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Grammar check: {answer}\nSentence checked:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                'A linguist wrote "{answer}" in the margin, meaning the grammar. What sentence '
                "stood there?"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "I need an example for a lesson on sentence structure. When the class is asked "
                "to judge it, the reply should be: {answer}"
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Please invent a sentence for which a proofreader, asked if it is well formed, "
                'would note "{answer}".'
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Verdict on how the words are put together: {answer}\n\n"
                "Give me words that deserve it."
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Right, or wrong on purpose? Make a sentence that gets the judgement below.\n{answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Judgement: {answer}",
            "{text}",
            instruction="Write a sentence that earns the given judgement of its grammar.",
            inversion="answer → text",
        ),
        Template(
            "Key: {answer}\nSentence:",
            "{text}",
            instruction=(
                "You compile a test of grammatical intuition. Put a sentence next to the key."
            ),
            inversion="answer → text",
        ),
        Template(
            "Mark: {answer}",
            "{text}",
            instruction=(
                "Some sentences on the sheet should be sound and others broken in a way that is "
                "easy to miss. The mark tells you which kind is due."
            ),
            inversion="answer → text",
        ),
        Template(
            "Mark for grammar: {answer}\nPupil's line:",
            "{text}",
            instruction=(
                "Homework seen from the teacher's side: first the mark for grammar, then the "
                "line that got it."
            ),
            inversion="answer → text",
        ),
        Template(
            "Verdict on structure: {answer}",
            "{text}",
            instruction="Let structure alone decide; what the sentence means is your own affair.",
            inversion="answer → text",
        ),
        Template(
            "Grammatical judgement: {answer}\nSaid:",
            "{text}",
            instruction="Speak as somebody whose sentence would be judged like this.",
            inversion="answer → text",
        ),
        Template(
            "In: {answer}\nOut:",
            "{text}",
            instruction="Reverse the acceptability test. Verdict in, sentence out.",
            inversion="answer → text",
        ),
    ),
)
