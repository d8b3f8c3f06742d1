"""The benchmarks run: those of seconds wholly, on little data."""

import json
from pathlib import Path

import pytest

from benchmarks import choose, dedup, encoding, recording


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
