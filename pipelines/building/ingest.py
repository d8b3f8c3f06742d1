"""The ingest pipeline: raw files of a source become record files, kept by content fingerprint.

A source's fingerprint covers its reader, its mapping and the bytes of its files; nothing else
makes it read again.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from pydantic import TypeAdapter

from pipelines.building.nodes import SOURCE, Node, source_node
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, DataError, UserError
from tfrecords_schema.manifest import LedgerEntry, SourceFile, SourceInfo
from transforms.records.record_store import RecordFile
from transforms.runtime.counts import merge_counts
from transforms.runtime.exchange import Run, is_whole, read_summaries
from transforms.sources.reading import RawFile, ReadRawFiles, SourceOut, WorkItem
from transforms.sources.source import INGEST, Source
from transforms.types import Task

# Raise this when a reader or the canonical form of fields changes.
READERS_VERSION = 2
# In the directory of a source that was read to its end.
SUCCESS = "_SUCCESS"
_TASK = TypeAdapter(Task)


@dataclass(frozen=True)
class ReadSource:
    """A source whose files were found and hashed: `directory` is its place in the cache.

    `paths` are where `files` lie.
    """

    name: str
    source: Source
    files: list[SourceFile]
    paths: list[str]
    raw_files: list[RawFile]
    node: Node
    directory: str

    @property
    def fingerprint(self) -> str:
        """Of reader, mapping and contents."""
        return self.node.fingerprint

    @property
    def bytes(self) -> int:
        """Size of all its files."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True)
class IngestedSource:
    """A source as ingest left it; `task_files` are the raw files that each task comes from."""

    found: ReadSource
    tasks: list[Task]
    task_files: dict[str, list[str]]
    record_files: list[tuple[str, int]]
    ledger: list[LedgerEntry]
    licenses: dict[str, int]
    rejections: list[str]
    errors: list[str]

    def info(self) -> SourceInfo:
        """What the manifest says of it."""
        return SourceInfo(
            name=self.found.name,
            format=str(getattr(self.found.source, "format", "")),
            collection=self.found.source.collection,
            fingerprint=self.found.fingerprint,
            files=self.found.files,
            records=sum(count for _, count in self.record_files),
            licenses=self.licenses,
        )


def find_source(
    name: str, source: Source, cache: str, where: str = "", out: str = ""
) -> ReadSource:
    """Find and hash the files of one source; `where` the recipe states its path, for messages.

    Files below `out`, where snapshots are kept, are no data.

    Raises:
      ConfigurationError: no path, or nothing there. DataError: no file of the format in it.
    """
    where = where or f"source {name}"
    root = _path_of(name, source, where)
    relative = [file for file in source.find_files(root) if not _is_below(root, file, out)]
    if not relative:
        raise DataError(f"{where}: no {' or '.join(source.file_patterns)} in {root}")
    paths = [filesystem.join(root, file) if file else root for file in relative]
    try:
        digests = _digests(paths)
    except OSError as error:
        raise DataError(f"{where}: {error.filename}: {error.strerror}") from error
    names = [file or os.path.basename(root) for file in relative]
    files = [
        SourceFile(path=file, bytes=size, sha256=digest)
        for file, (digest, size) in zip(names, digests, strict=True)
    ]
    beside = {file: filesystem.sha256_of(source.beside(file)) for file in source.files_beside()}
    node = source_node(
        SOURCE,
        name,
        source.model_dump(mode="json", exclude={"path", "about"}),
        {file.path: file.sha256 for file in files},
        beside,
        READERS_VERSION,
    )
    sizes = {file: size for file, (_, size) in zip(relative, digests, strict=True)}
    pieces = source.work(root, sizes)
    raw_files = [RawFile(name, source, piece, index) for index, piece in enumerate(pieces)]
    directory = filesystem.join(cache, INGEST, node.fingerprint)
    return ReadSource(name, source, files, paths, raw_files, node, directory)


def _path_of(name: str, source: Source, where: str) -> str:
    """The path of a source, after checking that there is something."""
    if source.path is None or "$" in source.path:
        about = f" ({source.about})" if source.about else ""
        unset = f"{source.path} names a variable that is not set; " if source.path else ""
        raise ConfigurationError(f"{where}: {unset}give --source {name}=PATH{about}")
    # An object store has no directories: whether there is anything shows when files are listed.
    if filesystem.is_local(source.path) and not filesystem.exists(source.path):
        about = f"; it should be {source.about}" if source.about else ""
        raise ConfigurationError(f"{where}: {source.path} does not exist{about}")
    return source.path


def _digests(paths: list[str]) -> list[tuple[str, int]]:
    with ThreadPoolExecutor() as pool:
        return list(pool.map(filesystem.sha256_of, paths))


def _is_below(root: str, file: str, directory: str) -> bool:
    """Whether `file` of a local source lies below `directory`."""
    path = os.path.abspath(filesystem.join(root, file))
    return bool(directory) and path.startswith(os.path.abspath(directory) + os.sep)


