"""A day in the life of a store: what is read, what is published, what stays when it goes wrong."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines import ingest
from pipelines.recipe import load_recipe
from pipelines.verify import verify
from tfrecords_schema.channels import resolve

_HELD_OUT = '{"id": "e-red", "q": "What do we call red paint?", "a": "paint red"}\n'


class Store:
    """A store, its recipe, and the command with both."""

    def __init__(self, flanbeam: Any, corpus: Any, root: Path) -> None:
        self._flanbeam, self.corpus, self.root = flanbeam, corpus, root
        self.more: list[str] = []

    def refresh(self, *argv: object) -> Any:
        return self._flanbeam(
            "refresh", self.corpus.recipe, "--store", self.root, "--json", *self.more, *argv
        )

    def plan(self, *argv: object) -> Any:
        return self._flanbeam(
            "plan", self.corpus.recipe, "--refresh", self.root, "--json", *self.more, *argv
        )

    def run(self, *argv: object) -> Any:
        return self._flanbeam(*argv, "--json")

    def current(self) -> str:
        """The path of the snapshot that `latest` points at."""
        return resolve(f"{self.root}@latest")

    def states(self, *argv: object) -> dict[str, str]:
        """Node → state, hits left out."""
        nodes = self.plan(*argv).document["nodes"]
        keys = {f"{n['kind']}:{n['name']}".rstrip(":"): n["state"] for n in nodes}
        return {key: state for key, state in keys.items() if state != "hit"}

    def set(self, assignment: str) -> None:
        """A setting of the recipe from here on."""
        self.more += ["--set", assignment]


@pytest.fixture
def store(flanbeam: Any, corpus: Any, tmp_path: Path) -> Store:
    return Store(flanbeam, corpus, tmp_path / "store")


def _edit(path: Path, old: str = "red", new: str = "crimson") -> None:
    path.write_text(path.read_text().replace(old, new))


def _templates(words: str) -> str:
    """So many templates of the recipe's own that some example is bound to have one."""
    template = "{{inputs: '{0} ({1}): {{question}}', targets: '{{answer}}'}}"
    rows = (template.format(words, number) for number in range(1, 40))
    return f"templates={{questions: [{', '.join(rows)}]}}"


def test_first_refresh_publishes_what_verifies(store: Store) -> None:
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
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.refresh().document["snapshot"]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a pipeline was run")

    monkeypatch.setattr("pipelines.build.run_pipeline", refuse)
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


