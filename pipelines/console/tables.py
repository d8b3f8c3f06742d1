"""A table that keeps numbers and words whole on a narrow terminal."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Column, Table
from rich.text import Text

from transforms.texts.printable import printable

# Spaces between columns.
_WIDE, _NARROW = 2, 1
# A name may be folded to this width, which leaves the rest to the numbers.
_LEAST_NAME = 10
_INDENT = "    "  # more than names of tasks below their collection have


class PlainTable(Table):
    """A table without lines, which does not break the cells of columns aligned to the right.

    Where they do not fit, each row becomes a paragraph: its first cell, and below it the others
    with their headers.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the table, or its paragraphs."""
        whole = [_whole_width(column) for column in self.columns]
        least = [_least_width(column) for column in self.columns]
        for padding, widths in ((_WIDE, whole), (_NARROW, least)):
            spare = options.max_width - sum(widths) - padding * len(widths)
            if spare >= 0:
                self.padding = (0, padding, 0, 0)
                self._widen(widths, spare)
                yield from super().__rich_console__(console, options)
                return
        headers = [_plain(column.header) for column in self.columns]
        for row in zip(*(column.cells for column in self.columns), strict=True):
            yield from _paragraph(headers, [_plain(cell) for cell in row], options.max_width)

    def _widen(self, widths: Sequence[int], spare: int) -> None:
        """Give each column its width, and the spare width to numbers and their headers first."""
        for column, width in sorted(zip(self.columns, widths, strict=True), key=_is_name):
            header = cell_len(_plain(column.header))
            more = min(spare, max(header, _whole_width(column)) - width)
            column.width = width + more
            spare -= more


def _is_name(column_and_width: tuple[Column, int]) -> bool:
    return column_and_width[0].justify != "right"


def _whole_width(column: Column) -> int:
    """Return the width that breaks no cell; a header may be broken at spaces."""
    return max(map(cell_len, [*_words_of_header(column), *_lines(column)]), default=0)


def _least_width(column: Column) -> int:
    if column.justify == "right":
        return _whole_width(column)
    words = [word for line in _lines(column) for word in line.split()]
    return max(map(_least_of_name, words), default=0)


def _least_of_name(word: str) -> int:
    """Return the width that a word may be folded to; numbers, dates and versions stay whole."""
    return cell_len(word) if word[0].isdigit() else min(cell_len(word), _LEAST_NAME)


def _words_of_header(column: Column) -> list[str]:
    return _plain(column.header).split()


def _lines(column: Column) -> list[str]:
    return [line for cell in column.cells for line in _plain(cell).splitlines()]


def _plain(cell: RenderableType) -> str:
    return cell.plain if isinstance(cell, Text) else printable(str(cell))


def _paragraph(headers: Sequence[str], cells: Sequence[str], width: int) -> Iterator[Text]:
    """Yield the lines of a row: "cot", "    rows 67 · tokens 36,341"."""
    yield Text(cells[0], style="bold")
    line = ""
    for header, cell in zip(headers[1:], cells[1:], strict=True):
        fact = f"{header} {cell}".strip() if cell else ""
        longer = f"{line} · {fact}" if line else f"{_INDENT}{fact}"
        if not fact or cell_len(longer) <= width:
            line = longer if fact else line
            continue
        if line:
            yield Text(line)
        line = f"{_INDENT}{fact}"
        if cell_len(line) > width:
            yield Text(f"{_INDENT}{header}")
            line = f"{_INDENT}{cell}"
    if line:
        yield Text(line)
