"""A stage as a Beam transform: work items in, runs out, with one of two carriers of rows.

Files: runs are written, Beam carries their paths between stages, as side inputs, which are the
barriers between the stages. Shuffle: the runs themselves are elements, and what a work item needs
of them is grouped by its number, in pieces of bounded size; only runs that are kept, or read by
everyone, are written. Stages do not know the carrier.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import apache_beam as beam

from transforms.runtime import coders  # noqa: F401  registers how runs travel
from transforms.runtime.exchange import Run, read_sections
from transforms.stages.execution import count_items, item_of, run_item, work_of
from transforms.stages.wiring import Carrier, Way, Wired, way_of

# Where the shuffle has the work items themselves, among the names that a stage reads.
_ITEMS = "work items"
# What is sent: number of the work item, path of the run, and a numbered piece of its bytes.
_Sent = tuple[int, tuple[str, int, bytes]]
# Numbered pieces of sections of the run at a path, together about as long as a piece may be.
_Block = tuple[str, int, list[tuple[int, bytes]]]
# Engines sort what they group in buffers; Flink fails at an element that is larger than one.
PIECE_BYTES = 128 << 10


def _run(
    item: int, wired: Wired, directory: str, names: Sequence[str], *runs: Any
) -> Iterator[Run]:
    yield from run_item(wired, item, directory, dict(zip(names, runs, strict=True)))


def _run_in_memory(
    item: int, wired: Wired, directory: str, names: Sequence[str], *runs: Any
) -> Iterator[Run]:
    read = dict(zip(names, runs, strict=True))
    yield from run_item(wired, item, directory, read, in_memory=True)


def _run_delivered(
    grouped: tuple[int, Mapping[str, Iterable[Any]]],
    wired: Wired,
    directory: str,
    names: Sequence[str],
    *runs: Any,
) -> Iterator[Run]:
    item, by_name = grouped
    delivered = {name: _join(sent) for name, sent in by_name.items()}
    # Sections of items that the stage does not have are none of its business: there are none.
    if delivered.pop(_ITEMS):
        read = dict(zip(names, runs, strict=True))
        yield from run_item(wired, item, directory, read, delivered, in_memory=True)


def _key(item: int) -> _Sent:
    return item, ("", 0, b"")


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE_BYTES):
        yield data[start : start + PIECE_BYTES]


def _join(sent: Iterable[tuple[str, int, bytes]]) -> list[tuple[str, bytes]]:
    """Return (path, bytes) of each run, in the order of paths, from their pieces in any order."""
    pieces = sorted(sent, key=itemgetter(0, 1))
    return [
        (path, b"".join(piece for *_, piece in of_path))
        for path, of_path in groupby(pieces, itemgetter(0))
    ]


def _send(item: int, path: str, data: bytes) -> Iterator[_Sent]:
    for number, piece in enumerate(_pieces(data)):
        yield item, (path, number, piece)


def _send_sections(run: Run) -> Iterator[_Sent]:
    for item, section in read_sections(run):
        yield from _send(item, run.path, section)


def _send_run(run: Run) -> Iterator[_Sent]:
    with run.open() as stream:
        yield from _send(item_of(run), run.path, stream.read())


def _send_summary(run: Run) -> Iterator[_Sent]:
    yield from _send(0, run.path, run.summary)


def _divide(run: Run) -> Iterator[_Block]:
    """Yield the sections of a run in blocks, which wait for what depends on all runs."""
    block: list[tuple[int, bytes]] = []
    number, size = 0, 0
    for section, data in read_sections(run):
        for piece in _pieces(data):
            if size + len(piece) > PIECE_BYTES:
                yield run.path, number, block
                number, block, size = number + 1, [], 0
            block.append((section, piece))
            size += len(piece)
    if block:
        yield run.path, number, block


def _send_ranges(
    block: _Block, wired: Wired, directory: str, names: Sequence[str], *runs: Any
) -> Iterator[_Sent]:
    assert wired.stage.ranges is not None
    path, number, sections = block
    work = work_of(wired, 0, directory, dict(zip(names, runs, strict=True)))
    first_of = [first for first, _ in wired.stage.ranges.of(work)]
    for item, of_item in groupby(sections, lambda section: bisect_right(first_of, section[0]) - 1):
        yield item, (path, number, b"".join(piece for _, piece in of_item))


_SEND = {Way.SECTIONS: _send_sections, Way.RUN: _send_run, Way.SUMMARIES: _send_summary}


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
    carrier: Carrier = "files"

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        """Add the stage."""
        known = _known(self)
        if self.carrier == "files":
            return items | "Run" >> beam.FlatMap(_run, *known)
        sent = {
            name: self._send(name, way, known)
            for name, way in _ways(self.wired).items()
            if way is not Way.PATH
        }
        if not sent:
            return items | "Run" >> beam.FlatMap(_run_in_memory, *known)
        keyed = items | "Key" >> beam.Map(_key)
        grouped = {_ITEMS: keyed, **sent} | "Group" >> beam.CoGroupByKey()
        return grouped | "Run" >> beam.FlatMap(_run_delivered, *known)

    def _send(self, name: str, way: Way, known: Sequence[Any]) -> beam.PCollection:
        """Return what each work item gets of the runs that the stage reads as `name`."""
        label, runs = f"Send {name}", self.runs[name]
        if way is not Way.RANGE:
            return runs | label >> beam.FlatMap(_SEND[way])
        # The ranges depend on all runs: these wait for them.
        blocks = runs | f"Divide {name}" >> beam.FlatMap(_divide)
        waiting = blocks | f"Spread {name}" >> beam.Reshuffle()
        return waiting | label >> beam.FlatMap(_send_ranges, *known)


@dataclass
class CountItems(beam.PTransform):
    """One element of any kind → numbers of the work items of a stage that counts them itself."""

    wired: Wired
    directory: str
    runs: Mapping[str, beam.PCollection]
    carrier: Carrier = "files"

    def expand(self, start: beam.PCollection) -> beam.PCollection:
        """Add the count; the items are spread over the workers."""
        counted = start | "Count" >> beam.FlatMap(_count, *_known(self))
        return counted | "Spread" >> beam.Reshuffle()


def _ways(wired: Wired) -> dict[str, Way]:
    return {name: way_of(name, source, wired.stage) for name, source in wired.sources.items()}


def _known(stage: RunStage | CountItems) -> tuple[Any, ...]:
    """Return what each work item is told: side inputs are the runs that it reads from files."""
    names = list(stage.runs)
    if stage.carrier == "shuffle":
        names = [name for name, way in _ways(stage.wired).items() if way is Way.PATH]
    sides = [beam.pvalue.AsList(stage.runs[name]) for name in names]
    return (stage.wired, stage.directory, names, *sides)
