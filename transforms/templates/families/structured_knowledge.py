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
        Template("Here is some structured data.\n\n{context}\n\n{question}", "{answer}"),
        Template("Use the data below for your response.\n\n{question}\n\n{context}", "{answer}"),
        Template("Structure:\n{context}\n\nInput: {question}\nOutput:", "{answer}"),
        Template(
            "{context}\n\nInput: {question}",
            "{answer}",
            instruction="Use the structure to write what the input asks for.",
        ),
        Template(
            "Table or schema:\n{context}\n\nRequest: {question}",
            "{answer}",
            instruction="Answer the request with the help of the table or schema.",
        ),
        Template(
            "{question}\n\n{context}",
            "{answer}",
            instruction=("Use the structured data to respond to the request."),
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
            "Write what each input asks for, based on the data shown with it.",
        ),
        layouts=(
            "{context}\nRequest: {question}\nResult:",
            "Data:\n{context}\n\nInput: {question}\nOutput:",
            "Structure:\n{context}\nQuestion: {question}\nAnswer:",
            "{context}\n\n{question}\n\nResponse:",
        ),
    ),
)