def describe_source(name: str, source: Source, cache: str | None, where: str) -> dict[str, Any]:
    """Whether a source is there, and what is known of it; its rows once `cache` has them."""
    facts: dict[str, Any] = {
        "name": name,
        "format": str(getattr(source, "format", "")),
        "path": source.path,
        "license": source.license,
        "about": source.about,
        "found": False,
        "problem": None,
        "files": 0,
        "bytes": 0,
        "fingerprint": None,
        "records": None,
    }
    try:
        found = find_source(name, source, cache or "", where)
    except UserError as error:
        return {**facts, "problem": str(error)}
    facts |= {
        "found": True,
        "files": len(found.files),
        "bytes": found.bytes,
        "fingerprint": found.fingerprint,
    }
    if cache and is_ingested(found):
        facts["records"] = collect(found).info().records
    return facts


def add_ingest(pipeline: beam.Pipeline, sources: Sequence[ReadSource]) -> None:
    """Add the reading of every raw file of `sources` to `pipeline`."""
    items = [
        WorkItem(number, raw_file.index, raw_file.piece)
        for number, found in enumerate(sources)
        for raw_file in found.raw_files
    ]
    outs = [SourceOut(found.name, found.source, found.directory) for found in sources]
    _ = pipeline | "Raw files" >> beam.Create(items) | "ReadRawFiles" >> ReadRawFiles(outs)


def is_ingested(found: ReadSource) -> bool:
    """Whether the source was read to its end, and was then what it had been before."""
    return filesystem.exists(filesystem.join(found.directory, SUCCESS)) and is_read(found)


def is_read(found: ReadSource) -> bool:
    """Whether every raw file of the source has been read, and the cache knows what it gave."""
    paths = [run_path(found, raw_file) for raw_file in found.raw_files]
    with ThreadPoolExecutor() as pool:
        return all(pool.map(is_whole, paths))


def seal(found: ReadSource) -> None:
    """Mark the source as read, if its files are still what was hashed.

    Raises:
      DataError: one of them changed while it was read.
    """
    for file, (digest, _) in zip(found.files, _digests(found.paths), strict=True):
        if digest != file.sha256:
            filesystem.remove(found.directory)
            raise DataError(
                f"source {found.name} ({found.source.path}): {file.path} changed while it was "
                "read; run the same command again"
            )
    filesystem.write_bytes(filesystem.join(found.directory, SUCCESS), b"")


def run_path(found: ReadSource, raw_file: RawFile) -> str:
    """What says in the cache that a raw file was read, and what it gave."""
    return filesystem.join(found.directory, f"file-{raw_file.index:06d}.run")


def collect(found: ReadSource) -> IngestedSource:
    """What the runs in the source's cache directory say."""
    runs = [Run(run_path(found, raw_file)) for raw_file in found.raw_files]
    read_summaries(runs)
    tasks: dict[str, Task] = {}
    for run in runs:
        for task in run.summary["tasks"]:
            stated = _TASK.validate_python(task)
            if tasks.setdefault(stated.name, stated) != stated:
                raise DataError(
                    f"source {found.name} ({found.source.path}): two files describe task "
                    f"{stated.name!r} in different words; rename one of them"
                )
    return _collected(found, runs, list(tasks.values()))


def _collected(found: ReadSource, runs: list[Run], tasks: list[Task]) -> IngestedSource:
    read = merge_counts(run.summary["read"] for run in runs)
    rejected = merge_counts(run.summary["rejected"] for run in runs)
    return IngestedSource(
        found=found,
        tasks=tasks,
        task_files=_task_files(found, runs),
        record_files=[
            (filesystem.join(found.directory, file["path"]), file["records"])
            for run in runs
            for file in run.summary["record_files"]
        ],
        ledger=[_ledger_entry(task, read[task], rejected.get(task, {})) for task in sorted(read)],
        licenses=merge_counts(run.summary["licenses"] for run in runs),
        rejections=[filesystem.join(found.directory, run.summary["rejections"]) for run in runs],
        errors=[run.summary["error"] for run in runs if run.summary["error"]],
    )


def _task_files(found: ReadSource, runs: list[Run]) -> dict[str, list[str]]:
    """Task → the files that hold it; all of them where a piece is no file of the source."""
    every = [file.path for file in found.files]
    files: dict[str, list[str]] = {}
    for raw_file, run in zip(found.raw_files, runs, strict=True):
        relative = raw_file.piece.relative
        held = [relative] if relative in every else every
        for task in run.summary["tasks"]:
            files.setdefault(task["name"], []).extend(held)
    return files


def _ledger_entry(task: str, read: int, rejected: Mapping[str, int]) -> LedgerEntry:
    return LedgerEntry(
        stage=INGEST,
        task=task,
        entered=read,
        left=read - sum(rejected.values()),
        rejected=dict(rejected),
    )


def record_files(sources: Iterable[IngestedSource]) -> list[RecordFile]:
    """All record files, numbered, in the order of the sources in the recipe."""
    files: list[RecordFile] = []
    for rank, source in enumerate(sources):
        for path, count in source.record_files:
            files.append(
                RecordFile(
                    index=len(files),
                    path=path,
                    source=source.found.name,
                    collection=source.found.source.collection,
                    source_rank=rank,
                    records=count,
                )
            )
    return files
