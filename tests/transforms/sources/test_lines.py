"""Lists, tables and objects as lines of a text."""

from typing import Any

import pytest

from transforms.sources.field_sources import Lines, keys_of, value_of
from transforms.sources.lines import lines_of


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("Mars is red.", "Mars is red."),
        (3, "3"),
        (None, ""),
        ([], ""),
        (["Mars is red.", "It is dry."], "Mars is red.\nIt is dry."),
        ([["Year", "City"], [1990, "Oslo"]], "Year | City\n1990 | Oslo"),
        ([["Mars", ["It is red.", "It is dry."]]], "Mars: It is red. It is dry."),
        (
            {"header": ["Year"], "rows": [[1990], [2000]], "name": "a.csv", "caption": "Years"},
            "Years\nYear\n1990\n2000",
        ),
        ({"Year": [1990, 2000], "City": ["Oslo", None]}, "Year | City\n1990 | Oslo\n2000 | "),
        (
            [{"Year": 1990, "City": "Oslo\nNorway"}, {"Year": 2000, "City": "Rome"}],
            "Year | City\n1990 | Oslo Norway\n2000 | Rome",
        ),
        ([{"a": 1}, {"b": [2, 3]}], "a: 1\nb: 2, 3"),
        ({"table": "visits", "columns": ["year", "city"]}, "table: visits\ncolumns: year, city"),
        ({"a": {"b": True, "c": [1]}}, "a: b: true, c: 1"),
    ],
)
def test_lines(value: object, lines: str) -> None:
    assert lines_of(value) == lines


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"header": ["Year", "City"], "rows": [[1990, "Oslo"]]}, "Year | City\n1990 | Oslo"),
        ({"header": '["Year"]', "rows": "[[1990]]"}, "Year\n1990"),
        ({"header": [], "rows": [[1990]]}, "1990"),
    ],
)
def test_a_header_under_a_key_of_its_own(row: dict[str, Any], text: str) -> None:
    source = Lines(lines="{header}\n{rows}")
    assert keys_of(source) == ["header", "rows"]
    assert value_of(row, source) == text
