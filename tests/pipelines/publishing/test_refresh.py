"""A day in the life of a store: what is read, what is published, what stays when it goes wrong."""

import json
import time
from pathlib import Path

import pytest

from pipelines.building import sources
from pipelines.checks.verify import verify
from tests.pipelines.corpus import edit
from tests.pipelines.refreshed_store import RefreshedStore

_HELD_OUT = '{"id": "e-red", "q": "What do we call red paint?", "a": "paint red"}\n'


_STAGES = (
    *("index", "scan", "deduplicate", "decontaminate", "task_texts", "rank", "plan", "select"),
    *("list_records", "read_records", "records", "render"),
    *("plan_shards", "write", "manifest"),
)


def _changed_from(stage: str) -> dict[str, str]:
    """Return the states of a stage and of all that follow it."""
    return dict.fromkeys(_STAGES[_STAGES.index(stage) :], "changed")


def _templates(words: str) -> str:
    """Return so many templates of the recipe's own that some example is bound to have one."""
    template = "{{inputs: '{0} ({1}): {{question}}', targets: '{{answer}}'}}"
    rows = (template.format(words, number) for number in range(1, 40))
    return f"templates={{questions: [{', '.join(rows)}]}}"


def test_first_refresh_publishes_what_verifies(store: RefreshedStore) -> None:
    assert set(store.states().values()) == {"new"}
    outcome = store.refresh()
    assert outcome.status == 0
    document = outcome.document
    assert document["published"]
    assert document["sources_read"] == ["tasks", "reasoning", "questions"]
    assert store.current() == document["snapshot"]
    assert verify(store.current()).passed
    names = {path.name for path in store.root.iterdir()}
    assert names == {"cache", "channels", "history.jsonl", "locks", "snapshots"}
    assert [path.name for path in (store.root / "locks").iterdir()] == ["guard"]


def test_nothing_changed_reads_no_record_and_takes_seconds(
    store: RefreshedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.refresh().document["snapshot"]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a pipeline was run")

    monkeypatch.setattr("pipelines.building.build.run_assembly", refuse)
    began = time.monotonic()
    outcome = store.refresh()
    assert time.monotonic() - began < 10
    assert outcome.status == 10
    assert (outcome.document["snapshot"], outcome.document["published"]) == (first, False)
    planned = store.plan()
    assert planned.status == 10
    assert planned.document["bytes_to_read"] == 0
    assert {node["state"] for node in planned.document["nodes"]} == {"hit"}
    assert len(list((store.root / "snapshots").iterdir())) == 1


def test_one_edited_file_is_read_alone_and_changes_its_share(store: RefreshedStore) -> None:
    first = store.refresh().document["snapshot"]
    edit(store.corpus.jsonl)
    planned = store.plan().document
    assert planned["bytes_to_read"] == store.corpus.jsonl.stat().st_size
    assert store.states() == {
        "source:questions": "changed",
        "task:questions": "changed",
        **_changed_from("scan"),
    }
    [why] = [node["why"] for node in planned["nodes"] if node["name"] == "questions"][:1]
    assert why == "files.questions.jsonl"
    document = store.refresh().document
    assert document["sources_read"] == ["questions"]
    differs = store.run("diff", first, document["snapshot"]).document
    assert {task for task, counts in differs["tasks"].items() if counts["same"] < 10} == {
        "questions"
    }
    churn = 1 - differs["examples"]["same"] / 30
    assert churn <= 10 / 30
    assert differs["sources"]["questions"]["files_changed"] == ["questions.jsonl"]
    assert list(differs["sources"]) == ["questions"]


def test_one_edited_file_of_many_changes_its_task_alone(store: RefreshedStore) -> None:
    other = store.corpus.tasks.with_name("task002_doors.json")
    other.write_text(store.corpus.tasks.read_text().replace("wall", "door").replace("t-", "d-"))
    store.refresh()
    edit(other)
    states = store.states()
    assert {key for key in states if key.startswith(("source:", "task:"))} == {
        "source:tasks",
        "task:task002_doors",
    }
    other.unlink()
    assert store.states()["task:task002_doors"] == "removed"


def test_edited_template_reads_no_source(store: RefreshedStore) -> None:
    store.set(_templates("Answer this"))
    first = store.refresh().document["snapshot"]
    store.set(_templates("Reply to"))
    planned = store.plan("--explain", "render").document
    assert planned["bytes_to_read"] == 0
    assert store.states() == _changed_from("render")
    assert len(planned["differences"]) == 39
    assert planned["differences"][0] == {
        "part": "templates.questions.templates.0.inputs",
        "old": "Answer this (1): {question}",
        "new": "Reply to (1): {question}",
    }
    document = store.refresh().document
    assert document["sources_read"] == []
    differs = store.run("diff", first, document["snapshot"]).document
    assert differs["examples"]["changed"] > 0
    assert differs["examples"]["added"] == differs["examples"]["removed"] == 0
    assert [task for task, counts in differs["tasks"].items() if counts["changed"]] == ["questions"]
    assert differs["templates"]


def test_added_evaluation_set_is_read_alone_and_removes_what_it_holds(
    store: RefreshedStore, tmp_path: Path
) -> None:
    first = store.refresh().document["snapshot"]
    (tmp_path / "held_out.jsonl").write_text(_HELD_OUT)
    held_out = {
        "format": "jsonl",
        "path": str(tmp_path / "held_out.jsonl"),
        "collection": "eval",
        "task": "tiny_eval",
        "family": "closed_book_qa",
        "id": "id",
        "fields": {"question": "q", "answer": "a"},
    }
    store.set(f"held_out={json.dumps({'tiny_eval': held_out})}")
    states = store.states()
    assert states.pop("evaluation:tiny_eval") == "new"
    assert states == _changed_from("index")
    document = store.refresh().document
    assert document["sources_read"] == ["tiny_eval"]
    differs = store.run("diff", first, document["snapshot"]).document
    assert differs["rejected"] == {"decontaminate: held_out_overlap": [0, 1]}
    assert differs["tasks"]["questions"]["removed"] >= 1


def test_setting_of_the_mixture_leaves_all_before_it_alone(store: RefreshedStore) -> None:
    store.refresh()
    store.set("mixture.examples=12")
    assert store.states() == _changed_from("plan")
    assert store.refresh().document["sources_read"] == []
    store.set("gates.max_task_drop=0.9")
    assert store.refresh().status == 10


def test_source_that_cannot_be_hashed_stops_the_plan(
    store: RefreshedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.refresh()

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(sources.filesystem, "sha256_of", refuse)
    for outcome in (store.plan(), store.refresh()):
        assert outcome.status == 3
        assert "Permission denied" in outcome.document["error"]


def test_source_and_task_of_one_name_have_rows_of_their_own(store: RefreshedStore) -> None:
    store.set("sources.reasoning.path=" + str(store.corpus.tsv))
    other = store.corpus.tasks.with_name("reasoning.json")
    document = json.loads(store.corpus.tasks.read_text())
    document["Instances"] = [{"id": "r", "input": "A tall tree.", "output": ["tree"]}]
    other.write_text(json.dumps(document))
    store.refresh()
    rows = {(n["kind"], n["name"]): n["rows"] for n in store.plan().document["nodes"]}
    assert rows["source", "reasoning"] == 10
    assert rows["task", "reasoning"] == 1
