"""Counts of all processes add up; nothing happens where nobody listens."""

from pathlib import Path

import pytest

from transforms.progress import DIRECTORY, collect, report


def test_nothing_is_written_without_a_listener(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DIRECTORY, raising=False)
    monkeypatch.chdir(tmp_path)
    report("scan", 5)
    assert list(tmp_path.iterdir()) == []


def test_counts_add_up_over_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DIRECTORY, str(tmp_path))
    for process in (1, 2):
        monkeypatch.setattr("os.getpid", lambda process=process: process)
        report("scan", 5)
        report("render", process)
    report("scan", 0)
    assert len(list(tmp_path.iterdir())) == 2
    assert collect(str(tmp_path)) == {"scan": 10, "render": 3}
