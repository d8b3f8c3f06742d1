"""Sample the first rows of a file, and detect their form."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from tfrecords_schema.errors import DataError
from transforms.records.fields import is_missing
from transforms.sources.files.dialects import detect_dialect
from transforms.sources.files.options import DETECTED
from transforms.sources.files.row import BadRow
from transforms.sources.files.rows import TabularFormat, format_of, read_rows
from transforms.sources.files.streams import open_stream, plain_name
from transforms.sources.messages import ROLE_KEYS
from transforms.sources.source import Piece, UnreadableFileError

_ROWS = 400
_KNOWN_ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".arrow")
_DISTINCT = 40


@dataclass(kw_only=True)
class Sample:
    """Up to 400 rows of a file.

    Attributes:
      path: the file; `form` is the format of its rows.
      bad: rows that cannot be read, by reason.
      facts: the detected form, in words.
      problem: the reason if no row can be read.
    """

    path: str
    form: TabularFormat
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    bad: Counter[str] = field(default_factory=Counter)
    facts: list[str] = field(default_factory=list)
    problem: str = ""

    @cached_property
    def keys(self) -> list[str]:
        """Return all keys, in order of first appearance."""
        return list(dict.fromkeys(key for row in self.rows for key in row))

    def values(self, key: str) -> list[Any]:
        """Return the values under a key, without missing ones."""
        found = [row.get(key) for row in self.rows]
        return [value for value in found if not is_missing(value) and value not in ("", [])]

    def share(self, key: str, kinds: type | tuple[type, ...]) -> float:
        """Return the share of rows whose value under `key` has one of the types."""
        of_kind = [isinstance(value, kinds) for value in self.values(key)]
        return sum(of_kind) / max(1, len(self.rows))

    def is_text(self, key: str) -> bool:
        """Return whether most values under a key are texts."""
        values = self.values(key)
        return bool(values) and sum(isinstance(v, str) for v in values) > len(values) / 2

    def is_list_of(self, key: str, kind: type) -> bool:
        """Return whether the values under a key are lists of a type."""
        values = self.values(key)
        return bool(values) and all(
            isinstance(value, list) and all(isinstance(item, kind) for item in value)
            for value in values
        )

    def distinct(self, key: str) -> list[Any] | None:
        """Return the values of a key, the most frequent first; None if there are many."""
        values = [value for value in self.values(key) if isinstance(value, (str, int, float))]
        counts = Counter(values)
        few = len(counts) <= max(2, min(_DISTINCT, len(values) // 3))
        return [value for value, _ in counts.most_common()] if values and few else None

    def find(self, *names: str) -> str | None:
        """Return the first key that is one of `names`, ignoring case and underscores."""
        folded = {key.lower().replace("_", "").replace(" ", ""): key for key in self.keys}
        for name in names:
            key = folded.get(name.lower().replace("_", ""))
            if key is not None and self.values(key):
                return key
        return None


def _form_of(path: str) -> TabularFormat | None:
    """Return the format of a file's rows, by its ending or its first bytes."""
    if plain_name(path).lower().endswith(_KNOWN_ENDINGS):
        return format_of(path)
    with open(path, "rb") as stream:
        magic = stream.read(8)
    if magic.startswith(b"PAR1"):
        return "parquet"
    if magic.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "arrow"
    with open_stream(path) as text:
        head = text.read(1 << 16).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith((b"{", b"[")):
        return "json"
    first = head.split(b"\n", 1)[0]
    if b"\t" in first:
        return "tsv"
    return "csv" if any(mark in first for mark in (b",", b";", b"|")) else None


def read_sample(path: str) -> Sample:
    """Return the first rows of a file, or the reason why there are none."""
    try:
        form = _form_of(path)
        if form is None or path.lower().endswith((".xml", ".html", ".md", ".py", ".yaml", ".yml")):
            return Sample(path=path, form="json", problem="rows of no kind that is read")
        sample = Sample(path=path, form=form)
        piece = Piece(path=path, relative=os.path.basename(path))
        for _, row in islice(read_rows(form, piece), _ROWS):
            if isinstance(row, BadRow):
                sample.bad[row.reason] += 1
            else:
                sample.rows.append(row)
        if form in ("csv", "tsv"):
            sample.facts += _dialect_facts(path, form)
    except UnreadableFileError as error:
        return Sample(path=path, form="json", problem=str(error).removeprefix(f"{path}: "))
    except (OSError, DataError) as error:
        return Sample(path=path, form="json", problem=str(error))
    if not sample.rows:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sample.bad.items())
        sample.problem = f"no row can be read ({reasons})" if reasons else "it is empty"
    return sample


def _dialect_facts(path: str, form: str) -> Iterator[str]:
    is_tsv = form == "tsv"
    dialect = detect_dialect(path, DETECTED, is_tsv=is_tsv, columns=None, needed=())
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    yield f"cells separated by {names.get(dialect.delimiter, dialect.delimiter)}"
    if dialect.encoding:
        yield f"encoding {dialect.encoding}"
    if dialect.escapechar:
        yield f"quotes escaped by {dialect.escapechar}"
    if is_tsv and dialect.quotes:
        yield "quoted cells"


def message_key(sample: Sample) -> str | None:
    """Return the key of lists of messages with a role, under any name."""
    for key in sample.keys:
        values = sample.values(key)
        items = [item for value in values if isinstance(value, list) for item in value]
        are_objects = bool(items) and all(isinstance(item, Mapping) for item in items)
        if are_objects and role_key(items) is not None:
            return key
    return None


def role_key(messages: list[Mapping[str, Any]]) -> str | None:
    """Return the key of messages that has few short values next to longer texts."""
    named = [key for key in ROLE_KEYS if all(isinstance(m.get(key), str) for m in messages)]
    if named:
        return named[0]
    for key in messages[0]:
        values = [message.get(key) for message in messages]
        texts = [value for value in values if isinstance(value, str)]
        are_few = len(texts) == len(values) > 3 and 2 <= len(set(texts)) <= 4
        if are_few and max(map(len, texts)) <= 20:
            return key
    return None
