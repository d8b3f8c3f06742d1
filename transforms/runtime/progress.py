"""Counts for a live progress line, told by worker processes through small append-only files.

`FnApiRunner.run()` blocks, and Beam's metrics reach the caller only at the end. Where a build sets
the environment variable, each process appends fixed-size entries to a file of its own. Where a
runner has a page for its jobs, the same counts are there as counters.
"""

import os
from pathlib import Path

DIRECTORY = "FLANBEAM_PROGRESS_DIR"


def report(stage: str, records: int) -> None:
    """Count `records` as done by `stage`."""
    # Here, since whoever shows the counts may do without Beam.
    from apache_beam.metrics import Metrics

    Metrics.counter("flanbeam", stage).inc(records)
    directory = os.environ.get(DIRECTORY)
    # A worker on another machine has the name of the directory, not the directory.
    if directory and os.path.isdir(directory):
        with open(Path(directory) / f"{os.getpid()}", "a") as stream:
            stream.write(f"{stage} {records}\n")


def collect(directory: str) -> dict[str, int]:
    """Records done by stage, over all processes."""
    totals: dict[str, int] = {}
    for file in Path(directory).iterdir():
        for line in file.read_text().splitlines():
            stage, _, records = line.partition(" ")
            totals[stage] = totals.get(stage, 0) + int(records or 0)
    return totals
