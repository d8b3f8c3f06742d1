"""The benchmarks run: those of seconds wholly, on little data."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import choose, dedup, encoding, recording
from benchmarks.forms import __main__ as forms
from benchmarks.forms.rows import Form


def test_the_stages_of_deduplication_remove_the_copies() -> None:
    assert dedup.stage(200)["removed"] == 20


def test_one_of_each_pair_is_removed() -> None:
    assert choose.choose(1000)["removed"] == 500


def test_ids_that_differ_from_earlier_results_are_found(
    tmp_path: Path, flanbeam_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = (flanbeam_data / "t5_vocab" / "spiece.model").read_bytes()
    texts = tmp_path / "texts.txt"
    texts.write_text("Is the sky blue?\nIt is.\n")
    found = {"sky": encoding.measure(model, texts)}
    assert (found["sky"]["texts"], found["sky"]["differing"]) == (3, 0)
    recording.record(tmp_path / "earlier.json", found)
    document = json.loads((tmp_path / "earlier.json").read_text())
    assert document["machine"]["cores"] >= 1
    assert document["versions"].keys() >= {"python", "numba", "sentencepiece"}
    earlier = recording.recorded(tmp_path / "earlier.json")
    assert encoding.compare(found, earlier)
    texts.write_text("Is the sky green?\nIt is.\n")
    changed = {"sky": encoding.measure(model, texts)}
    assert not encoding.compare(changed, earlier)
    assert "sky: the ids of 3 texts differ" in capsys.readouterr().out
    assert encoding.compare({"grass": changed["sky"]}, earlier)


def _made_of_two(rows: bytes, **stated: Any) -> Form:
    return Form(name="two rows", file="a.jsonl", data=rows, rows=2, **stated)


def test_forms_are_tried_and_wrong_targets_found(tmp_path: Path) -> None:
    rows = b'{"question": "Wet?", "answer": "It is."}\n{"question": "Why?", "answer": "Rain."}\n'
    right = _made_of_two(rows, targets=["It is.", "Rain."])
    line, problem = forms.try_form(right, str(tmp_path / "right"), shows=False)
    assert (line, problem) == ("| two rows | read | `jsonl`, closed_book_qa | 2 | 2 |", "")
    outcome = forms.Outcome(read_as="`jsonl`", entered=2, targets=["It is.", "Rain."])
    assert "no target 'Snow.'" in forms.wrong_with(
        replace(right, targets=["It is.", "Snow."]), outcome
    )
    assert "that no row states" in forms.wrong_with(replace(right, targets=["It is."]), outcome)
    assert "2 rows read, 3 stated" in forms.wrong_with(replace(right, rows=3), outcome)


def test_a_refused_form_must_be_named(tmp_path: Path) -> None:
    page = _made_of_two(b"<!DOCTYPE html><html><body>Not found</body></html>", reason="HTML")
    line, problem = forms.try_form(page, str(tmp_path / "page"), shows=False)
    assert line.startswith("| two rows | named | none |  | an HTML page")
    assert not problem
    named = forms.Outcome(message="an HTML page")
    assert "not named" in forms.wrong_with(replace(page, reason="pickle"), named)


def test_labels_in_words_count_as_the_labels_they_stand_for() -> None:
    form = Form(
        name="f", file="a", rows=2, targets=["yes", "no"], words={"yes": ["true"], "no": []}
    )
    right = forms.Outcome(read_as="`csv`", entered=2, targets=["no", "true"])
    assert not forms.wrong_with(form, right)
    assert forms.wrong_with(form, replace(right, targets=["not so", "true"]))


def test_a_target_of_another_row_is_found() -> None:
    form = _made_of_two(b"", targets=["It is.", "Rain."], asked=["Wet?", "Why?"])
    outcome = forms.Outcome(read_as="`jsonl`", entered=2, targets=["Rain.", "It is."])
    right = replace(outcome, prompts=["Wet? It is. Why?", "Wet?"])
    assert not forms.wrong_with(form, right)
    mixed = replace(outcome, prompts=["Wet?", "Why?"])
    assert forms.wrong_with(form, mixed) == "'Rain.' for 'Wet?', which has 'It is.'"
    silent = replace(outcome, prompts=["Why?", "So?"])
    assert "without the text of its row: 'So?'" in forms.wrong_with(form, silent)
