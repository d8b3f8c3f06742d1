"""DrRepair: programs that do not compile, the compiler's messages, and the repaired programs.

Layout: github.com/michiyasunaga/DrRepair. Its data for training has a program and its broken
versions in one object (`lines`, `errors`), its development data one broken version (`code_lines`,
`err_line`, `gold_code_lines`). Lines are counted from 0 in the files, from 1 in records.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from transforms.sources.files.json_rows import load_json
from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.files.rows import format_of
from transforms.sources.layout import Draft, Layout, objects_of, text_of
from transforms.sources.source import Piece

_PLAIN, _NUMBERED = "plain_code", "line_numbers"
_COMMENTED, _SILENT = "error_comments", "no_errors"


@dataclass(frozen=True)
class _Repair:
    """A broken program, its repair, the compiler's message, and its line, counted from 1."""

    broken: list[str]
    fixed: list[str]
    message: str
    line: int


class _Line(NamedTuple):
    """A line of a program: its depth, and its text without indentation."""

    indent: int
    code: str


class DrRepair(Layout):
    """Four tasks over the same programs.

    `<task>_plain_code` and `<task>_line_numbers` have the compiler's message and line as fields,
    the second one numbers the program's lines; `<task>_error_comments` has the message as a
    comment in its line; `<task>_no_errors` has the program alone.
    """

    families: ClassVar[dict[str, str]] = {
        _PLAIN: "compile_error_repair",
        _NUMBERED: "compile_error_repair",
        _COMMENTED: "program_repair",
        _SILENT: "program_repair",
    }

    # An inverted prompt asks for the numbers and the comment, so it has to say so.
    domains: ClassVar[dict[str, str]] = {_NUMBERED: _NUMBERED, _COMMENTED: _COMMENTED}

    format: Literal["dr_repair"]
    collection: str = Field("program_synthesis", description="Collection of the tasks.")

    def rows(self, piece: Piece) -> Rows:
        if format_of(piece.path) == "json" and isinstance(document := load_json(piece.path), dict):
            return iter([(piece.relative, document)])
        return super().rows(piece)

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        for repair in _repairs(row):
            if isinstance(repair, BadRow):
                yield repair
            else:
                yield from _drafts(repair)


def _drafts(repair: _Repair) -> Iterator[Draft]:
    answer, line = "\n".join(repair.fixed), str(repair.line)
    told = {"answer": answer, "error": repair.message, "line": line}
    numbered = [f"{number}: {code}" for number, code in enumerate(repair.broken, start=1)]
    commented = list(repair.broken)
    commented[repair.line - 1] += f"  // error: {repair.message}"
    yield Draft({"code": "\n".join(repair.broken), **told}, form=_PLAIN)
    yield Draft({"code": "\n".join(numbered), **told}, form=_NUMBERED)
    yield Draft({"code": "\n".join(commented), "answer": answer}, form=_COMMENTED)
    yield Draft({"code": "\n".join(repair.broken), "answer": answer}, form=_SILENT)


def _repairs(row: Row) -> Iterator[_Repair | BadRow]:
    if "errors" in row:
        lines, errors = _code(row, "lines"), objects_of(row, "errors")
        if lines is None or errors is None:
            yield BadRow("wrong_type", "lines or errors is not a list of objects")
            return
        for error in errors:
            yield _checked(
                _with_changes(lines, error.get("mod_line"), error.get("mod_code")),
                lines,
                text_of(error, "err_msg"),
                error.get("err_line"),
            )
    else:
        stated = row.get("err_line")
        said: Row = stated if isinstance(stated, Mapping) else {}
        broken, fixed = _code(row, "code_lines"), _code(row, "gold_code_lines")
        yield _checked(broken, fixed, text_of(said, "msg"), said.get("lineno"))


def _checked(
    broken: list[_Line] | None, fixed: list[_Line] | None, message: str, line: object
) -> _Repair | BadRow:
    if broken is None or fixed is None:
        return BadRow("wrong_type", "the lines of the program are not objects with code and indent")
    if not isinstance(line, int) or not 0 <= line < len(broken):
        return BadRow("wrong_type", f"line {line!r} of a program of {len(broken)} lines")
    if not message.strip():
        return BadRow("empty_field", "the compiler's message is empty or missing")
    texts = _with_braces(broken)
    number = _line_number(broken, texts, message, line)
    return _Repair(texts, _with_braces(fixed), message, number)


# "expected ‘ ) ’ before ‘ { ’ token"
_BEFORE_BRACE = re.compile(r"before\W*\{")


def _line_number(lines: list[_Line], texts: list[str], message: str, line: int) -> int:
    """Return the number from 1 of the line that `message` is about, given its number from 0.

    The files count a brace that they leave out to the line after it, `texts` have it at the end of
    the line before. A message about what is missing before such a brace is one line further up.
    """
    if line and _BEFORE_BRACE.search(message) and texts[line - 1].endswith("{"):
        is_restored = not lines[line - 1].code.rstrip().endswith("{")
        return line if is_restored else line + 1
    return line + 1


def _code(row: Row, key: str) -> list[_Line] | None:
    """Return the program's lines."""
    lines = []
    for line in objects_of(row, key) or [{}]:
        indent = line.get("indent")
        if not isinstance(line.get("code"), str) or not isinstance(indent, int):
            return None
        lines.append(_Line(indent, line["code"]))
    return lines


def _with_changes(lines: list[_Line], places: object, codes: object) -> list[_Line] | None:
    """Return `lines` with the code of some of them replaced, keeping the indentation."""
    if not isinstance(places, list) or not isinstance(codes, list) or len(places) != len(codes):
        return None
    changed = list(lines)
    for place, code in zip(places, codes, strict=True):
        if not isinstance(place, int) or not 0 <= place < len(lines) or not isinstance(code, str):
            return None
        changed[place] = _Line(lines[place].indent, code)
    return changed


def _with_braces(lines: list[_Line]) -> list[str]:
    """Return the text of each line, indented by two spaces a level.

    The files leave out the braces around a block that are not the only text of a line, as in
    "} else {": a block begins where the indentation grows and ends where it shrinks.
    """
    texts: list[str] = []
    depth = 0
    for indent, code in lines:
        if indent > depth and texts:
            missing = indent - depth - texts[-1].rstrip().endswith("{")
            texts[-1] += " {" * missing
        closed = depth - indent - code.startswith("}")
        texts.append("  " * indent + "} " * closed + code)
        depth = indent
    return texts
