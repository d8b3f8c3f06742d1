"""Builds killed at any moment: nothing to see, and the next build has the same bytes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.checks.verify import verify
from tests.pipelines.builds import build_recipe, published
from tests.pipelines.killing import KILL_AT_NAME, KILL_AT_NUMBER


def _is_there(store: Path) -> bool:
    return any(store.glob("snapshots/*"))


@pytest.mark.slow
def test_killed_at_five_random_renames(
    quickstart: BuildResult, start_flanbeam: Any, contents: Any, tmp_path: Path
) -> None:
    argv = ["build", "quickstart", "--out"]
    counting = start_flanbeam("0", *argv, tmp_path / "whole", script=KILL_AT_NUMBER)
    renames = int(counting.communicate(timeout=240)[0].splitlines()[-1])
    assert renames > 50
    draws = random.Random(1)
    for number in range(5):
        store = tmp_path / str(number)
        place = draws.randint(1, renames)
        killed = start_flanbeam(str(place), *argv, store, script=KILL_AT_NUMBER)
        killed.communicate(timeout=240)
        assert killed.returncode == -signal.SIGKILL, place
        assert not _is_there(store)
        assert contents(build_recipe("quickstart", store).path) == contents(quickstart.path)


def _runs_until(process: Any, store: Path, wanted: int) -> int:
    """Count the runs when `wanted` of them are there, or those left when the build ended."""
    most = 0
    while process.poll() is None and most < wanted:
        most = max(
            most, sum(name.endswith(".run") for _, _, names in os.walk(store) for name in names)
        )
        time.sleep(0.01)
    return most


@pytest.mark.slow
def test_killed_at_five_random_moments_with_two_workers(
    quickstart: BuildResult, start_flanbeam: Any, contents: Any, tmp_path: Path
) -> None:
    argv = ["build", "quickstart", "--workers", "2", "--out"]
    whole = contents(quickstart.path)
    counting = start_flanbeam(*argv, tmp_path / "whole")
    runs = _runs_until(counting, tmp_path / "whole", 10**9)
    out, err = counting.communicate(timeout=240)
    assert counting.returncode == 0, err
    assert contents(out.splitlines()[-1]) == whole
    assert runs > 50
    draws, unfinished = random.Random(2), 0
    for number in range(5):
        store = tmp_path / str(number)
        process = start_flanbeam(*argv, store)
        _runs_until(process, store, draws.randint(1, runs))
        process.kill()
        process.wait()
        # One that came to its end all the same is there, and whole.
        assert [contents(path) for path in store.glob("snapshots/*")] in ([], [whole])
        unfinished += not _is_there(store)
        # One worker takes up what two left.
        assert contents(build_recipe("quickstart", store).path) == whole
    assert unfinished >= 3


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("file-000001.run", marks=pytest.mark.slow),
        "/render/000005-000000.run",
        pytest.param("/write/000000.run", marks=pytest.mark.slow),
    ],
)
def test_killed_process_leaves_no_manifest_and_the_next_build_has_the_same_bytes(
    quickstart: BuildResult, contents: Any, flanbeam_process: Any, tmp_path: Path, place: str
) -> None:
    argv = ["build", "quickstart", "--out", tmp_path]
    killed = flanbeam_process(place, "before", *argv, script=KILL_AT_NAME)
    assert killed.status == -signal.SIGKILL
    assert killed.out == ""
    assert not list(tmp_path.rglob("manifest.json"))
    result = build_recipe("quickstart", tmp_path)
    assert contents(result.path) == contents(quickstart.path)
    assert published(tmp_path) == [Path(result.path)]


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("manifest.json", marks=pytest.mark.slow),
        pytest.param("train.tfrecord", marks=pytest.mark.slow),
        pytest.param("snapshot/rejections/", marks=pytest.mark.slow),
    ],
)
def test_half_written_file_of_a_killed_build_is_not_published(
    corpus: Any, contents: Any, flanbeam_process: Any, tmp_path: Path, place: str
) -> None:
    """What is left of it is `manifest.json.tmp-<hex>` or the like in the staged snapshot."""
    with corpus.tsv.open("a") as stream:
        stream.write(corpus.tsv_row("red"))
    out = tmp_path / "out"
    argv = ["build", corpus.recipe, "--out", out]
    killed = flanbeam_process(place, "before", *argv, script=KILL_AT_NAME)
    assert killed.status == -signal.SIGKILL
    result = build_recipe(corpus.recipe, out)
    untouched = build_recipe(corpus.recipe, tmp_path / "other")
    assert contents(result.path).keys() == contents(untouched.path).keys()


@pytest.mark.parametrize(
    ("module", "function", "first"),
    [
        pytest.param(os, "rename", False, id="before the move", marks=pytest.mark.slow),
        pytest.param(os, "rename", True, id="after the move"),
        pytest.param(shutil, "rmtree", False, id="while the work is removed"),
    ],
)
def test_build_killed_while_publishing_does_not_break_the_next(
    corpus: Any,
    contents: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    function: str,
    first: bool,
) -> None:
    """The work directory says that the shards are written, but they were moved away."""
    real, out = getattr(module, function), tmp_path / "out"

    def kill(path: Any, *arguments: Any, **options: Any) -> None:
        is_work = "cache/building" in str(path)
        if first or not is_work:
            real(path, *arguments, **options)
        if is_work:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, function, kill)
        with pytest.raises(KeyboardInterrupt):
            build_recipe(corpus.recipe, out)
    seen = published(out)
    result = build_recipe(corpus.recipe, out)
    assert verify(result.path).problems == []
    assert contents(result.path) == contents(build_recipe(corpus.recipe, tmp_path / "other").path)
    for path in seen:
        assert contents(path) == contents(result.path)


@pytest.mark.slow
def test_workers_end_with_a_killed_build(tmp_path: Path) -> None:
    """A build that is killed with -9 cannot end them itself."""
    root = str(Path(__file__).parents[2])
    argv = ["build", "quickstart", "--out", tmp_path, "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", *argv],
        env={**os.environ, "PYTHONPATH": root},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )

    def workers() -> list[str]:
        listed = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-s", str(process.pid)], capture_output=True, text=True
        )
        return [line for line in listed.stdout.splitlines() if "transforms.item_worker" in line]

    def wait(seconds: float, until: Any) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            time.sleep(0.1)
        return bool(until())

    try:
        assert wait(30, workers)
        process.kill()
        process.wait()
        assert wait(20, lambda: not workers())
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
