"""Compare two snapshots: examples by task, shares, tokens, templates, sources, rejections."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.checks.example_table import COUNTED, ExampleTable, Rows, ranges, write_table
from tfrecords_schema.manifest import Manifest
from tfrecords_schema.snapshot import Snapshot, open_snapshot

_KINDS = ("added", "removed", "changed", "same")


Change = tuple[Any, Any]


@dataclass(frozen=True, kw_only=True)
class SourceDifference:
    """Differences of one source: records before and after, and its files."""

    records: tuple[int, int]
    files_added: list[str]
    files_removed: list[str]
    files_changed: list[str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Differences of snapshot `b` from `a`.

    Attributes:
      examples: numbers of examples added, removed, changed (same id) and unchanged; `tasks` by
      task.
      shares, tokens, templates, licenses, rejected: (before, after) of each difference, by name.
      sources: sources whose fingerprint differs.
    """

    a: str
    b: str
    examples: dict[str, int]
    tasks: dict[str, dict[str, int]]
    shares: dict[str, Change]
    tokens: dict[str, Change]
    templates: dict[str, Change]
    licenses: dict[str, Change]
    sources: dict[str, SourceDifference]
    rejected: dict[str, Change]


def diff(a: str, b: str) -> Difference:
    """Compare snapshot `b` with `a`; memory: one shard's rows, or about a million rows.

    Raises:
      DataError: there is no snapshot, or a shard cannot be read.
    """
    old, new = open_snapshot(a), open_snapshot(b)
    with tempfile.TemporaryDirectory(prefix="flanbeam-diff-") as directory:
        tables = [
            write_table(snapshot, os.path.join(directory, name))
            for name, snapshot in (("a", old), ("b", new))
        ]
        tasks = compare_examples(*tables)
    total = Counter[str]()
    for counts in tasks.values():
        total.update(counts)
    manifests = (old.manifest, new.manifest)
    counted = {name: _changed(*(table.counts[name] for table in tables)) for name in COUNTED}
    return Difference(
        a=old.path,
        b=new.path,
        examples={kind: total[kind] for kind in _KINDS},
        tasks=dict(sorted(tasks.items())),
        shares=_changed(*(_shares(manifest) for manifest in manifests)),
        tokens=_changed(*(table.tokens for table in tables)),
        sources=_sources(*manifests),
        rejected=_changed(*(_rejected(manifest) for manifest in manifests)),
        **counted,
    )


def differing_ids(a: Snapshot, b: Snapshot, most: int) -> dict[str, list[str]]:
    """Return {"added", "removed", "changed": the first ids of each kind, in order of the ids}."""
    ids_of: dict[str, list[str]] = {kind: [] for kind in _KINDS[:3]}
    with tempfile.TemporaryDirectory(prefix="flanbeam-diff-") as directory:
        old, new = (
            write_table(snapshot, os.path.join(directory, name))
            for name, snapshot in (("a", a), ("b", b))
        )
        for first, last in ranges(max(old.rows, new.rows)):
            for kind, rows in _compared(old.range(first, last), new.range(first, last)):
                if kind in ids_of:
                    ids = (f"{row['high']:016x}{row['low']:016x}" for row in np.sort(rows))
                    ids_of[kind] += list(ids)[: most - len(ids_of[kind])]
            if all(len(ids) >= most for ids in ids_of.values()):
                break
    return ids_of


def _compared(a: Rows, b: Rows) -> Iterator[tuple[str, Rows]]:
    """Yield each kind of difference and its rows: of the new table, but of what was removed."""
    _, in_a, in_b = np.intersect1d(_ids(a), _ids(b), return_indices=True)
    differs = a["digest"][in_a] != b["digest"][in_b]
    yield "removed", np.delete(a, in_a)
    yield "added", np.delete(b, in_b)
    yield "changed", b[in_b][differs]
    yield "same", b[in_b][~differs]


def compare_examples(old: ExampleTable, new: ExampleTable) -> dict[str, dict[str, int]]:
    """Return {task: examples added, removed, changed (same id) and unchanged}."""
    counts: dict[str, Counter[str]] = {}

    def count(kind: str, tasks: list[str], rows: Rows) -> None:
        numbers, counted = np.unique(rows["task"], return_counts=True)
        for number, times in zip(numbers.tolist(), counted.tolist(), strict=True):
            counts.setdefault(tasks[number], Counter())[kind] += times

    for first, last in ranges(max(old.rows, new.rows)):
        for kind, rows in _compared(old.range(first, last), new.range(first, last)):
            count(kind, old.tasks if kind == "removed" else new.tasks, rows)
    return {task: {kind: of_task[kind] for kind in _KINDS} for task, of_task in counts.items()}


def _ids(rows: Rows) -> Any:
    """Return the 16 bytes of each id as one NumPy value."""
    pairs = np.stack([rows["high"], rows["low"]], axis=1).astype(">u8")
    return np.ascontiguousarray(pairs).view("S16").ravel()


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Change]:
    """Return {key: (old, new)} for each difference."""
    keys = sorted({*old, *new})
    return {k: (old.get(k, 0), new.get(k, 0)) for k in keys if old.get(k, 0) != new.get(k, 0)}


def _shares(manifest: Manifest) -> dict[str, float]:
    """Return {collection: its share of all examples}."""
    counts: Counter[str] = Counter()
    for entry in manifest.mixture:
        counts[entry.collection] += entry.realised
    total = counts.total() or 1
    return {name: round(count / total, 6) for name, count in counts.items()}


def _sources(old: Manifest, new: Manifest) -> dict[str, SourceDifference]:
    """Return the sources that differ, by name."""
    a, b = ({source.name: source for source in m.sources} for m in (old, new))
    differences = {}
    for name in sorted({*a, *b}):
        was, is_now = a.get(name), b.get(name)
        if was and is_now and was.fingerprint == is_now.fingerprint:
            continue
        files_a = {file.path: file.sha256 for file in was.files} if was else {}
        files_b = {file.path: file.sha256 for file in is_now.files} if is_now else {}
        both = files_a.keys() & files_b.keys()
        differences[name] = SourceDifference(
            records=(was.records if was else 0, is_now.records if is_now else 0),
            files_added=sorted(files_b.keys() - files_a.keys()),
            files_removed=sorted(files_a.keys() - files_b.keys()),
            files_changed=sorted(file for file in both if files_a[file] != files_b[file]),
        )
    return differences


def _rejected(manifest: Manifest) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for entry in manifest.ledger:
        for reason, count in entry.left_out.items():
            counts[f"{entry.stage}: {reason}"] += count
    return dict(counts)
