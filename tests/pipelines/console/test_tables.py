"""Tables on narrow terminals: numbers stay whole, and nothing is cut."""

import io

import pytest
from rich.console import Console

from pipelines.console.report import framed, plain_table

_ROWS = (("natural_instructions", "1,234,567", "50.0 [23.7, 76.3]"), ("cot", "67", "100.0"))


def _shown(width: int, *rows: tuple[str, ...]) -> list[str]:
    table = plain_table("collection", "tokens read", "score", right=2)
    for row in rows:
        table.add_row(*row)
    output = io.StringIO()
    Console(file=output, width=width).print(table)
    return [line.rstrip() for line in output.getvalue().splitlines()]


def test_a_wide_terminal_shows_every_cell_and_header_in_one_line() -> None:
    assert _shown(80, *_ROWS) == [
        "collection            tokens read              score",
        "natural_instructions    1,234,567  50.0 [23.7, 76.3]",
        "cot                            67              100.0",
    ]


def test_headers_and_names_are_folded_before_numbers() -> None:
    assert _shown(40, *_ROWS) == [
        "               tokens",
        "collection       read             score",
        "natural_in  1,234,567 50.0 [23.7, 76.3]",
        "structions",
        "cot                67             100.0",
    ]


def test_a_narrow_terminal_shows_paragraphs() -> None:
    assert _shown(26, *_ROWS) == [
        "natural_instructions",
        "    tokens read 1,234,567",
        "    score",
        "    50.0 [23.7, 76.3]",
        "cot",
        "    tokens read 67",
        "    score 100.0",
    ]


def test_empty_cells_are_left_out_of_paragraphs() -> None:
    assert _shown(21, ("a", "1,234,567,890,123", ""), ("b", "2", "3")) == [
        "a",
        "    tokens read",
        "    1,234,567,890,123",
        "b",
        "    tokens read 2",
        "    score 3",
    ]


@pytest.mark.parametrize("width", range(24, 90))
def test_no_number_is_broken_at_any_width(width: int) -> None:
    shown = "\n".join(_shown(width, *_ROWS))
    assert all(cell in shown for row in _ROWS for cell in row[1:])
    assert max(map(len, shown.splitlines())) <= width


def test_titles_of_frames_are_cut_with_a_mark() -> None:
    output = io.StringIO()
    Console(file=output, width=24).print(framed("text", "dialogs · c2d74f08ba7ab184", "12 tokens"))
    first, _, last = output.getvalue().splitlines()
    assert "dialogs · c2d74f08…" in first
    assert "12 tokens" in last
