"""MetaICL's rows: `task`, `input`, `output`, `options`; a directory a task, no instruction.

Layout: github.com/facebookresearch/MetaICL, `data/<task>/<task>_*_train.jsonl`.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import Piece


class MetaIcl(Layout):
    """Inputs and outputs of tasks named after the files' directories."""

    families: ClassVar[dict[str, str]] = {MAIN: "demonstrations"}

    format: Literal["metaicl"]
    collection: str = Field("metaicl", description="The tasks' collection.")

    @property
    def patterns(self) -> tuple[str, ...]:
        return (f"*_{self.split}.jsonl",)

    def task_name(self, name: str, piece: Piece) -> str:
        return self.task or PurePosixPath(piece.relative).parent.name or name

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        options = row.get("options") or []
        if not isinstance(options, list):
            yield BadRow("wrong_type", "options is not a list")
            return
        answer = text_of(row, "output")
        if options and answer not in options:
            yield BadRow("unknown_label", f"output {answer!r} is none of the options")
            return
        yield Draft({"input": text_of(row, "input"), "answer": answer, "options": options})
