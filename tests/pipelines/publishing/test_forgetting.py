"""Rows that are forgotten on request: later builds leave them out, and what holds them is named."""

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from obstore.store import MemoryStore

from pipelines.publishing.holders import EXPORT, files
from pipelines.stores.store import Store
from tests.object_stores import s3_bucket
from tests.pipelines.builds import check_conservation
from tests.pipelines.refreshed_store import RefreshedStore
from tfrecords_schema import filesystem, object_store
from tfrecords_schema.snapshot import open_snapshot
from transforms.sources.forgotten import Forgotten, digest_of

# The text of the row that states the id q-red.
_RED = "What do we call red paint?"


def _forget(store: RefreshedStore, *argv: object, source: str = "questions") -> Any:
    return store.run("forget", store.root, "--source", source, *argv)


def _prompts(snapshot: str) -> list[str]:
    return [str(row["inputs_pretokenized"]) for row in open_snapshot(snapshot).rows("train")]


def _held(document: Any) -> list[tuple[str, str, int, int]]:
    return [(h["what"], h["path"], h["examples"], h["mentions"]) for h in document["holders"]]


def _forgotten(snapshot: str) -> dict[str, int]:
    ledger = open_snapshot(snapshot).manifest.ledger
    return {e.task: e.rejected["forgotten"] for e in ledger if e.rejected.get("forgotten")}


def test_a_forgotten_row_is_left_out_of_all_later_builds(store: RefreshedStore) -> None:
    first = store.refresh().document["snapshot"]
    assert any(_RED in prompt for prompt in _prompts(first))
    outcome = _forget(store, "--id", "q-red")
    assert outcome.status == 0
    assert outcome.document["places"] == ["questions.jsonl:1"]
    second = store.refresh()
    assert second.document["sources_read"] == ["questions"]
    snapshot = second.document["snapshot"]
    assert not any(_RED in prompt for prompt in _prompts(snapshot))
    assert _forgotten(snapshot) == {"questions": 1}
    check_conservation(snapshot)
    assert store.refresh().status == 10
    # Whatever recipe reads the source; and the list is there as long as the store is.
    store.set("seed=9")
    store.run("gc", store.root, "--keep", "1", "--idle-hours", "0", "--delete")
    built = store.run("build", store.corpus.recipe, "--out", store.root, *store.more)
    assert not any(_RED in prompt for prompt in _prompts(built.document["snapshot"]))
    assert _forgotten(built.document["snapshot"]) == {"questions": 1}
    assert first not in [row["snapshot"] for row in store.run("snapshots", store.root).document]


def test_rejections_and_the_list_do_not_repeat_the_row(store: RefreshedStore) -> None:
    store.refresh()
    _forget(store, "--id", "q-red")
    snapshot = Path(store.refresh().document["snapshot"])
    [row] = [
        json.loads(line)
        for path in snapshot.glob("rejections/*.jsonl")
        for line in path.open()
        if '"forgotten"' in line
    ]
    assert row["detail"] == "questions.jsonl:1: left out on request (`flanbeam forget`)"
    for file in (*snapshot.rglob("*"), store.root / "forgotten.jsonl"):
        text = file.read_bytes() if file.is_file() else b""
        assert b"q-red" not in text, file
        assert _RED.encode() not in text, file


def test_a_row_is_named_by_its_line_or_its_record(store: RefreshedStore) -> None:
    store.refresh()
    by_line = _forget(store, "--id", "questions.jsonl:3", "--dry-run").document
    assert not by_line["is_listed"]
    assert not (store.root / "forgotten.jsonl").exists()
    assert store.refresh().status == 10
    [record] = by_line["records"]
    by_record = _forget(store, "--id", record).document
    assert by_record["records"] == [record]
    assert by_record["holders"] == by_line["holders"]
    prompts = _prompts(store.refresh().document["snapshot"])
    blue = [prompt for prompt in prompts if "What do we call blue paint?" in prompt]
    # The third row is the blue one.
    assert blue == []
    assert len(prompts) == 29


