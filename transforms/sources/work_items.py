"""Work items of ingest: the pieces of raw files, and where their records go."""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
