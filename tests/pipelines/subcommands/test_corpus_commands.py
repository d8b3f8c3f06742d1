"""What the commands print: tables and the path for people, one document with --json."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import shipped_recipes
from transforms.types import TEMPLATE_TYPES


def test_recipes_lists_the_shipped_ones(flanbeam: Any) -> None:
    outcome = flanbeam("recipes")
    assert outcome.status == 0
    assert outcome.err == ""
    for name in shipped_recipes():
        assert re.search(rf"^{name}\b", outcome.out, re.M)
    documents = flanbeam("recipes", "--json").document
    assert [document["name"] for document in documents] == list(shipped_recipes())
    assert documents[-1].keys() == {"name", "description", "sources"}


def test_schema_is_the_same_document_with_and_without_json(flanbeam: Any) -> None:
    plain, compact = flanbeam("schema"), flanbeam("schema", "--json")
    assert plain.document == compact.document
    assert len(plain.out.splitlines()) > 100
    assert len(compact.out.splitlines()) == 1


def test_build_prints_tables_and_the_path_last(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 0
    path = Path(outcome.last_line)
    assert path.is_absolute()
    assert (path / "manifest.json").is_file()
    assert path.parent == tmp_path / "out" / "snapshots"
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "records read 30" in lines
    assert "examples written 30" in lines
    assert any(line.startswith("cot 1 10.0 10 33.3%") for line in lines)
    *progress, hint = outcome.err.splitlines()
    assert hint == f"next: flanbeam verify {path}"
    stages = dict.fromkeys(line.split()[1] for line in progress)
    assert list(stages) == [
        *("read", "scan", "deduplicate", "decontaminate", "rank", "select", "render", "write"),
    ]
    assert outcome.is_quiet


def test_build_json_is_one_document(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out", "--json")
    assert outcome.status == 0
    assert len(outcome.out.splitlines()) == 1
    document = outcome.document
    manifest = json.loads((Path(document["snapshot"]) / "manifest.json").read_text())
    assert document["fingerprint"] == manifest["fingerprint"]
    assert document["mixture"] == manifest["mixture"]
    assert {document[name] for name in ("records_read", "records_kept", "examples")} == {30}
    assert document["sources_read"] == ["tasks", "reasoning", "questions"]
    assert document["rejected"] == {}
    assert document["errors"] == []


def test_verify_says_what_it_read(flanbeam: Any, quickstart: Any) -> None:
    outcome = flanbeam("verify", quickstart.path)
    assert outcome.status == 0
    assert outcome.err.startswith("next: ")
    assert outcome.out.startswith("verified: ")
    document = flanbeam("verify", quickstart.path, "--json").document
    assert document["passed"] is True
    assert document["problems"] == []
    assert document["examples"] == sum(e.realised for e in quickstart.manifest.mixture)
    assert document["snapshot"] == quickstart.path


def test_failed_verification_is_one_document_and_status_3(flanbeam: Any, snapshot: Path) -> None:
    next(snapshot.rglob("*.index")).unlink()
    outcome = flanbeam("verify", snapshot, "--json")
    assert outcome.status == 3
    assert outcome.document["passed"] is False
    assert outcome.document["problems"]


@pytest.mark.parametrize("template_type", TEMPLATE_TYPES)
def test_preview_of_a_task_and_type(flanbeam: Any, template_type: str) -> None:
    argv = ["preview", "quickstart", "--task", "science_choice", "--type", template_type, "-n", 2]
    outcome = flanbeam(*argv)
    assert outcome.status == 0
    assert outcome.err.startswith("made from the first records")
    assert outcome.out.count(f"science_choice · {template_type}") == 2
    first, second = flanbeam(*argv, "--json").document
    assert {first["task"], second["task"]} == {"science_choice"}
    assert {first["template_type"], second["template_type"]} == {template_type}
    assert first["record_id"] != second["record_id"]
    assert first["inputs"] != second["inputs"]
    assert first["input_tokens"] == len(first["inputs"].encode())


def test_show_as_json_has_the_texts_and_their_parts(flanbeam: Any, quickstart: Any) -> None:
    outcome = flanbeam("show", quickstart.path, "--json", "-n", 1)
    assert outcome.status == 0
    (example,) = outcome.document
    assert example["raw"]["fields"]
    assert example["input_tokens"] == len(example["inputs"].encode())
    for part in example["parts"]:
        assert part.keys() == {"role", "start", "end"}
        assert 0 <= part["start"] < part["end"] <= len(example["inputs"])


def test_preview_shows_three_by_default(flanbeam: Any) -> None:
    documents = flanbeam("preview", "quickstart", "--json").document
    assert len({document["task"] for document in documents}) == 3
