"""Run a whole study: build, train, measure, compare."""

import os
from collections.abc import Callable, Sequence

from pipelines.building.running import RunnerOptions
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from pipelines.studies.cells import cells_of
from pipelines.studies.corpora import build_all
from pipelines.studies.page import write_results
from pipelines.studies.results import Line
from pipelines.studies.running import run_cells
from pipelines.studies.study import Study


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
      ConfigurationError, DataError, LockedError: as for `build`; a cell failed, or another process
        runs the study.
    """
    os.makedirs(out, exist_ok=True)
    with StoreLock(Store.at(out), "study", "this study is being run by another process"):
        arms, suites = build_all(study, out, options, say)
        cells = cells_of(study, out, arms, suites)
        run_cells(cells, jobs, devices, say)
        return write_results(study, cells, out)
