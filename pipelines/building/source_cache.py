"""The cache of a source in the store: record files, and the runs that describe their reading."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pipelines.building.sources import FingerprintedSource, digests_of, find_source
from pipelines.console.hiding import as_written, hidden
from pipelines.console.report import warn
from pipelines.recipe import Recipe
from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError, UserError
from tfrecords_schema.manifest import LedgerEntry, SourceInfo
from transforms.runtime.counts import merge_counts
from transforms.runtime.exchange import Run, is_whole, read_summaries
from transforms.sources.reading import ReadSummary, read_summary, run_path
from transforms.sources.source import INGEST, Source, SourcePiece
from transforms.types import Task

# Marks the directory of a source that was read completely.
SUCCESS = "_SUCCESS"


@dataclass(frozen=True, kw_only=True)
class IngestedSource:
    """An ingested source.

    Attributes:
      task_files: the raw files of each task.
      record_files: (path, records, a text that stands for the bytes) of each record file.
    """

    source: FingerprintedSource
    tasks: list[Task]
    task_files: dict[str, list[str]]
    record_files: list[tuple[str, int, str]]
    ledger: list[LedgerEntry]
    licenses: dict[str, int]
    rejections: list[str]
    errors: list[str]

    def info(self) -> SourceInfo:
        """Return the manifest's entry of the source."""
        return SourceInfo(
            name=self.source.name,
            format=str(getattr(self.source.settings, "format", "")),
            collection=self.source.settings.collection,
            fingerprint=self.source.fingerprint,
            files=self.source.files,
            records=sum(count for _, count, _ in self.record_files),
            licenses=self.licenses,
        )

    def errors_with_place(self) -> list[str]:
        """Return every file that could not be read, with its source."""
        place = f"source {self.source.name} ({self.source.settings.path})"
        return [hidden(f"{place}: {error}") for error in self.errors]


@dataclass(frozen=True)
class SourceCache:
    """The directory of one source in the cache: a run and record files for each of its pieces."""

    source: FingerprintedSource

    @property
    def has_records(self) -> bool:
        """Return whether every piece has been read."""
        paths = [self.run_path(piece) for piece in self.source.pieces]
        with ThreadPoolExecutor() as pool:
            return all(pool.map(is_whole, paths))

    @property
    def is_sealed(self) -> bool:
        """Return whether ingest finished, and the raw files' digests were unchanged afterwards."""
        return filesystem.exists(self._success) and self.has_records

    @property
    def _success(self) -> str:
        return filesystem.join(self.source.directory, SUCCESS)

    def run_path(self, piece: SourcePiece) -> str:
        """Return the path of the run that records a piece's ingest."""
        return run_path(self.source.directory, piece.index)

    def seal(self) -> None:
        """Mark the source as read, if its files have not changed since they were hashed.

        Raises:
          DataError: a file changed while it was being read.
        """
        source = self.source
        for file, (digest, _) in zip(source.files, digests_of(source.paths), strict=True):
            if digest != file.sha256:
                filesystem.remove(source.directory)
                raise DataError(
                    f"source {source.name} ({source.settings.path}): {file.path} changed while it "
                    "was being read; run the same command again"
                )
        filesystem.write_bytes(self._success, b"")

    def unseal(self) -> None:
        """Remove the mark before part of the source is read again; `seal` writes it back."""
        filesystem.remove(self._success)

    def drop_corrupt(self) -> None:
        """Delete the run of each piece whose cached records fail their digest, so that it is read
        again.

        Only on a local disk: an object store checks the bytes of its objects itself.
        """
        if not filesystem.is_local(self.source.directory):
            return
        with ThreadPoolExecutor() as pool:
            corrupt = list(pool.map(self._is_corrupt, self.source.pieces))
        for piece, is_corrupt in zip(self.source.pieces, corrupt, strict=True):
            if is_corrupt:
                path = self.run_path(piece)
                warn(f"{path}: corrupt, or its record files are; reading {piece.piece.path} again")
                filesystem.remove(path)

    def _is_corrupt(self, piece: SourcePiece) -> bool:
        """Return whether the piece was read, but its run, records or rejections are corrupt."""
        path = self.run_path(piece)
        if not is_whole(path):
            return filesystem.exists(path)
        summary = read_summary(Run(path))
        records = [file.path for file in summary.record_files]
        stated = [(records, summary.sha256), ([summary.rejections], summary.rejections_sha256)]
        return any(_digest(self.source.directory, names) != digest for names, digest in stated)

    def collect(self) -> IngestedSource:
        """Combine the runs of the source's pieces.

        Raises:
          DataError: two files describe one task differently.
        """
        runs = [Run(self.run_path(piece)) for piece in self.source.pieces]
        read_summaries(runs)
        summaries = [read_summary(run) for run in runs]
        read = merge_counts(summary.read for summary in summaries)
        rejected = merge_counts(summary.rejected for summary in summaries)
        within = self.source.directory
        return IngestedSource(
            source=self.source,
            tasks=self._tasks(summaries),
            task_files=self._task_files(summaries),
            record_files=[
                (filesystem.join(within, file.path), file.records, f"{summary.sha256}-{number}")
                for summary in summaries
                for number, file in enumerate(summary.record_files)
            ],
            ledger=[_ledger_entry(t, read[t], rejected.get(t, {})) for t in sorted(read)],
            licenses=merge_counts(summary.licenses for summary in summaries),
            rejections=[filesystem.join(within, summary.rejections) for summary in summaries],
            errors=[summary.error for summary in summaries if summary.error],
        )

    def _tasks(self, summaries: list[ReadSummary]) -> list[Task]:
        tasks: dict[str, Task] = {}
        for summary in summaries:
            for task in summary.tasks:
                if tasks.setdefault(task.name, task) != task:
                    raise DataError(
                        f"source {self.source.name} ({self.source.settings.path}): two files "
                        f"describe task {task.name!r} differently; rename one of them"
                    )
        return list(tasks.values())

    def _task_files(self, summaries: list[ReadSummary]) -> dict[str, list[str]]:
        """Return the files of each task; all files if a piece is not one file of the source."""
        every = [file.path for file in self.source.files]
        files: dict[str, list[str]] = {}
        for piece, summary in zip(self.source.pieces, summaries, strict=True):
            relative = piece.piece.relative
            held = [relative] if relative in every else every
            for task in summary.tasks:
                files.setdefault(task.name, []).extend(held)
        return files


