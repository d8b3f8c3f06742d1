"""Small repairs of texts that several families need."""


def as_question(text: str) -> str:
    """A capital at its start, a question mark at its end: "is it so" → "Is it so?"."""
    question = text.strip().rstrip(" ?")
    return f"{question[:1].upper()}{question[1:]}?" if question else ""
