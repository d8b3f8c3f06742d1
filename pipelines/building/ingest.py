"""The ingest pipeline: raw files of a source become record files, kept by content fingerprint.

A source's fingerprint covers its reader, its mapping and the bytes of its files. A source is read
again only if its fingerprint changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipelines.building.piece_cache import keep_pieces, take_pieces
from pipelines.building.running import Each, RunnerOptions, run_here, run_pipeline
from pipelines.building.source_cache import IngestedSource, SourceCache
from pipelines.building.sources import FingerprintedSource, Sources
from pipelines.recipe import Recipe
from tfrecords_schema.errors import DataError
from transforms.records.record_store import RecordFile
from transforms.runtime.progress import Expected, expect
from transforms.sources.reading import READ
from transforms.sources.work_items import SourceOut, WorkItem, read_work_item

if TYPE_CHECKING:
    import apache_beam as beam


@dataclass(frozen=True)
class Ingested:
    """The sources of a recipe after they were read.

    Attributes:
      not_cached: names of the sources that were read because the cache did not have them.
    """

    train: list[IngestedSource]
    held_out: list[IngestedSource]
    known: list[IngestedSource]
    not_cached: list[str]

    @property
    def all(self) -> list[IngestedSource]:
        """Return all kinds."""
        return [*self.train, *self.held_out, *self.known]

    def errors(self) -> list[str]:
        """Return every file of a training source that could not be read."""
        return [error for source in self.train for error in source.errors_with_place()]


def ingest(recipe: Recipe, sources: Sources, options: RunnerOptions) -> Ingested:
    """Read the sources that the cache does not have.

    Raises:
      DataError: a file cannot be read and the recipe says `on_source_error: fail`.
    """
    caches = {id(source): SourceCache(source) for source in sources.all}
    for cache in caches.values():
        if not cache.has_records:
            take_pieces(cache.source)
        cache.drop_corrupt()
    unread = [source for source in sources.all if not caches[id(source)].has_records]
    for source in unread:
        caches[id(source)].unseal()
    if unread:
        expect([Expected(READ, items=sum(len(source.pieces) for source in unread))])
        read_sources(unread, options)
    for cache in caches.values():
        if not cache.is_sealed:
            cache.seal()
            keep_pieces(cache.source)
    train, held_out, known = (
        [caches[id(source)].collect() for source in group]
        for group in (sources.train, sources.held_out, sources.known)
    )
    ingested = Ingested(train, held_out, known, [source.name for source in unread])
    errors = [error for source in ingested.all for error in source.errors_with_place()]
    if errors and recipe.on_source_error == "fail":
        hint = "fix or remove the file, or set on_source_error=skip to continue without it"
        raise DataError("\n".join([*errors, hint]))
    return ingested


def read_sources(sources: Sequence[FingerprintedSource], options: RunnerOptions) -> None:
    """Read every piece of `sources` into their caches, on this machine or on what runs Beam."""
    if options.needs_beam:
        run_pipeline(partial(add_ingest, sources=sources), options)
    else:
        items = _work_items(sources)
        read = partial(_read_all, sources=_outs(sources), items=items)
        run_here(read, min(options.workers, len(items)))


def _read_all(
    each: Each[WorkItem, object], sources: Sequence[SourceOut], items: Sequence[WorkItem]
) -> None:
    for _ in each(partial(read_work_item, sources=sources), items):
        pass


def add_ingest(pipeline: "beam.Pipeline", sources: Sequence[FingerprintedSource]) -> None:
    """Add the reading of every piece of `sources` to `pipeline`."""
    import apache_beam as beam

    from transforms.sources.transform import ReadSourcePieces

    items = pipeline | "Raw files" >> beam.Create(_work_items(sources))
    _ = items | "Read" >> ReadSourcePieces(_outs(sources))


def _work_items(sources: Sequence[FingerprintedSource]) -> list[WorkItem]:
    return [
        WorkItem(number, piece.index, piece.piece)
        for number, source in enumerate(sources)
        for piece in source.pieces
    ]


def _outs(sources: Sequence[FingerprintedSource]) -> list[SourceOut]:
    return [
        SourceOut(source.name, source.settings, source.directory, source.forgotten)
        for source in sources
    ]


def record_files(sources: Iterable[IngestedSource]) -> list[RecordFile]:
    """Return all record files, numbered, in the order of the sources in the recipe."""
    files: list[RecordFile] = []
    for rank, ingested in enumerate(sources):
        for path, count, content in ingested.record_files:
            files.append(
                RecordFile(
                    index=len(files),
                    path=path,
                    source=ingested.source.name,
                    collection=ingested.source.settings.collection,
                    source_rank=rank,
                    records=count,
                    content=content,
                )
            )
    return files
