"""Gather what the page shows of a snapshot: aggregates of all of it, and samples of bounded size.

Examples are written in the order of a hash, so the first ones are a random sample; what the page
says of prompts is counted among them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice

import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import decode_row, read_texts
from tfrecords_schema.features import (
    RECORD_ID,
    SOURCE,
    TASK_NAME,
    TEMPLATE_TYPE,
    Row,
)
from tfrecords_schema.manifest import TRAIN, Manifest, RowFile
from tfrecords_schema.snapshot import CONTAMINATION, CONTAMINATION_TABLE, DUPLICATES_TABLE, Snapshot
from transforms.held_out.match_rows import MatchRow, decode_match
from transforms.records.record_store import find_records
from transforms.records.rejections import decode_rejection
from transforms.types import INVERSION_SUFFIX, Record, Rejection

# Examples among which those that are shown are chosen, and those that prompts are counted in.
MOST_LOOKED_AT, MOST_COUNTED = 20_000, 4_000
MOST_EXAMPLES, MOST_SIBLINGS = 240, 3
# Rows that are shown of a reason, and the files of rejections that they are looked for in.
MOST_ROWS, MOST_FILES = 20, 200
# What is read of each example that is looked at.
_READ = (RECORD_ID, TASK_NAME, TEMPLATE_TYPE, SOURCE)

FindRecords = Callable[[Set[str]], Mapping[str, Record]]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What the page shows of a snapshot.

    Attributes:
      counted: the first examples of training, decoded.
      sources_of: the sources of each task, as far as they are known.
      looked_at: among how many those that are shown were chosen.
      shown: examples to show, those of one record after each other.
      rejected: some rows of each (stage, reason).
      matches: some held-out items that were found.
      records: raw records that are shown, by id; without those that are no longer there.
      duplicates, contamination: the tables of the snapshot, empty where it has none.
    """

    manifest: Manifest
    lengths: NDArray[np.int32]
    counted: Sequence[Row]
    sources_of: Mapping[str, Set[str]]
    looked_at: int
    shown: Sequence[Row]
    rejected: Mapping[tuple[str, str], list[Rejection]]
    matches: list[MatchRow]
    records: Mapping[str, Record]
    duplicates: dict[str, dict[str, dict[str, int]]]
    contamination: Mapping[str, object]


def gather(snapshot: Snapshot, find: FindRecords) -> Contents:
    """Read what the page shows of a snapshot.

    Args:
      find: returns the raw records with given ids, as far as there are any.

    Raises:
      DataError: the snapshot cannot be read.
    """
    manifest = snapshot.manifest
    stored = list(islice(_stored(snapshot), MOST_LOOKED_AT))
    features = manifest.row_features
    counted = [decode_row(data, path, features) for path, data in stored[:MOST_COUNTED]]
    texts = [read_texts(data, _READ, path) for path, data in stored]
    shown = [decode_row(stored[n][1], stored[n][0], features) for n in _choose(texts)]
    rejected = _rejected(snapshot)
    matches = list(islice(_matches(snapshot), MOST_ROWS))
    wanted = {str(row[RECORD_ID]) for row in shown}
    for rows in rejected.values():
        wanted |= {row.id for row in rows} | {row.other_id for row in rows if row.other_id}
    wanted |= {match.id for match in matches} | {match.item.id for match in matches}
    return Contents(
        manifest=manifest,
        lengths=snapshot.lengths(TRAIN) if TRAIN in manifest.splits else np.zeros((0, 2), np.int32),
        counted=counted,
        sources_of=_sources_of(manifest, texts, rejected),
        looked_at=len(stored),
        shown=shown,
        rejected=rejected,
        matches=matches,
        records=find(wanted),
        duplicates=_table(snapshot, DUPLICATES_TABLE),
        contamination=_table(snapshot, CONTAMINATION_TABLE),
    )


def find_in(files: Iterable[tuple[str, str]]) -> FindRecords:
    """Return a search of record files, given as (source, path)."""

    def find(wanted: Set[str]) -> Mapping[str, Record]:
        records: dict[str, Record] = {}
        for source, path in files:
            if len(records) == len(wanted):
                break
            records |= {record.id: record for record in find_records(path, source, wanted)}
        return records

    return find


