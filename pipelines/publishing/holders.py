"""Find what holds rows that are to be forgotten: snapshots, caches, exports, training runs."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

import orjson
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from pipelines.checks.identities import examples_that_hold
from pipelines.checks.record_texts import lines_with, record_paths
from pipelines.publishing.retention import pointed_at
from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.codec import read_texts
from tfrecords_schema.errors import ConfigurationError, DataError
from tfrecords_schema.features import RECORD_ID
from tfrecords_schema.snapshot import Snapshot
from transforms.types import Record

EXPORT, RUN = "export", "run"
# A shorter text of a record is in other prompts by chance.
_LEAST_CHARACTERS = 20


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Something that still holds rows that are to be forgotten.

    Attributes:
      what: snapshot, cache, rejections, export or run.
      examples: its examples, or lines, that were made from the rows.
      mentions: other examples with the longest text of one of them, as an exemplar has it.
      rejected: rows that a file of rejections, or of matches with held-out items, quotes.
      advice: how it is got rid of.
    """

    what: str
    path: str
    examples: int = 0
    mentions: int = 0
    rejected: int = 0
    advice: str = ""


def unreadable(what: str, path: str, error: object) -> Holder:
    """Return a holder that cannot be looked through."""
    return Holder(what=what, path=path, advice=f"may hold them, but cannot be read: {error}")


def in_snapshots(
    store: Store,
    snapshots: Iterable[Snapshot],
    source: str,
    ids: set[str],
    records: Iterable[Record],
) -> Iterator[Holder]:
    """Yield the snapshots of a store that hold records of a source, then its caches."""
    channels = pointed_at(store)
    texts = {text for record in records if (text := _longest(record))}
    caches: set[str] = set()
    for snapshot in snapshots:
        name = Store.name_of(snapshot.path)
        try:
            made, mentions = _counts(snapshot, ids, texts)
        except (DataError, OSError) as error:
            yield unreadable("snapshot", snapshot.path, error)
            continue
        cached = [
            path
            for of, path in record_paths(snapshot)
            if of == source and any(next(lines_with(path, f'["{one}"'), None) for one in ids)
        ]
        caches.update(filesystem.parent(path) for path in cached)
        if made or mentions or cached:
            yield Holder(
                what="snapshot",
                path=snapshot.path,
                examples=made,
                mentions=mentions,
                advice=advice_on(store, name, channels),
            )
    for path in sorted(caches):
        yield Holder(
            what="cache", path=path, advice="gc deletes it after the snapshots that use it"
        )


def _counts(snapshot: Snapshot, ids: set[str], texts: set[str]) -> tuple[int, int]:
    """Return how many examples were made from the records, and how many others quote a text."""
    made = {example for one in ids for example in _examples_of(snapshot, one)}
    quoting = {
        (path, data) for text in texts for _, path, data in examples_that_hold(snapshot, text)
    }
    return len(made), len(quoting - made)


def _examples_of(snapshot: Snapshot, record: str) -> Iterator[tuple[str, bytes]]:
    for _, path, data in examples_that_hold(snapshot, record):
        if read_texts(data, (RECORD_ID,), path)[0] == record:
            yield path, data


def _longest(record: Record) -> str:
    """Return the longest line of a record's texts, as prompts hold it; "" if none is long."""
    texts = [value for value in record.fields.values() if isinstance(value, str)]
    texts += [one for value in record.fields.values() if isinstance(value, list) for one in value]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    longest = max(lines, key=len, default="")
    return longest if len(longest) >= _LEAST_CHARACTERS else ""


def advice_on(store: Store, snapshot: str, channels: Mapping[str, Sequence[str]]) -> str:
    """Return how a snapshot is got rid of; `channels` are those that point at each snapshot."""
    steps = [f"refresh channel {name}" for name in sorted(channels.get(snapshot, ()))]
    steps += ["unpin it"] if filesystem.exists(store.pin(snapshot)) else []
    return ", ".join([*steps, "then delete it with gc"]) if steps else "delete it with gc"


