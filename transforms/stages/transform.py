"""A stage as a Beam transform: work items in, names of run files out.

Beam carries only the paths of runs between stages, as side inputs, which are the barriers between
the stages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from transforms.runtime import coders  # noqa: F401  registers how runs travel
from transforms.runtime.exchange import Run
from transforms.stages.execution import count_items, run_item
from transforms.stages.wiring import Wired


def _run(
    item: int, wired: Wired, directory: str, names: Sequence[str], *runs: Any
) -> Iterator[Run]:
    yield from run_item(wired, item, directory, dict(zip(names, runs, strict=True)))


def _count(
    _: object, wired: Wired, directory: str, names: Sequence[str], *runs: Any
) -> Iterator[int]:
    yield from count_items(wired, directory, dict(zip(names, runs, strict=True)))


@dataclass
class RunStage(beam.PTransform):
    """Numbers of work items → Runs, one for each part of an item.

    Attributes:
      runs: the runs of the stages that it reads, by the names that it reads.
    """

    wired: Wired
    directory: str
    runs: Mapping[str, beam.PCollection]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        """Add the stage; the runs that it reads are side inputs."""
        sides = [beam.pvalue.AsList(runs) for runs in self.runs.values()]
        return items | "Run" >> beam.FlatMap(
            _run, self.wired, self.directory, tuple(self.runs), *sides
        )


@dataclass
class CountItems(beam.PTransform):
    """One element of any kind → numbers of the work items of a stage that counts them itself."""

    wired: Wired
    directory: str
    runs: Mapping[str, beam.PCollection]

    def expand(self, start: beam.PCollection) -> beam.PCollection:
        """Add the count; the items are spread over the workers."""
        sides = [beam.pvalue.AsList(runs) for runs in self.runs.values()]
        counted = start | "Count" >> beam.FlatMap(
            _count, self.wired, self.directory, tuple(self.runs), *sides
        )
        return counted | "Spread" >> beam.Reshuffle()
