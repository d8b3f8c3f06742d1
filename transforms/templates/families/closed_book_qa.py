"""Questions answered from memory: `question` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="closed_book_qa",
    targets=("answer",),
    templates=(
        Template("{question}", "{answer}"),
        Template("Question: {question}\nAnswer in short:", "{answer}"),
        Template("Do you know the answer to this question? {question}", "{answer}"),
        Template("From memory, please, and in a few words.\n{question}", "{answer}"),
        Template("{question}\nAnswer without looking it up. The bare fact is enough.", "{answer}"),
        Template("{question}", "{answer}", instruction="Answer briefly, from what you know."),
        Template(
            "Next question: {question}",
            "{answer}",
            instruction="General knowledge round. Give just the answer, not a full sentence.",
        ),
        Template("Q: {question}\nA:", "{answer}", instruction="State the fact that is asked for."),
        Template("q) {question}", "{answer}", instruction="trivia time, keep it short"),
        Template("Answer the following question.\n\n{question}", "{answer}"),
        Template("Answer this trivia question: {question}\nAnswer:", "{answer}"),
        Template("{question}\n\nAnswer with just a name, a number or a few words.", "{answer}"),
        Template("{question}\nJust the answer, please.", "{answer}"),
        Template(
            (
                "Here is a general knowledge question. Please answer it as briefly as you "
                "can.\n\n{question}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{question}\n\nPlease respond with the answer only.\nAnswer:", "{answer}", is_terse=True
        ),
        Template("Can you answer this for me? {question}", "{answer}"),
        Template("{question}\nI just need the short answer.", "{answer}"),
        Template("Question: {question}\n\nGive a short, factual answer.", "{answer}"),
        Template(
            (
                "You answer factual questions. Reply with just the fact, not with a full "
                "sentence.\n\nQuestion: {question}\nReply:"
            ),
            "{answer}",
        ),
        Template("quick question: {question}", "{answer}"),
        Template(
            "{question}\n\nAnswer this from general knowledge, as briefly as possible.", "{answer}"
        ),
        Template("{question}\nPlease tell me in a few words.", "{answer}"),
        Template("{question}\nThe answer is:", "{answer}"),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Answer each question.",
                "Give a short answer to each question.",
                "Answer these trivia questions.",
            ),
            layouts=(
                "Question: {question}\nAnswer:",
                "Q: {question}\nA:",
                "{question}\nAnswer:",
                "Trivia question: {question}\nShort answer:",
            ),
        ),
    ),
)
