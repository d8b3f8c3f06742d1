"""Turn what programs write in the place of an object into a row: lists, texts, typed values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from transforms.sources.files.row import BadRow, Rows, row_of

_ROLE_KEYS = ("role", "from")
_MESSAGE_KEYS = {
    *_ROLE_KEYS,
    *("content", "value", "text", "name", "weight", "train", "loss_weight", "tool_calls"),
    *("tool_call_id", "function_call", "reasoning_content", "thinking"),
}
# The keys of objects that hold typed values, in exports of DynamoDB and Firestore.
_HOLDERS = ("Item", "fields")
_SCALARS: dict[str, type | tuple[type, ...]] = {
    # DynamoDB's marks, then Firestore's.
    **dict.fromkeys(("S", "N", "B"), str),
    **dict.fromkeys(("BOOL", "NULL"), bool),
    **dict.fromkeys(("stringValue", "integerValue", "timestampValue", "referenceValue"), str),
    "doubleValue": (int, float),
    "booleanValue": bool,
    "nullValue": type(None),
}
_NUMBERS = ("N", "integerValue")
# MongoDB's extended JSON.
_MONGO_NUMBERS = ("$numberInt", "$numberLong", "$numberDouble", "$numberDecimal")
_NOT_TYPED = object()


def rows_from(values: Iterator[tuple[str, Any]], columns: Sequence[str] | None) -> Rows:
    """Yield (place, row or its problem) for parsed values and bad rows.

    A list is a conversation, or the cells of a row: the first of a file names the columns, unless
    `columns` does. A text that spells an object counts as one.

    ["q", "a"], ["Who?", "She."] → {"q": "Who?", "a": "She."}
    """
    names, is_first = columns, True
    for where, value in values:
        if not isinstance(value, list):
            yield where, _object_of(value)
        elif is_conversation(value):
            yield where, row_of({"messages": value})
        elif names is None and is_first and _are_names(value):
            names = value
        else:
            yield where, _of_cells(value, names, is_first=is_first)
        is_first &= isinstance(value, BadRow)


def _are_names(cells: list[Any]) -> bool:
    names = [cell.strip() for cell in cells if isinstance(cell, str)]
    return len(names) == len(cells) == len({*names}) and all(names)


def _of_cells(cells: list[Any], names: Sequence[str] | None, *, is_first: bool) -> Any:
    if names is None:
        advice = "; if all rows are lists, name their columns with `columns`" if is_first else ""
        return BadRow("wrong_type", f"list, not an object{advice}")
    if len(cells) != len(names):
        return BadRow("wrong_columns", f"{len(cells)} values for {len(names)} columns")
    return row_of(dict(zip(names, cells, strict=True)))


def _object_of(value: Any) -> Any:
    if isinstance(value, BadRow):
        return value
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            return BadRow("invalid_json", f"a text, and in it {error.msg}, column {error.colno}")
    return row_of(without_types(value) if isinstance(value, dict) else value)


def is_conversation(value: list[Any]) -> bool:
    """Return whether a list holds the messages of one conversation, and nothing else.

    Messages with further keys, such as an id, are the rows of a table.
    """
    if len(value) < 2 or not all(
        isinstance(one, dict) and one.keys() <= _MESSAGE_KEYS for one in value
    ):
        return False
    roles = [next((one[k] for k in _ROLE_KEYS if isinstance(one.get(k), str)), "") for one in value]
    return all(roles) and len({*roles}) > 1


def without_types(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose values bear the types of a database, as plain values.

    {"text": {"S": "Hi"}, "n": {"N": "1"}} → {"text": "Hi", "n": 1}; so with Firestore's
    `stringValue` and, in any row, MongoDB's `{"$numberInt": "1"}`.
    """
    if (plain := _plain_object(row)) is not _NOT_TYPED:
        return plain  # type: ignore[no-any-return]
    changed = {}
    for key, value in row.items():
        if not isinstance(value, dict):
            continue
        found = _plain_object(value) if key in _HOLDERS else _mongo_number(value)
        if found is not _NOT_TYPED:
            changed[key] = found
    return {**row, **changed} if changed else row


def _plain_object(value: Any) -> Any:
    """Return an object of typed values as one of plain values; `_NOT_TYPED` if it is none."""
    if not isinstance(value, dict) or not value:
        return _NOT_TYPED
    plain = {}
    for key, inner in value.items():
        if (found := _plain_value(inner)) is _NOT_TYPED:
            return _NOT_TYPED
        plain[key] = found
    return plain


def _plain_value(value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1:
        return _NOT_TYPED
    ((mark, inner),) = value.items()
    if mark in _SCALARS:
        if not isinstance(inner, _SCALARS[mark]):
            return _NOT_TYPED
        if mark == "NULL":
            return None
        return _number(str(inner)) if mark in _NUMBERS else inner
    if mark == "M":
        return _plain_object(inner) if inner else {}
    if mark == "mapValue" and isinstance(inner, Mapping):
        return _plain_object(inner["fields"]) if inner.get("fields") else {}
    if mark in ("SS", "NS") and isinstance(inner, list):
        return [_number(item) if mark == "NS" else item for item in inner]
    if mark == "arrayValue" and isinstance(inner, Mapping):
        inner = inner.get("values", [])
    if mark in ("L", "arrayValue") and isinstance(inner, list):
        items = [_plain_value(item) for item in inner]
        return _NOT_TYPED if any(item is _NOT_TYPED for item in items) else items
    return _NOT_TYPED


def _mongo_number(value: dict[str, Any]) -> Any:
    if len(value) != 1:
        return _NOT_TYPED
    ((mark, inner),) = value.items()
    return _number(inner) if mark in _MONGO_NUMBERS and isinstance(inner, str) else _NOT_TYPED


def _number(text: str) -> Any:
    """Return the number that a text spells, as the text where a float would round it."""
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    try:
        return float(text) if repr(float(text)) == text else text
    except ValueError:
        return _NOT_TYPED
