"""A question about a text, answered in free words: `context`, `question` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="reading_comprehension",
    targets=("answer",),
    context="context",
    roles={"context": "passage"},
    templates=(
        Template("{context}\n\nHaving read that, answer: {question}", "{answer}"),
        Template("Work out the answer from the text below.\n\n{question}\n\n{context}", "{answer}"),
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
            "Question: {question}\n\nText: {context}",
            "{answer}",
            instruction=(
                "The text holds what you need. Put the facts together and state the answer."
            ),
        ),
        Template(
            (
                "Read the text and answer the question.\n\nText: {context}\n\nQuestion: "
                "{question}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Answer the following question about this passage.\n\nPassage: {context}\n\n"
                "{question}"
            ),
            "{answer}",
        ),
        Template(
            "{context}\n\nUse the passage above to answer the following question.\n{question}",
            "{answer}",
        ),
        Template("{context}\n\nQ: {question}\nA:", "{answer}"),
        Template("Passage:\n{context}\n\nQuestion:\n{question}\n\nShort answer:", "{answer}"),
        Template("{question}\n\nAnswer in a few words, based on this text:\n{context}", "{answer}"),
        Template("{context}\n\n{question}\n\nPlease give a short answer.", "{answer}"),
        Template(
            "Here is a text: {context}\n\nPlease tell me, in a few words: {question}", "{answer}"
        ),
        Template(
            "{context}\n\nI have a question about this text.\n{question}\nAnswer:", "{answer}"
        ),
        Template(
            "read the passage, then answer in a few words\n\n{context}\n\n{question}", "{answer}"
        ),
        Template(
            (
                "{context}\n\nQuestion: {question}\nThe answer may not be in the text word "
                "for word. Give it in as few words as possible."
            ),
            "{answer}",
        ),
        Template(
            (
                "You will see a text and a question. Reply with the answer only.\n\nText: "
                "{context}\n\nQuestion: {question}\n\nReply:"
            ),
            "{answer}",
            is_terse=True,
        ),
        Template(
            (
                "Question: {question}\n\nFind the answer with the help of this passage.\n\n"
                "{context}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{context}\n\nNow answer this question about the text.\n{question}",
            "{answer}",
        ),
        Template(
            "The following is from Wikipedia.\n\n{context}\n\nQuestion: {question}\nAnswer:",
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            (
                "{context}\n\nAnswer this question about the Wikipedia paragraph above. You "
                "may have to count or compare.\n{question}"
            ),
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            "Use the Wikipedia text to answer: {question}\n\n{context}",
            "{answer}",
            domain="wikipedia",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Answer each question about the text.",
                "Read each passage and give a short answer to the question.",
                "Use the text to work out the answer.",
            ),
            layouts=(
                "Text: {context}\nQuestion: {question}\nAnswer:",
                "{context}\n\nQuestion: {question}\nAnswer:",
                "Passage:\n{context}\n\n{question}\nShort answer:",
                "Question: {question}\nPassage: {context}\nAnswer:",
            ),
        ),
    ),
)
