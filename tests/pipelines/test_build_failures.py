"""Builds that fail: one line says why, nothing is in sight, and the next build goes on."""

import errno
import importlib
import os
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.verify import verify
from tests.pipelines.builds import build_recipe, published
from tfrecords_schema import filesystem
from transforms.sources.source import UnreadableFileError


class _KilledError(RuntimeError):
    pass


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("transforms.sources.reading", "write_run"),
        ("transforms.stages.execution", "write_run"),
        pytest.param("transforms.scan.scanning", "key_row", marks=pytest.mark.slow),
        pytest.param("transforms.stages.execution", "write_rejections", marks=pytest.mark.slow),
        pytest.param("transforms.mixture.ranking", "_write_pools", marks=pytest.mark.slow),
        pytest.param("transforms.mixture.selection", "select_rows", marks=pytest.mark.slow),
        ("transforms.prompts.renderer", "encode_row"),
        pytest.param("transforms.snapshots.writing", "decode_examples", marks=pytest.mark.slow),
        ("transforms.snapshots.finishing", "write_reader_files"),
        ("pipelines.building.build", "place_snapshot"),
    ],
)
def test_failure_at_any_stage_leaves_nothing_and_the_next_build_goes_on(
    corpus: Any,
    contents: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    function: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise _KilledError("by the test")

    with monkeypatch.context() as patched:
        patched.setattr(importlib.import_module(module), function, fail)
        with pytest.raises(RuntimeError, match="by the test"):
            build_recipe(corpus.recipe, tmp_path / "out")
    assert published(tmp_path / "out") == []
    assert not list((tmp_path / "out").rglob("*.tmp-*"))
    result = build_recipe(corpus.recipe, tmp_path / "out")
    assert verify(result.path).problems == []
    assert contents(result.path) == contents(build_recipe(corpus.recipe, tmp_path / "other").path)


class _FullDisk:
    """A file of which not a byte can be written."""

    def __init__(self, stream: Any, name: str) -> None:
        self._stream, self._name = stream, name

    def __enter__(self) -> "_FullDisk":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, _: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._name)


@pytest.mark.parametrize(
    "place", [".jsonl", "/rank/", "/render/", "train.tfrecord", "manifest.json", "job.json", "run."]
)
def test_full_disk_is_status_3_and_nothing_is_published(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    out, written = tmp_path / "out", []

    def open_full(path: Any, mode: str = "r", **options: Any) -> Any:
        stream = open(path, mode, **options)  # noqa: SIM115
        if mode != "wb" or place not in str(path).removeprefix(str(out)):
            return stream
        written.append(path)
        return _FullDisk(stream, str(path))

    with monkeypatch.context() as patched:
        patched.setattr(filesystem, "open", open_full, raising=False)
        outcome = flanbeam("build", corpus.recipe, "--out", out)
    assert written
    assert outcome.status == 3
    assert outcome.out == ""
    assert "No space left on device" in outcome.err.splitlines()[-1]
    assert outcome.err.count("flanbeam build: ") == 1
    assert "Traceback" not in outcome.err
    assert published(out) == []
    assert not list(out.rglob("*.tmp-*"))
    assert flanbeam("build", corpus.recipe, "--out", out).status == 0


def test_output_that_may_not_be_written_is_status_3(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    below = flanbeam("build", corpus.recipe, "--out", file / "out")
    assert (below.status, below.out) == (3, "")
    assert f"{file}" in below.err
    assert "Not a directory" in below.err

    def refuse(path: str, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    monkeypatch.setattr(os, "makedirs", refuse)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    [line] = outcome.err.splitlines()
    assert line.startswith(f"flanbeam build: {tmp_path / 'out'}")
    assert "Read-only file system" in line


def test_message_of_a_worker_is_told_without_beams_words(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beam appends "[while running 'render/Run']"."""

    def fail(*_: object) -> None:
        raise UnreadableFileError("the pool cannot be read")

    monkeypatch.setattr("transforms.prompts.renderer.read_pool", fail)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert outcome.err.splitlines()[-1] == "flanbeam build: the pool cannot be read"


def test_interrupted_stage_is_told_as_such(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beam makes "RuntimeError: KeyboardInterrupt [while running …]" of Control-C."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("transforms.prompts.renderer.encode_row", interrupt)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 1
    assert outcome.err.splitlines()[-1].startswith("flanbeam build: interrupted")
