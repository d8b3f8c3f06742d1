"""Rows that the forms share, and the ways to write them into a file."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = [
    *("The parcel came late.", "Great kettle, boils fast.", "I cannot log in today."),
    *("Where is my invoice?", "The app crashes again.", "Lovely but far too small."),
    *("My card was charged twice.", "The screen flickers a lot.", "Nobody answers the phone."),
    "The blue one fits best.",
]
ANSWERS = [f"Answer {number}." for number in range(len(TEXTS))]
PAIRS = list(zip(TEXTS, ANSWERS, strict=True))
# A label for each text, in turn.
SPAM = [("spam", "ham")[number % 2] for number in range(len(TEXTS))]
COLORS = [("red", "blue")[number % 2] for number in range(len(TEXTS))]
ASKED = [{"question": text, "answer": answer} for text, answer in PAIRS]
INSTRUCTED = [{"instruction": text, "input": "", "output": answer} for text, answer in PAIRS]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A file as somebody may have it.

    Attributes:
      name: how the table calls it.
      file: the name of the file.
      data: what the file holds.
      rows: rows that the file states, as its own program counts them.
      targets: the targets that its rows state, in order; None where the file has none to learn.
      words: for labels that templates word in several ways, the words for each.
      reason: a part of the message where the file is not read.
      held_out: rows that are of a test split, and are searched for only.
      shows: a text that each prompt shows.
      asked: the text that the prompt of each target shows, in the order of `targets`.
    """

    name: str
    file: str
    data: bytes = b""
    rows: int = len(TEXTS)
    targets: Sequence[str] | None = None
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reason: str = ""
    held_out: int = 0
    shows: str = ""
    asked: Sequence[str] = ()


def json_lines(rows: Sequence[Any]) -> bytes:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def table(rows: Sequence[Sequence[Any]], **how: Any) -> bytes:
    """Return rows as `csv.writer` writes them."""
    stream = io.StringIO()
    csv.writer(stream, **{"lineterminator": "\n", **how}).writerows(rows)
    return stream.getvalue().encode()


def lines_of(make: Callable[[int, str, str], Any]) -> bytes:
    """Return a line for each text: `make` turns a number, a text and its answer into a row."""
    return json_lines([make(n, *pair) for n, pair in enumerate(PAIRS)])


def list_of(make: Callable[[int, str, str], Any]) -> bytes:
    """Return a JSON list with an item for each text."""
    return json.dumps([make(n, *pair) for n, pair in enumerate(PAIRS)], indent=1).encode()


def csv_of(header: list[str], make: Callable[[int, str, str], list[Any]], **how: Any) -> bytes:
    """Return a table with a row for each text."""
    return table([header, *(make(n, *pair) for n, pair in enumerate(PAIRS))], **how)


def parquet(**columns: Any) -> bytes:
    """Return columns as a Parquet file."""
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def of(name: str, file: str, data: bytes, targets: Sequence[str] = ANSWERS, **more: Any) -> Form:
    """Return a form whose targets are known; that of each of `TEXTS`, if there are as many."""
    if len(targets) == len(TEXTS):
        more = {"asked": TEXTS, **more}
    return Form(name=name, file=file, data=data, targets=targets, **more)


def named(name: str, file: str, data: bytes, reason: str, **more: Any) -> Form:
    """Return a form that is not read, with a part of the message that names it."""
    return Form(name=name, file=file, data=data, reason=reason, **more)
