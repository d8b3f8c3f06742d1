r"""Flan's chain-of-thought sets: `question⇥answer⇥rationale` a line, newlines as a literal `\n`."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal

from pydantic import Field

from transforms.sources.lines import read_lines
from transforms.sources.source import Element, Piece, Source, reject
from transforms.types import Task

FAMILY = "chain_of_thought"
_COLUMNS = ("question", "answer", "rationale")


class CotTsv(Source):
    """A directory of `<set>_train.tsv` files; each is the task `cot_<set>`."""

    format: Literal["cot_tsv"]
    collection: str = Field("cot", description="The tasks' collection.")

    @property
    def pattern(self) -> str:
        return f"*_{self.split}.tsv"

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        file_name = PurePosixPath(piece.path).name
        subset = file_name.removesuffix(".tsv").removesuffix(f"_{self.split}")
        task = Task(f"cot_{subset}", name, self.collection, FAMILY)
        yield task
        for number, line in read_lines(piece.path):
            where = f"{piece.relative}:{number}"
            if line is None:
                yield reject(task, "invalid_utf8", where)
                continue
            cells = line.split("\t")
            if len(cells) != len(_COLUMNS):
                detail = f"{where}: {len(cells)} columns, not question, answer, rationale"
                yield reject(task, "wrong_columns", detail)
                continue
            texts = [cell.replace("\\n", "\n") for cell in cells]
            fields: dict[str, object] = dict(zip(_COLUMNS, texts, strict=True))
            yield self.record_or_rejection(task, fields, None, where)