def _built(tmp_path: Path, flanbeam: Any, source: str) -> Any:
    """Build a recipe of one source, `{…}` in YAML, whose files are in `tmp_path`."""
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        f"name: one\nvocabulary: {{kind: bytes}}\nsources: {{rows: {source}}}\n"
        "mixture: {examples: one_pass}\n"
    )
    outcome = flanbeam("build", recipe, "--out", tmp_path / "store", "--json")
    assert outcome.status == 0, outcome.document
    return outcome.document["snapshot"]


def _talk(name: str, *texts: str) -> str:
    said = [{"role": ("user", "assistant")[n % 2], "content": t} for n, t in enumerate(texts)]
    return json.dumps({"id": name, "messages": said}) + "\n"


def test_all_records_of_a_conversation_are_forgotten(tmp_path: Path, flanbeam: Any) -> None:
    talks = tmp_path / "talks.jsonl"
    source = "{format: chat, path: talks.jsonl, collection: c}"
    first = _talk("c0", "Name a lake in Finland.", "Inari.", "And one in Austria?", "Attersee.")
    other = _talk("c1", "Name a river in Austria.", "The Danube.")
    talks.write_text(first + other)
    assert len(_prompts(_built(tmp_path, flanbeam, source))) == 3
    words = ["forget", tmp_path / "store", "--source", "rows", "--json"]
    document = flanbeam(*words, "--id", "c0").document
    assert len(document["records"]) == 2
    assert document["places"] == ["talks.jsonl:1"]
    (prompt,) = _prompts(_built(tmp_path, flanbeam, source))
    assert "Name a river in Austria." in prompt
    # The row was edited, and is another record now.
    talks.write_text(first.replace("Inari", "Saimaa") + other)
    assert len(_prompts(_built(tmp_path, flanbeam, source))) == 1


def test_an_id_that_looks_like_a_record_s_is_a_row_s_too(tmp_path: Path, flanbeam: Any) -> None:
    talks, name = tmp_path / "talks.jsonl", "d41d8cd98f00b204e9800998ecf8427e"
    source = "{format: alpaca, path: talks.jsonl, collection: c}"
    row = {"id": name, "instruction": "Name a lake in Finland.", "output": "Inari."}
    other = {"id": "b", "instruction": "Name a river in Austria.", "output": "The Inn."}
    talks.write_text(f"{json.dumps(row)}\n{json.dumps(other)}\n")
    assert len(_prompts(_built(tmp_path, flanbeam, source))) == 2
    words = ["forget", tmp_path / "store", "--source", "rows", "--json"]
    assert len(flanbeam(*words, "--id", name).document["records"]) == 1
    assert name not in (tmp_path / "store" / "forgotten.jsonl").read_text()
    # The row was edited, and is another record now.
    talks.write_text(f"{json.dumps({**row, 'output': 'Saimaa.'})}\n{json.dumps(other)}\n")
    (prompt,) = _prompts(_built(tmp_path, flanbeam, source))
    assert "Austria" in prompt


