"""Canonical fields: clean them at ingest, and lay them out as texts for templates."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from transforms.stable_random import Draws
from transforms.templates.families import FAMILIES
from transforms.types import FieldValue

# Fields that rendering derives, and the canonical field that each comes from.
DERIVED = {"history": "turns", "response": "turns"}
MIN_TURNS = 2
# One of several references is drawn for these; other lists are shown line by line.
REFERENCES = ("answer", "output")
_LISTS = ("options", "turns")
# Lists of words are shown on one line.
_WORDS = ("keywords",)
_SPEAKERS = (
    ("A", "B"),
    ("Person A", "Person B"),
    ("Person 1", "Person 2"),
    ("Speaker 1", "Speaker 2"),
    ("User", "Assistant"),
    ("Human", "Assistant"),
    ("X", "Y"),
    ("First speaker", "Second speaker"),
)
_TURNS = ("{speaker}: {turn}", "[{speaker}] {turn}", "{speaker} - {turn}", '{speaker}: "{turn}"')


@dataclass(frozen=True)
class DialogLayout:
    """The layout of the turns of a dialog.

    Attributes:
      speakers: names of the two; empty for turns without names.
      turn: format string of a line, with `speaker` and `turn`.
    """

    speakers: tuple[str, str] | tuple[()]
    turn: str

    def line(self, number: int, turn: str) -> str:
        """Return the line of turn `number` (from 0)."""
        speaker = self.speakers[number % 2] if self.speakers else ""
        return self.turn.format(speaker=speaker, turn=turn)


DIALOG_LAYOUTS = (
    *(DialogLayout(speakers, turn) for speakers in _SPEAKERS for turn in _TURNS),
    DialogLayout((), "- {turn}"),
    DialogLayout((), '"{turn}"'),
)
BARE_DIALOG = DialogLayout((), "{turn}")


_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
_INDENTATION = re.compile(r"\t| {2,}")


# What Arrow and Parquet hold beside JSON's scalars has one usual spelling: 1.50, 2024-01-31.
_SCALARS = (str, int, float, Decimal, date, time)


def spelled(value: object) -> str:
    """Return a raw value as JSON spells it, without quotation marks: True → "true", 3 → "3"."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_missing(value: object) -> bool:
    """Return whether a raw value means a missing one: null, or NaN as pandas writes it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


# What instruction sets write where an instruction has no input: Alpaca's own is "<noinput>".
_NEEDED = "(?:needed|required|necessary|provided)"
_NONE = rf"(?:no ?input|none)(?: (?:is )?{_NEEDED})?|not (?:applicable|{_NEEDED})|n/a|null|nan"
_NO_INPUT = re.compile(rf"(?:{_NONE})\.?|[<\[(](?:{_NONE}|empty)\.?[>\])]|[-–—]", re.I)


def says_no_input(value: object) -> bool:
    """Return whether the optional input of an instruction says that there is none: "<noinput>"."""
    return isinstance(value, str) and _NO_INPUT.fullmatch(value.strip()) is not None


def _clean_text(value: object, keeps_indentation: bool) -> str | None:
    """Return a stripped text; None if the value is not a scalar.

    The indentation of the first line is part of programs and verses: a tab, or at least two
    spaces, are kept. A single space comes from careless exports.
    """
    if not isinstance(value, _SCALARS):
        return None
    text = _BLANK_LINES.sub("", spelled(value)).rstrip()
    return text if keeps_indentation and _INDENTATION.match(text) else text.lstrip()


def canonical_fields(fields: Mapping[str, object]) -> dict[str, FieldValue] | str:
    """Return stripped strings and lists of strings without empty ones; or the problem.

    {"question": " Why? ", "context": ""} → {"question": "Why?"}
    """
    clean: dict[str, FieldValue] = {}
    # An answer must be equal to one of the options.
    stripped = {*_LISTS, "answer"} if fields.get("options") else {*_LISTS}
    for name, value in fields.items():
        if is_missing(value):
            continue
        if isinstance(value, str) and name not in _LISTS:
            if text := _clean_text(value, name not in stripped):
                clean[name] = text
            continue
        items = value if isinstance(value, list) else [value]
        texts = [_clean_text(item, name not in stripped) for item in items]
        if any(text is None for text in texts):
            return f"{name} is {type(value).__name__}, not text or a list of texts"
        if name in _LISTS and not isinstance(value, list):
            return f"{name} is {type(value).__name__}, not a list of texts"
        kept = [text for text in texts if text]
        if name == "options":
            # Equal options count as one.
            kept = list(dict.fromkeys(kept))
        if kept:
            clean[name] = kept if isinstance(value, list) else kept[0]
    return clean


def missing_target(family: str, fields: Mapping[str, FieldValue]) -> str | None:
    """Return the first target field of `family` that `fields` lacks, or None."""
    for target in FAMILIES[family].targets:
        name = DERIVED.get(target, target)
        if name not in fields or (name == "turns" and len(fields[name]) < MIN_TURNS):
            return name
    return None


def _dialog_texts(turns: list[str], layout: DialogLayout, draws: Draws) -> dict[str, str]:
    """Return a drawn reply as `response` and the turns before it as `history`, laid out."""
    replies = range(1, len(turns), 2)
    reply = draws.choice(replies)
    lines = [layout.line(number, turn) for number, turn in enumerate(turns[:reply])]
    return {"history": "\n".join(lines), "response": turns[reply]}


def layout_fields(
    fields: Mapping[str, FieldValue], draws: Draws, dialog: DialogLayout | None = None
) -> dict[str, str]:
    """Return texts for a template: one reference, lists joined by newlines, dialogs up to a reply.

    A reference and a reply are drawn, and the layout of a dialog if none is given.
    Options are not included: transforms/prompts/answer_options.py writes them.
    """
    texts: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            texts[name] = value
        elif name == "turns":
            layout = draws.choice(DIALOG_LAYOUTS) if dialog is None else dialog
            texts.update(_dialog_texts(value, layout, draws))
        elif name in REFERENCES:
            texts[name] = draws.choice(value)
        elif name != "options":
            texts[name] = (", " if name in _WORDS else "\n").join(value)
    return texts
