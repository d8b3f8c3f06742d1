"""A question about a text, answered in free words: `context`, `question` → `answer`."""

from transforms.templates.template import Family, Template

FAMILY = Family(
    name="reading_comprehension",
    targets=("answer",),
    context="context",
    roles={"context": "passage"},
    templates=(
        Template("{context}\n\nHaving read that, answer: {question}", "{answer}"),
        Template("Work out the answer from the text below.\n\n{question}\n\n{context}", "{answer}"),
        Template(
            "Here is something I read today:\n{context}\n\nWhat it left me asking: {question}",
            "{answer}",
        ),
        Template(
            (
                "{context}\n\nA classmate has skipped the reading and is called on: {question}\n"
                "Whisper the answer."
            ),
            "{answer}",
        ),
        Template("To go on:\n{context}\n\nTo find out: {question}\nFound:", "{answer}"),
        Template(
            "{question}\n\nThe passage settles this, though not always verbatim.\n{context}",
            "{answer}",
        ),
        Template(
            "After this text comes a question about it.\n---\n{context}\n---\n{question}",
            "{answer}",
        ),
        Template(
            "Text: {context}\n\nQuestion: {question}",
            "{answer}",
            instruction="Answer the question about the text; a few words are enough.",
        ),
        Template(
            "{context}\n\n{question}\n>",
            "{answer}",
            instruction="Understand first, answer second. Count, compare or infer where needed.",
        ),
        Template(
            "Passage:\n{context}\nAsked:\n{question}\nReply:",
            "{answer}",
            instruction="Reply as someone who has followed the passage closely.",
        ),
        Template(
            "Question: {question}\nMaterial: {context}",
            "{answer}",
            instruction=(
                "The material holds what you need. Put the facts together and state the outcome."
            ),
        ),
        Template(
            "Reading: {context}\n\nCheck: {question}\nYour answer:",
            "{answer}",
            instruction="A check on how well you read. Short answers only.",
        ),
        Template(
            "[{context}]\n\n{question}",
            "{answer}",
            instruction=(
                "What stands in brackets is the source. Respond to what is asked about it."
            ),
        ),
        Template(
            "Report:\n{context}\n\nThe boss wants to know: {question}",
            "{answer}",
            instruction="You brief a busy person on a report. Say just what they ask for.",
        ),
    ),
)
