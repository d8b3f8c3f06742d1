"""Which fields of a record a finished text shows: the text is searched, not the template."""

from collections.abc import Mapping

from transforms.types import FieldValue

# Python prepares the search for a long text at a cost that grows with it.
_BEGINNING = 64


def hidden_fields(
    essential: frozenset[str], fields: Mapping[str, FieldValue], text: str, reply: str | None
) -> list[str]:
    """Return the essential fields that a text does not show, in the order of `fields`.

    Args:
      reply: the turn of a dialog that the text is to be continued with; None for any.
    """
    hidden = []
    for name, value in fields.items():
        if name == "turns":
            is_shown = "history" not in essential or _shows_history(text, value, reply)
        elif name not in essential:
            continue
        elif isinstance(value, list):
            is_shown = all(_holds(text, part) for part in value)
        else:
            is_shown = _holds(text, value)
        if not is_shown:
            hidden.append(name)
    return hidden


def _holds(text: str, part: str) -> bool:
    """Return whether `part in text`; of a long part, the beginning is looked for, then compared."""
    if len(part) <= _BEGINNING:
        return part in text
    start = text.find(part[:_BEGINNING])
    while start >= 0 and not text.startswith(part, start):
        start = text.find(part[:_BEGINNING], start + 1)
    return start >= 0


def _shows_history(text: str, turns: FieldValue, reply: str | None) -> bool:
    """Return whether a text has all turns before some reply; for a query, before its own reply."""
    for number in range(1, len(turns), 2):
        is_asked = reply is None or turns[number] == reply
        if is_asked and all(_holds(text, turn) for turn in turns[:number]):
            return True
    return False
