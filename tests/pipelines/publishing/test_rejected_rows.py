"""Rejected rows are forgotten as records are: their files are named, and no build quotes them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.builds import check_conservation

_SECRET = "Lisbeth-4711"
_OK = {"id": "r1", "text": "A fine kettle that boils.", "mark": "positive"}
_SOURCE = (
    "{format: jsonl, path: rows.jsonl, collection: c, task: t, family: sentiment, %s"
    "fields: {text: text, answer: mark}, labels: [negative, positive]%s}"
)


@pytest.fixture
def build(tmp_path: Path, flanbeam: Any) -> Callable[..., Any]:
    """Return `build(rows, more)`: a snapshot of rows; `more` are keys of the source."""

    def run(rows: list[dict[str, str]], more: str = "id: id, ", labels: str = "") -> Path:
        (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        source = _SOURCE % (more, labels)
        (tmp_path / "recipe.yaml").write_text(
            f"name: one\nvocabulary: {{kind: bytes}}\nsources: {{rows: {source}}}\n"
            "mixture: {examples: one_pass}\nmax_loss: 1\n"
        )
        outcome = flanbeam("build", tmp_path / "recipe.yaml", "--out", tmp_path / "store", "--json")
        assert outcome.status == 0, outcome.err
        return Path(outcome.document["snapshot"])

    return run


@pytest.fixture
def forget(tmp_path: Path, flanbeam: Any) -> Any:
    def run(*argv: object) -> Any:
        return flanbeam("forget", tmp_path / "store", "--source", "rows", *argv, "--json")

    return run


def _holding(directory: Path, word: str) -> list[str]:
    return [str(f) for f in sorted(directory.rglob("*")) if f.is_file() and word in _text(f)]


def _text(file: Path) -> str:
    return file.read_bytes().decode(errors="replace")


def test_files_that_quote_a_rejected_row_are_named(
    build: Any, forget: Any, flanbeam: Any, tmp_path: Path
) -> None:
    bad = {"id": "r2", "text": "An ugly kettle.", "mark": _SECRET}
    first = build([_OK, bad])
    store = tmp_path / "store"
    outcome = forget("--id", "r2")
    assert (outcome.status, outcome.err) == (0, "")
    document = outcome.document
    assert (document["records"], len(document["rejected"])) == ([], 1)
    assert (document["places"], document["unmatched"]) == (["rows.jsonl:2"], [])
    named = {h["path"]: (h["what"], h["rejected"], h["advice"]) for h in document["holders"]}
    (of_cache,) = _holding(store / "cache", _SECRET)
    (of_snapshot,) = _holding(first / "rejections", _SECRET)
    assert named == {
        of_snapshot: ("rejections", 1, "part of a snapshot: delete it with gc"),
        of_cache: ("rejections", 1, "gc deletes it after the snapshots that use it"),
    }
    second = build([_OK, bad])
    assert second != first
    assert _holding(second, _SECRET) == []
    check_conservation(str(second))
    assert flanbeam("gc", store, "--keep", "1", "--idle-hours", "0", "--delete").status == 0
    assert _holding(store, _SECRET) == []
    assert forget("--id", "r2").document["holders"] == []
    # The row was moved, and is a record now that its label is mapped.
    third = build([bad, _OK], labels=f", label_of: {{{_SECRET}: negative, positive: positive}}")
    assert _holding(third, "ugly kettle") == []


@pytest.mark.parametrize(("more", "warned"), [("id: id, ", False), ("", True)])
def test_a_rejected_row_is_named_by_its_line(
    build: Any, forget: Any, tmp_path: Path, more: str, warned: bool
) -> None:
    bad = {"id": "r2", "text": "An ugly kettle.", "mark": _SECRET}
    build([_OK, bad], more)
    dry = forget("--id", "rows.jsonl:2", "--dry-run")
    assert (dry.status, dry.err) == (0, "")
    outcome = forget("--id", "rows.jsonl:2")
    assert outcome.status == 0
    assert ("forget them again" in outcome.err) is warned
    assert outcome.document["moving"] == (["rows.jsonl:2"] if warned else [])
    listed = (tmp_path / "store" / "forgotten.jsonl").read_text()
    assert "r2" not in listed
    assert len(json.loads(listed)["own_ids"]) == (0 if warned else 1)
    assert _holding(build([_OK, bad], more), _SECRET) == []
    # A line that has neither a record nor a rejected row.
    assert forget("--id", "rows.jsonl:3").status == 2
