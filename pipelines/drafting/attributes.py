"""What a column of labels says of a text, as its name has it."""

import re
from typing import Any

# Names of columns that say nothing at all, and those that say nothing of what labels are of.
_NO_NAME = re.compile(r"(?:col(?:umn)?|field|unnamed)?[ :]*\d*|[a-z]", re.I)
_OF_LABELS = re.compile(
    r"labels?|class(?:es)?|categor(?:y|ies)|target|answers?|accept|annotations?|tags?", re.I
)
# Keys of the name of a label that is an object: {"intent": {"name": "refund", "id": 3}}.
NAMES_OF_LABELS = ("name", "title", "value", "class")
# What short names stand for.
_WHOLE = {"lang": "language"}
_TOPICS = ("topic", "topics", "subject")
_WORD_START = re.compile(r"(?<=[a-z\d])(?=[A-Z])|[_\-\s]+")


def attribute_of(key: str) -> str | None:
    """Return the name of a column in words: "meta.isSpam" → "spam".

    None of a name that says nothing, such as "y", "class" or "column_2".
    """
    above, _, last = key.rpartition(".")
    name = words_of(above if above and last.lower() in NAMES_OF_LABELS else key)
    name = name.removeprefix("is ")
    name = _WHOLE.get(name, name)
    is_bare = _NO_NAME.fullmatch(name) or _OF_LABELS.fullmatch(name)
    return None if is_bare else name


def words_of(key: str) -> str:
    """Return the name of a column as words: "meta.tableText" → "table text"."""
    words = [word for word in _WORD_START.split(key.rpartition(".")[2]) if word]
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in words)


def both_texts(one: str, two: str) -> dict[str, str]:
    """Return the source of a text of two keys, each with its name before it if it says anything.

    "claim", "evidence" → {"text": "claim: {claim}\\nevidence: {evidence}"}
    """
    bare = any(_NO_NAME.fullmatch(words_of(key)) for key in (one, two))
    lines = [f"{{{key}}}" if bare else f"{words_of(key)}: {{{key}}}" for key in (one, two)]
    return {"text": "\n".join(lines)}


def classified(text: Any, answer: str, name: str | None = None) -> dict[str, Any]:
    """Return the family and the fields of a text with a label under the key `answer`.

    Args:
      text: the source of the text.
      name: what the labels are of, if the key of the answer does not say it.
    """
    attribute = attribute_of(answer if name is None else name)
    if attribute in _TOPICS:
        return {"family": "topic", "fields": {"text": text, "answer": answer}}
    named = {"attribute": {"constant": attribute}} if attribute else {}
    return {"family": "classification", "fields": {"text": text, **named, "answer": answer}}
