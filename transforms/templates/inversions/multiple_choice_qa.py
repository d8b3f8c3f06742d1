"""An exam question for its answer: `answer`, optional `context` → `question`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="multiple_choice_qa_ii",
    targets=("question",),
    context="context",
    optional=frozenset({"context"}),
    templates=(
        Template(
            'Think of an exam question to which "{answer}" is the correct response.',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Right answer: {answer}\n\nWrite an exam question for it.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            ("Please write a question for my quiz. The correct reply should be: {answer}"),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Answer: {answer}",
            "{question}",
            instruction="Write an exam question for the answer.",
            inversion="answer → question",
        ),
        Template(
            "Write a question that has this answer: {answer}\nQuestion:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Generate a question for the answer below.\n\nAnswer: {answer}\nQuestion:",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            '"{answer}" is the answer. What could the question be?',
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "{answer}\n\nCome up with a test question that this answers.",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "answer: {answer}\nwhat's a good question for it?",
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                'I need a test question whose correct answer is "{answer}". Please write the '
                "question only.\nQuestion:"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            (
                "Correct answer: {answer}\n\nWrite the question that goes with it, without "
                "the wrong answers.\nQuestion:"
            ),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            ("I know the answer but not the question. Suggest one.\n\nAnswer: {answer}"),
            "{question}",
            inversion="answer → question",
        ),
        Template(
            "Write a science question with this answer: {answer}",
            "{question}",
            inversion="answer → question",
            domain="science",
        ),
        Template(
            (
                "{answer}\n\nThis is the correct answer on a science test. What does the "
                "question ask?"
            ),
            "{question}",
            inversion="answer → question",
            domain="science",
        ),
        Template(
            "Answer: {answer}\nScience question:",
            "{question}",
            inversion="answer → question",
            domain="science",
        ),
        Template(
            "{context}\n\nAsk something about this. The right reply should be: {answer}",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Write a test question on the passage below. The right answer should be: "
                "{answer}\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Passage: {context}\nCorrect answer: {answer}",
            "{question}",
            instruction=(
                "Write a comprehension question on the passage. Its correct answer is given."
            ),
            inversion="context, answer → question",
        ),
        Template(
            (
                "My class has read the following.\n\n{context}\n\nWhat could I ask them so "
                'that "{answer}" is the correct answer?'
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Read the text and write a question that has the given answer.\n\nText: "
                "{context}\nAnswer: {answer}\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "{context}\n\nWrite a question about the text above. Its answer is: {answer}"
                "\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "Context: {context}\nAnswer: {answer}\nThe question that was asked:",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Generate a question to go with this text and this answer.\n\nText: {context}"
                "\n\nAnswer: {answer}\n\nQuestion:"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                '{context}\n\n"{answer}" is the correct answer to a question about this '
                "text. What is the question?"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "The answer: {answer}\n\nThe text that it is about:\n{context}\n\nNow write "
                "the question."
            ),
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            "text: {context}\nanswer: {answer}\n\nwrite the question that belongs to it",
            "{question}",
            inversion="context, answer → question",
        ),
        Template(
            (
                "Use this fact to write a science question: {context}\nThe answer to it "
                "should be: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
            domain="science",
        ),
        Template(
            (
                "{context}\n\nWrite a science question that someone who knows this can "
                "answer. The answer is: {answer}"
            ),
            "{question}",
            inversion="context, answer → question",
            domain="science",
        ),
        Template(
            "Fact: {context}\nAnswer: {answer}\nScience question:",
            "{question}",
            inversion="context, answer → question",
            domain="science",
        ),
        Template(
            (
                'What question about the following text would be answered with "{answer}"?'
                "\n\n{context}"
            ),
            "{question}",
            inversion="context, answer → question",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a question for each answer.",
                "For each answer, write the exam question that it answers.",
            ),
            layouts=(
                "Answer: {answer}\nQuestion:",
                "Correct answer: {answer}\nExam question:",
            ),
            targets="{question}",
            inversion="answer → question",
        ),
        *shots(
            instructions=(
                "",
                "Write a question about each text that has the given answer.",
                "Given a text and an answer, write the question.",
            ),
            layouts=(
                "Text: {context}\nAnswer: {answer}\nQuestion:",
                "{context}\nCorrect answer: {answer}\nQuestion:",
            ),
            targets="{question}",
            inversion="context, answer → question",
        ),
    ),
)
