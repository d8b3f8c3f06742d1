"""Leave rows out of all later builds of a store, and say what holds them still.

Nothing that exists is changed: snapshots, exports and trained models are deleted by their owner.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson
import pyarrow.dataset as ds  # type: ignore[import-untyped]

from pipelines.checks.identities import examples_that_hold
from pipelines.checks.record_texts import lines_with, record_paths, records_with
from pipelines.publishing.history import note
from pipelines.publishing.retention import pointed_at
from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.codec import read_texts
from tfrecords_schema.errors import ConfigurationError, nearest
from tfrecords_schema.features import RECORD_ID
from tfrecords_schema.snapshot import Snapshot, open_snapshot
from transforms.sources.forgotten import RECORD_ID as RECORD_ID_PATTERN
from transforms.sources.forgotten import Forgotten, digest_of
from transforms.types import Record

# A shorter text of a record is in other prompts by chance.
_LEAST_CHARACTERS = 20
_PROGRESS = "progress/metadata"


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Something that still holds rows that are to be forgotten.

    Attributes:
      what: snapshot, cache, export or run.
      examples: its examples, or lines, that were made from the rows.
      mentions: other examples with the longest text of one of them, as an exemplar has it.
      advice: how it is got rid of.
    """

    what: str
    path: str
    examples: int = 0
    mentions: int = 0
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for, and what it came to.

    Attributes:
      records: ids of the records that are known; places are their files and lines.
      is_listed: whether later builds leave the rows out; a dry run only looks.
    """

    source: str
    names: list[str]
    records: list[str]
    places: list[str]
    is_listed: bool
    holders: list[Holder] = field(default_factory=list)


def forget_rows(
    store: Store,
    source: str,
    names: Sequence[str],
    exports: Iterable[str] = (),
    runs: Iterable[str] = (),
    *,
    is_dry_run: bool = False,
) -> Request:
    """List rows of a source as forgotten, and find what holds them.

    Args:
      names: ids that rows state, FILE:LINE, or ids of records.
      exports: files, or directories of files, that `flanbeam export` wrote.
      runs: training runs, or directories with runs.

    Raises:
      ConfigurationError: no snapshot of the store has the source, or FILE:LINE is in none.
    """
    snapshots = [open_snapshot(store.snapshot(name)) for name in store.snapshot_names()]
    known = sorted({info.name for one in snapshots for info in one.manifest.sources})
    if source not in known:
        listed = nearest(source, known) if known else "the store has no snapshot yet"
        raise ConfigurationError(f"--source {source}: no snapshot of {store.root} has it; {listed}")
    records: dict[str, Record] = {}
    own_ids = []
    for name in names:
        matching = _records_called(snapshots, source, name)
        is_place = any(_is_at(record, name) for record in matching.values())
        if not matching and ":" in name and name.rpartition(":")[2].isdecimal():
            raise ConfigurationError(
                f"--id {name}: {source} has no record from this line in the store's cache; give "
                "the id of the row or of the record"
            )
        if not is_place and not RECORD_ID_PATTERN.fullmatch(name):
            own_ids.append(digest_of(source, name))
        records |= matching
    ids = {*records, *(name for name in names if RECORD_ID_PATTERN.fullmatch(name))}
    forgotten = Forgotten(frozenset(ids), frozenset(own_ids))
    if not is_dry_run:
        store.forget(source, forgotten)
        note(store, "forgotten", source=source, rows=len(names), records=sorted(ids))
    holders = [
        *_in_snapshots(store, snapshots, source, ids, records.values()),
        *_in_exports(exports, ids),
    ]
    holding = {h.path for h in holders if h.what == "snapshot"}
    fingerprints = {one.manifest.fingerprint: one.path for one in snapshots if one.path in holding}
    return Request(
        source=source,
        names=list(names),
        records=sorted(ids),
        places=sorted({record.place for record in records.values() if record.place}),
        is_listed=not is_dry_run,
        holders=[*holders, *_in_runs(runs, fingerprints)],
    )


def _records_called(snapshots: Iterable[Snapshot], source: str, name: str) -> dict[str, Record]:
    """Return the records of a source with this id, own id, or place, of all snapshots."""
    quoted = orjson.dumps(name).decode()
    texts = (quoted, f'{name}"') if ":" in name else (quoted,)
    records = {}
    seen = set()
    for snapshot in snapshots:
        for of, path in record_paths(snapshot):
            if of != source or path in seen:
                continue
            seen.add(path)
            for text in texts:
                for record in records_with(path, source, text):
                    if name in (record.id, record.own_id) or _is_at(record, name):
                        records[record.id] = record
    return records


def _is_at(record: Record, name: str) -> bool:
    """Return whether a record was read from FILE:LINE, with or without the directories above."""
    return ":" in name and f"/{record.place}".endswith(f"/{name}")


def _in_snapshots(
    store: Store,
    snapshots: Iterable[Snapshot],
    source: str,
    ids: set[str],
    records: Iterable[Record],
) -> Iterator[Holder]:
    channels = pointed_at(store)
    texts = {text for record in records if (text := _longest(record))}
    caches = set()
    for snapshot in snapshots:
        name = Store.name_of(snapshot.path)
        made = {(path, data) for one in ids for path, data in _examples_of(snapshot, one)}
        mentions = {
            (path, data)
            for text in texts
            for _, path, data in examples_that_hold(snapshot, text)
            if (path, data) not in made
        }
        in_records = any(
            next(lines_with(path, f'["{one}"'), None)
            for of, path in record_paths(snapshot)
            if of == source
            for one in ids
        )
        if made or mentions or in_records:
            yield Holder(
                what="snapshot",
                path=snapshot.path,
                examples=len(made),
                mentions=len(mentions),
                advice=_advice(channels.get(name, []), filesystem.exists(store.pin(name))),
            )
        caches |= {
            filesystem.parent(path)
            for of, path in record_paths(snapshot)
            if of == source and any(next(lines_with(path, f'["{one}"'), None) for one in ids)
        }
    for path in sorted(caches):
        yield Holder(
            what="cache", path=path, advice="gc deletes it after the snapshots that use it"
        )


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


def _advice(channels: Sequence[str], is_pinned: bool) -> str:
    steps = [f"refresh channel {name}" for name in sorted(channels)]
    steps += ["unpin it"] if is_pinned else []
    return ", ".join([*steps, "then delete it with gc"]) if steps else "delete it with gc"


def _in_exports(paths: Iterable[str], ids: set[str]) -> Iterator[Holder]:
    for path in _files(paths, (".jsonl", ".parquet")):
        if path.endswith(".parquet"):
            table = ds.dataset(path)
            if "record_id" not in table.schema.names:
                continue
            count = table.count_rows(filter=ds.field("record_id").isin(sorted(ids)))
        else:
            count = sum(1 for one in ids for _ in lines_with(path, f'"record_id":"{one}"'))
        if count:
            yield Holder(what="export", path=path, examples=count, advice="export again")


def _in_runs(paths: Iterable[str], snapshots: dict[str, str]) -> Iterator[Holder]:
    seen = set()
    for path in _files(paths, (_PROGRESS,)):
        with open(path, "rb") as stream:
            fingerprint = orjson.loads(stream.read()).get("snapshot_fingerprint")
        run = path.rsplit("/checkpoints/", 1)[0]
        if fingerprint in snapshots and run not in seen:
            seen.add(run)
            yield Holder(
                what="run",
                path=run,
                advice=f"trained on {Store.name_of(snapshots[fingerprint])}: train again",
            )


def _files(paths: Iterable[str], endings: tuple[str, ...]) -> Iterator[str]:
    """Yield the local files with one of the endings, of files and directories.

    Raises:
      ConfigurationError: there is no such file or directory.
    """
    for path in paths:
        if not os.path.exists(path):
            raise ConfigurationError(f"{path}: does not exist")
        if os.path.isfile(path):
            yield path
            continue
        for directory, subdirectories, files in os.walk(path):
            subdirectories.sort()
            full = (os.path.join(directory, file) for file in sorted(files))
            yield from (file for file in full if file.endswith(endings))
