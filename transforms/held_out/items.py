"""What is looked for of a held-out record: its question, what it asks last, options, passage.

The item's own words count, never a template's. Options that the question itself lists, as in
BIG-Bench Hard, are taken apart, so that their order does not matter.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transforms.records.fields import DERIVED
from transforms.types import FieldValue

_PASSAGES = {"context", "passage", "text", "document"}
_OPTION_BLOCK = re.compile(r"\n\s*(?:options|choices|answer choices)\s*:\s*\n", re.I)
_MARKER = re.compile(r"^\s*(?:\(?[A-Za-z0-9]{1,2}[).:]|[-*•])\s+", re.M)
_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+|\n+")
_LEAST_ASK_WORDS = 3


@dataclass(frozen=True)
class ItemName:
    """A held-out record: the evaluation set (a source of the recipe), its task, its id."""

    set: str
    task: str
    id: str


@dataclass(frozen=True)
class ItemTexts:
    """The texts of one held-out item."""

    name: ItemName
    question: str
    ask: str
    options: tuple[str, ...]
    passage: str


def _as_text(value: FieldValue) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def split_options(question: str) -> tuple[str, list[str]]:
    """Split a question that lists its options itself into ("…?", options), else (question, [])."""
    parts = _OPTION_BLOCK.split(question, maxsplit=1)
    if len(parts) == 1:
        return question, []
    lines = [_MARKER.sub("", line).strip() for line in parts[1].splitlines()]
    return parts[0], [line for line in lines if line]


def last_sentence(text: str) -> str:
    """Return what a question asks, after all the text before it; a few words at least."""
    sentences = [part for part in _SENTENCE_END.split(text.strip()) if part.strip()]
    ask: list[str] = []
    while sentences and len(" ".join(ask).split()) < _LEAST_ASK_WORDS:
        ask.insert(0, sentences.pop())
    return " ".join(ask)


def item_texts(
    name: ItemName, fields: Mapping[str, FieldValue], targets: Iterable[str]
) -> ItemTexts:
    """Sort the fields of a held-out record by what they are for."""
    hidden = {target for target in targets if target not in DERIVED} | {"options", "rationale"}
    inputs = [field for field in sorted(fields) if field not in hidden]
    passages = [field for field in inputs if field in _PASSAGES]
    questions = [field for field in inputs if field not in _PASSAGES] or passages
    if questions == passages:
        passages = []
    question, listed = split_options("\n".join(_as_text(fields[field]) for field in questions))
    stated = fields.get("options", [])
    options: Sequence[str] = [stated] if isinstance(stated, str) else stated
    passage = "\n".join(_as_text(fields[field]) for field in passages)
    return ItemTexts(name, question, last_sentence(question), (*options, *listed), passage)