def in_exports(paths: Iterable[str], ids: set[str], records: Iterable[Record]) -> Iterator[Holder]:
    """Yield the exported files that hold records."""
    # As JSON has them, without the quotation marks around.
    texts = {orjson.dumps(text).decode()[1:-1] for one in records if (text := _longest(one))}
    quoted_ids = {f'"{one}"' for one in ids}
    words = [one.encode() for one in quoted_ids]
    for path in paths:
        try:
            lines = set(_lines_with(path, quoted_ids | texts))
        except (OSError, ValueError) as error:
            yield unreadable(EXPORT, path, error)
            continue
        made = {line for line in lines if any(word in line for word in words)}
        quoting = {line for line in lines - made if b'"record_id"' in line}
        if made or quoting:
            yield Holder(
                what=EXPORT,
                path=path,
                examples=len(made),
                mentions=len(quoting),
                advice="export again",
            )


def _lines_with(path: str, texts: set[str]) -> Iterator[bytes]:
    """Yield the rows of an exported file, as lines of JSON, that hold one of the texts."""
    if filesystem.is_local(path) and not path.endswith(".parquet"):
        for text in texts:
            yield from lines_with(path, text)
        return
    # A file in an object store is read once, however many texts there are.
    words = [text.encode() for text in texts]
    with filesystem.open_read(path) as stream:
        lines = _parquet_lines(stream) if path.endswith(".parquet") else stream
        yield from (line for line in lines if any(word in line for word in words))


def _parquet_lines(stream: IO[bytes]) -> Iterator[bytes]:
    for batch in pq.ParquetFile(stream).iter_batches():
        yield from (orjson.dumps(row, default=str) for row in batch.to_pylist())


def in_runs(
    progress: Iterable[str], snapshots: Iterable[Snapshot], holding: set[str]
) -> Iterator[Holder]:
    """Yield the runs that were trained on a snapshot that holds rows, or on one that is gone.

    Args:
      progress: files of checkpoints that name their snapshot.
      holding: paths of the snapshots that hold rows.
    """
    known = {one.manifest.fingerprint: one.path for one in snapshots}
    seen = set()
    for file in progress:
        run = file.rpartition("/checkpoints/")[0]
        try:
            fingerprint = orjson.loads(filesystem.read_bytes(file))["snapshot_fingerprint"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            yield unreadable(RUN, run, error)
            continue
        if (run, fingerprint) in seen:
            continue
        seen.add((run, fingerprint))
        if fingerprint not in known:
            advice = f"may hold them: the store no longer has its snapshot ({fingerprint[:12]})"
            yield Holder(what=RUN, path=run, advice=advice)
        elif (path := known[fingerprint]) in holding:
            advice = f"trained on {Store.name_of(path)}: train again"
            yield Holder(what=RUN, path=run, advice=advice)


def files(
    what: str, paths: Iterable[str], endings: tuple[str, ...], store: Store
) -> tuple[list[str], list[Holder]]:
    """Return the files with one of the endings, and what could not be looked at.

    Args:
      paths: files, and directories with them, on a local disk or in an object store.
      store: its own files are left out.

    Raises:
      ConfigurationError: there is no such file or directory.
    """
    own = (store.cache, store.snapshots, store.locks, store.history, store.forgotten_rows)
    found, passed_over = [], []
    for path in map(filesystem.absolute, paths):
        unlisted: list[OSError] = []
        try:
            there = _files_at(path, unlisted)
        except OSError as error:
            there = []
            unlisted.append(error)
        there = [file for file in there if not any(f"{file}/".startswith(f"{one}/") for one in own)]
        wanted = [file for file in there if file == path or file.endswith(endings)]
        found += wanted
        passed_over += [unreadable(what, error.filename or path, error) for error in unlisted]
        if what == EXPORT and (others := len(there) - len(wanted)):
            kinds = " nor ".join(endings)
            advice = f"files that are neither {kinds} ({others:,}) were not looked through"
            passed_over.append(Holder(what=what, path=path, advice=advice))
    return found, passed_over


def _files_at(path: str, unlisted: list[OSError]) -> list[str]:
    """Return the file, or the files below the directory."""
    if filesystem.is_local(path) and os.path.isdir(path):
        walk = os.walk(path, onerror=unlisted.append)
        return sorted(os.path.join(above, name) for above, _, names in walk for name in names)
    if not filesystem.is_local(path) and (names := filesystem.files_below(path)):
        return [filesystem.join(path, name) for name in names]
    if not filesystem.exists(path):
        raise ConfigurationError(f"{path}: does not exist")
    return [path]
