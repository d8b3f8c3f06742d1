"""Where the files of a source lie, and what makes a record's id."""

import re
from pathlib import Path
from typing import Any

import pytest

from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.sources.source import Piece, reject
from transforms.types import Record, Rejection, Task

TASK = Task(name="t", source="s", collection="c", family="closed_book_qa")
SOURCE = CotTsv(format="cot_tsv", license="MIT", split="validation")


def test_a_file_is_its_own_source(tmp_path: Path) -> None:
    path = tmp_path / "any.name"
    path.touch()
    assert SOURCE.find_files(str(path)) == [""]


def test_files_of_a_directory_are_found_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b_validation.tsv", "a_validation.tsv", "a_train.tsv", "x.json", "d.jsonl"):
        (tmp_path / name).touch()
        (tmp_path / "deep" / name).mkdir(parents=True)
        (tmp_path / "deep" / "er").mkdir(exist_ok=True)
        (tmp_path / "deep" / "er" / name).touch()
    assert SOURCE.find_files(str(tmp_path)) == [
        "a_validation.tsv",
        "b_validation.tsv",
        "deep/er/a_validation.tsv",
        "deep/er/b_validation.tsv",
    ]
    assert SuperNi(format="super_ni").find_files(str(tmp_path)) == ["deep/er/x.json", "x.json"]
    jsonl = Tabular(format="jsonl", collection="c", task="t", family="nli", fields={"answer": "a"})
    assert jsonl.find_files(str(tmp_path)) == ["d.jsonl", "deep/er/d.jsonl"]


def _record(own_id: str | None = None, **fields: object) -> Record:
    fields = {"question": "q", "answer": "a", **fields}
    record = SOURCE.record_or_rejection(TASK, fields, own_id, "here")
    assert isinstance(record, Record)
    return record


def test_a_record_belongs_to_its_task() -> None:
    record = _record(question=" q ")
    assert (record.source, record.collection, record.task) == ("s", "c", "t")
    assert record.license == "MIT"
    assert record.fields == {"question": "q", "answer": "a"}
    assert re.fullmatch("[0-9a-f]{32}", record.id)


def test_the_license_of_a_record_wins() -> None:
    fields: dict[str, object] = {"question": "q", "answer": "a"}
    record = SOURCE.record_or_rejection(TASK, fields, None, "here", "CC0-1.0")
    assert record.license == "CC0-1.0"  # type: ignore[union-attr]


def test_ids_hash_the_fields_and_the_own_id() -> None:
    assert _record("1", question="q").id == _record("1", question="q").id
    assert _record("1", question="q").id != _record("1", question="other").id
    assert _record("1", question="q").id != _record("2", question="q").id
    assert _record(question=" q ").id == _record(question="q", context="").id
    assert _record(question="q").id != _record(question="r").id
    # An id that looks like fields, and the empty id, are no trap.
    assert _record("", question="q").id == _record(question="q").id
    assert _record('{"answer":"a","question":"q"}').id != _record().id


def test_ids_of_two_tasks_differ() -> None:
    other = Task(name="u", source="s", collection="c", family="closed_book_qa")
    fields: dict[str, object] = {"question": "q", "answer": "a"}
    for own_id in (None, "1"):
        ids = [SOURCE.record_or_rejection(t, fields, own_id, "").id for t in (TASK, other)]
        assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("fields", "reason", "detail"),
    [
        ({"question": "q"}, "empty_field", "here: answer is empty or missing"),
        ({"question": "q", "answer": " "}, "empty_field", "here: answer is empty or missing"),
        ({"question": {}, "answer": "a"}, "wrong_type", "here: question is dict, not text"),
    ],
)
def test_unfit_fields_are_rejected(fields: dict[str, object], reason: str, detail: str) -> None:
    rejection = SOURCE.record_or_rejection(TASK, fields, None, "here")
    assert isinstance(rejection, Rejection)
    assert (rejection.stage, rejection.reason) == ("ingest", reason)
    assert rejection.detail.startswith(detail)


