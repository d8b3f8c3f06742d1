"""The rows of a store's snapshots by which later builds copy their examples.

STORE/cache/prompts/<fingerprint of the snapshot>-<digest of the corpus's name>

Only on a local disk; see transforms/prompts/kept_prompts.py.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.building.nodes import digest
from pipelines.stores.store import BuildDirectories, Store
from tfrecords_schema import filesystem, snapshot
from transforms.job import Job
from transforms.prompts.example_rows import EXAMPLE_ROW, join_rows
from transforms.prompts.kept_prompts import write_kept
from transforms.snapshots.writing import rows_path

# Snapshots of one corpus that are asked for examples, the newest first.
_MOST_ASKED = 2


@dataclass(frozen=True)
class PromptCache:
    """The kept rows of the snapshots of one corpus in a store."""

    store: Store
    corpus: str

    def earlier(self) -> list[tuple[str, str]] | None:
        """Return (file of rows, snapshot) of the newest snapshots; None if the store has no rows
        because it is not local.
        """
        if not filesystem.is_local(self.store.root):
            return None
        kept = {
            name.partition("-")[0][:12]: filesystem.join(self.store.prompts, name)
            for name in filesystem.children(self.store.prompts)
            if name.endswith(f"-{self._suffix}")
        }
        found = [
            (kept[fingerprint], self.store.snapshot(name))
            for name in reversed(self.store.snapshot_names())
            if (fingerprint := name.rpartition("-")[2]) in kept
        ]
        return found[:_MOST_ASKED]

    def keep(self, job: Job, directories: BuildDirectories) -> None:
        """Keep the rows of a finished build, whose runs are still there."""
        if job.kept_prompts is None:
            return
        splits = snapshot.open_snapshot(directories.staging).manifest.splits
        shards = [shard.path for info in splits.values() for shard in info.shards]
        rows = []
        for number, shard in enumerate(shards):
            path = filesystem.join(directories.work, rows_path(shard))
            rows.append(np.frombuffer(bytearray(filesystem.read_bytes(path)), EXAMPLE_ROW))
            rows[-1]["shard"] = number
        path = filesystem.join(self.store.prompts, f"{job.fingerprint}-{self._suffix}")
        write_kept(path, join_rows(rows), shards)

    @property
    def _suffix(self) -> str:
        return digest(self.corpus)[:16]
