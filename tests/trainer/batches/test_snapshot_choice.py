"""A run follows a channel once and keeps to what it found."""

import json
from pathlib import Path

import pytest

from tfrecords_schema.channels import Pointer, pointer_path
from tfrecords_schema.errors import ConfigurationError
from trainer.batches import snapshot_choice
from trainer.batches.snapshot_choice import choose_snapshot, state_snapshot
from trainer.errors import TrainerError


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store" / "channels").mkdir(parents=True)
    return tmp_path / "store"


def _point(store: Path, name: str) -> str:
    pointer = Pointer(channel="latest", snapshot=name, fingerprint=name, published="", fencing=1)
    Path(pointer_path(str(store), "latest")).write_text(pointer.model_dump_json())
    return f"{store}/snapshots/{name}"


def test_path_is_taken_as_it_is(tmp_path: Path) -> None:
    assert choose_snapshot(tmp_path / "run", "/some/where") == "/some/where"
    assert not (tmp_path / "run").exists()


def test_run_that_goes_on_keeps_its_snapshot_when_the_channel_moves(
    store: Path, tmp_path: Path
) -> None:
    address, run = f"{store}@latest", tmp_path / "run"
    first = _point(store, "first")
    assert choose_snapshot(run, address) == first
    second = _point(store, "second")
    assert choose_snapshot(run, address) == first
    assert choose_snapshot(tmp_path / "other run", address) == second
    # Asked for in other words, the channel is followed anew.
    assert choose_snapshot(run, f"{store}/channels/latest.json") == second
    assert choose_snapshot(run, "/some/where") == "/some/where"


def test_a_path_is_written_down_and_decides_nothing(store: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    state_snapshot(run, "/some/where")
    state_snapshot(run, "/some/where/else")
    assert json.loads((run / "snapshot.json").read_text())["snapshot"] == "/some/where"
    assert choose_snapshot(run, "/some/where/else") == "/some/where/else"
    for name in ("first", "second"):
        found = _point(store, name)
        assert choose_snapshot(run, f"{store}@latest") == found


@pytest.mark.parametrize("content", ["x", "[]", "{}", '{"snapshot": "/some/where"}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "snapshot.json").write_text(content)
    with pytest.raises(TrainerError, match=r"snapshot\.json names no snapshot: restore it"):
        choose_snapshot(tmp_path, "/some/where")


def test_all_processes_of_a_run_read_what_the_first_one_found(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, run = f"{store}@latest", tmp_path / "run"
    first = _point(store, "first")
    resolve, other = snapshot_choice.resolve, []

    def be_overtaken(asked: str) -> str:
        path = resolve(asked)
        if not other:
            other.append(None)
            other[0] = choose_snapshot(run, asked)
            _point(store, "second")
            return f"{store}/snapshots/second"
        return path

    monkeypatch.setattr(snapshot_choice, "resolve", be_overtaken)
    assert choose_snapshot(run, address) == first == other[0]
    assert [path.name for path in run.iterdir()] == ["snapshot.json"]


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no channel 'latest'"):
        choose_snapshot(tmp_path / "run", f"{tmp_path}@latest")
    assert not (tmp_path / "run").exists()
