"""A stage as a Beam transform: work items in, names of run files out.

Beam carries only the paths of runs between stages, as side inputs, which are the barriers between
the stages. Where the work directory is in an object store, Beam's shuffle carries the rows
as well: each run is read once and its sections grouped by the work item that needs them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from tfrecords_schema import filesystem
from transforms.runtime import coders  # noqa: F401  registers how runs travel
from transforms.runtime.exchange import Run, read_ranges
from transforms.stages.execution import count_items, run_item, work_of
from transforms.stages.wiring import Wired, is_shuffled

# Where the shuffle has the work items themselves, among the names that a stage reads.
_ITEMS = "work items"


def _run(
    item: int, wired: Wired, directory: str, names: Sequence[str], *runs: Any
) -> Iterator[Run]:
    yield from run_item(wired, item, directory, dict(zip(names, runs, strict=True)))


def _run_delivered(
    grouped: tuple[int, Mapping[str, Iterable[Any]]],
    wired: Wired,
    directory: str,
    names: Sequence[str],
    *runs: Any,
) -> Iterator[Run]:
    item, by_name = grouped
    delivered = {name: list(sections) for name, sections in by_name.items()}
    # Sections of items that the stage does not have are none of its business: there are none.
    if delivered.pop(_ITEMS):
        yield from run_item(wired, item, directory, dict(zip(names, runs, strict=True)), delivered)


def _key(item: int) -> tuple[int, tuple[str, bytes]]:
    return item, ("", b"")


def _send(run: Run) -> Iterator[tuple[int, tuple[str, bytes]]]:
    for item, section in read_ranges(run):
        yield item, (run.path, section)


def _send_ranges(
    run: Run, wired: Wired, directory: str, names: Sequence[str], *runs: Any
) -> Iterator[tuple[int, tuple[str, bytes]]]:
    assert wired.stage.ranges is not None
    work = work_of(wired, 0, directory, dict(zip(names, runs, strict=True)))
    for item, sections in read_ranges(run, wired.stage.ranges.of(work)):
        yield item, (run.path, sections)


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
        known = (self.wired, self.directory, tuple(self.runs), *sides)
        sent = {} if filesystem.is_local(self.directory) else self._sent(known)
        if not sent:
            return items | "Run" >> beam.FlatMap(_run, *known)
        keyed = items | "Key" >> beam.Map(_key)
        grouped = {_ITEMS: keyed, **sent} | "Group" >> beam.CoGroupByKey()
        return grouped | "Run" >> beam.FlatMap(_run_delivered, *known)

    def _sent(self, known: Sequence[Any]) -> dict[str, beam.PCollection]:
        """Return (work item, section) of all that each item reads from many runs, by name."""
        stage, sent = self.wired.stage, {}
        for name, source in self.wired.sources.items():
            if not is_shuffled(name, source, stage):
                continue
            takes_ranges = stage.ranges is not None and stage.ranges.name == name
            step = beam.FlatMap(_send_ranges, *known) if takes_ranges else beam.FlatMap(_send)
            # Beam's local runner fails an assertion where reading is fused with what made the runs.
            spread = self.runs[name] | f"Spread {name}" >> beam.Reshuffle()
            sent[name] = spread | f"Send {name}" >> step
        return sent


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