def test_rejections_of_different_places_differ() -> None:
    ids = {reject(TASK, reason, place).id for reason in ("a", "b") for place in ("f:1", "f:2")}
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ("a*", ["a.csv", "deep/a.csv", "deep/a.txt"]),
        ("*.txt", ["deep/a.txt"]),
        ("deep/*.csv", ["deep/a.csv", "deep/b.csv"]),
        ("none", []),
    ],
)
def test_the_recipe_names_the_files(tmp_path: Path, files: str, found: list[str]) -> None:
    for name in ("a.csv", "b.csv", "deep/a.csv", "deep/b.csv", "deep/a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    source = SOURCE.model_copy(update={"files": files})
    assert source.find_files(str(tmp_path)) == found
    assert source.file_patterns == (files,)


def test_licenses_are_spdx() -> None:
    source = SOURCE.model_copy(update={"license": "CC BY 4.0"})
    fields: dict[str, object] = {"question": "q", "answer": "a"}
    for stated, expected in ((None, "CC-BY-4.0"), (["mit", "Apache 2.0"], "MIT, Apache-2.0")):
        record = source.record_or_rejection(TASK, fields, None, "here", stated)
        assert isinstance(record, Record)
        assert record.license == expected


def test_fields_that_every_template_needs() -> None:
    rejection = SOURCE.record_or_rejection(TASK, {"answer": "a"}, None, "here")
    assert isinstance(rejection, Rejection)
    assert rejection.detail == "here: question is empty or missing"
    told = Task(
        name="t",
        source="s",
        collection="c",
        family="instruction_input",
        fields={"instruction": "Do it."},
    )
    record = SOURCE.record_or_rejection(told, {"input": "i", "output": "o"}, None, "here")
    assert isinstance(record, Record)
    dialog = Task(name="t", source="s", collection="c", family="dialog_response")
    record = SOURCE.record_or_rejection(dialog, {"turns": ["a", "b"]}, None, "here")
    assert isinstance(record, Record)


@pytest.mark.parametrize(
    ("root", "relative", "path"),
    [
        ("/data/tasks", "../splits/train.txt", "/data/splits/train.txt"),
        ("gs://bucket/data/tasks", "../splits/train.txt", "gs://bucket/data/splits/train.txt"),
        ("gs://bucket/data", "splits/train.txt", "gs://bucket/data/splits/train.txt"),
        ("gs://bucket/data/topics.json", "resolved.tsv", "gs://bucket/data/resolved.tsv"),
    ],
)
def test_beside(root: str, relative: str, path: str) -> None:
    assert SOURCE.model_copy(update={"path": root}).beside(relative) == path


def test_beside_a_local_file(tmp_path: Path) -> None:
    (tmp_path / "topics").touch()
    source = SOURCE.model_copy(update={"path": str(tmp_path / "topics")})
    assert source.beside("resolved.tsv") == str(tmp_path / "resolved.tsv")


def test_files_on_a_beam_filesystem(object_store: dict[str, bytes]) -> None:
    rows = b'{"q": "q1", "a": "a1"}\n{"q": "q2", "a": "a2"}\n{"q": "q3"}\n'
    for path in ("data/a.jsonl", "data/deep/b.jsonl", "data/c.txt", "data2/d.jsonl"):
        object_store[f"fakestore://{path}"] = rows
    fields: Any = {"question": "q", "answer": "a"}
    source = Tabular(
        format="jsonl", collection="c", task="t", family="closed_book_qa", fields=fields
    )
    assert source.find_files("fakestore://data") == ["a.jsonl", "deep/b.jsonl"]
    url, name = "fakestore://data/a.jsonl", "a.jsonl"
    assert source.find_files(url) == [""]
    pieces = [Piece(path=url, relative=name, start=start, end=start + 25) for start in (0, 25, 50)]
    found = [e for piece in pieces for e in source.read("s", piece) if not isinstance(e, Task)]
    assert [e.fields["question"] if isinstance(e, Record) else e.reason for e in found] == [
        "q1",
        "q2",
        "empty_field",
    ]
    assert len(rows) < 75
