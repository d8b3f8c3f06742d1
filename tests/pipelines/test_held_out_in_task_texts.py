"""Held-out items in what all records of a task share: its definition and its own examples."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.verify import verify
from tfrecords_schema.snapshot import Snapshot, open_snapshot

ITEM = "Who painted the old mill by the river in that cold winter?"
OTHER = "How many windows has the tower behind the market place?"
WRONG = "Which harbor lies nearest to the striped lighthouse on the coast?"
RECIPE = """\
name: held
sources: {tasks: {format: super_ni, path: tasks}}
held_out: {exam: {format: jsonl, path: exam.jsonl, fields: {question: q}}}
mixture: {collections: {natural_instructions: {template_types: {zs_noopt: 1, fs_noopt: 3}}}}
few_shot: {variants: [{shots: 2, own: true, negative: 1, share: 9}, {shots: 1}]}
"""


def _write(directory: Path, items: list[str], definition: str = "Say who or how many.") -> Path:
    (directory / "tasks").mkdir(exist_ok=True)
    task = {
        "Definition": [definition],
        "Positive Examples": [
            {"input": ITEM, "output": "Nobody knows.", "explanation": "None."},
            {"input": "Who sings?", "output": "Birds sing.", "explanation": "None."},
            {"input": "Who swims?", "output": "Fish swim.", "explanation": "None."},
        ],
        "Negative Examples": [
            {"input": f"Tell me.\n{WRONG}", "output": "Whales.", "explanation": "None."},
            {"input": "Who runs?", "output": "Trees run.", "explanation": "None."},
        ],
        "Instances": [
            {"id": f"task1-{n}", "input": f"Who has number {n}?", "output": [f"Runner {n}."]}
            for n in range(12)
        ],
        "Instance License": ["MIT"],
        "Categories": ["Question Answering"],
    }
    (directory / "tasks" / "task001_who.json").write_text(json.dumps(task))
    (directory / "exam.jsonl").write_text("".join(json.dumps({"q": q}) + "\n" for q in items))
    recipe = directory / "recipe.yaml"
    recipe.write_text(RECIPE)
    return recipe


def _build(flanbeam: Any, tmp_path: Path, recipe: Path, *more: str) -> tuple[Snapshot, str]:
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out", *more)
    assert outcome.status == 0, outcome.err
    assert not verify(outcome.last_line).problems
    return open_snapshot(outcome.last_line), outcome.err


def _prompts(snapshot: Snapshot) -> list[str]:
    return [str(row["inputs_pretokenized"]) for row in snapshot.rows("train")]


def _table(snapshot: Snapshot) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((Path(snapshot.path) / "contamination.json").read_text())
    return table


def test_own_examples_with_an_item_are_left_out(flanbeam: Any, tmp_path: Path) -> None:
    snapshot, said = _build(flanbeam, tmp_path, _write(tmp_path, [ITEM, OTHER, WRONG]))
    prompts = _prompts(snapshot)
    assert not any(ITEM in prompt or WRONG in prompt for prompt in prompts)
    assert any("Birds sing" in prompt and "Trees run" in prompt for prompt in prompts)
    assert _table(snapshot)["own_examples"] == {"exam": {"task001_who": 2}}
    assert "definitions" not in _table(snapshot)
    rows = (Path(snapshot.path) / "contamination" / "task_texts.jsonl").read_text().splitlines()
    assert sorted(json.loads(row)["field"] for row in rows) == [
        "exemplars[0].input",
        "negative_exemplars[0].input",
    ]
    assert "held_out.exam: task001_who: items are in 2 of the task's own examples" in said
    assert "left out" in said
    assert snapshot.manifest.task_texts == {"own_examples": {"exam": {"task001_who": 2}}}
    assert all(entry.balances for entry in snapshot.manifest.ledger)
    card = (Path(snapshot.path) / "README.md").read_text()
    assert "| exam | task001_who | own examples | 2 | left out |" in card
    report = (Path(snapshot.path) / "report.html").read_text()
    assert "Tasks with an item in own examples" in report
    assert "Tasks with an item in definitions" not in report


def test_in_mode_report_they_stay(flanbeam: Any, tmp_path: Path) -> None:
    recipe = _write(tmp_path, [ITEM, OTHER])
    snapshot, said = _build(flanbeam, tmp_path, recipe, "--set", "decontaminate.mode=report")
    assert any(ITEM in prompt for prompt in _prompts(snapshot))
    assert _table(snapshot)["own_examples"] == {"exam": {"task001_who": 1}}
    assert "kept (decontaminate.mode: report)" in said
    card = (Path(snapshot.path) / "README.md").read_text()
    assert "| exam | task001_who | own examples | 1 | kept |" in card


def test_a_definition_with_an_item_is_reported(flanbeam: Any, tmp_path: Path) -> None:
    recipe = _write(tmp_path, [OTHER], f"Answer as in this example. Q: {OTHER} A: Nine.")
    snapshot, said = _build(flanbeam, tmp_path, recipe)
    assert _table(snapshot)["definitions"] == {"exam": {"task001_who": 1}}
    assert "own_examples" not in _table(snapshot)
    assert "the definition of task task001_who contains an item" in said
    card = (Path(snapshot.path) / "README.md").read_text()
    assert "| exam | task001_who | definitions | 1 | kept |" in card


def test_without_findings_nothing_is_said_and_the_prompts_are_the_same(
    flanbeam: Any, tmp_path: Path
) -> None:
    recipe = _write(tmp_path, [OTHER])
    snapshot, said = _build(flanbeam, tmp_path, recipe)
    assert sorted(_table(snapshot)) == ["found", "items", "mode", "searchable"]
    assert "task001_who" not in said
    assert snapshot.manifest.task_texts == {}
    assert "what all records of a task share" not in (Path(snapshot.path) / "README.md").read_text()
    assert any(ITEM in prompt for prompt in _prompts(snapshot))
    reports = [file.path for file in snapshot.manifest.reports]
    assert not any(path.startswith("contamination/") for path in reports)


@pytest.mark.parametrize("in_store", [True, False])
def test_a_preview_says_that_it_does_not_search(
    flanbeam: Any, tmp_path: Path, in_store: bool
) -> None:
    recipe = _write(tmp_path, [ITEM])
    more = ["--store", tmp_path / "out"] if in_store else []
    words = ["preview", recipe, "--type", "fs_noopt", "-n", "20", *more]
    outcome = flanbeam(*words)
    assert outcome.status == 0
    assert ("not searched for held-out items" in outcome.err) is not in_store
    # Own examples are drawn.
    assert (ITEM in outcome.out) is not in_store
    recipe.write_text(RECIPE.replace("held_out: {exam", "held_out: {} #"))
    assert "not searched" not in flanbeam(*words).err


@pytest.mark.parametrize("items", [[OTHER, WRONG], [OTHER]], ids=["more", "as before"])
def test_a_refresh_leaves_them_out_too(flanbeam: Any, tmp_path: Path, items: list[str]) -> None:
    """Prompts kept from a build in which an example was shown are not copied after it."""
    _build(flanbeam, tmp_path, _write(tmp_path, [OTHER]))
    snapshot, _ = _build(flanbeam, tmp_path, _write(tmp_path, [*items, ITEM]))
    assert not any(ITEM in prompt for prompt in _prompts(snapshot))
    assert any(WRONG in prompt for prompt in _prompts(snapshot)) is (WRONG not in items)
