"""What differs between snapshots, against counts by hand; the merge of tables against sets."""

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.building.build import build
from pipelines.building.running import RunnerOptions
from pipelines.checks import example_table
from pipelines.checks.difference import SourceDifference, compare_examples, diff
from pipelines.checks.example_table import ROW, ExampleTable, ranges, write_table
from pipelines.recipe import load_recipe
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import open_snapshot


def _table(directory: Path, rows: dict[int, tuple[int, int]], files: int) -> ExampleTable:
    """Write a table of id → (digest, task), spread over several files."""
    directory.mkdir()
    table = ExampleTable(rows=len(rows), tasks=["a", "b", "c"])
    for number in range(files):
        part = [
            (identity >> 64, identity & (2**64 - 1), digest, task)
            for identity, (digest, task) in rows.items()
            if identity % files == number
        ]
        path = str(directory / f"{number}.npy")
        np.save(path, np.sort(np.array(part, dtype=ROW), order=["high", "low"]))
        table.files.append(path)
    return table


@pytest.mark.parametrize("most_rows", [1, 7, 1000])
def test_tables_are_compared_like_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_rows: int
) -> None:
    monkeypatch.setattr(example_table, "_MOST_ROWS", most_rows)
    draws = random.Random(5)
    edges = [0, 1, 2**64 - 1, 2**64, 2**127, 2**128 - 1, 7 << 64]
    ids = edges + [draws.getrandbits(128) for _ in range(200)]
    old = {identity: (draws.randrange(3), draws.randrange(3)) for identity in ids[:150]}
    new = {identity: old.get(identity, (1, 2)) for identity in [*ids[:3], *ids[60:]]}
    for identity in ids[60:90]:
        new[identity] = (9, old[identity][1])
    found = compare_examples(_table(tmp_path / "a", old, 3), _table(tmp_path / "b", new, 2))
    expected: dict[str, Counter[str]] = {name: Counter() for name in "abc"}
    for identity in {*old, *new}:
        task = "abc"[(new if identity in new else old)[identity][1]]
        if identity not in new:
            expected[task]["removed"] += 1
        elif identity not in old:
            expected[task]["added"] += 1
        else:
            kind = "same" if old[identity] == new[identity] else "changed"
            expected[task][kind] += 1
    kinds = ("added", "removed", "changed", "same")
    assert found == {task: {k: counts[k] for k in kinds} for task, counts in expected.items()}


def test_ranges_cover_all_ids() -> None:
    bounds = list(ranges(3_500_000))
    assert len(bounds) == 4
    assert bounds[0][0] == 0
    assert bounds[-1][1] == 2**64
    assert all(left[1] == right[0] for left, right in pairwise(bounds))


def test_table_of_a_snapshot(quickstart: Any, tmp_path: Path) -> None:
    table = write_table(open_snapshot(quickstart.path), str(tmp_path / "t"))
    rows = list(open_snapshot(quickstart.path).rows("train"))
    assert table.rows == len(rows) == len(table.range(0, 2**64))
    assert table.counts["templates"] == Counter(str(row["template_id"]) for row in rows)
    assert table.counts["licenses"] == Counter(str(row["license"]) for row in rows)
    assert sum(table.tokens.values()) == sum(
        shard.input_tokens + shard.target_tokens
        for shard in quickstart.manifest.splits["train"].shards
    )


def test_cut_table_of_lengths_is_bad_data(snapshot: Path, tmp_path: Path) -> None:
    lengths = next(snapshot.rglob("*.lengths"))
    np.save(tmp_path / "cut.npy", np.load(lengths)[:-1])
    lengths.write_bytes((tmp_path / "cut.npy").read_bytes())
    with pytest.raises(DataError, match="fewer rows than examples"):
        diff(str(snapshot), str(snapshot))


def test_snapshot_does_not_differ_from_itself(quickstart: Any) -> None:
    found = diff(quickstart.path, quickstart.path)
    assert found.examples == {"added": 0, "removed": 0, "changed": 0, "same": 480}
    for name in ("shares", "tokens", "templates", "licenses", "sources", "rejected"):
        assert getattr(found, name) == {}


def test_every_kind_of_difference_is_told(corpus: Any, tmp_path: Path) -> None:
    def built(*assignments: str) -> str:
        recipe = load_recipe(str(corpus.recipe), list(assignments), {}, None)
        return build(recipe, str(tmp_path / "out"), RunnerOptions()).path

    before = built()
    lines = corpus.jsonl.read_text().splitlines(keepends=True)
    edited = lines[1].replace('"a": "paint', '"a": "new paint')
    copies = [lines[5].replace("q-yellow", "q-twice")]
    corpus.jsonl.write_text("".join([edited, *lines[2:], corpus.jsonl_row("violet"), *copies]))
    after = built("sources.reasoning.license=MIT")
    found = diff(before, after)
    # The edited row is another record: its contents are part of its id.
    assert found.tasks["questions"]["removed"] == 2
    assert found.tasks["questions"]["added"] == 2
    assert found.tasks["cot_fruit"] == {"added": 0, "removed": 0, "changed": 10, "same": 0}
    assert found.tasks["task001_colours"]["same"] == 10
    assert found.licenses == {"MIT": (0, 10), "Unknown": (30, 20)}
    assert found.rejected == {"deduplicate: exact_duplicate": (0, 1)}
    assert set(found.tokens) >= {"questions"}
    assert found.shares == {}
    assert found.sources == {
        "questions": SourceDifference(
            records=(10, 11),
            files_added=[],
            files_removed=[],
            files_changed=["questions.jsonl"],
        ),
        "reasoning": SourceDifference(
            records=(10, 10), files_added=[], files_removed=[], files_changed=[]
        ),
    }
