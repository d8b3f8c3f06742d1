"""Read JSON documents: strict ones fast, and others if their meaning is unambiguous.

Python and pandas write NaN and Infinity, editors leave comments and a comma before a closing
bracket, jq writes one object after the other, and `str` writes Python's spelling of a list. All of
these are read.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from transforms.sources.files.row_forms import is_conversation
from transforms.sources.source import UnreadableFileError

IsRow = Callable[[Mapping[str, object]], bool]
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])', re.S)
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)
_SPACE = re.compile(r"\s*")
# What Python and NumPy spell otherwise than JSON.
_PYTHON = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b(?:True|False|None|nan)\b"""
    r"""|\barray\(|(?:,\s*dtype=[\w.]+)?\s*\)""",
    re.S,
)
_PYTHON_WORDS = {"True": "true", "False": "false", "None": "null", "nan": "null"}


def never(_: Mapping[str, object]) -> bool:
    """Return that no object is a row."""
    return False


def _constant(name: str) -> str | None:
    """Return None for NaN, which means a missing value in pandas; keep Infinity as text."""
    return None if name == "NaN" else name


_DECODER = json.JSONDecoder(parse_constant=_constant)


def loads(data: bytes | str) -> Any:
    """Return the value of one JSON text: it may have NaN, Infinity, comments and trailing commas.

    A list or object as Python spells it counts as one: "{'a': None}" → {"a": None}.

    Raises:
      orjson.JSONDecodeError: it is not JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        text = _decoded(data)
        if text is None:
            raise
        for candidate in _candidates(text):
            try:
                value = _DECODER.decode(candidate)
                # Half of a surrogate pair cannot be encoded as UTF-8.
                json.dumps(value, ensure_ascii=False).encode()
            except (ValueError, RecursionError):
                continue
            return value
        raise error


def _decoded(data: bytes | str) -> str | None:
    if isinstance(data, str):
        return data
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _candidates(text: str) -> Iterator[str]:
    """Yield possible readings of a text that is not strict JSON."""
    if "NaN" in text or "Infinity" in text:
        yield text
    plain = _without_commas(text)
    if plain != text.rstrip():
        yield plain
    if "//" in text or "/*" in text:
        yield _without_commas(_STRING_OR_COMMENT.sub(_unless_comment, text))
    if text.lstrip()[:1] in ("{", "[") and (spelled := _spelled_in_json(text)) is not None:
        yield spelled


def _without_commas(text: str) -> str:
    """Return a text without commas that nothing follows."""
    plain = _STRING_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text)
    return plain.rstrip().removesuffix(",")


def _unless_comment(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else " "


def _spelled_in_json(text: str) -> str | None:
    """Return Python's spelling of a list or object in JSON's; None if it cannot be one.

    {'a': array(['b'], dtype=object)} → {"a": ["b"]}. Two texts side by side, which Python would
    join, stay two, and are no JSON.
    """
    open_arrays = 0

    def in_json(match: re.Match[str]) -> str:
        nonlocal open_arrays
        found = match[0]
        if found[0] in "'\"":
            return json.dumps(ast.literal_eval(found), ensure_ascii=False)
        if found in _PYTHON_WORDS:
            return _PYTHON_WORDS[found]
        open_arrays += 1 if found == "array(" else -1
        return " "

    try:
        spelled = _PYTHON.sub(in_json, text)
    except (ValueError, SyntaxError):
        return None
    return spelled if open_arrays == 0 and spelled != text else None


def load_document(data: bytes, path: str) -> Any:
    """Return a JSON document; several objects or lists one after the other are one list.

    Raises:
      UnreadableFileError: it is not JSON; the message has line, column, and whether it seems
      truncated.
    """
    try:
        return loads(data)
    except orjson.JSONDecodeError as error:
        try:
            text = data.decode()
        except UnicodeDecodeError as invalid:
            raise UnreadableFileError(
                f"{path}: not valid JSON: byte {invalid.start + 1} is not UTF-8; if the file is in "
                "another encoding, set `encoding`"
            ) from error
        if (values := _concatenated(text)) is not None:
            return values
        is_cut = error.pos >= len(text.rstrip()) or error.msg.startswith("unexpected end")
        hint = "the file may be truncated: fetch it again" if is_cut else "correct that line"
        raise UnreadableFileError(
            f"{path}:{error.lineno}: not valid JSON ({error.msg}, column {error.colno}); "
            f"{hint} or remove it"
        ) from error


def _concatenated(text: str) -> list[Any] | None:
    """Return consecutive rows, or those of consecutive lists; None if there is anything else."""
    values: list[Any] = []
    position = _end_of_space(text, 0)
    while position < len(text):
        try:
            value, position = _DECODER.raw_decode(text, position)
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return None
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            values += [value] if is_conversation(value) else value
        elif isinstance(value, (dict, list)):
            # A list is a row of cells.
            values.append(value)
        else:
            return None
        position = _end_of_space(text, position)
    return values or None


def _end_of_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def rows_of(document: Any, path: str, at: str | None, is_row: IsRow) -> Sequence[Any]:
    """Return the rows in a document.

    Args:
      at: the key of the rows; dots reach deeper.
      is_row: tests whether an object is itself a row.

    Raises:
      UnreadableFileError: it contains no rows, or several lists that could be them.
    """
    for key in at.split(".") if at else ():
        if not isinstance(document, Mapping) or key not in document:
            raise UnreadableFileError(f"{path}: no key {at!r} in the document")
        document = document[key]
    if isinstance(document, list):
        return [document] if is_conversation(document) else document
    if not isinstance(document, dict):
        raise UnreadableFileError(
            f"{path}: neither a list of objects nor an object that contains one"
        )
    if is_row(document):
        return [document]
    return _rows_in(document, path)


def _only_deep_list(document: Mapping[str, Any]) -> list[Any] | None:
    """Return the only list of objects below objects alone, as web services wrap their rows.

    {"took": 3, "hits": {"total": {"value": 2}, "hits": [{…}, {…}]}} → [{…}, {…}]

    A text beside the list, of more words than one, makes its object a row: a passage with its
    questions.
    """
    found: list[list[Any]] = []
    open_objects = [document]
    while open_objects:
        values = list(open_objects.pop().values())
        lists = [value for value in values if isinstance(value, list) and value]
        found += [value for value in lists if all(isinstance(item, dict) for item in value)]
        if lists and any(isinstance(value, str) and " " in value.strip() for value in values):
            return None
        open_objects += [value for value in values if isinstance(value, dict)]
    return found[0] if len(found) == 1 else None


def _are_columns(values: list[Any]) -> bool:
    return all(isinstance(value, list) and len(value) == len(values[0]) for value in values)


def _rows_in(document: dict[str, Any], path: str) -> Sequence[Any]:
    """Return the rows of an object: its only list, its columns, or its objects by key."""
    lists = {key: value for key, value in document.items() if isinstance(value, list)}
    if len(lists) == 1:
        return next(iter(lists.values()))
    of_objects = [key for key, value in lists.items() if value and isinstance(value[0], dict)]
    if len(of_objects) == 1:
        return lists[of_objects[0]]
    if set(document) in ({"columns", "data"}, {"columns", "index", "data"}) and len(lists) > 1:
        # pandas: `orient="split"`.
        names = lists["columns"]
        rows = lists.get("data", [])
        if all(isinstance(row, list) and len(row) == len(names) for row in rows):
            return [dict(zip(map(str, names), row, strict=True)) for row in rows]
    if (deep := _only_deep_list(document)) is not None:
        return deep
    values = list(document.values())
    if lists and values[0] and not of_objects and _are_columns(values):
        return [dict(zip(document, row, strict=True)) for row in zip(*values, strict=True)]
    if values and all(isinstance(value, dict) for value in values):
        numbers = [str(number) for number in range(len(values[0]))]
        if numbers and all(list(value) == numbers for value in values):
            # pandas: {"column": {"0": …, "1": …}}
            return [{key: document[key][number] for key in document} for number in numbers]
        return values
    names = of_objects or list(lists)
    hint = f"; say which, e.g. `rows_at: {names[0]}`" if names else ""
    what = f"{len(lists)} lists ({', '.join(names):.100})" if names else "single values"
    if values and all(isinstance(value, str) for value in values):
        hint = '; write each pair as a row, {"question": "…", "answer": "…"}'
    raise UnreadableFileError(
        f"{path}: an object with {what}, not a list of objects or an object with one{hint}"
    )
