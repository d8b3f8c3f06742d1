r"""Flan's chain-of-thought sets: `question⇥answer⇥rationale` a line, newlines as a literal `\n`."""

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from tfrecords_schema.errors import nearest
from transforms.sources.files.lines import byte_pieces, read_lines
from transforms.sources.files.row import BadRow
from transforms.sources.files.streams import plain_name, with_compressed
from transforms.sources.mapping import FixedFields, lacking, passes, tasks_without
from transforms.sources.source import Element, Piece, Source, reject
from transforms.types import Task

FAMILY = "chain_of_thought"
# As the published table names these sets.
_STREAMS = frozenset({"aqua", "creak", "ecqa", "esnli", "qasc", "qed", "sensemaking"})
_COLUMNS = ("question", "answer", "rationale")


class CotTsv(Source, FixedFields):
    """A directory of `<set>_train.tsv` files, each a task under its published name.

    GSM8K and StrategyQA are `cot_<set>`, the others `stream_<set>`; a set that the published
    collection lacks is `cot_<set>`.
    """

    optional_field: ClassVar[str] = "rationale"

    format: Literal["cot_tsv"]
    collection: str = Field("cot", description="Collection of the tasks.")
    columns: list[str] = Field(
        default_factory=lambda: list(_COLUMNS),
        description="Names of the columns in the order of the files; those besides question, "
        "answer and rationale serve `filters`.",
    )

    @field_validator("columns")
    @classmethod
    def _all_are_named(cls, columns: list[str]) -> list[str]:
        for name in _COLUMNS:
            if columns.count(name) != 1:
                raise ValueError(f"name {name!r} once; columns are {', '.join(columns) or 'none'}")
        return columns

    @model_validator(mode="after")
    def _filters_are_columns(self) -> Self:
        for key in self.filters:
            if key not in self.columns:
                raise ValueError(f"filters: no column {key!r}; {nearest(key, self.columns)}")
        return self

    def family_names(self) -> set[str]:
        return {FAMILY, *self.optional.values()}

    @property
    def patterns(self) -> tuple[str, ...]:
        return with_compressed([f"*_{self.split}.tsv"])

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        return byte_pieces(path, relative, size)

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        subset = plain_name(piece.path).removesuffix(".tsv").removesuffix(f"_{self.split}")
        languages = tuple(self.languages)
        prefix = "stream" if subset in _STREAMS else "cot"
        task = Task(
            name=f"{prefix}_{subset}",
            source=name,
            collection=self.collection,
            family=FAMILY,
            languages=languages,
        )
        yield task
        others = tasks_without(task, self.optional)
        announced = {task.name}
        for where, line in read_lines(piece):
            if isinstance(line, BadRow):
                yield reject(task, line.reason, f"{where}: {line.detail}")
                continue
            cells = line.split("\t")
            if len(cells) != len(self.columns):
                detail = f"{where}: {len(cells)} columns, not {', '.join(self.columns)}"
                yield reject(task, "wrong_columns", detail)
                continue
            texts = [cell.replace("\\n", "\n") for cell in cells]
            row = dict(zip(self.columns, texts, strict=True))
            if not passes(row, self.filters):
                yield reject(task, "filtered", where)
                continue
            of = others.get(lacking(row, others), task)
            if of.name not in announced:
                announced.add(of.name)
                yield of
            fields = {name: row[name] for name in _COLUMNS if row[name] or of is task}
            yield self.record_or_rejection(of, fields, None, where)
