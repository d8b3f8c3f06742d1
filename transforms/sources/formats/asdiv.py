"""ASDiv: word problems in one XML file, `<Problem><Body/><Question/><Answer/></Problem>`.

Layout: github.com/chaochun/nlu-asdiv-dataset. An answer has its unit in parentheses, which is left
out: "9 (apples)" → "9". Some problems have several: "17 (years old); 12 (years old)" → "17; 12".
"""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal
from xml.etree import ElementTree

from pydantic import Field

from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.files.streams import open_stream, with_compressed
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import Piece, UnreadableFileError, stated_id

_PROBLEM, _ID = "Problem", "ID"
# Of "-(1/3)" the parentheses are part.
_UNIT = re.compile(r"(?<=[\w.%])\s*\([^()]*\)$")


class Asdiv(Layout):
    """Word problems with their answers."""

    families: ClassVar[dict[str, str]] = {MAIN: "math_word_problem"}

    format: Literal["asdiv"]
    collection: str = Field("held_out", description="Collection of the task.")

    @property
    def patterns(self) -> tuple[str, ...]:
        return with_compressed(["*.xml"])

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        return [Piece(path=path, relative=relative)]

    def rows(self, piece: Piece) -> Rows:
        try:
            with open_stream(piece.path) as stream:
                for _, element in ElementTree.iterparse(stream):
                    if element.tag == _PROBLEM:
                        row = {child.tag: child.text or "" for child in element}
                        number = element.get(_ID, "")
                        yield f"{piece.relative}: {_PROBLEM} {number}", {**row, _ID: number}
                        element.clear()
        except ElementTree.ParseError as error:
            raise UnreadableFileError(f"{piece.path}: not XML: {error}") from error

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        body, question = text_of(row, "Body").strip(), text_of(row, "Question").strip()
        answers = (_UNIT.sub("", part.strip()) for part in text_of(row, "Answer").split(";"))
        fields = {
            "question": f"{body} {question}" if question else "",
            "answer": "; ".join(answers),
        }
        yield Draft(fields, stated_id(row.get(_ID)))
