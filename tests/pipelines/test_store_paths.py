"""What is no store is told in one line, and nothing is made there."""

from pathlib import Path
from typing import Any

import pytest

_ON_A_STORE = [
    ["snapshots"],
    ["history"],
    ["rollback"],
    ["gc"],
    ["gc", "--delete"],
]


@pytest.mark.parametrize("command", _ON_A_STORE)
def test_where_nothing_was_built_is_no_store(
    flanbeam: Any, tmp_path: Path, command: list[str]
) -> None:
    empty, missing, file = tmp_path / "empty", tmp_path / "missing", tmp_path / "file"
    empty.mkdir()
    file.write_text("text")
    for place in (empty, missing, file, ""):
        outcome = flanbeam(*command, place)
        assert outcome.status == 2
        assert outcome.err.count("\n") == 1
        assert f"no store at '{place}'" in outcome.err
    assert not missing.exists()
    assert list(empty.iterdir()) == []
    assert file.read_text() == "text"


_MAKES_A_STORE = [
    ["plan", "--refresh"],
    ["plan", "--out"],
    ["refresh", "--store"],
    ["build", "--out"],
]


@pytest.mark.parametrize("command", _MAKES_A_STORE)
def test_a_file_is_no_place_for_a_store(
    flanbeam: Any, corpus: Any, tmp_path: Path, command: list[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("text")
    for place in (file, ""):
        outcome = flanbeam(command[0], corpus.recipe, command[1], place)
        assert outcome.status == 2
        assert f"no store at '{place}': give a directory" in outcome.err
    assert file.read_text() == "text"