def test_one_edited_file_is_read_alone_and_changes_its_share(store: Store) -> None:
    first = store.refresh().document["snapshot"]
    _edit(store.corpus.jsonl)
    planned = store.plan().document
    assert planned["bytes_to_read"] == store.corpus.jsonl.stat().st_size
    assert store.states() == {
        "source:questions": "changed",
        "task:questions": "changed",
        "dedup": "changed",
        "decontaminate": "changed",
        "render": "changed",
        "mixture": "changed",
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


def test_one_edited_file_of_many_changes_its_task_alone(store: Store) -> None:
    other = store.corpus.tasks.with_name("task002_doors.json")
    other.write_text(store.corpus.tasks.read_text().replace("wall", "door").replace("t-", "d-"))
    store.refresh()
    _edit(other)
    states = store.states()
    assert {key for key in states if key.startswith(("source", "task"))} == {
        "source:tasks",
        "task:task002_doors",
    }
    other.unlink()
    assert store.states()["task:task002_doors"] == "removed"


def test_edited_template_reads_no_source(store: Store) -> None:
    store.set(_templates("Answer this"))
    first = store.refresh().document["snapshot"]
    store.set(_templates("Reply to"))
    planned = store.plan("--explain", "render").document
    assert planned["bytes_to_read"] == 0
    assert store.states() == {"render": "changed", "mixture": "changed"}
    assert len(planned["differences"]) == 39
    assert planned["differences"][0] == {
        "part": "templates.questions.0.inputs",
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
    store: Store, tmp_path: Path
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
    assert states == {"decontaminate": "changed", "render": "changed", "mixture": "changed"}
    document = store.refresh().document
    assert document["sources_read"] == ["tiny_eval"]
    differs = store.run("diff", first, document["snapshot"]).document
    assert differs["rejected"] == {"decontaminate: held_out_overlap": [0, 1]}
    assert differs["tasks"]["questions"]["removed"] >= 1


def test_setting_of_the_mixture_leaves_all_before_it_alone(store: Store) -> None:
    store.refresh()
    store.set("mixture.examples=12")
    assert store.states() == {"mixture": "changed"}
    assert store.refresh().document["sources_read"] == []
    store.set("gates.max_task_drop=0.9")
    assert store.refresh().status == 10


@pytest.mark.parametrize("policy", ["fail", "skip"])
def test_corrupted_source_leaves_the_old_snapshot_in_place(store: Store, policy: str) -> None:
    store.set(f"on_source_error={policy}")
    first = store.refresh().document["snapshot"]
    intact = store.corpus.tasks.read_text()
    store.corpus.tasks.write_text(intact[:200])
    outcome = store.refresh()
    assert outcome.status == 3
    assert store.current() == first
    assert verify(first).passed
    if policy == "skip":
        [failed] = outcome.document["failed"]
        assert failed.startswith("max_task_drop: task001_colours has 0 records, 10 before (-100%")
        assert verify(outcome.document["snapshot"]).passed
        assert [event["event"] for event in store.run("history", store.root).document] == [
            "published",
            "refused",
        ]
    store.corpus.tasks.write_text(intact)
    assert store.refresh().status == 10


def test_refused_snapshot_is_taken_up_when_its_gate_is_opened(store: Store) -> None:
    store.refresh()
    lines = store.corpus.jsonl.read_text().splitlines(keepends=True)
    store.corpus.jsonl.write_text("".join(lines[:5]))
    refused = store.refresh()
    assert refused.status == 3
    assert "questions has 5 records, 10 before" in refused.document["failed"][0]
    store.set("gates.max_task_drop=0.5")
    outcome = store.refresh()
    assert outcome.status == 0
    assert outcome.document["snapshot"] == refused.document["snapshot"]
    assert store.current() == refused.document["snapshot"]


def test_rolled_back_snapshot_does_not_come_back_by_itself(store: Store) -> None:
    first = store.refresh().document["snapshot"]
    _edit(store.corpus.jsonl)
    second = store.refresh().document["snapshot"]
    rolled = store.run("rollback", store.root)
    assert (rolled.status, rolled.document["snapshot"]) == (0, first)
    assert store.current() == first
    assert store.refresh().status == 10
    assert store.plan().document["withdrawn"]
    assert store.current() == first
    _edit(store.corpus.jsonl, "blue", "azure")
    assert store.refresh().status == 0
    assert store.current() not in (first, second)
    assert store.run("publish", second).status == 0
    assert store.current() == second
    assert store.run("rollback", store.root, "--to", Path(first).name).status == 0
    assert store.current() == first


def test_nothing_to_roll_back_to(store: Store) -> None:
    assert store.run("rollback", store.root).status == 2
    store.refresh()
    outcome = store.run("rollback", store.root)
    assert outcome.status == 2
    assert "no snapshot was published before this one" in outcome.err
    assert store.run("rollback", store.root, "--to", "2020").status == 2


def test_garbage_is_what_nothing_needs(store: Store) -> None:
    snapshots = [store.refresh().document["snapshot"]]
    for old, new in (("blue", "azure"), ("green", "jade"), ("white", "snowy")):
        _edit(store.corpus.jsonl, old, new)
        snapshots.append(store.refresh().document["snapshot"])
    assert store.run("pin", snapshots[0]).status == 0
    store.run("rollback", store.root, "--to", Path(snapshots[1]).name)
    argv = ["gc", store.root, "--idle-hours", 0, "--keep", 1]
    listed = store.run(*argv).document["garbage"]
    assert [row["path"] for row in listed if "/snapshots/" in row["path"]] == [snapshots[2]]
    assert len([row for row in listed if "/cache/ingest/" in row["path"]]) == 1
    assert all(Path(row["path"]).exists() for row in listed)
    assert store.run(*argv, "--delete").document["garbage"] == listed
    assert not any(Path(row["path"]).exists() for row in listed)
    rows = store.run("snapshots", store.root).document
    assert [(Path(r["snapshot"]).name, r["channels"], r["pinned"]) for r in rows] == [
        (Path(snapshots[0]).name, [], True),
        (Path(snapshots[1]).name, ["latest"], False),
        (Path(snapshots[3]).name, [], False),
    ]
    assert all(verify(row["snapshot"]).passed for row in rows)
    assert store.run("unpin", snapshots[0]).status == 0
    removed = store.run(*argv, "--delete").document["garbage"]
    assert snapshots[0] in [row["path"] for row in removed]


def _gc(store: Store, hours: int) -> list[dict[str, str]]:
    outcome = store.run("gc", store.root, "--idle-hours", hours, "--delete")
    return list(outcome.document["garbage"])


def test_garbage_is_an_unfinished_build_and_a_dead_lock(store: Store) -> None:
    first = store.refresh().document["snapshot"]
    (store.root / "cache" / "building" / "0123").mkdir()
    (store.root / "snapshots" / "half").mkdir()
    (store.root / "locks" / "channel-latest.7.alive").write_text("")
    paths = [row["path"] for row in _gc(store, 1)]
    assert [Path(path).name for path in paths] == ["half", "channel-latest.7.alive"]
    paths = [row["path"] for row in _gc(store, 0)]
    assert [Path(path).name for path in paths] == ["0123"]
    assert store.current() == first
    assert store.refresh().status == 10


def test_stages_go_with_the_last_snapshot_that_is_from_them(store: Store) -> None:
    store.refresh()
    [first] = (store.root / "cache" / "stages").iterdir()
    half = first.with_name(f"{first.name}.tmp-0123")
    half.mkdir()
    store.set("seed=5")
    store.refresh()
    assert {Path(row["path"]) for row in _gc(store, 0)} == {half}
    _edit(store.corpus.jsonl)
    store.refresh()
    rows = store.run("gc", store.root, "--idle-hours", 0, "--keep", 1, "--delete").document
    assert str(first) in [row["path"] for row in rows["garbage"]]
    [last] = (store.root / "cache" / "stages").iterdir()
    assert last != first


def test_source_that_cannot_be_hashed_stops_the_plan(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.refresh()

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(ingest.filesystem, "sha256_of", refuse)
    for outcome in (store.plan(), store.refresh()):
        assert outcome.status == 3
        assert "Permission denied" in outcome.document["error"]


def test_each_step_is_a_command_of_its_own(store: Store) -> None:
    recipe, root = store.corpus.recipe, store.root
    built = store.run("build", recipe, "--store", root).document["snapshot"]
    assert not (root / "channels").exists()
    assert store.run("verify", built).status == 0
    assert store.run("publish", built, "--channel", "candidate").status == 0
    assert resolve(f"{root}@candidate") == built
    assert resolve(f"{root}/channels/candidate.json") == built
    assert store.refresh().document["sources_read"] == []
    assert store.current() == built
    assert store.run("verify", f"{root}@latest").document["snapshot"] == built


def test_publish_holds_to_the_gates_of_the_recipe(store: Store) -> None:
    store.set("gates.min_examples=31")
    built = store.run("build", store.corpus.recipe, "--out", store.root, *store.more)
    outcome = store.run("publish", built.document["snapshot"])
    assert outcome.status == 3
    assert outcome.document["failed"] == ["min_examples: 30 examples, not 31"]
    assert not (store.root / "channels").exists()


def test_damaged_snapshot_is_not_published(store: Store) -> None:
    built = Path(store.run("build", store.corpus.recipe, "--out", store.root).document["snapshot"])
    shard = next(built.rglob("train.tfrecord-00000-of-00001"))
    shard.write_bytes(shard.read_bytes()[:-1])
    assert store.run("publish", built).status == 3
    outcome = store.refresh()
    assert outcome.status == 0
    assert outcome.document["snapshot"] != str(built)


def test_words_for_people(flanbeam: Any, store: Store) -> None:
    argv = ["refresh", store.corpus.recipe, "--store", store.root]
    first = flanbeam(*argv)
    assert first.last_line == store.current()
    assert f"published: latest points at {Path(store.current()).name}" in first.err
    again = flanbeam(*argv)
    assert (again.status, again.last_line) == (10, store.current())
    assert "nothing to do" in again.err
    _edit(store.corpus.jsonl)
    planned = flanbeam("plan", store.corpus.recipe, "--refresh", store.root)
    lines = [" ".join(line.split()) for line in planned.out.splitlines()]
    size = store.corpus.jsonl.stat().st_size
    assert f"source:questions changed 10 {size} files.questions.jsonl" in lines
    flanbeam(*argv)
    changed = flanbeam("diff", first.last_line, f"{store.root}@latest")
    assert "source questions: 10 → 10 records; 0 files added" in changed.out
    assert flanbeam("snapshots", store.root).out.count(" tiny ") == 2
    assert flanbeam("history", store.root).out.count("published") == 2
    assert flanbeam("gc", store.root).out == "nothing to delete\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["plan", "{recipe}", "--refresh", "{store}", "--explain", "rende"],
            "did you mean 'render'",
        ),
        (["plan", "{recipe}", "--refresh", "{store}", "--channel", "../x"], "letters, digits"),
        (["publish", "{store}@nightly"], "no channel 'nightly'"),
        (["publish", "{recipe}"], "not in a store"),
        (["gc", "{store}", "--keep", "0"], "at least 1"),
    ],
)
def test_wrong_usage(store: Store, argv: list[str], message: str) -> None:
    places = {"recipe": str(store.corpus.recipe), "store": str(store.root)}
    outcome = store.run(*(word.format(**places) for word in argv))
    assert outcome.status == 2
    assert message in outcome.err


