"""Counts of all processes add up; nothing is written where nobody listens."""

from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.metrics.metric import MetricsFilter
from apache_beam.testing.test_pipeline import TestPipeline

from transforms.runtime.progress import (
    DIRECTORY,
    Done,
    Expected,
    collect_done,
    collect_expected,
    count_done,
    expect,
)


def test_nothing_is_written_without_a_listener(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DIRECTORY, raising=False)
    monkeypatch.chdir(tmp_path)
    count_done("scan", 5)
    expect([Expected("scan")])
    # A worker on another machine has the name of the directory alone.
    monkeypatch.setenv(DIRECTORY, str(tmp_path / "elsewhere"))
    count_done("scan", 5)
    expect([Expected("scan")])
    assert list(tmp_path.iterdir()) == []


def test_counts_add_up_over_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DIRECTORY, str(tmp_path))
    for process in (1, 2):
        monkeypatch.setattr("os.getpid", lambda process=process: process)
        count_done("scan", 5, items=1)
        count_done("render", process)
    count_done("scan", 0)
    assert len(list(tmp_path.iterdir())) == 2
    assert collect_done(str(tmp_path)) == {"scan": Done(10, 2), "render": Done(3)}


def test_the_source_that_was_read_last_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DIRECTORY, str(tmp_path))
    count_done("read", 5, source="a")
    count_done("read", 2, source="the second")
    count_done("read", 0, items=1)
    assert collect_done(str(tmp_path)) == {"read": Done(7, 1, "the second")}


def test_a_line_that_is_half_written_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DIRECTORY, str(tmp_path))
    assert collect_done(str(tmp_path)) == {}
    count_done("scan", 5)
    (file,) = tmp_path.iterdir()
    for half in ("s", "scan", "scan 12", "scan 12 1", "scan 12 1 "):
        file.write_text(f"scan 5 0 \n{half}")
        assert collect_done(str(tmp_path)) == {"scan": Done(5)}


def test_stages_are_announced_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DIRECTORY, str(tmp_path))
    assert collect_expected(str(tmp_path)) == []
    first, second = [Expected("read", items=3)], [Expected("scan", 5, 1), Expected("plan")]
    expect(first)
    expect(second)
    count_done("read", 5)
    assert collect_expected(str(tmp_path)) == [*first, *second]
    assert collect_done(str(tmp_path)) == {"read": Done(5)}


def test_a_runner_shows_the_counts_as_its_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DIRECTORY, raising=False)
    pipeline = TestPipeline()
    _ = pipeline | beam.Create([2, 3]) | beam.Map(lambda records: count_done("scan", records))
    result = pipeline.run()
    result.wait_until_finish()
    (counter,) = result.metrics().query(MetricsFilter().with_name("scan"))["counters"]
    assert counter.committed == 5
