"""Counts of all processes add up; nothing is written where nobody listens."""

from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.metrics.metric import MetricsFilter
from apache_beam.testing.test_pipeline import TestPipeline

from transforms.runtime.progress import DIRECTORY, collect, report


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


def test_a_runner_shows_the_counts_as_its_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DIRECTORY, raising=False)
    pipeline = TestPipeline()
    _ = pipeline | beam.Create([2, 3]) | beam.Map(lambda records: report("scan", records))
    result = pipeline.run()
    result.wait_until_finish()
    (counter,) = result.metrics().query(MetricsFilter().with_name("scan"))["counters"]
    assert counter.committed == 5
