"""Files of rejected records in the snapshot: sorted JSON lines, one file a work item."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.snapshot import REJECTIONS
from transforms.job import Job
from transforms.types import Rejection

RejectionNote = dict[str, Any]


def encode_rejection(rejection: Rejection) -> bytes:
    """One JSON line; what is compared with another record only where there is one."""
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    row = asdict(rejection)
    for name in ("other_id", "other_source", "score"):
        if row[name] in ("", None):
            del row[name]
    return orjson.dumps(row, option=options)


def rejection_file(job: Job, stage: str, *numbers: int) -> tuple[str, str]:
    """(snapshot directory, path in it) of the rejections of one work item, or a part of one."""
    name = "-".join([stage, *(f"{number:06d}" for number in numbers)])
    return job.staging, f"{REJECTIONS}/{name}.jsonl"


def write_rejections(
    place: tuple[str, str], rejections: Iterable[Rejection]
) -> RejectionNote | None:
    """Write the file, sorted; what the manifest says of it, or None if there are no rejections."""
    return write_lines(place, (encode_rejection(rejection) for rejection in rejections))


def write_lines(place: tuple[str, str], rows: Iterable[bytes]) -> RejectionNote | None:
    """Write JSON lines, sorted, at (snapshot directory, path in it), unless there are none."""
    lines = sorted(rows)
    if not lines:
        return None
    root, path = place
    data = b"".join(lines)
    filesystem.write_bytes(filesystem.join(root, path), data)
    return {"path": path, "rows": len(lines), "sha256": hashlib.sha256(data).hexdigest()}
