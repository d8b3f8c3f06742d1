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
    """One JSON line."""
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    return orjson.dumps(asdict(rejection), option=options)


def rejection_file(job: Job, stage: str, number: int) -> tuple[str, str]:
    """(snapshot directory, path in it) of the rejections of one work item."""
    return job.staging, f"{REJECTIONS}/{stage}-{number:06d}.jsonl"


def write_rejections(
    place: tuple[str, str], rejections: Iterable[Rejection]
) -> RejectionNote | None:
    """Write the file, sorted; what the manifest says of it, or None if there are no rejections."""
    lines = sorted(encode_rejection(rejection) for rejection in rejections)
    if not lines:
        return None
    root, path = place
    data = b"".join(lines)
    filesystem.write_bytes(filesystem.join(root, path), data)
    return {"path": path, "rows": len(lines), "sha256": hashlib.sha256(data).hexdigest()}