def test_snapshots_exports_and_quotes_are_found(store: RefreshedStore, tmp_path: Path) -> None:
    first = store.refresh().document["snapshot"]
    quoting = sum(_RED in prompt for prompt in _prompts(first)) - 1
    assert quoting >= 1  # if not, change the seed: exemplars are drawn
    exports = tmp_path / "exports"
    for form, kind in (("messages", "jsonl"), ("text", "parquet")):
        to = exports / f"{form}.{kind}"
        assert store.run("export", first, "--format", form, "--to", to).status == 0
    (exports / "other.jsonl").write_text('{"text": "nothing"}\n')
    (exports / "damaged.parquet").write_text("PAR1")
    (exports / "messages.jsonl.gz").write_text("nothing that is looked at")
    document = _forget(store, "--id", "q-red", "--export", exports).document
    damaged = document["holders"][2]
    assert document["holders"][1]["what"] == "cache"
    assert damaged["path"] == str(exports / "damaged.parquet")
    assert damaged["advice"].startswith("may hold them, but cannot be read: ")
    assert [row for row in _held(document) if row[0] in ("snapshot", "export")] == [
        ("snapshot", first, 1, quoting),
        ("export", str(exports / "damaged.parquet"), 0, 0),
        ("export", str(exports / "messages.jsonl"), 1, quoting),
        ("export", str(exports / "text.parquet"), 1, quoting),
        ("export", str(exports), 0, 0),
    ]
    assert document["holders"][-1]["advice"] == (
        "files that are neither .jsonl nor .parquet (1) were not looked through"
    )
    assert document["holders"][0]["advice"] == "refresh channel latest, then delete it with gc"
    store.refresh()
    assert store.run("pin", first).status == 0
    again = _forget(store, "--id", "q-red").document["holders"]
    assert [(h["path"], h["advice"]) for h in again if h["what"] == "snapshot"] == [
        (first, "unpin it, then delete it with gc")
    ]
    assert store.run("unpin", first).status == 0
    store.run("gc", store.root, "--keep", "1", "--idle-hours", "0", "--delete")
    assert _forget(store, "--id", "q-red").document["holders"] == []


def test_a_directory_that_holds_the_store(store: RefreshedStore, tmp_path: Path) -> None:
    """Its snapshots are no exports; a directory in it that cannot be listed is named."""
    first = store.refresh().document["snapshot"]
    to = tmp_path / "text.jsonl"
    assert store.run("export", first, "--format", "text", "--to", to).status == 0
    closed, listed = tmp_path / "closed", os.scandir
    closed.mkdir()

    def scandir(path: Any) -> Any:
        if str(path) == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        document = _forget(store, "--id", "q-red", "--export", tmp_path, "--dry-run").document
    holders = {h["path"]: h["advice"] for h in document["holders"] if h["what"] == "export"}
    assert holders.pop(str(tmp_path)).startswith("files that are neither ")  # the sources
    assert holders == {
        str(to): "export again",
        str(closed): f"may hold them, but cannot be read: [Errno 13] Permission denied: '{closed}'",
    }


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """Yield the URL of a bucket of moto's S3."""
    with s3_bucket() as url:
        yield url


def test_exports_in_an_object_store_are_found(
    store: RefreshedStore, tmp_path: Path, bucket: str
) -> None:
    first = store.refresh().document["snapshot"]
    quoting = sum(_RED in prompt for prompt in _prompts(first)) - 1
    for name, form in (("messages.jsonl", "messages"), ("below/text.parquet", "text")):
        to = tmp_path / Path(name).name
        assert store.run("export", first, "--format", form, "--to", to).status == 0
        object_store.write(f"{bucket}/exports/{name}", to)
    object_store.write(f"{bucket}/exports/other.jsonl", b'{"text": "nothing"}\n')
    object_store.write(f"{bucket}/exports/damaged.parquet", b"PAR1")
    object_store.write(f"{bucket}/exports/notes.txt", b"nothing that is looked at")
    outcome = _forget(
        store, "--id", "q-red", "--export", f"{bucket}/exports/",
        "--export", f"{bucket}/exports/messages.jsonl", "--export", "s3://elsewhere/exports",
    )  # fmt: skip
    assert outcome.status == 0
    exports = f"{bucket}/exports"
    holders = [h for h in outcome.document["holders"] if h["what"] == "export"]
    assert [(h["path"], h["examples"], h["mentions"]) for h in holders] == [
        (f"{exports}/below/text.parquet", 1, quoting),
        (f"{exports}/damaged.parquet", 0, 0),
        (f"{exports}/messages.jsonl", 1, quoting),
        (f"{exports}/messages.jsonl", 1, quoting),
        (exports, 0, 0),
        ("s3://elsewhere/exports", 0, 0),
    ]
    assert holders[1]["advice"].startswith("may hold them, but cannot be read: ")
    assert "neither .jsonl nor .parquet (1) were not" in holders[4]["advice"]
    assert holders[5]["advice"].startswith("may hold them, but cannot be read: ")
    assert "NoSuchBucket" in holders[5]["advice"]
    # What the store answers that it does not have is a mistake in the command.
    refused = _forget(store, "--id", "q-red", "--export", f"{bucket}/exports/massages.jsonl")
    assert refused.status == 2
    assert f"{bucket}/exports/massages.jsonl: does not exist" in refused.document["error"]


