"""A question answered by a span of the text: `context`, `question` → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="extractive_qa",
    targets=("answer",),
    context="context",
    roles={"context": "passage"},
    templates=(
        Template("{context}\n\n{question}", "{answer}"),
        Template(
            (
                "Read this text, then answer the question about it.\n\n{context}\n\nQuestion: "
                "{question}"
            ),
            "{answer}",
        ),
        Template('What does the text say about this: {question}\n\nText: "{context}"', "{answer}"),
        Template(
            (
                "{question}\n\nYou will find the answer in here; quote the words that give "
                "it.\n{context}"
            ),
            "{answer}",
        ),
        Template(
            (
                "Read the text below and give me a short answer to the question after "
                "it.\n\n{context}\n\n{question}"
            ),
            "{answer}",
        ),
        Template(
            "Source:\n{context}\n\nQuery: {question}\nExact words from the source:", "{answer}"
        ),
        Template(
            "Passage: {context}\nQuestion: {question}",
            "{answer}",
            instruction="Answer the question with words taken from the passage.",
        ),
        Template(
            "{context}\n\nQ: {question}\nA:",
            "{answer}",
            instruction="Find the shortest stretch of the text that answers the question.",
        ),
        Template(
            "Article: {context}\n\nReader: {question}",
            "{answer}",
            instruction=(
                "You help readers look things up in articles. Reply with the fact "
                "they ask for and no more."
            ),
        ),
        Template(
            "Text:\n{context}\n\nQuestion: {question}",
            "{answer}",
            instruction="Answer from the text alone and keep it short.",
        ),
        Template(
            (
                "Read the passage and answer the question.\n\nPassage: {context}\n\n"
                "Question: {question}\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "Answer the following question about the text.\n\nText: {context}\n\n{question}",
            "{answer}",
        ),
        Template(
            "{context}\n\nBased on the text above, answer this question: {question}", "{answer}"
        ),
        Template(
            (
                "{context}\n\nQuestion: {question}\n\nAnswer the question with a short quote "
                "from the text.\nQuote:"
            ),
            "{answer}",
        ),
        Template("Context: {context}\n\nQuestion: {question}\n\nAnswer:", "{answer}"),
        Template(
            (
                "Extract the answer to the question from the text below.\n\nQuestion: "
                "{question}\n\nText: {context}\n\nExtracted answer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "{question}\n\nAnswer the question above with a phrase from this passage.\n\n"
                "{context}"
            ),
            "{answer}",
        ),
        Template("{context}\n\nUsing only the words of this text, answer: {question}", "{answer}"),
        Template(
            (
                "copy the part of the text that answers the question\n\ntext: {context}\n"
                "question: {question}\nanswer:"
            ),
            "{answer}",
        ),
        Template(
            (
                "Question: {question}\n\nPlease find the answer in the following text:\n"
                "{context}\n\nAnswer:"
            ),
            "{answer}",
        ),
        Template(
            "{context}\n\nWhich words in this passage answer the question below?\n{question}",
            "{answer}",
        ),
        Template(
            (
                "Use the paragraph from Wikipedia to answer the question.\n\n{context}\n\n"
                "Question: {question}"
            ),
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            "{context}\n\nThis is from a Wikipedia article. According to the article: {question}",
            "{answer}",
            domain="wikipedia",
        ),
        Template(
            "Question: {question}\nWikipedia: {context}\nShort answer from the article:",
            "{answer}",
            domain="wikipedia",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Answer each question with words from the passage.",
                "Read each passage and answer the question about it.",
                "Extract the answer to the question from the text.",
            ),
            layouts=(
                "Passage: {context}\nQuestion: {question}\nAnswer:",
                "{context}\nQ: {question}\nA:",
                "Text:\n{context}\n\nQuestion: {question}\nAnswer from the text:",
                "Question: {question}\nText: {context}\nAnswer:",
            ),
        ),
    ),
)
