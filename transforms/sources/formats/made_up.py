"""Made-up tasks: records that are computed from a seed instead of read.

A source needs a file, and this one's is the module that defines the operations.
"""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, PositiveInt, field_validator, model_validator

from tfrecords_schema.errors import nearest
from transforms.sources.made_up import operations
from transforms.sources.made_up.operations import OPERATIONS
from transforms.sources.made_up.records import records_of
from transforms.sources.made_up.tasks import MadeUpTask, Split, made_up_tasks
from transforms.sources.source import Element, Piece, Source, UnreadableFileError
from transforms.types import Task

INVERTIBLE, ONE_WAY = "made_up_invertible", "made_up"
_TASKS_OF_A_PIECE = 256


class MadeUp(Source):
    """Compositions of operations on letters and numbers.

    Tasks are drawn one after the other, so the first tasks of a larger number are those of a
    smaller one.
    """

    format: Literal["made_up"]
    path: str | None = Field(None, description="Not used: records are computed.")
    collection: str = Field("made_up", description="The tasks' collection.")
    license: str = Field("Apache-2.0", description="SPDX identifier of the records.")
    split: Split = Field(  # type: ignore[assignment]
        "held_in",
        description="held_in: tasks to train on. held_out_parameters: the same operations with "
        "values that do not occur in them. held_out_compositions: operations in orders "
        "that do not occur in them.",
    )
    part: Literal["train", "test"] = Field(
        "train", description="Set of inputs: inputs of test never occur in train."
    )
    world_seed: int = Field(0, ge=0, lt=2**63, description="Seed of tasks and records.")
    tasks: PositiveInt = Field(256, description="Number of tasks.")
    records: PositiveInt = Field(64, description="Maximum number of records per task.")
    operations: list[str] = Field(
        default_factory=lambda: list(OPERATIONS), description="Operations to use.", min_length=1
    )
    most_operations: int = Field(
        3, ge=1, le=3, description="Maximum number of operations per task."
    )

    @model_validator(mode="before")
    @classmethod
    def _has_a_file(cls, value: Any) -> Any:
        return {"path": operations.__file__, **value} if isinstance(value, dict) else value

    @field_validator("operations")
    @classmethod
    def _are_known(cls, names: list[str]) -> list[str]:
        for name in names:
            if name not in OPERATIONS:
                raise ValueError(f"no operation {name!r}; {nearest(name, OPERATIONS)}")
        return names

    @property
    def patterns(self) -> tuple[str, ...]:
        return ("operations.py",)

    def family_names(self) -> set[str]:
        return {INVERTIBLE, ONE_WAY}

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        starts = range(0, self.tasks, _TASKS_OF_A_PIECE)
        return [
            Piece(
                path=path,
                relative=relative,
                start=start,
                end=min(start + _TASKS_OF_A_PIECE, self.tasks),
            )
            for start in starts
        ]

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        names = tuple(self.operations)
        try:
            tasks = made_up_tasks(
                self.world_seed, self.split, self.tasks, names, self.most_operations
            )
        except ValueError as error:
            raise UnreadableFileError(f"source {name}: {error}") from error
        for made_up in tasks[piece.start : piece.end]:
            yield from self._elements(name, made_up)

    def _elements(self, name: str, made_up: MadeUpTask) -> Iterator[Element]:
        family = INVERTIBLE if made_up.is_invertible else ONE_WAY
        task = Task(
            name=f"made_up_{made_up.name}",
            source=name,
            collection=self.collection,
            family=family,
            languages=("en",),
            categories=tuple(step.name for step in made_up.steps),
        )
        yield task
        for fields in records_of(made_up, self.world_seed, self.part, self.records):
            yield self.record_or_rejection(task, fields, None, made_up.name)