def test_a_store_in_a_bucket_is_no_export(bucket: str) -> None:
    for name in ("a/text.jsonl", "a/store/snapshots/s/records.jsonl", "a/store/history.jsonl"):
        object_store.write(f"{bucket}/{name}", b"{}\n")
    found = files(EXPORT, [f"{bucket}/a"], (".jsonl",), Store.at(f"{bucket}/a/store"))
    assert found == ([f"{bucket}/a/text.jsonl"], [])


def _train(run: Path, fingerprint: str) -> None:
    """Write what says, in a checkpoint, which snapshot a run is trained on."""
    pytest.importorskip("orbax.checkpoint")
    import orbax.checkpoint as ocp

    from trainer.checkpointing.checkpoints import Progress, open_checkpoints

    progress = asdict(
        Progress(position=0, examples_read=0, snapshot_fingerprint=fingerprint, plan_hash="")
    )
    with open_checkpoints(run) as manager:
        manager.save(1, args=ocp.args.Composite(progress=ocp.args.JsonSave(progress)))


@pytest.mark.slow
def test_runs_are_found(store: RefreshedStore, tmp_path: Path, bucket: str) -> None:
    first = store.refresh().document["snapshot"]
    _train(tmp_path / "runs" / "a", open_snapshot(first).manifest.fingerprint)
    _train(tmp_path / "runs" / "elsewhere", "0123456789abcdef")
    (tmp_path / "runs" / "no run").mkdir()
    _forget(store, "--id", "q-red")
    second = store.refresh().document["snapshot"]
    _train(tmp_path / "runs" / "b", open_snapshot(second).manifest.fingerprint)
    for file in filesystem.files_below(str(tmp_path / "runs")):
        object_store.write(f"{bucket}/runs/{file}", tmp_path / "runs" / file)
    remote = _forget(store, "--id", "q-red", "--run", f"{bucket}/runs").document["holders"]
    holders = _forget(store, "--id", "q-red", "--run", tmp_path / "runs").document["holders"]
    local = [(h["path"], h["advice"]) for h in holders if h["what"] == "run"]
    assert [(h["path"], h["advice"]) for h in remote if h["what"] == "run"] == [
        (path.replace(str(tmp_path), bucket), advice) for path, advice in local
    ]
    assert [(h["path"], h["advice"]) for h in holders if h["what"] == "run"] == [
        (str(tmp_path / "runs" / "a"), f"trained on {Path(first).name}: train again"),
        (
            str(tmp_path / "runs" / "elsewhere"),
            "may hold them: the store no longer has its snapshot (0123456789ab)",
        ),
    ]


def test_what_is_refused_changes_nothing(store: RefreshedStore) -> None:
    store.refresh()
    for argv, message in (
        (["--id", "q-red", "--export", "nowhere.jsonl"], "nowhere.jsonl: does not exist"),
        (["--id", "q-red", "--run", "nowhere"], "nowhere: does not exist"),
        (["--id", "questions.jsonl:300"], "has no record from this line"),
        (["--ids", "nowhere.txt"], "--ids nowhere.txt: cannot be read"),
        ([], "give --id or --ids"),
        (["--source", "question", "--id", "q-red"], "did you mean 'questions'?"),
    ):
        outcome = _forget(store, *argv)
        assert outcome.status == 2
        assert message in outcome.document["error"]
        assert not (store.root / "forgotten.jsonl").exists()
    assert store.refresh().status == 10


