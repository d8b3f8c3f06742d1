"""UnifiedSKG: a request `text_in`, a table or schema in one line `struct_in`, the result `seq_out`.

Layout: github.com/xlang-ai/UnifiedSKG, the sequences that its `seq2seq_construction` makes of each
of its 21 tasks. A table is `col : a | b row 1 : 1 | 2 row 2 : …`, a database schema
`| db | table : column , column | table : …`; both are given as lines here.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.files.row import BadRow, Row
from transforms.sources.files.streams import plain_name
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import Piece, stated_id

_ROW = re.compile(r"\s+(?=row \d+ :)")
_TABLE = "col :"
_SPLITS = re.compile(r"_?(train|dev|test|validation)$")


class UnifiedSkg(Layout):
    """Requests about tables, databases and graphs; each file or directory is a task."""

    families: ClassVar[dict[str, str]] = {MAIN: "structured_knowledge"}

    format: Literal["unified_skg"]
    collection: str = Field("unified_skg", description="Collection of the tasks.")

    def task_name(self, name: str, piece: Piece) -> str:
        folder = PurePosixPath(piece.relative).parent.name
        stem = plain_name(piece.path).partition(".")[0]
        return self.task or folder or _SPLITS.sub("", stem) or name

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        fields = {
            "question": text_of(row, "text_in"),
            "context": structure_lines(text_of(row, "struct_in")),
            "answer": text_of(row, "seq_out"),
        }
        yield Draft(fields, stated_id(row.get("arg_path_id")))


def structure_lines(text: str) -> str:
    """Return a table with a line for each row, a schema with one for each table.

    "col : a | b row 1 : 1 | 2" → "a | b\\n1 | 2"
    "| db | t : x , y | u : z" → "db\\nt: x, y\\nu: z"
    """
    text = text.strip()
    if text.startswith(_TABLE):
        head, *rows = _ROW.split(text)
        return "\n".join(part.partition(":")[2].strip() for part in (head, *rows))
    if not text.startswith("|"):
        return text
    parts = [part.strip() for part in text.split("|") if part.strip()]
    return "\n".join(part.replace(" : ", ": ").replace(" , ", ", ") for part in parts)
