"""A request about a table, a database or a graph: `question`, `context` (its lines) → `answer`."""

from transforms.templates.template import Family, Template, shots

FAMILY = Family(
    name="structured_knowledge",
    targets=("answer",),
    context="context",
    templates=(
        Template("{context}\n\n{question}", "{answer}"),
        Template("{question}\n\nUse this data:\n{context}", "{answer}"),
        Template("Data:\n{context}\n\nRequest: {question}\nResult:", "{answer}"),
        Template(
            "Here is the structure that you work with.\n\n{context}\n\n{question}", "{answer}"
        ),
        Template("Respond to this from the data below: {question}\n\n{context}", "{answer}"),
        Template("Structure:\n{context}\n\nInput: {question}\nOutput:", "{answer}"),
        Template(
            "{context}\n\nInput: {question}",
            "{answer}",
            instruction="Write the result that the input asks for, from the structure above it.",
        ),
        Template(
            "Table or schema:\n{context}\n\nRequest: {question}",
            "{answer}",
            instruction="Answer the request with the help of the table or schema.",
        ),
        Template(
            "{question}\n\n{context}",
            "{answer}",
            instruction=(
                "You are given a request and structured data. Respond in the form that the task "
                "calls for."
            ),
        ),
        Template(
            "Source:\n{context}\n\nQuery: {question}\nResponse:",
            "{answer}",
            instruction="Each query is about the source that is shown with it.",
        ),
    ),
    few_shot=shots(
        instructions=(
            "",
            "Answer each request with the help of the data above it.",
            "Write the result that each input asks for, from the structure shown with it.",
        ),
        layouts=(
            "{context}\nRequest: {question}\nResult:",
            "Data:\n{context}\n\nInput: {question}\nOutput:",
            "Structure:\n{context}\nQuestion: {question}\nAnswer:",
            "{context}\n\n{question}\n\nResponse:",
        ),
    ),
)