def test_gates_change_neither_bytes_nor_fingerprint(store: Store) -> None:
    plain = load_recipe(str(store.corpus.recipe), [], {}, None)
    gated = load_recipe(str(store.corpus.recipe), ["gates.min_examples=7"], {}, None)
    assert plain.gates != gated.gates
    assert plain.stated() == gated.stated()


def test_store_that_may_not_be_written_is_one_line(store: Store) -> None:
    store.root.mkdir()
    (store.root / "locks").write_text("a file")
    outcome = store.refresh()
    assert outcome.status == 3
    assert str(store.root / "locks") in outcome.document["error"]
    assert "Traceback" not in outcome.err


def test_source_and_task_of_one_name_have_rows_of_their_own(store: Store) -> None:
    store.set("sources.reasoning.path=" + str(store.corpus.tsv))
    other = store.corpus.tasks.with_name("reasoning.json")
    document = json.loads(store.corpus.tasks.read_text())
    document["Instances"] = [{"id": "r", "input": "A tall tree.", "output": ["tree"]}]
    other.write_text(json.dumps(document))
    store.refresh()
    rows = {(n["kind"], n["name"]): n["rows"] for n in store.plan().document["nodes"]}
    assert rows["source", "reasoning"] == 10
    assert rows["task", "reasoning"] == 1


def test_snapshot_is_named_by_its_place(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = Path(store.refresh().document["snapshot"])
    monkeypatch.chdir(snapshot)
    assert store.run("pin", ".").status == 0
    assert snapshot.with_name(f"{snapshot.name}.pinned").exists()
    assert store.run("publish", "../" + snapshot.name + "/", "--channel", "other").status == 0
    assert resolve(f"{store.root}@other") == str(snapshot)
