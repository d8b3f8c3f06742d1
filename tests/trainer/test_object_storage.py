"""Runs in an object store: the same losses, one trainer at a time, and Beam is never imported."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import pytest

from tests.object_stores import bucket_of
from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import LockedError
from trainer import object_storage
from trainer.batches.snapshot_choice import choose_snapshot
from trainer.checkpointing import checkpoints
from trainer.checkpointing.conversion import export_weights
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.metrics import FILE, HELD_IN_FILE, append_line, read_metrics
from trainer.object_storage import local_run
from trainer.store_copies import local_copy, local_output, local_weights
from trainer.train import train
from trainer.train_step import TrainState

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["s3", "gs"])
def bucket(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Yield the URL of a bucket, of each kind of server."""
    with bucket_of(request.param, tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def run(bucket: str, request: pytest.FixtureRequest) -> str:
    """Return the URL of a run of the test's own."""
    return f"{bucket}/runs/{request.node.name.partition('[')[0]}"


def _copy(directory: str, url: str) -> str:
    for path in Path(directory).rglob("*"):
        if path.is_file():
            object_store.write(f"{url}/{path.relative_to(directory).as_posix()}", path)
    return url


def _losses(data: bytes) -> list[tuple[int, float]]:
    lines = [json.loads(line) for line in data.splitlines()]
    return [(line["step"], line["loss"]) for line in lines]


@pytest.mark.slow
def test_a_run_in_a_store_has_the_losses_of_a_local_one(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, run: str
) -> None:
    local = make_snapshot()
    settings = {"steps": 6, "checkpoint_every": 2, "keep_checkpoints": 1, "log_every": 1}
    config = config.model_copy(update=settings)
    train(config, local, str(tmp_path / "whole"))
    snapshot = _copy(local, f"{run}-snapshot")
    first = train(config.model_copy(update={"steps": 3}), snapshot, run)
    assert first.checkpoint == f"{run}/checkpoints/3"
    # Nothing is left on this machine: the second goes on from what the store has.
    second = train(config, snapshot, run)
    assert (second.steps, second.snapshot) == (6, snapshot)
    names = filesystem.files_below(run)
    assert {name.split("/")[1] for name in names if name.startswith("checkpoints/")} == {"6"}
    assert "checkpoints/6/SHA256SUMS" in names
    assert "lock" not in names
    whole = [(line["step"], line["loss"]) for line in read_metrics(tmp_path / "whole" / FILE)]
    assert _losses(filesystem.read_bytes(f"{run}/{FILE}")) == whole


def test_an_incomplete_checkpoint_is_not_read(run: str) -> None:
    for name in ("4/params/a", "4/SHA256SUMS", "6/params/a"):
        object_store.write(f"{run}/checkpoints/{name}", b"x")
    said: list[str] = []
    with local_run(run, said.append) as directory:
        there = sorted(p.name for p in (directory / "checkpoints").iterdir())
    assert there == ["4"]
    assert said == [f"{run}/checkpoints/6 has no SHA256SUMS: incomplete, it is not read"]


def _save_run(run: Path, losses: dict[int, float | None]) -> None:
    """Write a run with a checkpoint for each step, of which the held-in loss was measured."""
    with checkpoints.open_checkpoints(run, keep=len(losses)) as manager:
        for step, loss in losses.items():
            state: Any = TrainState(
                jnp.asarray(step), {"w": jnp.full(10, float(step))}, {"m": jnp.zeros(1)}
            )
            progress = checkpoints.Progress(
                position=step, examples_read=step, snapshot_fingerprint="a", plan_hash="b"
            )
            checkpoints.save(
                manager, state, progress=progress, card=checkpoints.ModelCard({}), held_in_loss=loss
            )
            if loss is not None:
                append_line(run / HELD_IN_FILE, {"step": step, "loss": loss})


def test_of_a_run_a_command_copies_what_it_reads(run: str, tmp_path: Path) -> None:
    _save_run(tmp_path / "run", {2: 3.0, 4: 1.0, 8: 2.0})
    _copy(str(tmp_path / "run"), run)
    for name in (FILE, "tokenizer/spiece.model", "damaged/2/params/a", "lock"):
        object_store.write(f"{run}/{name}", b"x")
    object_store.write(f"{run}/checkpoints/9/params/a", b"x")
    files = set(filesystem.files_below(run))

    def copied(path: str, **options: bool) -> set[str]:
        with local_copy(path, said.append, **options) as place:
            root = Path(place) if "/checkpoints/" not in path else Path(place).parents[1]
            assert root.name == run.rpartition("/")[2]
            assert Path(place).is_dir()
            return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}

    def with_steps(*steps: int) -> set[str]:
        chosen = tuple(f"checkpoints/{step}/" for step in steps)
        return {
            FILE,
            HELD_IN_FILE,
            "tokenizer/spiece.model",
            *(n for n in files if n.startswith(chosen)),
        }

    said: list[str] = []
    assert copied(run) == with_steps(4)  # the best
    assert copied(f"{run}/", with_checkpoints=False) == with_steps()
    assert copied(f"{run}/checkpoints/2") == with_steps(2)
    assert said == [f"{run}/checkpoints/9 has no SHA256SUMS: incomplete, it is not read"] * 3
    object_store.write(f"{run}/checkpoints/4/params/_METADATA", b"x")
    assert copied(run) == with_steps(4, 8)  # damaged, and the newest
    with local_copy(run, print) as place:
        assert checkpoints.find_checkpoint(Path(place), said.append).name == "8"
    assert "checkpoints/4 is damaged (params/_METADATA has changed)" in said[-1]


