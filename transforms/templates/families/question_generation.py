"""A question for a given answer: `context`, `answer` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="question_generation",
    targets=("question",),
    context="context",
    roles={"context": "passage", "question": "question", "answer": "answer"},
    templates=(
        Template(
            '{context}\n\nWhat could you ask about this to get the reply "{answer}"?', "{question}"
        ),
        Template(
            ("Make up a question about the text. Its answer must be: {answer}\n\n{context}"),
            "{question}",
        ),
        Template("Passage: {context}\nDesired answer: {answer}\nQuestion to ask:", "{question}"),
        Template(
            (
                "Write a question about the text below. The answer to it should be "
                '"{answer}".\n\n{context}'
            ),
            "{question}",
        ),
        Template(
            (
                "Given this paragraph, please write a clear question that has the answer "
                "below.\n\n{context}\n\n{answer}"
            ),
            "{question}",
        ),
        Template(
            "Text: {context}\nAnswer: {answer}",
            "{question}",
            instruction="Write the question that the answer belongs to.",
        ),
        Template(
            "{context}\n\nMarked answer: {answer}",
            "{question}",
            instruction=(
                "You write reading tests. Ask a question to which only the marked answer "
                "is correct."
            ),
        ),
        Template(
            "Text:\n{context}\n\nAnswer: {answer}",
            "{question}",
            instruction=("Write a question about the text that does not give the answer away."),
        ),
        Template(
            "{context}\n\nThe reply was: {answer}",
            "{question}",
            instruction="Write the question that got this reply.",
        ),
        Template(
            (
                "Generate a question about the passage that has the given answer.\n\n"
                "Passage: {context}\n\nAnswer: {answer}\n\nQuestion:"
            ),
            "{question}",
        ),
        Template(
            (
                "Write a question about the following text. The answer is given below it.\n\n"
                "{context}\n\nAnswer: {answer}"
            ),
            "{question}",
        ),
        Template(
            '{context}\n\nGenerate a question about this text that is answered by "{answer}".',
            "{question}",
        ),
        Template("{context}\n\nAnswer: {answer}\n\nWrite the question.", "{question}"),
        Template("Context: {context}\nAnswer: {answer}\nQuestion:", "{question}"),
        Template(
            (
                "{context}\n\nI am writing a quiz about this text. One of the answers is: "
                "{answer}\nWhat should the question be?"
            ),
            "{question}",
        ),
        Template(
            "text: {context}\n\nmake a question out of this, the answer is: {answer}\nquestion:",
            "{question}",
        ),
        Template(
            ('Write the question that the text below answers with "{answer}".\n\n{context}'),
            "{question}",
        ),
        Template(
            (
                "Answer: {answer}\nText: {context}\n\nAsk for the answer without giving it "
                "away.\nQuestion:"
            ),
            "{question}",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a question for each text and answer.",
                "Generate a question about the passage that has the given answer.",
            ),
            layouts=(
                "Text: {context}\nAnswer: {answer}\nQuestion:",
                "{context}\nAnswer: {answer}\nQuestion:",
                "Answer: {answer}\nPassage: {context}\nQuestion:",
                "Passage:\n{context}\n\nAnswer: {answer}\nQuestion about it:",
            ),
            targets="{question}",
        ),
    ),
)
