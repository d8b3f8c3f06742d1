"""Rows that say which held-out item was found in which record, and where: `contamination/`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from tfrecords_schema.manifest import RowFile
from tfrecords_schema.snapshot import CONTAMINATION
from transforms.held_out.items import ItemName
from transforms.job import Job
from transforms.records.rejections import write_lines
from transforms.types import Record

if TYPE_CHECKING:
    from transforms.held_out.search import Finder, Match

_MOST_ROWS = 8


@dataclass(frozen=True, kw_only=True)
class MatchRow:
    """A held-out item found in a record: the words of the span, in which field and where."""

    id: str
    source: str
    task: str
    item: ItemName
    score: float
    field: str
    first_word: int
    last_word: int
    span: str
    has_answer: bool


def match_rows(record: Record, matches: Sequence["Match"], finder: "Finder") -> list[bytes]:
    """Return a JSON line for each item found in `record`, the best first."""
    rows = [
        MatchRow(
            id=record.id,
            source=record.source,
            task=record.task,
            item=finder.name(match.item),
            score=match.score,
            field=match.field,
            first_word=match.first_word,
            last_word=match.last_word,
            span=match.span,
            has_answer=match.has_answer,
        )
        for match in matches[:_MOST_ROWS]
    ]
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    return [orjson.dumps(row, option=options) for row in rows]


def decode_match(line: bytes) -> MatchRow:
    """Return the row of a line that `match_rows` made."""
    row = orjson.loads(line)
    return MatchRow(**{**row, "item": ItemName(**row["item"])})


def write_matches(job: Job, number: int, rows: Iterable[bytes]) -> list[RowFile]:
    """Write the rows of record file `number`; return the file, or nothing if there are no rows."""
    written = write_lines(job.staging, f"{CONTAMINATION}/{number:06d}.jsonl", rows)
    return [written] if written else []
