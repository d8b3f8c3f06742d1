"""Progress shows each stage's place, total, percent, speed and the time left."""

import sys
from pathlib import Path

import pytest

from pipelines.console import progress
from pipelines.console.progress import StageProgress, _line, stage_progress
from transforms.runtime.progress import Done, Expected, count_done, expect


def _stage(done: Done, total: int | None, in_items: bool = False) -> StageProgress:
    return StageProgress(
        name="scan",
        began=0.0,
        ended=10.0,
        done=done,
        total=total,
        in_items=in_items,
        position=2,
        stages=12,
    )


def test_a_line_tells_place_total_speed_and_time_left() -> None:
    line = _line(_stage(Done(records=2_000), 8_000))
    assert line.split() == ["2/12", "scan", "2,000", "records", "200/s", "25%", "0:00:30", "left"]


def test_files_count_where_records_are_not_known() -> None:
    line = _line(_stage(Done(records=500, items=3, source="reviews"), 4, in_items=True))
    assert line.split()[:3] == ["2/12", "scan", "reviews"]
    assert "75% 0:00:03 left" in line


def test_without_a_total_there_is_no_percent_and_no_time_left() -> None:
    line = _line(_stage(Done(records=2_000), None))
    assert line.split() == ["2/12", "scan", "2,000", "records", "200/s"]


def test_what_workers_report_is_printed_in_the_order_of_the_stages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with stage_progress():
        expect([Expected("read", items=2), Expected("scan", records=7), Expected("render")])
        count_done("read", 7, source="reviews")
        count_done("read", 0, items=1, source="reviews")
        count_done("scan", 7, items=1)
    lines = [line.split() for line in capsys.readouterr().err.splitlines()]
    assert [line[:4] for line in lines] == [
        ["1/3", "read", "reviews", "7"],
        ["2/3", "scan", "7", "records"],
    ]


def test_the_live_display_ends_with_every_stage_at_its_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(progress, "_TICK_SECONDS", 0.01)
    with stage_progress():
        expect([Expected("scan", records=10), Expected("render")])
        count_done("scan", 10)
        count_done("render", 4)
    shown = capsys.readouterr().err
    assert "1/2 scan" in shown
    assert "10 records" in shown
    assert "4 records" in shown
