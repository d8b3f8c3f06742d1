"""Questions answered from memory: `question` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="closed_book_qa",
    targets=("answer",),
    templates=(
        Template("{question}", "{answer}"),
        Template("Question: {question}\nAnswer in short:", "{answer}"),
        Template("Do you happen to know this? {question}", "{answer}"),
        Template('Someone at the table asks: "{question}" What do you tell them?', "{answer}"),
        Template("From memory, please, and in a few words.\n{question}", "{answer}"),
        Template("For 500 points: {question}", "{answer}"),
        Template("{question}\nNo looking things up. The bare fact is enough.", "{answer}"),
        Template("{question}", "{answer}", instruction="Answer briefly, from what you know."),
        Template(
            "Next question: {question}",
            "{answer}",
            instruction="General knowledge round. Give the answer without a full sentence.",
        ),
        Template(
            "Caller: {question}\nDesk:",
            "{answer}",
            instruction=(
                "You are the reference desk of a library. Callers want a quick, correct reply."
            ),
        ),
        Template("Q: {question}\nA:", "{answer}", instruction="State the fact that is asked for."),
        Template(
            "What they would like to know: {question}",
            "{answer}",
            instruction=(
                "Fill the gap in someone's knowledge with a short answer, and add nothing to it."
            ),
        ),
        Template("q) {question}", "{answer}", instruction="trivia time, keep it short"),
        Template(
            "To be answered: {question}",
            "{answer}",
            instruction="No sources are given here. Rely on what you have learned.",
        ),
    ),
)
