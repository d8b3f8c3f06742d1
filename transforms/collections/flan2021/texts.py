"""Small repairs of texts that several families need."""


def as_question(text: str) -> str:
    """Put a capital at the start and a question mark at the end: "is it so" → "Is it so?"."""
    question = text.strip().rstrip(" ?")
    return f"{question[:1].upper()}{question[1:]}?" if question else ""
