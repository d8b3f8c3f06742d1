"""Refreshes that are killed, and refreshes at once: a channel always points at a whole snapshot."""

import json
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.verify import verify
from tests.pipelines.builds import build_recipe
from tests.pipelines.corpus import edit
from tests.pipelines.killing import KILL_AT_NAME
from tfrecords_schema.channels import resolve
from transforms.stages import execution


def _argv(corpus: Any, store: Path) -> list[object]:
    return ["refresh", corpus.recipe, "--store", store, "--json"]


def _expected(corpus: Any, contents: Any, directory: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = contents(build_recipe(corpus.recipe, directory).path)
    return found


@pytest.mark.parametrize(
    ("place", "when"),
    [
        pytest.param("channels/latest.json", "before", marks=pytest.mark.slow),
        pytest.param("channels/latest.json", "after", marks=pytest.mark.slow),
        pytest.param("cache/ingest", "after", marks=pytest.mark.slow),
        ("manifest.json.sha256", "after"),
    ],
)
def test_killed_at_a_moment_that_matters(
    flanbeam: Any,
    flanbeam_process: Any,
    corpus: Any,
    contents: Any,
    tmp_path: Path,
    place: str,
    when: str,
) -> None:
    store = tmp_path / "store"
    first = flanbeam(*_argv(corpus, store)).document["snapshot"]
    edit(corpus.jsonl)
    killed = flanbeam_process(place, when, *_argv(corpus, store), script=KILL_AT_NAME)
    assert killed.status == -signal.SIGKILL
    moved = (place, when) == ("channels/latest.json", "after")
    assert (resolve(f"{store}@latest") == first) is not moved
    assert verify(resolve(f"{store}@latest")).passed
    assert flanbeam(*_argv(corpus, store)).status == (10 if moved else 0)
    assert contents(resolve(f"{store}@latest")) == _expected(corpus, contents, tmp_path / "b")
    assert not list((store / "locks").glob("channel*"))


@pytest.mark.slow
def test_killed_at_ten_random_points(
    flanbeam: Any, start_flanbeam: Any, corpus: Any, contents: Any, tmp_path: Path
) -> None:
    base, timed = tmp_path / "base", tmp_path / "timed"
    assert flanbeam(*_argv(corpus, base)).status == 0
    before = contents(resolve(f"{base}@latest"))
    edit(corpus.jsonl)
    after = _expected(corpus, contents, tmp_path / "expected")
    assert after != before
    shutil.copytree(base, timed)
    began = time.monotonic()
    assert start_flanbeam(*_argv(corpus, timed)).wait(timeout=120) == 0
    seconds = time.monotonic() - began
    draws, killed = random.Random(20), 0
    for number in range(10):
        store = tmp_path / f"store-{number}"
        shutil.copytree(base, store)
        process = start_flanbeam(*_argv(corpus, store))
        try:
            process.wait(timeout=draws.uniform(0.3, 0.95) * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            killed += process.wait() == -signal.SIGKILL
        current = resolve(f"{store}@latest")
        assert verify(current).passed
        assert contents(current) in (before, after)
        # The lock of the dead is free at once; what it finished is taken up.
        assert flanbeam(*_argv(corpus, store)).status in (0, 10)
        assert contents(resolve(f"{store}@latest")) == after
    assert killed >= 5


def test_second_refresh_is_told_of_the_first(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run, store = execution.write_run, tmp_path / "store"
    told: list[Any] = []

    def refresh_meanwhile(*arguments: Any) -> Any:
        if not told:
            told.append(None)
            told[0] = flanbeam(*_argv(corpus, store))
        return write_run(*arguments)

    monkeypatch.setattr(execution, "write_run", refresh_meanwhile)
    outcome = flanbeam(*_argv(corpus, store))
    assert outcome.status == 0
    assert told[0].status == 4
    message = told[0].document["error"]
    assert message.startswith("a refresh of channel latest is running (process")
    assert ", since 20" in message
    assert [path.name for path in (store / "snapshots").iterdir()] == [
        Path(outcome.document["snapshot"]).name
    ]


@pytest.mark.slow
def test_two_refreshes_at_once_publish_once(
    start_flanbeam: Any, corpus: Any, contents: Any, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    both = [start_flanbeam(*_argv(corpus, store)) for _ in range(2)]
    ends = [(*process.communicate(timeout=120), process.returncode) for process in both]
    statuses = sorted(status for *_, status in ends)
    # The other one found the lock held, or, where it came late, nothing to do.
    assert statuses in ([0, 4], [0, 10]), ends
    events = [json.loads(line)["event"] for line in (store / "history.jsonl").open()]
    assert events == ["published"]
    assert contents(resolve(f"{store}@latest")) == _expected(corpus, contents, tmp_path / "b")
    assert len(list((store / "snapshots").iterdir())) == 1


def test_readers_meet_only_whole_snapshots_while_channels_move(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    flanbeam(*_argv(corpus, store))
    stop, seen = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            path = resolve(f"{store}@latest")
            seen.append((path, (Path(path) / "manifest.json").exists()))
            time.sleep(0.005)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        edit(corpus.jsonl)
        assert flanbeam(*_argv(corpus, store)).status == 0
        assert flanbeam("rollback", store).status == 0
    finally:
        stop.set()
        reader.join()
    assert all(whole for _, whole in seen)
    assert len({path for path, _ in seen}) == 2
