"""Write lists, tables and objects as lines of a text, as a prompt shows them.

["Mars is red.", "It is dry."] → a line for each item
[["Year", "City"], [1990, "Oslo"]] → "Year | City", "1990 | Oslo"
{"header": ["Year"], "rows": [[1990]]} → "Year", "1990"
[{"Year": 1990, "City": "Oslo"}] → "Year | City", "1990 | Oslo"
{"table": "visits", "columns": ["year", "city"]} → "table: visits", "columns: year, city"
"""

from collections.abc import Mapping, Sequence
from typing import Any

from transforms.records.fields import is_missing, spelled

HEADERS = ("header", "headers", "columns", "column_names", "cols")
ROWS = ("rows", "row", "data", "cells", "values")
# Beside them, tables have ids, types of columns and names of files.
_TITLES = ("title", "caption")


def lines_of(value: object) -> str:
    """Return a value as lines: tables with bars between cells, other lists with an item each."""
    if isinstance(value, Mapping):
        return _of_object(value)
    if not isinstance(value, list):
        return "" if is_missing(value) else spelled(value)
    if value and all(isinstance(item, Mapping) for item in value):
        return _of_objects(value)
    return "\n".join(filter(None, (_of_item(item) for item in value)))


def bars(cells: Sequence[Any]) -> str:
    """Return the cells of a row with bars between them: ["Year", None, 3] → "Year |  | 3"."""
    return " | ".join(_in_line(cell) for cell in cells)


def _of_item(item: object) -> str:
    """Return an item of a list: a row with bars, a passage of a title and sentences, or a text."""
    if not isinstance(item, list):
        return lines_of(item)
    if [*map(type, item)] == [str, list]:
        return f"{item[0]}: {' '.join(map(_in_line, item[1]))}"
    return bars(item)


def _named(key: str, value: object) -> str:
    """Return a value after its key: in one line, or below it if it is a table."""
    is_table = isinstance(value, list) and value and all(isinstance(row, list) for row in value)
    return f"{key}:\n{lines_of(value)}" if is_table else f"{key}: {_in_line(value)}"


def _of_object(value: Mapping[str, Any]) -> str:
    names = {name.lower(): name for name in value}
    header = next((names[n] for n in HEADERS if isinstance(value.get(names.get(n, "")), list)), "")
    rows = next((names[n] for n in ROWS if isinstance(value.get(names.get(n, "")), list)), "")
    if header and rows and all(isinstance(row, list) for row in value[rows]):
        titles = (_in_line(item) for key, item in value.items() if key.endswith(_TITLES))
        table = [bars(value[header]), *map(bars, value[rows])]
        return "\n".join(filter(None, (*titles, *table)))
    columns = [*value.values()]
    if len(columns) > 1 and _have_one_length(columns):
        return "\n".join([bars([*value]), *map(bars, zip(*columns, strict=True))])
    lines = (_named(key, item) for key, item in value.items() if not is_missing(item))
    return "\n".join(lines)


def _have_one_length(columns: Sequence[Any]) -> bool:
    are_lists = all(isinstance(column, list) for column in columns)
    return are_lists and len({len(column) for column in columns}) == 1 and len(columns[0]) > 1


def _of_objects(items: Sequence[Mapping[str, Any]]) -> str:
    """Return objects as a table if they have the same keys and no lists, else one by one."""
    names = [*items[0]]
    cells = [cell for item in items for cell in item.values()]
    is_table = all([*item] == names for item in items)
    if not is_table or any(isinstance(cell, (list, Mapping)) for cell in cells):
        return "\n".join(map(_of_object, items))
    return "\n".join([bars(names), *(bars([*item.values()]) for item in items)])


def _in_line(value: object) -> str:
    """Return a value within a line: lists with commas, line breaks as spaces."""
    if isinstance(value, list):
        return ", ".join(map(_in_line, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_in_line(item)}" for key, item in value.items())
    return "" if is_missing(value) else " ".join(spelled(value).split())
