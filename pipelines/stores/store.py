"""The directory of a corpus and all its builds, on any filesystem that Beam supports.

STORE/cache/ingest/<fingerprint>/     record files of a source, kept by content
STORE/cache/stages/<fingerprint>/     finished stages up to ranking, kept by content
STORE/cache/prompts/<fingerprint>     where a snapshot's shards have which prompt
STORE/cache/building/<fingerprint>/   files of an unfinished build, from which the next continues
STORE/snapshots/<time>-<fingerprint>/ never changed; NAME.pinned next to one protects it
STORE/channels/<name>.json            the snapshot to use, written last
STORE/locks/<name>.json               holders of locks
STORE/history.jsonl                   events, one per line
STORE/forgotten.jsonl                 rows that no build may use, one request per line
"""

import getpass
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.channels import SNAPSHOTS, Pointer, read_pointer
from tfrecords_schema.errors import ConfigurationError, DataError
from tfrecords_schema.snapshot import MANIFEST
from transforms.sources.forgotten import Forgotten
from transforms.sources.source import INGEST


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class BuildDirectories:
    """Directories of one unfinished build, below `root`."""

    root: str

    @property
    def work(self) -> str:
        """Return the directory of the stages' finished work items."""
        return filesystem.join(self.root, "work")

    @property
    def staging(self) -> str:
        """Return the directory in which the snapshot is written."""
        return filesystem.join(self.root, "snapshot")


@dataclass(frozen=True)
class ForgetRequest:
    """One line of the list of forgotten rows: its file and number, its time, and its rows."""

    where: str
    time: str
    source: str
    rows: Forgotten


