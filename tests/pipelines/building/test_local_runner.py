"""Beam's local runner with worker processes that take the next item when they are free."""

from functools import partial
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from pipelines.building.running import RunnerOptions, run_pipeline
from tests.pipelines.waiting import touch, touch_or_fail

_TWO = RunnerOptions(workers=2)


def _call(pipeline: beam.Pipeline, work: Any, paths: list[str]) -> None:
    _ = pipeline | beam.Create(paths) | "Work" >> beam.Map(work)


def test_a_worker_that_is_free_gets_the_next_item(tmp_path: Path) -> None:
    """The first item ends last: none may wait behind it."""
    paths = [str(tmp_path / str(number)) for number in range(6)]
    work = partial(touch, first=paths[0], files=len(paths))
    run_pipeline(partial(_call, work=work, paths=paths), _TWO)
    assert sorted(map(str, tmp_path.iterdir())) == paths


def test_an_error_leaves_the_rest_undone(tmp_path: Path) -> None:
    paths = [str(tmp_path / str(number)) for number in range(40)]
    work = partial(touch_or_fail, wrong=paths[0])
    with pytest.raises(RuntimeError, match=r"^ValueError: this one$"):
        run_pipeline(partial(_call, work=work, paths=paths), _TWO)
    assert len(list(tmp_path.iterdir())) < 30


def _group(pipeline: beam.Pipeline) -> None:
    numbers = pipeline | "Numbers" >> beam.Create(range(1000))
    sums = numbers | beam.WithKeys(_residue) | beam.CombinePerKey(sum)
    # The residue r of seven: r, r + 7, …
    expected = [(rest, sum(range(rest, 1000, 7))) for rest in range(7)]
    assert_that(sums, equal_to(expected), label="Sums")
    total = beam.pvalue.AsSingleton(numbers | beam.CombineGlobally(sum))
    nothing = pipeline | "None" >> beam.Create([])
    assert_that(nothing | beam.Map(max, total), equal_to([]), label="Nothing")
    one = pipeline | "One" >> beam.Create([1])
    assert_that(one | "Max" >> beam.Map(max, total), equal_to([499500]), label="Total")


def _residue(number: int) -> int:
    return number % 7


def test_nothing_is_lost_or_done_twice_in_many_bundles() -> None:
    run_pipeline(_group, _TWO)
