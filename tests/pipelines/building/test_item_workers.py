"""Items that processes of this machine work on: each once, and what goes wrong in one sentence."""

import os
import pickle
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.building import item_workers as item_workers_module
from pipelines.building import running
from pipelines.building.item_workers import WorkerDiedError, item_workers, why_ended
from pipelines.building.running import Each, run_here
from tests.pipelines.waiting import touch, wait_or_fail
from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import open_snapshot
from transforms.runtime.parent_watchdog import is_alive
from transforms.runtime.worker_program import ITEM_WORKER, worker_program


def _work_on(each: Each[Any, Any], work: Any, items: list[Any]) -> None:
    for _ in each(work, items):
        pass


def _run(work: Any, items: list[Any], workers: int) -> None:
    run_here(partial(_work_on, work=work, items=items), workers)


@pytest.mark.parametrize(("items", "workers"), [(0, 2), (1, 4), (7, 2), (7, 1)])
def test_every_item_is_worked_on(tmp_path: Path, items: int, workers: int) -> None:
    paths = [str(tmp_path / str(number)) for number in range(items)]
    _run(partial(filesystem.write_bytes, data=b""), paths, workers)
    assert sorted(map(str, tmp_path.iterdir())) == paths


def test_a_process_that_is_free_gets_the_next_item(tmp_path: Path) -> None:
    """The first item ends last: none may wait behind it."""
    paths = [str(tmp_path / str(number)) for number in range(6)]
    with item_workers(2) as workers:
        workers.each(partial(touch, first=paths[0], files=len(paths)), paths)
    assert sorted(map(str, tmp_path.iterdir())) == paths


@pytest.mark.parametrize("workers", [1, 2])
def test_errors_are_those_of_a_pipeline(tmp_path: Path, workers: int) -> None:
    with pytest.raises(DataError, match=r"manifest\.json"):
        _run(open_snapshot, [str(tmp_path)], workers)
    with pytest.raises(RuntimeError, match=r"^ValueError: .*'four'$"):
        _run(int, ["1", "2", "3", "four"], workers)


def test_what_is_printed_is_no_answer() -> None:
    with item_workers(1) as workers:
        assert workers.each(print, ["one", "two"]) == [None, None]


def test_processes_stay_for_the_next_round() -> None:
    with item_workers(2) as workers:
        first = {*workers.each(_own_process, range(20))}
        second = {*workers.each(_own_process, range(20))}
        assert sorted(workers.each(abs, [-3, 1, -2])) == [1, 2, 3]
    assert len(first | second) == 2


def _own_process(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize(
    ("work", "item", "why"),
    [
        (signal.raise_signal, signal.SIGKILL, "was killed, perhaps because memory ran out"),
        (signal.raise_signal, signal.SIGTERM, "was ended by signal 15"),
        (os._exit, 3, "ended with status 3"),
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_that_dies_is_an_error(work: Any, item: int, why: str, workers: int) -> None:
    with pytest.raises(WorkerDiedError, match=why), item_workers(workers) as processes:
        processes.each(work, [item] * 4)


def test_those_that_still_work_end_with_an_error(tmp_path: Path) -> None:
    """One of two processes fails while the other waits for what never comes."""
    waiting = str(tmp_path / "waiting")
    with pytest.raises(RuntimeError, match="the other one waits"), item_workers(2) as workers:
        workers.each(partial(wait_or_fail, process=waiting), [True, False])
    assert not is_alive(int(Path(waiting).read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each worker is started by itself")
def test_workers_share_their_imports_and_outlive_what_started_them() -> None:
    with item_workers(2) as workers:
        [starter] = {*workers.each(_own_parent, range(20))}
        assert starter != os.getpid()
        os.kill(starter, signal.SIGKILL)
        assert sorted(workers.each(abs, [-3, 1, -2])) == [1, 2, 3]


def test_where_nothing_may_be_forked_each_worker_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(item_workers_module, "sys", SimpleNamespace(platform="darwin"))
    paths = [str(tmp_path / str(number)) for number in range(6)]
    with item_workers(2) as workers:
        assert {*workers.each(_own_parent, range(20))} == {os.getpid()}
        # The first item ends last: there are two processes.
        workers.each(partial(touch, first=paths[0], files=len(paths)), paths)
    assert len(list(tmp_path.iterdir())) == 6


def _own_parent(_: int) -> int:
    return os.getppid()


def test_a_process_that_dies_ends_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[str] = []
    monkeypatch.setattr(running, "end_build", ends.append)
    _run(os._exit, [3, 3], 2)
    assert ends == ["ended with status 3"]


def test_a_process_whose_parent_is_gone_ends_without_a_word() -> None:
    pipe = subprocess.PIPE
    command = worker_program(ITEM_WORKER)
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as worker:
        assert worker.stdin
        assert worker.stdout
        assert worker.stderr
        worker.stdout.close()
        for given in (("work", len), ("item", "of some length")):
            worker.stdin.write(pickle.dumps(given))
        worker.stdin.flush()
        assert worker.stderr.read() == b""
        assert worker.wait(timeout=30) == 0


@pytest.mark.parametrize(
    ("status", "words"),
    [(-9, "was killed"), (137, "was killed"), (-15, "signal 15"), (134, "signal 6"), (3, "3")],
)
def test_why_a_worker_died(status: int, words: str) -> None:
    assert words in why_ended(status)
