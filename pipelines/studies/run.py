"""Run a whole study: build, train, measure, compare."""

import os
from collections.abc import Callable, Sequence
from itertools import groupby

from pipelines.building.running import RunnerOptions
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from pipelines.studies.cells import Cell, cells_of
from pipelines.studies.corpora import build_all
from pipelines.studies.page import write_results
from pipelines.studies.results import Line
from pipelines.studies.running import run_cells
from pipelines.studies.study import Study
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.snapshot import open_snapshot


def run_study(
    study: Study,
    out: str,
    options: RunnerOptions,
    jobs: int,
    devices: Sequence[str],
    say: Callable[[str], None],
) -> list[Line]:
    """Run what of a study is not done, and write its results below `out`.

    Raises:
      ConfigurationError, DataError, LockedError: as for `build`; two arms are the same, a cell
        failed, or another process runs the study.
    """
    os.makedirs(out, exist_ok=True)
    with StoreLock(Store.at(out), "study", "this study is being run by another process"):
        arms, suites = build_all(study, out, options, say)
        cells = cells_of(study, out, arms, suites)
        _check_that_arms_differ(cells)
        run_cells(cells, jobs, devices, say)
        return write_results(study, cells, out)


def _check_that_arms_differ(cells: Sequence[Cell]) -> None:
    """Refuse arms of one seed that train on the same examples in the same way.

    Their recipes differ in words: a balance that has nothing to balance, for example.

    Raises:
      ConfigurationError: there are such arms.
    """
    first = [cell for cell in cells if cell.seed == cells[0].seed]
    for _, same in groupby(sorted(first, key=_what_is_trained), _what_is_trained):
        arms = [cell.arm for cell in same]
        if len(arms) > 1:
            raise ConfigurationError(
                f"the arms {', '.join(arms)} have the same examples and the same configuration, "
                "so nothing can differ between them: change what they set, or keep one of them"
            )


def _what_is_trained(cell: Cell) -> str:
    splits = open_snapshot(cell.snapshot).manifest.splits
    shards = {name: [shard.sha256 for shard in split.shards] for name, split in splits.items()}
    return repr((shards, cell.config, cell.start))
