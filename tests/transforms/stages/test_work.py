"""A work item reads the runs of earlier stages in the order of their names."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.transforms.stages.toy_stages import EVEN, LIST, NUMBER_ROW, Total
from transforms.runtime.exchange import Run, group_rows, write_run
from transforms.stages.output import StageCounts, Summary
from transforms.stages.work import Input

COUNTS = StageCounts(entered=Counter(t=1), kept=Counter(t=1))


def _rows(values: list[int]) -> NDArray[np.void]:
    rows = np.zeros(len(values), dtype=NUMBER_ROW)
    rows["value"] = values
    return rows


@pytest.fixture
def runs(tmp_path: Path) -> list[Run]:
    """Return three runs in two sections, even and odd, not in the order of their names."""
    runs = []
    for number, values in ((2, [5, 4]), (0, [0, 1, 2]), (1, [])):
        rows = _rows(values)
        sections = group_rows(rows, (rows["value"] % 2).astype(np.int64))
        counts = COUNTS if number == 2 else None
        summary = Summary(counts=counts, notes=Total(sum(values)))
        runs.append(write_run(str(tmp_path / f"{number}.run"), 2, sections, summary.encode()))
    return runs


@pytest.mark.parametrize(
    ("section", "by_run"),
    [(None, [[0, 2, 1], [], [4, 5]]), (0, [[0, 2], [], [4]]), (1, [[1], [], [5]])],
)
def test_rows_come_run_by_run(
    runs: list[Run], section: int | None, by_run: list[list[int]]
) -> None:
    source = Input(LIST, runs, section)
    assert [rows["value"].tolist() for rows in source.rows_by_run()] == by_run
    assert source.rows()["value"].tolist() == [value for values in by_run for value in values]
    assert source.rows().dtype == NUMBER_ROW


def test_sections_are_read_by_number(runs: list[Run]) -> None:
    source = Input(LIST, runs)
    odd = [_rows([1]).tobytes(), _rows([5]).tobytes()]
    assert source.sections(1, 2) == odd
    assert source.sections(0, 2) == [_rows([0, 2, 1]).tobytes(), _rows([4, 5]).tobytes()]
    assert source.sections(1, 1) == []


def test_summaries_are_in_the_order_of_the_runs(runs: list[Run]) -> None:
    source = Input(EVEN, runs)
    assert source.notes() == [Total(9), Total(3), Total(0)]
    assert [summary.notes for summary in source.summaries()] == [
        {"total": 9},
        {"total": 3},
        {"total": 0},
    ]
    assert source.counts() == [COUNTS]


def test_no_runs_are_no_rows() -> None:
    assert len(Input(LIST, []).rows()) == 0
    assert list(Input(LIST, []).rows_by_run()) == []
    assert Input(LIST, []).counts() == []