def _stored(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    split = snapshot.manifest.splits.get(TRAIN)
    for shard in split.shards if split else ():
        path = filesystem.join(snapshot.path, shard.path)
        with filesystem.open_read(path) as stream:
            for data in tfrecord.read_frames(stream, path):
                yield path, data


def _sources_of(
    manifest: Manifest,
    texts: Sequence[Sequence[str]],
    rejected: Mapping[tuple[str, str], list[Rejection]],
) -> dict[str, set[str]]:
    """Return the sources of each task.

    A task is that of its recipe's `task` or, where its collection has one source, of that one. Only
    where several sources could have it, those of the rows that were looked at are taken.
    """
    of_collection: dict[str, set[str]] = defaultdict(set)
    for source in manifest.sources:
        of_collection[source.collection].add(source.name)
    named: dict[str, set[str]] = defaultdict(set)
    for name, stated in (manifest.recipe.get("sources") or {}).items():
        if task := (stated or {}).get("task"):
            named[task].add(name)
    seen: dict[str, set[str]] = defaultdict(set)
    for _, task, _, name in texts:
        seen[task.removesuffix(INVERSION_SUFFIX)].add(name)
    for rows in rejected.values():
        for row in rows:
            seen[row.task].add(row.source)
    sources = {**seen, **named}
    for entry in manifest.mixture:
        task = entry.task.removesuffix(INVERSION_SUFFIX)
        if task not in named and len(of_collection[entry.collection]) == 1:
            sources[task] = of_collection[entry.collection]
    return sources


def _choose(texts: Sequence[Sequence[str]]) -> list[int]:
    """Return the places of examples to show.

    In turns one of each task and template type, with others of its record beside it: its inversion,
    other prompts.
    """
    of_record: dict[str, list[int]] = defaultdict(list)
    of_kind: dict[tuple[str, str], list[tuple[bool, int, str]]] = defaultdict(list)
    for place, (record, *_) in enumerate(texts):
        of_record[record].append(place)
    for place, (record, task, kind, _) in enumerate(texts):
        tasks = {texts[other][1] for other in of_record[record]}
        is_turned = any(name.endswith(INVERSION_SUFFIX) for name in tasks) and len(tasks) > 1
        of_kind[task, kind].append((not is_turned, place, record))
    queues = [sorted(places) for _, places in sorted(of_kind.items())]
    chosen: dict[int, None] = {}
    for turn in range(max(map(len, queues), default=0)):
        for queue in queues:
            if turn >= len(queue) or len(chosen) >= MOST_EXAMPLES:
                continue
            _, place, record = queue[turn]
            if place not in chosen:
                others = [other for other in of_record[record] if other != place]
                chosen |= dict.fromkeys([place, *others[:MOST_SIBLINGS]])
        if len(chosen) >= MOST_EXAMPLES:
            break
    return list(chosen)


def _rejected(snapshot: Snapshot) -> dict[tuple[str, str], list[Rejection]]:
    """Return the first rows of each reason, in the order of the files."""
    rows: dict[tuple[str, str], list[Rejection]] = defaultdict(list)
    for line in _lines(snapshot, snapshot.manifest.rejections):
        row = decode_rejection(line)
        if len(rows[row.stage, row.reason]) < MOST_ROWS:
            rows[row.stage, row.reason].append(row)
    return dict(sorted(rows.items()))


def _matches(snapshot: Snapshot) -> Iterator[MatchRow]:
    files = [f for f in snapshot.manifest.reports if f.path.startswith(f"{CONTAMINATION}/")]
    return map(decode_match, _lines(snapshot, files))


def _lines(snapshot: Snapshot, files: list[RowFile]) -> Iterator[bytes]:
    """Yield the first lines of files: of each stage and source, so that none crowds out others."""
    of_kind: dict[str, int] = defaultdict(int)
    for file in files:
        # "rejections/ingest-NAME-000001.jsonl": the work item is the number.
        kind = file.path.rsplit("-", 1)[0]
        of_kind[kind] += 1
        if of_kind[kind] > MOST_FILES:
            continue
        with filesystem.open_read(filesystem.join(snapshot.path, file.path)) as stream:
            yield from islice(stream, MOST_LOOKED_AT)


def _table(snapshot: Snapshot, name: str) -> dict[str, dict[str, dict[str, int]]]:
    if all(file.path != name for file in snapshot.manifest.reports):
        return {}
    path = filesystem.join(snapshot.path, name)
    table: dict[str, dict[str, dict[str, int]]] = orjson.loads(filesystem.read_bytes(path))
    return table
