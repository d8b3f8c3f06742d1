"""Make a staged snapshot visible: one builder at a time, nothing empty, one rename."""

import fcntl
import os
import platform
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import orjson

from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.errors import DataError, UserError
from transforms.job import Job


@contextmanager
def sole_builder(lock_path: str) -> Iterator[None]:
    """Hold a lock file; the system frees it when the process ends, however it ends."""
    os.makedirs(os.path.dirname(lock_path), exist_ok=True)
    while True:
        with open(lock_path, "a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read()
                raise UserError(f"another build of this recipe is running ({holder})") from None
            if not _is_same_file(lock.fileno(), lock_path):
                # Its last holder removed it after we opened it: what we hold locks nobody out.
                continue
            lock.truncate(0)
            host, now = platform.node(), datetime.now(UTC)
            lock.write(f"process {os.getpid()} on {host}, since {now:%H:%M} UTC")
            lock.flush()
            yield
            os.unlink(lock_path)
            return


def _is_same_file(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def check_not_empty(job: Job) -> None:
    """An empty snapshot is a mistake: say what left the records out, and publish nothing."""
    staged = snapshot.open_snapshot(job.staging).manifest
    if not any(split.rows for split in staged.splits.values()):
        reasons: Counter[str] = Counter()
        for entry in staged.ledger:
            reasons.update(entry.rejected)
        counts = ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common())
        raise DataError(f"{job.name}: no example is left ({counts}); nothing was published")


def publish(job: Job, work: str, out: str, began: datetime, sources_read: list[str]) -> str:
    """Move the staged snapshot of `work` to its name in `out`."""
    run = {
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "sources_read": sources_read,
    }
    filesystem.write_bytes(
        filesystem.join(job.staging, snapshot.RUN), orjson.dumps(run, option=orjson.OPT_INDENT_2)
    )
    for file in filesystem.files_below(job.staging):
        if filesystem.TEMPORARY in file:
            # Left by a build that was killed while it wrote this file.
            os.unlink(os.path.join(job.staging, file))
    # The runs say that the shards are written here: they must not outlive the move.
    shutil.rmtree(work)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{job.fingerprint[:12]}"
    path, copy = os.path.join(out, name), 1
    while os.path.exists(path):
        copy += 1
        path = os.path.join(out, f"{name}-{copy}")
    os.rename(job.staging, path)
    return path
