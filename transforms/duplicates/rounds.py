"""Choose the near-duplicates to keep in rounds, where no process can hold all verified pairs.

Connected components by large-star and small-star (Kiveris et al., "Connected Components in
MapReduce and Beyond", 2014). A node is a text of 40 bytes that holds all that choosing needs, in
an order in which the smaller record is the one to keep. A round never adds edges, and about log2 of
the longest chain of rounds suffice. Then every record points at the one that is kept.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.errors import DataError
from transforms.duplicates.candidate_pairs import EDGE_ROW
from transforms.duplicates.near_duplicates import CHOOSE, REMOVAL_ROW
from transforms.duplicates.signing import file_and_offset
from transforms.job import load_job
from transforms.runtime.exchange import Run, group_rows, read_sections, run_with_content
from transforms.stages.execution import run_path
from transforms.stages.output import Summary

# Rank of the source, two halves of the id, content, place, task; big-endian sorts as numbers do.
_NODE = struct.Struct(">IQQQQI")
_Edge = tuple[bytes, bytes]
_Found = tuple[bytes, tuple[bytes, float]]


def nodes_of(edges: NDArray[Any], end: str, ranks: NDArray[np.int64]) -> list[bytes]:
    """Return the nodes at one end of EDGE_ROWs; `ranks` are those of the record files' sources."""
    members = edges[f"{end}_member"]
    columns = [ranks[members["file"]], members["id_high"], members["id_low"], members["content"]]
    columns += [edges[end], members["task"]]
    return [_NODE.pack(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]


def _read_edges(run: Run, directory: str) -> Iterator[_Found]:
    """Yield (one node, (the other, similarity)) of each edge, in both directions."""
    files = load_job(directory).files
    ranks = np.array([file.source_rank for file in files], dtype=np.int64)
    for _, section in read_sections(run):
        edges = np.frombuffer(section, dtype=EDGE_ROW)
        ends = (nodes_of(edges, end, ranks) for end in ("first", "second"))
        for first, second, score in zip(*ends, edges["score"].tolist(), strict=True):
            yield first, (second, score)
            yield second, (first, score)


def _only_edge(found: _Found) -> Iterator[_Edge]:
    node, (other, _) = found
    if other < node:
        yield node, other


def _both_ways(edge: _Edge) -> Iterator[_Edge]:
    yield edge
    yield edge[1], edge[0]


def large_star(grouped: tuple[bytes, Iterable[bytes]]) -> Iterator[_Edge]:
    """Link each neighbor above a node to the smallest of node and neighbors."""
    node, neighbors = grouped
    smallest = min(node, *neighbors)
    for neighbor in neighbors:
        if neighbor > node:
            yield neighbor, smallest


def small_star(grouped: tuple[bytes, Iterable[bytes]]) -> Iterator[_Edge]:
    """Link a node and its neighbors, all below it, to the smallest of them."""
    node, neighbors = grouped
    smallest = min(neighbors)
    yield node, smallest
    for neighbor in neighbors:
        if neighbor != smallest:
            yield neighbor, smallest


@dataclass
class ConnectInRounds(beam.PTransform):
    """Edges (node, smaller node) → (node, smallest node of its component), for all others.

    Attributes:
      rounds: the most rounds; if they do not suffice, the pipeline fails.
    """

    rounds: int

    def expand(self, edges: beam.PCollection) -> beam.PCollection:
        """Add the rounds, and the check that they sufficed."""
        edges = edges | "Distinct" >> beam.Distinct()
        for number in range(self.rounds):
            both = edges | f"Turn {number}" >> beam.FlatMap(_both_ways)
            large = both | f"Group {number}" >> beam.GroupByKey()
            edges = large | f"Large star {number}" >> beam.FlatMap(large_star)
            small = edges | f"Regroup {number}" >> beam.GroupByKey()
            edges = small | f"Small star {number}" >> beam.FlatMap(small_star)
        told = edges | "Tell" >> beam.FlatMap(_tell) | "Group" >> beam.GroupByKey()
        return told | "Check" >> beam.FlatMap(_label, self.rounds)


def _tell(edge: _Edge) -> Iterator[_Edge]:
    yield edge
    yield edge[1], b""


def _label(grouped: tuple[bytes, Iterable[bytes]], rounds: int) -> Iterator[_Edge]:
    node, told = grouped
    labels = {*told}
    if len(labels) > 1:
        # Two nodes below this one, or one below and one above (the empty text).
        raise DataError(
            f"deduplicate.near.rounds: {rounds} rounds do not connect all near-duplicates; "
            "raise it, and run the same command again"
        )
    if labels != {b""}:
        yield node, labels.pop()


def _removal(
    grouped: tuple[bytes, Mapping[str, Iterable[Any]]], directory: str
) -> Iterator[tuple[int, bytes]]:
    """Yield (work item, REMOVAL_ROW) of a node that is not kept."""
    node, by_name = grouped
    kept = next(iter(by_name["kept"]), None)
    if kept is None:
        return
    neighbor, score = min(by_name["found"], key=lambda it: (it[0] != kept, -it[1], it[0]))
    row = np.zeros(1, dtype=REMOVAL_ROW)
    place = np.array([_NODE.unpack(node)[4], _NODE.unpack(kept)[4]], dtype=np.uint64)
    (own_file, kept_file), (offset, _) = file_and_offset(place)
    row["file"], row["offset"], row["score"] = own_file, offset, score
    _, high, low, content, _, task = _NODE.unpack(kept)
    row["kept"] = (high, low, content, kept_file, task)
    row["neighbor"] = _NODE.unpack(neighbor)[1:3]
    yield int(own_file) % load_job(directory).num_buckets, row.tobytes()


def _to_run(grouped: tuple[int, Iterable[bytes]], directory: str) -> Run:
    """Return the run of the removals in some of the record files, divided by file."""
    item, rows = grouped
    job = load_job(directory)
    removals = np.frombuffer(b"".join(sorted(rows)), dtype=REMOVAL_ROW)
    sections = group_rows(removals, removals["file"].astype(np.int64))
    summary = Summary(notes={}, done=len(removals)).encode()
    return run_with_content(
        run_path(directory, CHOOSE.name, item), len(job.files), sections, summary
    )


@dataclass
class ChooseInRounds(beam.PTransform):
    """Runs of stage `verify_pairs` → runs in place of those of `choose_survivors`."""

    directory: str
    rounds: int

    def expand(self, verified: beam.PCollection) -> beam.PCollection:
        """Add the rounds, and the choice of the neighbor that shows why a record is removed."""
        found = verified | "Read" >> beam.FlatMap(_read_edges, self.directory)
        edges = found | "Edges" >> beam.FlatMap(_only_edge)
        kept = edges | "Connect" >> ConnectInRounds(self.rounds)
        both = {"kept": kept, "found": found} | "Join" >> beam.CoGroupByKey()
        removals = both | "Remove" >> beam.FlatMap(_removal, self.directory)
        return removals | "Group" >> beam.GroupByKey() | "Run" >> beam.Map(_to_run, self.directory)