def _ledger_entry(task: str, read: int, rejected: Mapping[str, int]) -> LedgerEntry:
    return LedgerEntry(
        stage=INGEST,
        task=task,
        entered=read,
        kept=read - sum(rejected.values()),
        rejected=dict(rejected),
    )


def _digest(directory: str, names: list[str]) -> str | None:
    """Return the sha256 of concatenated files; None if one is missing."""
    digest = hashlib.sha256()
    for name in names:
        try:
            stream = filesystem.open_read(filesystem.join(directory, name))
        except FileNotFoundError:
            return None
        with stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


@dataclass(kw_only=True)
class SourceDescription:
    """A source's files and everything known about it without reading it.

    Attributes:
      held_out: whether it is an evaluation set.
      obtained: how to get its files.
      records: its number of records, if the cache has it.
      warnings: unexpected facts about its files.
    """

    name: str
    held_out: bool
    format: str
    path: str | None
    license: str
    about: str
    obtained: str
    found: bool = False
    problem: str | None = None
    files: int = 0
    bytes: int = 0
    fingerprint: str | None = None
    records: int | None = None
    warnings: list[str] = field(default_factory=list)


def describe_sources(recipe: Recipe, cache: str | None) -> list[SourceDescription]:
    """Describe every source and held-out set of a recipe; its records once `cache` has them."""
    return [
        _describe(name, settings, group == "held_out", cache, recipe.where(group, name, "path"))
        for group in ("sources", "held_out")
        for name, settings in (recipe.sources if group == "sources" else recipe.searched).items()
    ]


def _describe(
    name: str, settings: Source, held_out: bool, cache: str | None, where: str
) -> SourceDescription:
    described = SourceDescription(
        name=name,
        held_out=held_out,
        format=str(getattr(settings, "format", "")),
        path=settings.path and as_written(settings.path),
        license=settings.license,
        about=settings.about,
        obtained=settings.obtained,
    )
    try:
        source = find_source(name, settings, cache or "", where, is_held_out=held_out)
    except UserError as error:
        described.problem = hidden(str(error))
        return described
    described.found = True
    described.warnings = [hidden(warning) for warning in source.warnings]
    described.files, described.bytes = len(source.files), source.bytes
    described.fingerprint = source.fingerprint
    if cache and SourceCache(source).is_sealed:
        described.records = SourceCache(source).collect().info().records
    return described
