"""Digests of checkpoints: every change is found, and the checkpoint before is used."""

import json
import random
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trainer.checkpointing.checkpoints import find_checkpoint
from trainer.checkpointing.conversion import export_weights, import_weights
from trainer.checkpointing.digests import damage, write_digests
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.metrics import read_metrics
from trainer.train import train


def _small(tmp_path: Path) -> Path:
    (tmp_path / "params" / "d").mkdir(parents=True)
    (tmp_path / "params" / "d" / "one").write_bytes(b"abc")
    (tmp_path / "model").write_bytes(b"{}")
    write_digests(tmp_path)
    return tmp_path


def test_sha256sum_reads_the_digests(tmp_path: Path) -> None:
    directory = _small(tmp_path)
    lines = (directory / "SHA256SUMS").read_text().splitlines()
    # The digest of "abc" in FIPS 180-2, appendix B.1.
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert f"{digest}  params/d/one" in lines
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=directory, check=True)


def _change(directory: Path) -> None:
    (directory / "params" / "d" / "one").write_bytes(b"abd")


def _remove(directory: Path) -> None:
    shutil.rmtree(directory / "params")


def _add(directory: Path) -> None:
    (directory / "params" / "two").write_bytes(b"")


def _not_text(directory: Path) -> None:
    (directory / "SHA256SUMS").write_bytes(b"\xff")


def _marks(directory: Path) -> None:
    (directory / "_CHECKPOINT_METADATA").write_text("{}")
    (directory / "commit_success.txt").write_text("")


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (_change, "params/d/one has changed"),
        (_remove, "params/d/one is missing"),
        (_add, "params/two is not in SHA256SUMS"),
        (_not_text, "SHA256SUMS is not text"),
        (_marks, None),
    ],
)
def test_damage_is_described(
    tmp_path: Path, act: Callable[[Path], None], found: str | None
) -> None:
    directory = _small(tmp_path)
    assert damage(directory) is None
    act(directory)
    assert damage(directory) == found


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, None),
        ({"progress/metadata": '{"position": 3, "plan_version": 2}'}, "SHA256SUMS is missing"),
        ({"progress/metadata": None}, "progress/metadata is missing"),
        ({"progress": None}, "progress is missing"),
        ({"params": None}, "params is missing"),
        ({"_CHECKPOINT_METADATA": None}, "_CHECKPOINT_METADATA is missing"),
        ({"_CHECKPOINT_METADATA": "{"}, "_CHECKPOINT_METADATA or progress/metadata is not JSON"),
        ({"progress/metadata": "3"}, "_CHECKPOINT_METADATA or progress/metadata is not JSON"),
    ],
)
def test_without_digests_only_a_checkpoint_of_the_first_version_is_whole(
    tmp_path: Path, changed: dict[str, str | None], found: str | None
) -> None:
    # As version 0.1.0 wrote them; tests/upgrades has a real one.
    (tmp_path / "params").mkdir()
    (tmp_path / "progress").mkdir()
    (tmp_path / "progress" / "metadata").write_text('{"position": 3, "plan_hash": "a"}')
    items = {"item_handlers": {"params": "StandardHandler", "progress": "JsonHandler"}}
    (tmp_path / "_CHECKPOINT_METADATA").write_text(json.dumps(items))
    for name, text in changed.items():
        if text is not None:
            (tmp_path / name).write_text(text)
        elif (tmp_path / name).is_dir():
            shutil.rmtree(tmp_path / name)
        else:
            (tmp_path / name).unlink()
    problem = damage(tmp_path)
    assert problem == found or (found is not None and str(problem).startswith(found))


def test_no_flipped_bit_is_loaded(tmp_path: Path) -> None:
    with tarfile.open(Path(__file__).with_name("layouts.tar.xz")) as archive:
        archive.extractall(tmp_path, filter="data")
    place = import_weights(str(tmp_path / "tied"), str(tmp_path / "run"))
    unchecked = ("_CHECKPOINT_METADATA", "commit_success.txt")
    files = [p for p in place.rglob("*") if p.is_file() and p.stat().st_size]
    files = [path for path in files if path.name not in unchecked]
    choose = random.Random(0)
    for _ in range(100):
        file = choose.choice(files)
        content = file.read_bytes()
        flipped = bytearray(content)
        flipped[choose.randrange(len(content))] ^= 1 << choose.randrange(8)
        file.write_bytes(flipped)
        with pytest.raises(TrainerError, match=r"all checkpoints in .* are damaged"):
            export_weights(str(tmp_path / "run"), str(tmp_path / "out"))
        with pytest.raises(TrainerError, match=r"run/checkpoints/0 is damaged \("):
            export_weights(str(place), str(tmp_path / "out"))
        file.write_bytes(content)
    export_weights(str(place), str(tmp_path / "out"))


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.slow
def test_the_checkpoint_before_a_damaged_one_is_used(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot, run = make_snapshot(), tmp_path / "run"
    config = config.model_copy(update={"steps": 4, "checkpoint_every": 2})
    train(config, snapshot, str(run))
    losses = [line["loss"] for line in read_metrics(run / "metrics.jsonl")]
    largest = max((run / "checkpoints" / "4").rglob("*"), key=lambda path: path.stat().st_size)
    _flip(largest)
    said: list[str] = []
    assert find_checkpoint(run, said.append).name == "2"
    assert "checkpoints/4 is damaged" in said[0]
    again = train(config, snapshot, str(run), say=said.append)
    assert again.steps == 4
    assert "checkpoint 4 is damaged" in said[1]
    assert (run / "damaged" / "4").is_dir()
    assert [line["loss"] for line in read_metrics(run / "metrics.jsonl")] == losses
    assert damage(run / "checkpoints" / "4") is None

    # Half deleted, the digests first.
    (run / "checkpoints" / "4" / "SHA256SUMS").unlink()
    shutil.rmtree(run / "checkpoints" / "4" / "optimizer")
    assert find_checkpoint(run, said.append).name == "2"
    assert said[-1] == (
        f"{run}/checkpoints/4 is damaged (optimizer is missing): using the one before it"
    )
    shutil.rmtree(run / "checkpoints" / "4")
    _flip(run / "checkpoints" / "2" / "progress" / "metadata")
    with pytest.raises(TrainerError, match=r"all checkpoints .* damaged, first 2: progress"):
        train(config, snapshot, str(run))
