"""A question that asks for a given kind of thing: `answer` → `text` (a question)."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="question_type_ii",
    targets=("text",),
    templates=(
        Template(
            "Write a question whose answer is of this type: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Answer type: {answer}\nQuestion:",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Generate a trivia question that asks for the following type of answer: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Type: {answer}",
            "{text}",
            instruction="Write a question that asks for the given type of answer.",
            inversion="answer → text",
        ),
        Template(
            ("Type of answer: {answer}\n\nAsk a question that calls for an answer of this type."),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Label: {answer}\nQuestion:",
            "{text}",
            instruction=(
                "Write a question for the label, which says what type of answer the "
                "question asks for."
            ),
            inversion="answer → text",
        ),
        Template(
            "{answer}\n\nPlease write a question with this kind of answer.",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            ('What question could someone ask who wants an answer of the type "{answer}"?'),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "Type of answer: {answer}\nQuestion:",
            "{text}",
            instruction="Write a question that asks for this type of answer.",
            inversion="answer → text",
        ),
        Template(
            "Come up with a quiz question. What it should ask for: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                'I need one more question for the category "{answer}". The categories '
                "are based on what a question asks for."
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            (
                "Category: {answer}\n\nWrite a question in this category. The category is "
                "the type of the answer, not the subject."
            ),
            "{text}",
            inversion="answer → text",
        ),
        Template(
            "ask me something. type of answer: {answer}",
            "{text}",
            inversion="answer → text",
        ),
        Template(
            'The answer to the question is of the type "{answer}". What is the question?',
            "{text}",
            inversion="answer → text",
        ),
    ),
    few_shot=(
        *shots(
            instructions=(
                "",
                "Write a question that asks for the given type of answer.",
                "Ask a question of the given type.",
                "Write one example question for each label.",
            ),
            layouts=(
                "Answer type: {answer}\nQuestion:",
                "Type: {answer}\nExample:",
                "Label: {answer}\nQuestion:",
                "Type of answer wanted: {answer}\nQuestion:",
            ),
            targets="{text}",
            inversion="answer → text",
        ),
    ),
)
