"""Unfold rows that contain lists of rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field, model_validator

from transforms.settings import Settings
from transforms.sources.field_sources import look_up
from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.source import stated_id


class Unfolding(Settings):
    """The list of a row that contains the actual rows."""

    explode: str | list[str] | None = Field(
        None,
        description="Key of a list: each item becomes a separate row, in which the key holds that "
        "item. Dots reach into lists of lists: 'paragraphs.qas'. Several keys name "
        "lists of the same length, which are unfolded together.",
    )

    @model_validator(mode="before")
    @classmethod
    def _each_is_explode(cls, stated: object) -> object:
        # Its name in mappings of version 0.1.
        if isinstance(stated, dict) and "each" in stated and "explode" not in stated:
            return {("explode" if key == "each" else key): v for key, v in stated.items()}
        return stated


def explode(rows: Rows, keys: str | list[str] | None) -> Rows:
    """Yield a row for each item of the list under a key; the key then holds the item.

    {"t": 1, "qas": [{"q": "a"}, {"q": "b"}]}, "qas" → {"t": 1, "qas": {"q": "a"}}, and so on. Dots
    reach into lists of lists; several keys name lists of the same length, unfolded together. A row
    without an item is a bad row.
    """
    if keys is None:
        yield from rows
        return
    for where, row in rows:
        if isinstance(row, BadRow):
            yield where, row
            continue
        one = [keys] if isinstance(keys, str) else keys
        unfolded = _side_by_side(row, one) if len(one) > 1 else _unfolded(row, one[0].split("."))
        for number, item in enumerate(unfolded, start=1):
            yield f"{where}, {number}", item


def _unfolded(row: Row, path: list[str]) -> Iterator[Row | BadRow]:
    first, *rest = path
    value = row.get(first)
    if isinstance(value, Mapping) and rest:
        values: list[Any] = [value]
    elif isinstance(value, list) and value:
        values = value
    else:
        empty = value in (None, [])
        reason, problem = (
            ("empty_field", "empty or missing") if empty else ("wrong_type", "no list")
        )
        yield BadRow(reason, f"{first} is {problem}, so nothing can be taken out of it")
        return
    for item in values:
        if not rest:
            yield {**row, first: item}
        elif not isinstance(item, Mapping):
            yield BadRow(
                "wrong_type", f"an item of {first} is {type(item).__name__}, not an object"
            )
        else:
            for inner in _unfolded(item, rest):
                yield inner if isinstance(inner, BadRow) else {**row, first: inner}


def _side_by_side(row: Row, keys: list[str]) -> Iterator[Row | BadRow]:
    lists = [_within(row, key) for key in keys]
    if not all(isinstance(value, list) for value in lists):
        wrong = next(key for key in keys if not isinstance(_within(row, key), list))
        yield BadRow("wrong_type", f"{wrong} is not a list")
        return
    if len({len(value) for value in lists if isinstance(value, list)}) != 1 or not lists[0]:
        lengths = ", ".join(str(len(value)) for value in lists if isinstance(value, list))
        yield BadRow("wrong_type", f"{', '.join(keys)} are lists of different lengths: {lengths}")
        return
    for items in zip(*[value for value in lists if isinstance(value, list)], strict=True):
        yield {**row, **dict(zip(keys, items, strict=True))}


def _within(row: Row, key: str) -> Any:
    """Return the value under a key, or under a path into objects: "answers.text"."""
    value: Any = row
    for name in [key] if key in row else key.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def ids_around(row: Row, key: str) -> list[str | None]:
    """Return the ids of the rows around the one that `key` is the id of, under the same name.

    {"id": "text 1", "questions": {"id": "q 7"}}, "questions.id" → ["text 1"]
    """
    *path, name = key.split(".")
    around = (".".join([*path[:depth], name]) for depth in range(len(path)))
    return [stated_id(look_up(row, one)) for one in around]
