"""Counts for a live progress display, written by worker processes to small append-only files.

`FnApiRunner.run()` blocks, and Beam's metrics reach the caller only at the end. If a command
sets the environment variable, each process appends lines to a separate file. The same counts appear
as Beam counters on the job pages of other runners.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

DIRECTORY = "FLANBEAM_PROGRESS_DIR"
_EXPECTED = "expected.jsonl"


@dataclass(frozen=True)
class Expected:
    """A future stage: its number of records or work items, if known."""

    stage: str
    records: int | None = None
    items: int | None = None


@dataclass
class Done:
    """Progress of a stage: records, work items, and the source that it read last."""

    records: int = 0
    items: int = 0
    source: str = ""


def expect(stages: Sequence[Expected]) -> None:
    """Announce the next stages, in order."""
    if directory := _directory():
        with open(Path(directory) / _EXPECTED, "ab") as stream:
            for stage in stages:
                stream.write(orjson.dumps(asdict(stage), option=orjson.OPT_APPEND_NEWLINE))


def count_done(stage: str, records: int, items: int = 0, source: str = "") -> None:
    """Count `records` and work `items` as done by `stage`; `source` is what it reads."""
    # Without Beam there is no runner with a page for its jobs, and nothing loads it for that.
    if "apache_beam" in sys.modules:
        from apache_beam.metrics import Metrics

        Metrics.counter("flanbeam", stage).inc(records)
    if directory := _directory():
        with open(Path(directory) / f"{os.getpid()}.counts", "a") as stream:
            stream.write(f"{stage} {records} {items} {source}\n")


def _directory() -> str:
    directory = os.environ.get(DIRECTORY, "")
    # A worker on another machine knows the name of the directory, but does not have it.
    return directory if os.path.isdir(directory) else ""


def collect_expected(directory: str) -> list[Expected]:
    """Return the stages that were announced, in order."""
    path = Path(directory) / _EXPECTED
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [Expected(**orjson.loads(line)) for line in lines]


def collect_done(directory: str) -> dict[str, Done]:
    """Return what each stage has done, over all processes."""
    totals: dict[str, Done] = {}
    for file in sorted(Path(directory).glob("*.counts")):
        # The last line may be incomplete.
        for line in file.read_text().rpartition("\n")[0].splitlines():
            stage, records, items, source = line.split(" ", 3)
            done = totals.setdefault(stage, Done())
            done.records += int(records)
            done.items += int(items)
            done.source = source or done.source
    return totals
