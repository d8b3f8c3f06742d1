"""DrRepair: braces that its files leave out, the broken line, and the compiler's message."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.sources.formats.dr_repair import DrRepair
from transforms.sources.source import Piece
from transforms.types import Task

ReadTexts = Callable[..., list[Any]]
# As the files have it: no brace behind `for (…)` and `if (…)`, none around "else".
_LINES = [
    (0, "int main() {"),
    (1, "int n ;"),
    (1, "for ( int i = 0 ; i < n ; i ++ )"),
    (2, "if ( i > 2 )"),
    (3, "n = 1 ;"),
    (2, "else"),
    (3, "n = 2 ;"),
    (2, "}"),
    (1, "}"),
    (1, "return 0 ;"),
    (0, "}"),
]
_FIXED = """int main() {
  int n ;
  for ( int i = 0 ; i < n ; i ++ ) {
    if ( i > 2 ) {
      n = 1 ;
    } else {
      n = 2 ;
    }
  }
  return 0 ;
}"""


def _lines(changed: dict[int, str] | None = None) -> list[dict[str, object]]:
    return [
        {"text": "", "code": (changed or {}).get(number, code), "indent": indent}
        for number, (indent, code) in enumerate(_LINES)
    ]


def _read(read_texts: ReadTexts, row: dict[str, object]) -> list[Any]:
    return read_texts(DrRepair(format="dr_repair"), json.dumps(row), "err-dev.jsonl")


def test_programs_have_their_braces(read_texts: ReadTexts) -> None:
    plain, numbered, commented, silent = _read(
        read_texts,
        {
            "code_lines": _lines({1: "int n"}),
            "gold_code_lines": _lines(),
            "err_line": {"lineno": 2, "msg": "expected ‘;’ before ‘for’"},
        },
    )
    broken = _FIXED.replace("int n ;", "int n")
    assert plain == {
        "code": broken,
        "answer": _FIXED,
        "error": "expected ‘;’ before ‘for’",
        "line": "3",
    }
    assert numbered["code"].splitlines()[5] == "6:     } else {"
    assert "i ++ ) {  // error: expected" in commented["code"]
    assert silent == {"code": broken, "answer": _FIXED}


def test_changes_of_lines_have_the_braces_around_them(read_texts: ReadTexts) -> None:
    plain, *_ = _read(
        read_texts,
        {
            "lines": _lines(),
            "errors": [
                {
                    "mod_line": [3],
                    "mod_code": ["if ( i > 2"],
                    "err_line": 3,
                    "err_msg": "expected ‘)’",
                }
            ],
        },
    )
    assert plain["code"] == _FIXED.replace("if ( i > 2 ) {", "if ( i > 2 {")
    assert plain["answer"] == _FIXED


@pytest.mark.parametrize(
    ("changed", "message", "counted_from_0", "line"),
    [
        # The brace was left out, so it was counted to "n = 1 ;".
        ({3: "if ( i > 2"}, "expected ‘ ) ’ before ‘ { ’ token", 4, "4"),
        ({5: "else if"}, "expected ‘ ( ’ before ‘ { ’ token", 6, "6"),
        # The brace is in the file.
        ({0: "int main( {"}, "expected ‘ ) ’ before ‘ { ’ token", 0, "1"),
        ({3: "if ( i > 2 {"}, "expected ‘ ) ’ before ‘ { ’ token", 4, "5"),
        ({1: "( n > 0 ) { n ++ ; }"}, "expected ‘ ; ’ before ‘ { ’ token", 1, "2"),
        # Another message.
        ({4: "m = 1 ;"}, "‘ m ’ was not declared in this scope", 4, "5"),
        ({4: "n = [ 1 ] ;"}, "expected ‘ { ’ before ‘ ; ’ token", 4, "5"),
    ],
)
def test_messages_about_a_restored_brace_are_on_its_line(
    read_texts: ReadTexts, changed: dict[int, str], message: str, counted_from_0: int, line: str
) -> None:
    row = {
        "code_lines": _lines(changed),
        "gold_code_lines": _lines(),
        "err_line": {"lineno": counted_from_0, "msg": message},
    }
    plain, _, commented, _ = _read(read_texts, row)
    assert plain["line"] == line
    said = [n for n, text in enumerate(commented["code"].splitlines(), 1) if "// error" in text]
    assert said == [int(line)]


def test_programs_that_look_unusual_have_a_domain_for_it(tmp_path: Path) -> None:
    row = {
        "code_lines": _lines({1: "int n"}),
        "gold_code_lines": _lines(),
        "err_line": {"lineno": 2, "msg": "expected ‘;’ before ‘for’"},
    }
    (tmp_path / "dev.jsonl").write_text(json.dumps(row))
    piece = Piece(path=str(tmp_path / "dev.jsonl"), relative="dev.jsonl")
    read = DrRepair(format="dr_repair").read("s", piece)
    assert {one.name: one.domain for one in read if isinstance(one, Task)} == {
        "s_plain_code": "",
        "s_line_numbers": "line_numbers",
        "s_error_comments": "error_comments",
        "s_no_errors": "",
    }
