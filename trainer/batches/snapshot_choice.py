"""Which snapshot a run reads: a channel's pointer is followed once, and the run keeps to it.

A channel may move while a run is stopped, and between the starts of its processes; the first of
them to write RUN/snapshot.json decides for all, and for every time that the run goes on.
"""

import json
import os
import uuid
from contextlib import suppress
from pathlib import Path

from tfrecords_schema.channels import resolve

CHOSEN = "snapshot.json"


def choose_snapshot(run: Path, address: str) -> str:
    """The snapshot that the run in directory `run` reads: a path as it is, a channel resolved once.

    Raises:
        ConfigurationError: nothing was published in the channel.
    """
    file = run / CHOSEN
    if not file.exists():
        path = resolve(address)
        if path == address:
            return path
        run.mkdir(parents=True, exist_ok=True)
        _create(file, json.dumps({"asked_for": address, "snapshot": path}, indent=2))
    chosen = json.loads(file.read_text())
    # Asked for another one, the run decides by its checkpoint whether it can go on with that.
    return str(chosen["snapshot"]) if chosen["asked_for"] == address else resolve(address)


def _create(file: Path, text: str) -> None:
    """Write a whole file, unless another process was faster."""
    temporary = file.with_name(f"{file.name}.tmp-{uuid.uuid4().hex}")
    temporary.write_text(text)
    with suppress(FileExistsError):
        os.link(temporary, file)
    temporary.unlink()
