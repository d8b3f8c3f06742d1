"""Find the raw files of a recipe's sources, and fingerprint each source by its contents."""

import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import get_close_matches
from glob import glob

from pipelines.building.code_digest import code_digest
from pipelines.building.nodes import SOURCE, Node, source_node
from pipelines.console.hiding import as_written, hidden
from pipelines.recipe import Recipe, shipped_recipes
from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.channels import SNAPSHOTS, resolve
from tfrecords_schema.errors import ConfigurationError, DataError, UserError
from tfrecords_schema.manifest import SourceFile
from tfrecords_schema.snapshot import open_snapshot
from transforms.sources.forgotten import Forgotten
from transforms.sources.formats.snapshot import SnapshotRecords
from transforms.sources.source import INGEST, Source, SourcePiece, required_fields
from transforms.sources.splits import files_of_split
from transforms.templates.families import FAMILIES

# The module that defines record files, for all formats of sources.
_WRITER = "transforms.sources.reading"


@dataclass(frozen=True, kw_only=True)
class FingerprintedSource:
    """A source whose files were found and hashed, but not read.

    Attributes:
      settings: its part of the recipe.
      files: path relative to the source's root, size and digest of each file; `paths` are the
        full paths.
      pieces: the parts that the work items of ingest read.
      node: its fingerprint, and the data that it covers.
      directory: its directory in the store's cache.
      warnings: unexpected facts about its files, with the place in the recipe.
      forgotten: the rows that the store leaves out on request.
    """

    name: str
    settings: Source
    files: list[SourceFile]
    paths: list[str]
    pieces: list[SourcePiece]
    node: Node
    directory: str
    warnings: list[str]
    forgotten: Forgotten = field(default_factory=Forgotten)

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of reader, mapping and contents."""
        return self.node.fingerprint

    @property
    def is_snapshot(self) -> bool:
        """Return whether it is the records of another snapshot."""
        return isinstance(self.settings, SnapshotRecords)

    @property
    def bytes(self) -> int:
        """Return the size of all its files."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True)
class Sources:
    """The sources of a recipe that were found.

    Attributes:
      train: in the order of the recipe.
      held_out: the evaluation sets, the snapshots that are searched for among them.
      known: the snapshots whose records are left out.
      errors: sources that could not be found although the recipe lets the build continue, and
        warnings about files that were found.
    """

    train: list[FingerprintedSource]
    held_out: list[FingerprintedSource]
    errors: list[str] = field(default_factory=list)
    known: list[FingerprintedSource] = field(default_factory=list)

    @property
    def all(self) -> list[FingerprintedSource]:
        """Return all kinds."""
        return [*self.train, *self.held_out, *self.known]


def find_sources(recipe: Recipe, store: Store) -> Sources:
    """Find and hash the sources and held-out sets of `recipe`, under its error policy.

    Raises:
      ConfigurationError: a required source cannot be found.
      DataError: files of a source or a required held-out set cannot be found.
    """
    errors: list[str] = []

    def find(group: str, name: str, settings: Source) -> FingerprintedSource:
        where = recipe.where(group, name, "path")
        fingerprinted = find_source(
            name, settings, store.cache, where, store.root, is_held_out=group == "held_out"
        )
        errors.extend(map(hidden, fingerprinted.warnings))
        return fingerprinted

    train: list[FingerprintedSource] = []
    for name, settings in recipe.sources.items():
        try:
            train.append(find("sources", name, settings))
        except UserError as error:
            if recipe.on_source_error == "fail":
                raise
            errors.append(hidden(str(error)))
    held_out = []
    for name, settings in recipe.searched.items():
        try:
            held_out.append(find("held_out", name, settings))
        except UserError as error:
            # Continuing would let the items of the set into the corpus.
            raise DataError(
                f"{error}; decontamination needs this held-out set: provide it, or list it "
                "under held_out_absent to build without it"
            ) from error
    known = _snapshots(recipe, "deduplicate", recipe.deduplicate.against, store)
    held_out += _snapshots(recipe, "decontaminate", recipe.decontaminate.against, store)
    return Sources(train, held_out, errors, known)


def _snapshots(
    recipe: Recipe, group: str, addresses: Iterable[str], store: Store
) -> list[FingerprintedSource]:
    """Find the records of other snapshots that the recipe names under `group`, each once.

    Raises:
      ConfigurationError, DataError: there is no such snapshot, or it carries no records.
    """
    by_name: dict[str, FingerprintedSource] = {}
    for address in addresses:
        where = recipe.where(group, "against")
        try:
            path = resolve(address)
            manifest = open_snapshot(path).manifest
        except UserError as error:
            raise type(error)(f"{where}: {error}") from error
        if not manifest.records:
            raise ConfigurationError(
                f"{where}: {path} was built by a version that kept no records to compare with; "
                f"build it again with `{_rebuilding(path, manifest.name)}`, and name the new one"
            )
        settings: Source = SnapshotRecords(path=path)
        if group == "decontaminate":
            settings = settings.as_held_out()
        # A function of what the snapshot is made of, not of when and where it was built.
        name = f"{manifest.name}@{manifest.fingerprint[:12]}"
        by_name[name] = find_source(name, settings, store.cache, where)
    return list(by_name.values())