def test_a_run_whose_loss_was_not_measured_is_known_by_its_newest_checkpoint(
    run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save_run(tmp_path / "run", {2: None, 10: None})
    _copy(str(tmp_path / "run"), run)
    downloaded: list[str] = []
    download = object_store.download

    def noted(url: str, target: Path) -> Any:
        downloaded.append(url.removeprefix(f"{run}/"))
        return download(url, target)

    monkeypatch.setattr(object_store, "download", noted)
    with local_copy(run, print) as place:
        assert [p.name for p in (Path(place) / "checkpoints").iterdir()] == ["10"]
    assert "checkpoints/10/SHA256SUMS" in downloaded
    assert not [name for name in downloaded if name.startswith("checkpoints/2/")]


def test_weights_to_start_from_are_kept_until_the_store_has_others(
    run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files = {"config.json": b"{}", "model.safetensors": b"1", "tf_model.h5": b"2"}
    for name, data in files.items():
        object_store.write(f"{run}/{name}", data)

    def read() -> dict[str, bytes]:
        with local_weights(run, print) as place:
            assert place is not None
            return {path.name: path.read_bytes() for path in Path(place).iterdir()}

    expected = {"config.json": b"{}", "model.safetensors": b"1"}
    assert read() == expected
    with monkeypatch.context() as patch:
        patch.setattr(object_store, "download", None)  # not called
        assert read() == expected
    object_store.write(f"{run}/model.safetensors", b"3")
    assert read() == expected | {"model.safetensors": b"3"}
    cached = tmp_path / "flanbeam" / "weights"
    assert sorted(p.read_bytes() for p in cached.iterdir()) == [b"1", b"3", b"{}"]

    def replaced(url: str, target: Path) -> dict[str, str]:
        state = download(url, target)
        return {name: f"{value}0" for name, value in state.items()}

    download = object_store.download
    object_store.write(f"{run}/model.safetensors", b"4")
    monkeypatch.setattr(object_store, "download", replaced)
    with pytest.raises(OSError, match="was replaced while it was copied: run again") as refused:
        read()
    assert refused.value.filename == f"{run}/model.safetensors"
    assert len(list(cached.iterdir())) == 3


@pytest.mark.slow
def test_a_run_starts_from_weights_in_a_store(
    config: TrainConfig,
    make_snapshot: Any,
    tmp_path: Path,
    run: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From a run, from its checkpoint and from a Hugging Face model: as from local ones."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    snapshot, start = make_snapshot(), tmp_path / "start"
    config = config.model_copy(update={"steps": 2, "log_every": 1})
    train(config, snapshot, str(start))
    export_weights(str(start), str(tmp_path / "model"))
    _copy(str(start), f"{run}/start")
    _copy(str(tmp_path / "model"), f"{run}/model")

    def losses(weights: str, out: str) -> list[float]:
        changed = config.model_copy(update={"initial_weights": weights})
        train(changed, snapshot, str(tmp_path / out))
        return [line["loss"] for line in read_metrics(tmp_path / out / FILE)]

    expected = losses(str(start), "local")
    for number, weights in enumerate(("start", "start/checkpoints/2", "model")):
        assert losses(f"{run}/{weights}", str(number)) == expected
    # Errors name the store.
    smaller = config.model.model_copy(update={"mlp_dim": 32})
    changed = {"initial_weights": f"{run}/model", "model": smaller}
    with pytest.raises(TrainerError, match=f"initial_weights {run}/model is not the model"):
        train(config.model_copy(update=changed), snapshot, str(tmp_path / "other"))


def test_an_error_about_a_copy_names_the_store(run: str) -> None:
    object_store.write(f"{run}/{FILE}", b"x")
    with (
        pytest.raises(TrainerError, match=f"^{run}/{FILE} is bad$"),
        local_copy(run, print) as place,
    ):
        raise TrainerError(f"{place}/{FILE} is bad")


def test_what_is_written_is_complete_last_and_only_when_all_is_well(
    run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_run(place: Path) -> None:
        for name in ("SHA256SUMS", "z"):
            (place / "checkpoints/0").mkdir(parents=True, exist_ok=True)
            (place / "checkpoints/0" / name).write_text(name)

    written: list[str] = []
    write = object_store.write

    def noted(url: str, data: Any) -> None:
        written.append(url)
        write(url, data)

    monkeypatch.setattr(object_store, "write", noted)
    with suppress(KeyError), local_output(run, is_new=True) as place:
        write_run(Path(place))
        raise KeyError
    assert not written
    with local_output(run, is_new=True) as place:
        write_run(Path(place))
    assert written == [f"{run}/checkpoints/0/z", f"{run}/checkpoints/0/SHA256SUMS"]
    refused = pytest.raises(TrainerError, match=f"{run} already has files: choose a new")
    with refused, local_output(run, is_new=True):
        pass
    with local_output(f"{run}.svg") as place:
        Path(place).write_text("picture")
    assert object_store.read(f"{run}.svg") == b"picture"


def test_a_checkpoint_is_complete_last_and_deleted_first(
    run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str]] = []
    for name in ("write", "remove"):
        real = getattr(object_store, name)

        def noted(url: str, *rest: Any, _name: str = name, _real: Any = real) -> None:
            calls.append((_name, url.removeprefix(f"{run}/")))
            _real(url, *rest)

        monkeypatch.setattr(object_store, name, noted)
    with local_run(run, print) as directory:
        for name in ("checkpoints/2/z", "checkpoints/2/SHA256SUMS", "metrics.jsonl"):
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_text(name)
        (directory / "checkpoints/3.orbax-checkpoint-tmp").mkdir()
        (directory / "checkpoints/3.orbax-checkpoint-tmp/a").write_text("half")
    assert sorted(calls[:2]) == [("write", "checkpoints/2/z"), ("write", "metrics.jsonl")]
    assert calls[2:] == [("write", "checkpoints/2/SHA256SUMS"), ("remove", "lock")]
    calls.clear()
    with local_run(run, print) as directory:
        shutil.rmtree(directory / "checkpoints" / "2")
    gone = ["checkpoints/2/SHA256SUMS", "checkpoints/2/z", "lock"]
    assert calls == [("remove", name) for name in gone]


def test_what_changes_is_copied_while_the_run_goes_on(
    run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_storage, "BEAT_SECONDS", 0.05)
    with local_run(run, print) as directory:
        for text in ("1\n", "1\n2\n"):
            (directory / FILE).write_text(text)
            end = time.monotonic() + 20
            while time.monotonic() < end:
                if filesystem.exists(f"{run}/{FILE}") and (
                    filesystem.read_bytes(f"{run}/{FILE}") == text.encode()
                ):
                    break
                time.sleep(0.05)
            assert filesystem.read_bytes(f"{run}/{FILE}") == text.encode()


def _overtaken(run: str, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory of a run whose lock another takes, and which ends after that."""
    context = local_run(run, said.append)
    first = context.__enter__()
    (first / FILE).write_text("ours")
    monkeypatch.setattr(object_storage, "TTL_SECONDS", -1.0)
    with local_run(run, print) as second:
        (second / FILE).write_text("theirs")
    with pytest.raises(LockedError, match="another trainer has taken the run over"):
        context.__exit__(None, None, None)
    return first


def test_a_second_trainer_is_refused_and_a_silent_one_is_replaced(
    run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        local_run(run, print),
        pytest.raises(LockedError, match="is being trained by process"),
        local_run(run, print),
    ):
        pass
    said: list[str] = []
    first = _overtaken(run, said, monkeypatch)
    assert filesystem.read_bytes(f"{run}/{FILE}") == b"theirs"
    assert said == [f"what is not in {run} yet is kept in {first}"]
    assert (first / FILE).read_text() == "ours"
    shutil.rmtree(first)


def test_a_channel_is_followed_once(run: str) -> None:
    def point(name: str) -> None:
        pointer = {"channel": "latest", "fingerprint": "f", "published": "p", "fencing": 1}
        data = json.dumps({**pointer, "snapshot": name}).encode()
        object_store.write(f"{run}-store/channels/latest.json", data)

    point("one")
    assert choose_snapshot(run, f"{run}-store@latest") == f"{run}-store/snapshots/one"
    point("two")
    assert choose_snapshot(run, f"{run}-store@latest") == f"{run}-store/snapshots/one"
    assert choose_snapshot(f"{run}-other", f"{run}-store@latest") == f"{run}-store/snapshots/two"


@pytest.mark.slow
def test_the_command_trains_in_a_store_without_beam(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, run: str
) -> None:
    snapshot = _copy(make_snapshot(), f"{run}-snapshot")
    settings = config.model_dump(mode="json", exclude_unset=True) | {"steps": 2, "devices": 1}
    (tmp_path / "config.yaml").write_text(json.dumps(settings))
    script = (
        "import sys; from pipelines.cli import main; status = main(sys.argv[1:])\n"
        "assert 'apache_beam' not in sys.modules\n"
        "sys.exit(status)\n"
    )
    argv = ["train", tmp_path / "config.yaml", "--snapshot", snapshot, "--out", run]
    command = [sys.executable, "-c", script, *map(str, argv)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{run}/checkpoints/2"
    assert filesystem.exists(f"{run}/checkpoints/2/SHA256SUMS")