@dataclass(frozen=True)
class Store:
    """Paths below the root of a store, and its history."""

    root: str

    @classmethod
    def at(cls, path: str) -> "Store":
        """Return the store at `path`, which need not exist yet.

        Raises:
          ConfigurationError: `path` is empty, a file, or inside a snapshot.
        """
        root = filesystem.absolute(path) if path else ""
        if not path or path.endswith("://") or (filesystem.is_local(root) and os.path.isfile(root)):
            raise ConfigurationError(f"no store at {path!r}: give a directory")
        if snapshot := _snapshot_around(root):
            raise ConfigurationError(f"no store at {path!r}: it is inside the snapshot {snapshot}")
        return cls(root)

    @classmethod
    def existing(cls, path: str) -> "Store":
        """Return the existing store at `path`.

        Raises:
          ConfigurationError: there is no store.
        """
        store = cls.at(path)
        if not (filesystem.children(store.snapshots) or filesystem.children(store.ingest)):
            raise ConfigurationError(f"no store at {path!r}; build and refresh create one")
        return store

    @classmethod
    def of(cls, snapshot: str) -> "Store":
        """Return the store that contains the snapshot at path `snapshot`.

        Raises:
          ConfigurationError: it is not in a store.
        """
        parent = filesystem.parent(filesystem.absolute(snapshot))
        root, _, directory = parent.rpartition("/")
        if directory != SNAPSHOTS:
            raise ConfigurationError(f"{snapshot}: not in a store (STORE/{SNAPSHOTS}/NAME)")
        return cls(root)

    @staticmethod
    def name_of(snapshot: str) -> str:
        """Return the name of the snapshot at path `snapshot`."""
        return filesystem.absolute(snapshot).rpartition("/")[2]

    @property
    def cache(self) -> str:
        """Directory of files that can be rebuilt."""
        return filesystem.join(self.root, "cache")

    @property
    def ingest(self) -> str:
        """Ingested sources, by fingerprint."""
        return filesystem.join(self.cache, INGEST)

    @property
    def stages(self) -> str:
        """Finished stages up to ranking, by fingerprint."""
        return filesystem.join(self.cache, "stages")

    @property
    def prompts(self) -> str:
        """Rows by which later builds find the prompts of a snapshot, by its fingerprint."""
        return filesystem.join(self.cache, "prompts")

    @property
    def building(self) -> str:
        """Unfinished builds, by fingerprint."""
        return filesystem.join(self.cache, "building")

    def build_directories(self, fingerprint: str) -> BuildDirectories:
        """Return the directories of the build of a snapshot."""
        return BuildDirectories(filesystem.join(self.building, fingerprint[:16]))

    @property
    def snapshots(self) -> str:
        """Directory of the snapshots."""
        return filesystem.join(self.root, SNAPSHOTS)

    @property
    def locks(self) -> str:
        """Directory of the locks."""
        return filesystem.join(self.root, "locks")

    @property
    def guard(self) -> str:
        """File whose `flock` serializes changes of locks and pointers on a local filesystem."""
        return filesystem.join(self.locks, "guard")

    @property
    def history(self) -> str:
        """File of the event log."""
        return filesystem.join(self.root, "history.jsonl")

    def snapshot(self, name: str) -> str:
        """Return the path of the snapshot `name`."""
        return filesystem.join(self.snapshots, name)

    def pin(self, name: str) -> str:
        """Return the file whose presence protects the snapshot `name`."""
        return filesystem.join(self.snapshots, f"{name}.pinned")

    def snapshot_names(self) -> list[str]:
        """Return the names of finished snapshots, the oldest first."""
        return [name for name in filesystem.children(self.snapshots) if self.has_snapshot(name)]

    def has_snapshot(self, name: str) -> bool:
        """Return whether there is a finished snapshot `name`; a listing may lag behind."""
        return filesystem.exists(filesystem.join(self.snapshot(name), MANIFEST))

    def current(self, channel: str) -> Pointer | None:
        """Return the pointer of `channel`."""
        return read_pointer(self.root, channel)

    def record(self, event: str, **facts: Any) -> None:
        """Add an event to the history."""
        self._add_line(self.history, {"event": event, **facts})

    def _add_line(self, path: str, facts: Mapping[str, Any]) -> None:
        row = {"time": now(), "by": f"{_user()}@{platform.node()}", **facts}
        line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        with filesystem.exclusive(self.guard):
            while True:
                before, token = filesystem.read_with_token(path)
                # A killed process or a full disk may have left half a line.
                end = b"\n" if before and not before.endswith(b"\n") else b""
                if filesystem.is_local(path):
                    return filesystem.append(path, end + line)
                # Another process may have added a line meanwhile.
                if filesystem.compare_and_swap(path, token, (before or b"") + end + line):
                    return None

    @property
    def forgotten_rows(self) -> str:
        """File of the rows that no build may use."""
        return filesystem.join(self.root, "forgotten.jsonl")

    def forgotten(self, source: str) -> Forgotten:
        """Return the rows of a source that no build may use.

        Raises:
          DataError: the list is damaged; to ignore a line could bring a row back.
        """
        rows = [one.rows for one in self.requests() if one.source == source]
        return Forgotten(
            frozenset().union(*(one.records for one in rows)),
            frozenset().union(*(one.own_ids for one in rows)),
        )

    def requests(self) -> Iterator[ForgetRequest]:
        """Yield the lines of the list of forgotten rows, the oldest first.

        Raises:
          DataError: a line is damaged.
        """
        for number, line in enumerate(_written(self.forgotten_rows).splitlines(), start=1):
            where = f"{self.forgotten_rows}:{number}"
            try:
                row = orjson.loads(line)
                rows = Forgotten(frozenset(row["records"]), frozenset(row["own_ids"]))
                yield ForgetRequest(where, row.get("time", ""), row["source"], rows)
            except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
                raise DataError(
                    f"{where}: damaged; repair or delete this line, then "
                    "give `flanbeam forget` the row again"
                ) from error

    def forget(self, source: str, forgotten: Forgotten) -> None:
        """Let no later build use some rows of a source."""
        self._add_line(self.forgotten_rows, {"source": source, **forgotten.stated()})

    def events(self) -> tuple[list[dict[str, Any]], list[int]]:
        """Return the history, oldest event first, and the numbers of invalid lines."""
        events, damaged = [], []
        for number, line in enumerate(_written(self.history).splitlines(), start=1):
            if (event := _event(line)) is None:
                damaged.append(number)
            else:
                events.append(event)
        return events, damaged


def _written(path: str) -> bytes:
    return filesystem.read_bytes(path) if filesystem.exists(path) else b""


def _event(line: bytes) -> dict[str, Any] | None:
    """Return the event of one line of the history."""
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    is_event = isinstance(event, dict) and {"time", "event", "by"} <= event.keys()
    return event if is_event else None


def _snapshot_around(root: str) -> str | None:
    """Return the snapshot of a store that is `root` or contains it."""
    if not filesystem.is_local(root):
        return None
    for path in (Path(root), *Path(root).parents):
        if path.parent.name == SNAPSHOTS and (path / MANIFEST).exists():
            return str(path)
    return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
