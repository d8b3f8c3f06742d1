"""Files of rejected records in the snapshot: sorted JSON lines, one file per work item."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import RowFile
from tfrecords_schema.snapshot import REJECTIONS
from transforms.types import Rejection

_NAMES = [field.name for field in fields(Rejection)]
_OPTIONAL = ("other_id", "other_source", "score", "own_id", "row_ids")
# A detail begins with the file, which has no colon, and the line, row or instance.
_PLACE = re.compile(r"[^:]+(?::\d+|: \w+ \d+)(?:, (?:part )?\d+)*(?=: |$)")


def place_of(rejection: Rejection) -> str:
    """Return the file and line of a row that became no record; "" if its detail has none.

    "reviews.csv:7: unknown label 'so-so'" → "reviews.csv:7"
    """
    found = _PLACE.match(rejection.detail)
    return found[0] if found else ""


def encode_rejection(rejection: Rejection) -> bytes:
    """Return one JSON line, without the keys of a comparison or of ids if there are none."""
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    # All values are texts and numbers: nothing has to be copied, as `asdict` would.
    row = {name: getattr(rejection, name) for name in _NAMES}
    for name in _OPTIONAL:
        if row[name] in ("", None, ()):
            del row[name]
    return orjson.dumps(row, option=options)


def decode_rejection(line: bytes) -> Rejection:
    """Return the rejection of a line that `encode_rejection` wrote."""
    row = orjson.loads(line)
    return Rejection(**{**row, "row_ids": tuple(row.get("row_ids", ()))})


def write_rejections(
    staging: str, stage: str, numbers: Sequence[int], rejections: Iterable[Rejection]
) -> RowFile | None:
    """Write the rejections of one work item of a stage, sorted, below the staged snapshot.

    `numbers` are the item's number and that of its part, if it has parts. Return the manifest's
    entry of the file, or None if there are no rejections.
    """
    name = "-".join([stage, *(f"{number:06d}" for number in numbers)])
    return write_lines(staging, f"{REJECTIONS}/{name}.jsonl", map(encode_rejection, rejections))


def write_lines(staging: str, path: str, rows: Iterable[bytes]) -> RowFile | None:
    """Write sorted JSON lines at `path` in the staged snapshot, unless there are none."""
    # Copied, because what orjson returns keeps some 4 KB of its buffer from other use.
    lines = sorted([bytes(memoryview(row)) for row in rows])
    if not lines:
        return None
    data = b"".join(lines)
    filesystem.write_bytes(filesystem.join(staging, path), data)
    return RowFile(path=path, rows=len(lines), sha256=hashlib.sha256(data).hexdigest())
