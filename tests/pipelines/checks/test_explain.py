"""Each fate of a record is told: kept, removed with its reason and counterpart, or not drawn."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.checks.explain import explain
from pipelines.cli import main
from pipelines.recipe import load_recipe
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import open_snapshot
from transforms.types import Rejection


def _rejections(path: str, reason: str) -> list[dict[str, Any]]:
    rows = []
    for file in sorted(Path(path).glob("rejections/*.jsonl")):
        rows += [json.loads(line) for line in file.read_text().splitlines()]
    return [row for row in rows if row["reason"] == reason]


def test_a_record_that_was_kept(quickstart: BuildResult) -> None:
    row = next(iter(open_snapshot(quickstart.path).rows("train")))
    by_example = explain(quickstart.path, str(row["id"]))
    by_record = explain(quickstart.path, f" {str(row['record_id']).upper()} ")
    assert by_example == by_record
    assert by_record.outcome == "kept"
    assert row["id"] in {example["id"] for example in by_record.examples}
    assert by_record.texts[by_record.record_id].task == row["_task_name"]


def test_every_duplicate_names_the_one_that_stays(quickstart: BuildResult) -> None:
    rows = _rejections(quickstart.path, "exact_duplicate")
    assert len(rows) == 10
    for row in rows[:3]:
        found = explain(quickstart.path, row["id"])
        assert (found.outcome, found.removals) == ("removed", [Rejection(**row)])
        assert found.texts.keys() == {row["id"], row["other_id"]}
        other = explain(quickstart.path, row["other_id"])
        assert Rejection(**row) in other.replaced
        assert other.outcome in ("kept", "not_drawn")


def test_an_overlap_names_the_held_out_item_and_its_span(quickstart: BuildResult) -> None:
    rows = _rejections(quickstart.path, "held_out_overlap")
    assert len(rows) == 6
    for row in rows:
        found = explain(quickstart.path, row["id"])
        (match,) = found.held_out
        assert match.item.id == row["other_id"]
        assert match.score >= 0.8
        text = " ".join(str(found.texts[row["other_id"]].fields["question"]).lower().split())
        assert match.span.split()[0] in text
    table = json.loads(Path(quickstart.path, "contamination.json").read_text())
    assert sum(table["found"]["tiny_eval"].values()) == 6
    assert (table["mode"], table["items"], table["searchable"]) == ("drop", {"tiny_eval": 24}, 24)


def test_without_the_cache_the_texts_are_those_that_the_snapshot_keeps(
    snapshot: Path, quickstart: BuildResult
) -> None:
    row = _rejections(str(snapshot), "exact_duplicate")[0]
    found = explain(str(snapshot), row["id"])
    assert found.removals == [Rejection(**row)]
    assert row["id"] not in found.texts
    for example in list(open_snapshot(str(snapshot)).rows("train"))[:3]:
        identity = str(example["record_id"])
        (alone, beside) = (explain(path, identity) for path in (str(snapshot), quickstart.path))
        text, stored = alone.texts[identity], beside.texts[identity]
        assert (text.place, text.source) == (stored.place, stored.source)
        assert text.fields.items() >= stored.fields.items()
        assert explain(str(snapshot), text.place).record_id == identity


def test_the_command_says_which_record_is_nowhere(
    snapshot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = _rejections(str(snapshot), "exact_duplicate")[0]
    assert main(["explain", str(snapshot), row["id"]]) == 0
    assert "neither the snapshot nor its store has the fields" in capsys.readouterr().err


def test_a_record_that_was_not_drawn(corpus: Any, tmp_path: Path) -> None:
    recipe = load_recipe(str(corpus.recipe), ["mixture.examples=6"], {}, None)
    result = build(recipe, str(tmp_path / "out"), RunnerOptions())
    lines = [
        line
        for path in (tmp_path / "out" / "cache" / "ingest").glob("*/*.jsonl")
        for line in path.read_text().splitlines()
    ]
    ids = [json.loads(line)[0] for line in lines]
    outcomes = {identity: explain(result.path, identity).outcome for identity in ids}
    assert sorted(set(outcomes.values())) == ["kept", "not_drawn"]


def test_an_unknown_id(quickstart: BuildResult) -> None:
    with pytest.raises(DataError, match="no record is called 'nope'"):
        explain(quickstart.path, "nope")


def test_the_command(flanbeam: Any, quickstart: BuildResult) -> None:
    row = _rejections(quickstart.path, "held_out_overlap")[0]
    outcome = flanbeam("explain", quickstart.path, row["id"])
    assert outcome.status == 0
    assert "left out by decontaminate: held_out_overlap" in outcome.out
    assert (
        flanbeam("explain", quickstart.path, row["id"], "--json").document["outcome"] == "removed"
    )
    assert flanbeam("explain", quickstart.path, "nope").status == 3


@pytest.mark.parametrize(
    ("place", "own_id"),
    [
        ("task_quickstart_opposites.json: instance 1", "task_quickstart_opposites-001"),
        ("review_sentiment.jsonl:1", "sent-001"),
    ],
)
def test_a_place_is_asked_for_as_it_is_shown(
    quickstart: BuildResult, place: str, own_id: str
) -> None:
    by_place, by_own_id = explain(quickstart.path, place), explain(quickstart.path, own_id)
    assert by_place == by_own_id
    text = by_place.texts[by_place.record_id]
    assert (text.place, text.own_id) == (place, own_id)
    assert explain(quickstart.path, by_place.record_id[:10]) == by_place


def test_every_shard_has_its_ids_beside_it(quickstart: BuildResult) -> None:
    snapshot = open_snapshot(quickstart.path)
    listed = [path.read_text() for path in sorted(Path(quickstart.path, "ids").glob("train-*.txt"))]
    rows = snapshot.rows("train")
    assert "".join(listed) == "".join(f"{row['id']} {row['record_id']}\n" for row in rows)


def test_without_ids_as_in_older_snapshots_the_same_is_found(
    quickstart: BuildResult, snapshot: Path
) -> None:
    path = snapshot / "manifest.json"
    manifest = json.loads(path.read_text())
    reports = manifest["reports"]
    manifest["reports"] = [file for file in reports if not file["path"].startswith("ids/")]
    assert len(manifest["reports"]) < len(reports)
    path.write_text(json.dumps(manifest))
    shutil.rmtree(snapshot / "ids")
    row = open_snapshot(quickstart.path).reader("train").row(17)
    for name in (row["id"], row["record_id"], str(row["id"])[:9], str(row["record_id"])[:9]):
        old, new = explain(str(snapshot), str(name)), explain(quickstart.path, str(name))
        assert row["id"] in [example["id"] for example in new.examples]
        assert new.texts
        assert old.texts.keys() <= new.texts.keys()
        old.texts = new.texts = {}  # the copy is in no store, and has those of its examples alone
        assert old == new


def test_ids_that_are_cut_are_said(snapshot: Path) -> None:
    row = open_snapshot(str(snapshot)).reader("train").row(0)
    path = min((snapshot / "ids").glob("train-*"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=rf"{path.name}: not \d+ lines of two ids"):
        explain(str(snapshot), str(row["id"]))
