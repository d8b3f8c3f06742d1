"""Two builds of one recipe at once: one of them works, the other is told so."""

import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.checks.verify import verify
from tests.pipelines.builds import build_recipe, published
from tfrecords_schema.errors import LockedError
from transforms.stages import execution


def test_second_builder_of_a_recipe_is_told_of_the_first(
    corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run, told = execution.write_run, []

    def build_meanwhile(*arguments: Any) -> Any:
        if not told:
            told.append("")
            with pytest.raises(LockedError) as raised:
                build_recipe(corpus.recipe, tmp_path / "out")
            told.append(str(raised.value))
        return write_run(*arguments)

    monkeypatch.setattr(execution, "write_run", build_meanwhile)
    result = build_recipe(corpus.recipe, tmp_path / "out")
    assert told[1].startswith(f"another build of this recipe is running (process {os.getpid()} on")
    assert verify(result.path).passed
    assert published(tmp_path / "out") == [Path(result.path)]


@pytest.mark.slow
def test_two_processes_at_once(
    quickstart: BuildResult, contents: Any, start_flanbeam: Any, tmp_path: Path
) -> None:
    both = [start_flanbeam("build", "quickstart", "--out", tmp_path) for _ in range(2)]
    ends = [(*process.communicate(timeout=120), process.returncode) for process in both]
    statuses = [status for _, _, status in ends]
    assert 0 in statuses
    for out, err, status in ends:
        if status == 0:
            assert contents(out.splitlines()[-1]) == contents(quickstart.path)
        else:
            assert status == 4
            assert "another build of this recipe is running" in err
    assert len(published(tmp_path)) == statuses.count(0)


def test_lock_of_a_removed_work_directory_is_no_lock(
    corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who opened the lock file just before its holder removed it takes another."""
    flock, write_run, told = fcntl.flock, execution.write_run, []

    def finish_first(stream: Any, operation: int) -> None:
        if not told:
            told.append("first begins")
            build_recipe(corpus.recipe, tmp_path / "out")
            told.append("first ends")
        flock(stream, operation)

    def build_meanwhile(*arguments: Any) -> Any:
        if len(told) == 2:
            told.append("second holds the lock")
            with pytest.raises(LockedError) as raised:
                build_recipe(corpus.recipe, tmp_path / "out")
            told.append(str(raised.value))
        return write_run(*arguments)

    monkeypatch.setattr(fcntl, "flock", finish_first)
    monkeypatch.setattr(execution, "write_run", build_meanwhile)
    result = build_recipe(corpus.recipe, tmp_path / "out")
    assert told[3].startswith("another build of this recipe is running")
    assert verify(result.path).passed
