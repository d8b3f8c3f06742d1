"""TFDS sources: one task of a recipe, or a published collection of tasks."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field, computed_field, field_validator

from tfrecords_schema import filesystem
from tfrecords_schema.errors import nearest
from transforms.collections.flan2021 import FLAN_2021
from transforms.collections.text_pairs import EX_MIX, T5
from transforms.collections.tfds_task import Collection, TfdsTask, builder_directory
from transforms.sources.field_sources import look_up
from transforms.sources.files.row import BadRow, Row
from transforms.sources.files.tfds_files import (
    METADATA,
    example_ranges,
    open_prepared,
    read_examples,
)
from transforms.sources.files.unfolding import explode, ids_around
from transforms.sources.mapping import RowMapping, lacking, map_row, passes
from transforms.sources.source import (
    Element,
    Piece,
    Source,
    UnreadableFileError,
    reject,
    stated_id,
)
from transforms.types import Record, Rejection, Task


class _TfdsSource(Source):
    """Tasks over prepared data sets; a missing one affects only its tasks."""

    obtained: ClassVar[str] = "TFDS: prepare the data sets with tensorflow_datasets.load"

    @abstractmethod
    def tasks_and_splits(self) -> list[tuple[TfdsTask, str]]:
        """Return each task, and the split to read in TFDS syntax."""

    def family_names(self) -> set[str]:
        return {task.mapping.family for task, _ in self.tasks_and_splits()}

    @property
    def patterns(self) -> tuple[str, ...]:
        return METADATA

    def find_files(self, root: str) -> list[str]:
        """Return the existing metadata and shards of the data sets that the tasks need.

        Raises:
          UnreadableFileError: there are none.
        """
        files: set[str] = set()
        problem = None
        for task, split in self.tasks_and_splits():
            try:
                ranges = list(example_ranges(open_prepared(root, task), split))
            except UnreadableFileError as error:
                problem = problem or error
                continue
            names = [*METADATA, *(shard for shard, _, _ in ranges)]
            files.update(f"{task.directory}/{name}" for name in names)
        if problem and not files:
            raise problem
        return sorted(files)

    def work(self, root: str, files: Mapping[str, int]) -> list[Piece]:
        """Return the piece of each work item: examples of one task, or why it is unreadable.

        `files` (path relative to `root`: bytes) are those of `find_files`. A data set that is not
        among them was missing when they were listed.
        """
        pieces: list[Piece] = []
        for task, split in self.tasks_and_splits():
            metadata = f"{task.directory}/{METADATA[0]}"
            failed = Piece(
                path=filesystem.join(root, metadata),
                relative=metadata,
                start=0,
                end=0,
                task=task.name,
            )
            try:
                if metadata not in files:
                    raise UnreadableFileError(metadata)
                ranges = list(example_ranges(open_prepared(root, task), split))
            except UnreadableFileError:
                pieces.append(failed)
                continue
            for shard, start, end in ranges:
                relative = f"{task.directory}/{shard}"
                path = filesystem.join(root, relative)
                pieces.append(
                    Piece(path=path, relative=relative, start=start, end=end, task=task.name)
                )
        return pieces

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        """Yield the records of a piece of `work`; several records may come from one example."""
        known = {task.name: (task, split) for task, split in self.tasks_and_splits()}
        definition, split = known[piece.task]
        family, languages = definition.mapping.family, definition.languages
        domain = self.domain or definition.domain
        task = Task(
            name=definition.name,
            source=name,
            collection=self.collection,
            family=family,
            languages=languages,
            domain=domain,
        )
        builder = open_prepared(piece.path.removesuffix(piece.relative).rstrip("/"), definition)
        if not piece.end:
            # Raises the problem of the split. If there is none by now, its files were not hashed.
            list(example_ranges(builder, split))
            raise UnreadableFileError(
                f"{piece.path}: appeared after the files were listed; run the same command again"
            )
        yield task
        mapping = definition.mapping
        others = {
            field: replace(task, name=f"{task.name}_no_{field}", family=family)
            for field, family in mapping.optional.items()
        }
        yield from others.values()
        for where, row in explode(read_examples(piece, builder.info.features), mapping.explode):
            if isinstance(row, BadRow):
                yield reject(task, row.reason, f"{where}: {row.detail}")
                continue
            yield from self._elements(task, others, definition, row, where)

    def _elements(
        self,
        task: Task,
        others: Mapping[str, Task],
        definition: TfdsTask,
        row: Row,
        where: str,
    ) -> Iterator[Record | Rejection]:
        """Yield what one example gives: a record of each row that it is prepared to."""
        rows = list(definition.prepare(row)) if definition.prepare else [row]
        if not rows:
            yield reject(task, "filtered", where)
        for number, prepared in enumerate(rows, start=1):
            part = f"{where}, part {number}" if len(rows) > 1 else where
            yield self._record(task, others, definition, prepared, part)

    def _record(
        self,
        task: Task,
        others: Mapping[str, Task],
        definition: TfdsTask,
        row: Row,
        where: str,
    ) -> Record | Rejection:
        mapping = definition.mapping
        if not passes(row, mapping.filters):
            return reject(task, "filtered", where)
        fields = map_row(row, mapping)
        own_id = stated_id(look_up(row, mapping.id)) if mapping.id else None
        around = ids_around(row, mapping.id) if mapping.id else []
        if isinstance(fields, BadRow):
            detail = f"{where}: {fields.detail}"
            return reject(task, fields.reason, detail, [own_id, *around])
        task = others.get(lacking(fields, others), task)
        stated = look_up(row, mapping.license_key) if mapping.license_key else None
        license_name = stated or definition.license
        return self.record_or_rejection(task, fields, own_id, where, license_name, row_ids=around)


class Tfds(_TfdsSource, RowMapping):
    """One task over a data set that TFDS has prepared; `path` is TFDS's data directory."""

    format: Literal["tfds"]
    task: str = Field(description="Name of the task.", min_length=1)
    builder: str = Field(description="Builder with its version, e.g. 'glue/cola:2.0.0'.")
    split: str = Field("train", description="Split in TFDS syntax, e.g. 'train[:90%]'.")

    @field_validator("builder")
    @classmethod
    def _has_version(cls, builder: str) -> str:
        builder_directory(builder)
        return builder

    def tasks_and_splits(self) -> list[tuple[TfdsTask, str]]:
        task = TfdsTask(
            name=self.task,
            builder=self.builder,
            mapping=self,
            train=self.split,
            license=self.license,
            languages=tuple(self.languages),
        )
        return [(task, self.split)]


