"""Choose the snapshot that a run reads: follow a channel once, then keep to its snapshot.

A channel may move while a run is stopped, and between the starts of its processes. The process
that writes RUN/snapshot.json first decides for all processes and for all resumes. For a run that
was given a path, the file only states what it reads.
"""

import json
import os
import uuid
from contextlib import suppress
from pathlib import Path

from tfrecords_schema import filesystem, object_store
from tfrecords_schema.channels import resolve
from trainer.errors import TrainerError

CHOSEN = "snapshot.json"


def choose_snapshot(run: str | Path, address: str) -> str:
    """Return the path of the snapshot that a run reads. A channel is resolved once.

    Args:
        run: directory or URL of the run.
        address: path of a snapshot, or a channel such as `STORE@latest`.

    Raises:
        ConfigurationError: the channel has no published snapshot.
        TrainerError: the file of the run that names its snapshot is damaged.
    """
    file = filesystem.join(os.fspath(run), CHOSEN)
    if not filesystem.exists(file):
        path = resolve(address)
        if path == address:
            return path
        text = _text(address, path)
        if object_store.serves(file):
            object_store.write_if(file, None, text.encode())
        else:
            Path(run).mkdir(parents=True, exist_ok=True)
            _create(Path(file), text)
    chosen = _read(file)
    # For another address, the checkpoint decides later whether the run can continue with it.
    return chosen["snapshot"] if chosen["asked_for"] == address else resolve(address)


def _read(file: str) -> dict[str, str]:
    try:
        chosen = json.loads(filesystem.read_bytes(file))
        return {name: str(chosen[name]) for name in ("asked_for", "snapshot")}
    except (ValueError, KeyError, TypeError) as error:
        raise TrainerError(
            f"{file} names no snapshot: restore it from a copy, or delete it"
        ) from error


def state_snapshot(run: Path, path: str) -> None:
    """Write down which snapshot a run reads, unless it is known."""
    _create(run / CHOSEN, _text(path, path))


def _text(address: str, path: str) -> str:
    return json.dumps({"asked_for": address, "snapshot": path}, indent=2)


def _create(file: Path, text: str) -> None:
    """Write a file atomically, unless another process has written it first."""
    temporary = file.with_name(f"{file.name}.tmp-{uuid.uuid4().hex}")
    temporary.write_text(text)
    with suppress(FileExistsError):
        os.link(temporary, file)
    temporary.unlink()
