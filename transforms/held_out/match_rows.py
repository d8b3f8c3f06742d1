"""Rows that say which held-out item was found in which record, and where: `contamination/`."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from tfrecords_schema.snapshot import CONTAMINATION
from transforms.job import Job
from transforms.records.rejections import RejectionNote, write_lines
from transforms.types import Record

if TYPE_CHECKING:
    from transforms.held_out.search import Finder, Match

_MOST_ROWS = 8


def match_rows(record: Record, matches: Sequence["Match"], finder: "Finder") -> list[bytes]:
    """A JSON line for each item found in `record`, the best first."""
    rows = []
    for match in matches[:_MOST_ROWS]:
        row = asdict(match)
        del row["item"]
        held_out = asdict(finder.name(match.item))
        row |= {"id": record.id, "source": record.source, "task": record.task, "item": held_out}
        options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
        rows.append(orjson.dumps(row, option=options))
    return rows


def write_matches(job: Job, number: int, rows: Iterable[bytes]) -> RejectionNote | None:
    """Write the rows of one record file; what the manifest says of them."""
    return write_lines((job.staging, f"{CONTAMINATION}/{number:06d}.jsonl"), rows)