def test_ids_that_match_nothing_are_named(store: RefreshedStore, tmp_path: Path) -> None:
    store.refresh()
    record = "0123456789abcdef" * 2
    outcome = _forget(store, "--id", "q-red", "--id", "q-rad", "--id", record)
    assert outcome.status == 0
    assert len(outcome.document["records"]) == 1
    assert outcome.document["unmatched"] == ["q-rad", record]
    assert "warning: no record in the store's cache has these ids of questions" in outcome.err
    assert f"q-rad, {record};" in outcome.err
    (listed,) = (store.root / "forgotten.jsonl").read_text().splitlines()
    assert record in json.loads(listed)["records"]
    dry = _forget(store, "--id", "q-rad", "--dry-run")
    assert "q-rad; nothing was listed" in dry.err
    (tmp_path / "ids.txt").write_text("".join(f"n{number}\n" for number in range(30)))
    many = _forget(store, "--ids", tmp_path / "ids.txt", "--dry-run")
    assert "n19 and 10 more; " in many.err
    assert _forget(store, "--id", "q-red").err == ""


@pytest.mark.slow
def test_an_unknown_id_is_kept_for_rows_that_come(store: RefreshedStore, tmp_path: Path) -> None:
    store.refresh()
    (tmp_path / "ids.txt").write_text("q-violet\n\nq-violet\n")
    document = _forget(store, "--ids", tmp_path / "ids.txt").document
    assert document["names"] == ["q-violet"]
    assert (document["records"], document["holders"]) == ([], [])
    assert store.refresh().status == 0
    with store.corpus.jsonl.open("a") as file:
        file.write(store.corpus.jsonl_row("violet"))
    assert _forgotten(store.refresh().document["snapshot"]) == {"questions": 1}


@pytest.mark.slow
def test_a_damaged_snapshot_may_hold_the_row(store: RefreshedStore) -> None:
    first = Path(store.refresh().document["snapshot"])
    store.corpus.jsonl.write_text(store.corpus.jsonl.read_text().replace("blue", "azure"))
    second = store.refresh().document["snapshot"]
    (first / "manifest.json").write_text("{")
    holders = _forget(store, "--id", "q-red").document["holders"]
    assert [h["path"] for h in holders if h["what"] == "snapshot"] == [str(first), second]
    assert "cannot be read" in holders[0]["advice"]


def test_a_damaged_list_stops_the_build(store: RefreshedStore) -> None:
    """To ignore a line could bring a row back."""
    store.refresh()
    _forget(store, "--id", "q-red")
    listed = store.root / "forgotten.jsonl"
    listed.write_bytes(listed.read_bytes()[:-9])
    outcome = store.refresh()
    assert outcome.status == 3
    assert f"{listed}:1: damaged; repair or delete this line" in outcome.document["error"]


def test_requests_at_once_are_all_kept_on_an_object_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory, write_if, late = MemoryStore(), object_store.write_if, []
    monkeypatch.setattr(object_store, "_bucket", lambda _: memory)
    store = Store.at("s3://bucket/store")

    def meanwhile(url: str, token: Any, data: bytes) -> Any:
        if not late:
            late.append(url)
            store.forget("s", Forgotten(own_ids=frozenset({digest_of("s", "b")})))
        return write_if(url, token, data)

    monkeypatch.setattr(object_store, "write_if", meanwhile)
    store.forget("s", Forgotten(own_ids=frozenset({digest_of("s", "a")})))
    assert store.forgotten("s").own_ids == {digest_of("s", "a"), digest_of("s", "b")}
