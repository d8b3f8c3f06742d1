"""Of what is planted in the quickstart data, everything is found, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.building.build import BuildResult
from tests.pipelines.builds import STAGES
from transforms.stable_random import stable_id

_COMPACT: dict[str, Any] = {"separators": (",", ":"), "sort_keys": True, "ensure_ascii": False}
BEFORE_RENDERING = set(STAGES) - {"render"}
NOT_DRAWN = {"over_cap", "not_sampled"}


def _raw_rows(repository: Path, planted: dict[str, str]) -> list[dict[str, str]]:
    """Return the rows of a planted entry's raw file, as dictionaries of texts."""
    path = repository / planted["file"]
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    return [{"id": line.split("\t")[0]} for line in path.read_text().splitlines()]


def _task_of(planted: dict[str, str]) -> str:
    stem = Path(planted["file"]).stem
    return f"cot_{stem.removesuffix('_train')}" if "/cot/" in planted["file"] else stem


class _Records:
    """The ids of ingested records by task and contents: an id covers both."""

    def __init__(self, out: Path) -> None:
        self._records: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for path in (out / "cache" / "ingest").rglob("file-*-*.jsonl"):
            for line in path.read_text().splitlines():
                record_id, task, *_, fields = json.loads(line)
                self._records.setdefault(task, []).append((record_id, fields))

    def id_of(self, task: str, row: dict[str, Any]) -> str:
        """Return the id of the record that a raw row gave (TSV: by its question, the `id`)."""
        texts = {text.strip() for text in row.values() if isinstance(text, str)}
        found = [
            record_id
            for record_id, fields in self._records[task]
            if (
                fields["question"] in texts
                if task.startswith("cot_")
                else {*_texts(fields)} <= texts
            )
        ]
        # Planted copies have the texts of another row, and an id of their own.
        own = [each for each in found if each in self._ids_of(task, row["id"])]
        [record_id] = own or found
        return record_id

    def _ids_of(self, task: str, own_id: str) -> set[str]:
        return {
            stable_id(task, "id", own_id, "fields", json.dumps(fields, **_COMPACT))
            for _, fields in self._records[task]
        }


def _texts(fields: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of a record that stand in its raw row as they are."""
    texts = {name: text for name, text in fields.items() if isinstance(text, str)}
    return (text.strip() for name, text in texts.items() if name != "answer")


def _rejections(path: str, stage: str, reason: str) -> dict[tuple[str, str], str]:
    """Return (task, record id) → detail."""
    rows = [
        json.loads(line)
        for file in (Path(path) / "rejections").iterdir()
        for line in file.read_text().splitlines()
    ]
    return {
        (row["task"], row["id"]): row["detail"]
        for row in rows
        if (row["stage"], row["reason"]) == (stage, reason)
    }


def _held_out(repository: Path, own_id: str) -> dict[str, Any]:
    """Return the raw row of a held-out item."""
    path = repository / "pipelines" / "quickstart" / "held_out.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    [row] = [row for row in rows if row["id"] == own_id]
    return {name: value for name, value in row.items() if name != "id"} | {"id": ""}


def test_planted_duplicates_are_found_and_no_others(
    quickstart: BuildResult, planted: Any, repository: Path
) -> None:
    records = _Records(Path(quickstart.path).parents[1])
    found = _rejections(quickstart.path, "deduplicate", "exact_duplicate")
    for entry in planted["duplicates"]:
        task = _task_of(entry)
        rows = {row["id"]: row for row in _raw_rows(repository, entry)}
        pair = [records.id_of(task, rows[entry[key]]) for key in ("id", "of")]
        [removed] = [record_id for record_id in pair if (task, record_id) in found]
        [kept] = set(pair) - {removed}
        assert found.pop((task, removed)) == f"kept {kept}"
    assert found == {}


def test_planted_overlaps_are_found_and_no_others(
    quickstart: BuildResult, planted: Any, repository: Path
) -> None:
    records = _Records(Path(quickstart.path).parents[1])
    found = _rejections(quickstart.path, "decontaminate", "held_out_overlap")
    for entry in planted["overlaps"]:
        task = _task_of(entry)
        column = "id" if task.startswith("cot_") else "question"
        [row] = [row for row in _raw_rows(repository, entry) if row[column] == entry["question"]]
        held_out = records.id_of("tiny_eval", _held_out(repository, entry["held_out_id"]))
        assert found.pop((task, records.id_of(task, row))) == f"contains tiny_eval/{held_out}"
    assert found == {}


def test_planted_empty_fields_are_found_and_no_others(
    quickstart: BuildResult, planted: Any, repository: Path
) -> None:
    found = _rejections(quickstart.path, "ingest", "empty_field")
    expected = set()
    for entry in planted["empty"]:
        ids = [row["id"] for row in _raw_rows(repository, entry)]
        line = ids.index(entry["id"]) + 1
        expected.add((_task_of(entry), f"{Path(entry['file']).name}:{line}"))
    assert {(task, detail.rpartition(": ")[0]) for (task, _), detail in found.items()} == expected


def test_nothing_else_is_rejected_before_rendering(
    quickstart: BuildResult, planted: Any, rejected: Any
) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for (stage, _, reason), count in rejected(quickstart.manifest).items():
        if stage in BEFORE_RENDERING and reason not in NOT_DRAWN:
            counts[stage, reason] += count
    assert counts == {
        ("ingest", "empty_field"): len(planted["empty"]),
        ("deduplicate", "exact_duplicate"): len(planted["duplicates"]),
        ("decontaminate", "held_out_overlap"): len(planted["overlaps"]),
    }
