"""Records that other snapshots hold, or that contain what those ask, are left out and named."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.checks.explain import explain
from pipelines.checks.verify import verify
from tests.pipelines.builds import build_recipe, check_conservation
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.features import TARGETS_TEXT
from tfrecords_schema.snapshot import open_snapshot

LONG = (
    "The ferry from the island leaves the stone pier at dawn, carries wool, salt and lamp oil to "
    "the three villages on the far shore, waits there until the bell of the market has rung twice "
    "and comes back with flour and letters before the lamps are lit. Why does it wait so long?"
)
# Of its 54 words one is another: 3 of the 52 trigrams of each are their own, 49 / 55 = 0.891.
NEAR = LONG.replace("wool", "rope")
EQUAL = "Which harbor lies nearest to the striped lighthouse?"
TASK = (
    "  {name}: {{format: jsonl, path: {name}.jsonl, collection: c, task: {name}, "
    "family: closed_book_qa, fields: {{question: q, answer: a}}}}\n"
)


def _recipe(directory: Path, name: str, rows: list[tuple[str, str]], *lines: str) -> Path:
    text = "".join(json.dumps({"q": q, "a": a}) + "\n" for q, a in rows)
    (directory / f"{name}.jsonl").write_text(text)
    recipe = directory / f"{name}.yaml"
    head = f"name: {name}\nsources:\n{TASK.format(name=name)}"
    recipe.write_text("\n".join([head, *lines, ""]))
    return recipe


@pytest.fixture
def old(tmp_path: Path) -> BuildResult:
    """Build a snapshot of two records."""
    rows = [(EQUAL, "Port Ansel"), (LONG, "For the bell.")]
    return build_recipe(_recipe(tmp_path, "old", rows), tmp_path / "store")


def _rejections(snapshot: str) -> list[dict[str, Any]]:
    files = sorted(Path(snapshot, "rejections").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def _entry(built: BuildResult, stage: str) -> tuple[int, int, dict[str, int]]:
    (found,) = [e for e in built.manifest.ledger if e.stage == stage]
    return found.entered, found.kept, found.rejected


def test_equal_and_near_records_leave_with_the_name_of_the_snapshot(
    old: BuildResult, tmp_path: Path
) -> None:
    rows = [
        (EQUAL.upper(), "port ansel."),
        (NEAR, "For the bell."),
        (NEAR, "For the tide."),
        (EQUAL, "Port Renn"),
    ]
    recipe = _recipe(
        tmp_path, "new", rows, f"deduplicate: {{against: [{old.path}], near: {{enabled: true}}}}"
    )
    new = build_recipe(recipe, tmp_path / "store")
    # The same question with another answer is another record.
    expected = {"in_other_snapshot": 1, "near_in_other_snapshot": 1}
    assert _entry(new, "other_snapshots") == (4, 2, expected)
    name = f"old@{old.manifest.fingerprint[:12]}"
    ids = {
        ("bell" in str(row[TARGETS_TEXT])): str(row["record_id"])
        for row in open_snapshot(old.path).rows("train")
    }
    equal, near = sorted(_rejections(new.path), key=lambda row: str(row["reason"]))
    assert equal["detail"] == (
        f"equal to {equal['other_id']} (old.jsonl:1) of task old in snapshot {name}"
    )
    assert near["detail"] == (
        f"jaccard 0.891 with {near['other_id']} (old.jsonl:2) of task old in snapshot {name}"
    )
    assert {equal["other_source"], near["other_source"]} == {name}
    assert [ids[False], ids[True]] == [equal["other_id"], near["other_id"]]
    assert near["score"] == pytest.approx(49 / 55, abs=1e-6)
    assert verify(new.path).problems == []
    check_conservation(new.path)
    table = json.loads(Path(new.path, "duplicates.json").read_text())
    assert table["in_other_snapshot"] == {name: {"new": 1}}
    card = Path(new.path, "README.md").read_text()
    assert f"snapshots: {name}" in card
    assert "| other_snapshots | near in other snapshot | 1 |" in card
    told = explain(new.path, near["id"])
    assert told.outcome == "removed"
    assert told.texts[near["other_id"]].fields["question"] == LONG


def test_items_of_a_snapshot_are_searched_for(old: BuildResult, tmp_path: Path) -> None:
    rows = [(f"Consider this. {EQUAL} Say it in one word.", "Ansel"), ("Who is left here?", "Ann")]
    settings = f"decontaminate: {{against: [{old.path}]}}"
    new = build_recipe(_recipe(tmp_path, "new", rows, settings), tmp_path / "store")
    assert _entry(new, "decontaminate") == (2, 1, {"snapshot_overlap": 1})
    name = f"old@{old.manifest.fingerprint[:12]}"
    (row,) = _rejections(new.path)
    assert row["detail"] == f"contains {row['other_id']} of task {name}/old"
    assert row["other_source"] == name
    assert verify(new.path).problems == []


def test_a_channel_names_its_snapshot_and_another_snapshot_is_another_build(
    flanbeam: Any, tmp_path: Path
) -> None:
    first = _recipe(tmp_path, "old", [(EQUAL, "Port Ansel"), ("Who sings?", "Ann")])
    assert flanbeam("refresh", first, "--store", tmp_path / "store").status == 0
    rows = [(EQUAL, "Port Ansel"), ("Where is the mill?", "Here")]
    new = _recipe(tmp_path, "new", rows, "deduplicate: {against: [store@latest]}")
    built = build_recipe(new, tmp_path / "store")
    assert _entry(built, "other_snapshots") == (2, 1, {"in_other_snapshot": 1})
    assert flanbeam("plan", new, "--refresh", tmp_path / "store").status == 0
    _recipe(tmp_path, "old", [("Where is the mill?", "Here"), ("Who sings?", "Ann")])
    assert flanbeam("refresh", first, "--store", tmp_path / "store").status == 0
    again = build_recipe(new, tmp_path / "store")
    assert again.manifest.fingerprint != built.manifest.fingerprint
    assert [row["other_source"] for row in _rejections(again.path)] != [
        row["other_source"] for row in _rejections(built.path)
    ]


def test_a_snapshot_without_records_is_refused_with_the_command_that_builds_it(
    old: BuildResult, tmp_path: Path
) -> None:
    manifest = Path(old.path, "manifest.json")
    document = json.loads(manifest.read_text())
    del document["records"]
    manifest.write_text(json.dumps(document))
    recipe = _recipe(tmp_path, "new", [("Who?", "Me")], f"deduplicate: {{against: [{old.path}]}}")
    with pytest.raises(ConfigurationError) as caught:
        build_recipe(recipe, tmp_path / "out")
    assert f"`flanbeam build old.yaml --store {tmp_path}/store`" in str(caught.value)
    assert "new.yaml:5" in str(caught.value)


def test_what_is_no_snapshot_is_an_error_with_its_line(flanbeam: Any, tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, "new", [("Who?", "Me")], "decontaminate: {against: [elsewhere]}")
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "new.yaml:5: decontaminate.against: " in outcome.err
    assert "not a snapshot" in outcome.err


def test_against_needs_deduplication(tmp_path: Path) -> None:
    lines = "deduplicate: {enabled: false, against: [x]}"
    with pytest.raises(ConfigurationError, match="against"):
        build_recipe(_recipe(tmp_path, "new", [("Who?", "Me")], lines), tmp_path / "out")
