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
    for place in (file, "", "gs://"):
        outcome = flanbeam(command[0], corpus.recipe, command[1], place)
        assert outcome.status == 2
        assert f"no store at '{place}': give a directory" in outcome.err
    assert file.read_text() == "text"


def test_a_store_in_a_snapshot_would_spoil_it(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    built = flanbeam("build", corpus.recipe, "--out", tmp_path / "store").last_line
    for place in (built, f"{built}/inner"):
        for argv in (["build", corpus.recipe, "--out", place], ["gc", place, "--delete"]):
            outcome = flanbeam(*argv)
            assert outcome.status == 2
            assert f"it is inside the snapshot {built}" in outcome.err
    assert flanbeam("verify", built).status == 0


def test_home_directory_is_where_the_shell_has_it(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(corpus.directory)
    assert flanbeam("refresh", corpus.recipe, "--store=~/store").status == 0
    assert (tmp_path / "store" / "channels" / "latest.json").exists()
    assert not Path("~").exists()
    for address in ("~/store@latest", "~/store/channels/latest.json"):
        assert flanbeam("verify", address).status == 0


@pytest.mark.parametrize("place", ["file:///tmp/store", "nowhere://store"])
def test_filesystem_that_is_not_installed_is_wrong_usage(
    flanbeam: Any, corpus: Any, place: str
) -> None:
    for argv in (
        ["build", corpus.recipe, "--out", place],
        ["plan", corpus.recipe, "--refresh", place],
        ["snapshots", place],
        ["verify", place],
        ["verify", f"{place}@latest"],
        ["publish", f"{place}/snapshots/name"],
    ):
        outcome = flanbeam(*argv)
        assert outcome.status == 2
        assert outcome.err.count("\n") == 1
        assert ": no filesystem is installed for this scheme (gs:// needs" in outcome.err


def test_no_snapshot_is_named(flanbeam: Any) -> None:
    for argv in (["verify", ""], ["diff", "", ""], ["pin", ""], ["explain", "", "0" * 32]):
        outcome = flanbeam(*argv)
        assert outcome.status == 2
        assert (
            "the snapshot's address is empty: give its directory, or STORE@CHANNEL" in outcome.err
        )


def test_files_that_cannot_be_read_are_bad_data(flanbeam: Any, snapshot: Path) -> None:
    [shard] = snapshot.glob("quickstart/*/train.tfrecord-00000-of-?????")
    # The ids of examples are beside the shards, so an unknown one is found without them.
    known = (snapshot / "ids" / f"{shard.name.replace('.tfrecord', '')}.txt").read_text().split()[0]
    shard.unlink()
    shard.mkdir()
    for argv in (
        ["verify", snapshot],
        ["explain", snapshot, known],
        ["diff", snapshot, snapshot],
    ):
        outcome = flanbeam(*argv)
        assert outcome.status == 3
        assert outcome.err.count("\n") == 1
        assert f"{shard}: Is a directory" in outcome.err
