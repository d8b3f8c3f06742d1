"""The reading of sources as a Beam transform: pieces of raw files in, names of run files out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import apache_beam as beam

from transforms.runtime.coders import DataclassCoder
from transforms.runtime.exchange import Run
from transforms.sources.forgotten import Forgotten
from transforms.sources.reading import read_piece
from transforms.sources.source import Piece, Source, SourcePiece


@dataclass(frozen=True)
class WorkItem:
    """The `index`-th piece of the source with this number: all that travels in a job graph."""

    source: int
    index: int
    piece: Piece


beam.coders.registry.register_coder(WorkItem, DataclassCoder)


@dataclass(frozen=True)
class SourceOut:
    """Source `name`, the directory that its records go to, and the rows to leave out."""

    name: str
    source: Source
    out: str
    forgotten: Forgotten = field(default_factory=Forgotten)


def read_work_item(item: WorkItem, sources: Sequence[SourceOut]) -> Run:
    """Read the raw file of `item`."""
    of = sources[item.source]
    return read_piece(SourcePiece(of.name, of.source, item.piece, item.index), of.out, of.forgotten)


@dataclass
class ReadSourcePieces(beam.PTransform):
    """WorkItem of one of `sources` → Run."""

    sources: Sequence[SourceOut]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        return items | "Read" >> beam.Map(read_work_item, self.sources)