def _rebuilding(path: str, name: str) -> str:
    """Return the command that builds a snapshot of a recipe again."""
    recipe = name if name in shipped_recipes() else f"{name}.yaml"
    root, _, directory = filesystem.parent(filesystem.absolute(path)).rpartition("/")
    return f"flanbeam build {recipe} --store {root if directory == SNAPSHOTS else 'STORE'}"


def find_source(
    name: str,
    settings: Source,
    cache: str,
    where: str = "",
    out: str = "",
    *,
    is_held_out: bool = False,
) -> FingerprintedSource:
    """Find and hash the files of one source; `where` is the place of its path, for messages.

    Files below `out`, the store, are ignored, and rows that it lists as forgotten are left out.

    Raises:
      ConfigurationError: no path, or it does not exist. DataError: it has no file of the format.
    """
    where = where or f"source {name}"
    root, matches = _path_of(name, settings, where)
    all_files = settings.find_files(root) if matches is None else matches
    relative = [file for file in all_files if not _is_below(root, file, out)]
    if not relative:
        raise DataError(f"{where}: no {' or '.join(settings.file_patterns)} in {root}")
    warnings: list[str] = []
    if settings.names_splits and not is_held_out:
        shown = {file or os.path.basename(root): file for file in relative}
        is_chosen = bool(settings.files or matches is not None or relative == [""])
        kept, notes = files_of_split(list(shown), settings.split, is_chosen)
        relative = [shown[file] for file in kept]
        warnings = [f"{where}: {note}" for note in notes]
    paths = [filesystem.join(root, file) if file else root for file in relative]
    try:
        digests = digests_of(paths)
    except OSError as error:
        raise DataError(f"{where}: {error.filename}: {error.strerror}") from error
    names = [file or os.path.basename(root) for file in relative]
    files = [
        SourceFile(path=file, bytes=size, sha256=digest)
        for file, (digest, size) in zip(names, digests, strict=True)
    ]
    forgotten = Store(out).forgotten(name) if out else Forgotten()
    node = _node(name, settings, files, forgotten)
    sizes = {file: size for file, (_, size) in zip(relative, digests, strict=True)}
    pieces = [
        SourcePiece(name, settings, piece, index)
        for index, piece in enumerate(settings.work(root, sizes))
    ]
    return FingerprintedSource(
        name=name,
        settings=settings,
        files=files,
        paths=paths,
        pieces=pieces,
        node=node,
        directory=filesystem.join(cache, INGEST, node.fingerprint),
        warnings=warnings,
        forgotten=forgotten,
    )


def _node(name: str, settings: Source, files: Iterable[SourceFile], forgotten: Forgotten) -> Node:
    beside = {
        as_written(file): filesystem.sha256_of(settings.beside(file))
        for file in settings.files_beside()
    }
    reader = type(settings)
    templates = getattr(settings, "templates", None)
    return source_node(
        SOURCE,
        name,
        settings={
            **settings.model_dump(mode="json", exclude={"path", "about"}),
            **({"templates": as_written(templates)} if templates else {}),
            **({"held_out": True} if settings.is_held_out else {}),
            **({"forgotten": forgotten.stated()} if forgotten else {}),
        },
        files={file.path: file.sha256 for file in files},
        beside=beside,
        families={
            family: [list(FAMILIES[family].targets), list(required_fields(family))]
            for family in sorted(settings.family_names())
        },
        code={
            "reader": code_digest(reader.__module__),
            "writer": code_digest(_WRITER),
            "version": reader.reader_version,
        },
    )


def _path_of(name: str, settings: Source, where: str) -> tuple[str, list[str] | None]:
    """Return the path of a source, after checking that it exists.

    If it is a pattern, return the directory before the pattern, and the matching files in it.
    """
    if settings.path is None or "$" in settings.path:
        about = f" ({settings.about})" if settings.about else ""
        unset = f"{settings.path} names a variable that is not set; " if settings.path else ""
        raise ConfigurationError(f"{where}: {unset}give --source {name}=PATH{about}")
    # An object store has no directories: only a listing shows whether files exist.
    path = settings.path
    if settings.creates_path or not filesystem.is_local(path) or filesystem.exists(path):
        return path, None
    if "*" in path or "?" in path:
        base = os.path.dirname(re.split(r"[*?]", path, maxsplit=1)[0])
        matches = sorted(file for file in glob(path, recursive=True) if os.path.isfile(file))
        if matches:
            return base, [os.path.relpath(file, base) for file in matches]
        raise ConfigurationError(f"{where}: no file matches {path}")
    about = f"; it should be {settings.about}" if settings.about else ""
    raise ConfigurationError(f"{where}: {path} does not exist{about}{_beside(path)}")


def _beside(path: str) -> str:
    """Return a hint with the name nearest to the missing one, if its directory has one."""
    directory, name = os.path.split(path)
    near = get_close_matches(name, filesystem.children(directory), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def digests_of(paths: list[str]) -> list[tuple[str, int]]:
    """Return (sha256, bytes) of each file, several at a time."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(filesystem.sha256_of, paths))


def _is_below(root: str, file: str, directory: str) -> bool:
    """Return whether `file` of a local source is below `directory`."""
    path = os.path.abspath(filesystem.join(root, file))
    return bool(directory) and path.startswith(os.path.abspath(directory) + os.sep)