class _PublishedTasks(_TfdsSource):
    """Tasks of a published collection; `path` is TFDS's data directory."""

    published: ClassVar[Collection]

    tasks: list[str] | None = Field(
        None, min_length=1, description="Names of the tasks to read; if left out, all."
    )
    split: str = Field(
        "train", description="Split to read: 'train', or 'validation' for held-in evaluation."
    )

    @field_validator("tasks")
    @classmethod
    def _are_known(cls, names: list[str] | None) -> list[str] | None:
        known = cls.published.by_name
        for name in names or ():
            if name not in known:
                raise ValueError(
                    f"no task {name!r} in {cls.published.title}; {nearest(name, known)}"
                )
        return names

    @field_validator("split")
    @classmethod
    def _is_train_or_validation(cls, split: str) -> str:
        if split not in ("train", "validation"):
            raise ValueError(f"{split!r} is neither 'train' nor 'validation'")
        return split

    @computed_field  # type: ignore[prop-decorator]
    @property
    def definitions(self) -> str:
        """Digest of the tasks' definitions, part of the source's fingerprint."""
        return self.published.digest

    def tasks_and_splits(self) -> list[tuple[TfdsTask, str]]:
        known = self.published.by_name
        tasks = [known[name] for name in dict.fromkeys(self.tasks or known)]
        if self.split == "train":
            return [(task, task.train) for task in tasks]
        return [(task, task.evaluation) for task in tasks]


class Flan2021(_PublishedTasks):
    """Tasks of the Flan 2021 collection; `path` is TFDS's data directory."""

    published: ClassVar[Collection] = FLAN_2021

    format: Literal["flan2021"]
    collection: str = Field("flan2021", description="Collection of the tasks.")


class T5Tasks(_PublishedTasks):
    """T5's supervised tasks in its own sequences; `path` is TFDS's data directory."""

    published: ClassVar[Collection] = T5

    format: Literal["t5"]
    collection: str = Field("t5", description="Collection of the tasks.")


class ExMix(_PublishedTasks):
    """Tasks of ExMix as pairs of sequences; `path` is TFDS's data directory."""

    published: ClassVar[Collection] = EX_MIX

    format: Literal["ex_mix"]
    collection: str = Field("ex_mix", description="Collection of the tasks.")
