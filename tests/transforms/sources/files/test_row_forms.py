"""Rows that are not written as objects, and values with the types of a database."""

from collections.abc import Sequence
from typing import Any

import pytest

from transforms.sources.files.json_documents import loads
from transforms.sources.files.row import BadRow
from transforms.sources.files.row_forms import is_conversation, rows_from, without_types


def _rows(values: Sequence[Any], columns: Sequence[str] | None = None) -> list[Any]:
    numbered = [(str(number), value) for number, value in enumerate(values, start=1)]
    rows = [row for _, row in rows_from(iter(numbered), columns)]
    return [(row.reason, row.detail) if isinstance(row, BadRow) else row for row in rows]


_ADVICE = "list, not an object; if all rows are lists, name their columns with `columns`"


@pytest.mark.parametrize(
    ("values", "columns", "expected"),
    [
        ([["q", "a"], ["Who?", 1]], None, [{"q": "Who?", "a": 1}]),
        ([["q", "a"], ["Who?", 1]], ["x", "y"], [{"x": "q", "y": "a"}, {"x": "Who?", "y": 1}]),
        ([["q", "a"], ["Who?"]], None, [("wrong_columns", "1 values for 2 columns")]),
        ([["Who?", 1], ["Why?", 2]], None,
         [("wrong_type", _ADVICE), ("wrong_type", "list, not an object")]),
        ([["q", "q"], ["Who?", "She."]], None,
         [("wrong_type", _ADVICE), ("wrong_type", "list, not an object")]),
        # Among objects, a list of texts is no header.
        ([{"q": 1}, ["q", "a"]], None, [{"q": 1}, ("wrong_type", "list, not an object")]),
        (['{"q": "Who?"}', '{"q"', "Who?"], None,
         [{"q": "Who?"}, ("invalid_json", "a text, and in it unexpected end of data, column 5"),
          ("wrong_type", "str, not an object")]),
        ([[{"role": "user", "content": "Hi"}, {"role": "bot", "content": "Yes?"}]], None,
         [{"messages": [{"role": "user", "content": "Hi"}, {"role": "bot", "content": "Yes?"}]}]),
    ],
)  # fmt: skip
def test_rows(values: list[Any], columns: list[str] | None, expected: list[Any]) -> None:
    assert _rows(values, columns) == expected


@pytest.mark.parametrize(
    "turns",
    [
        [{"role": "user", "content": "Hi"}],
        [{"role": "user", "content": "Hi"}, {"role": "user", "content": "You?"}],
        # Rows of a table of messages.
        [{"id": 1, "role": "user", "text": "Hi"}, {"id": 2, "role": "bot", "text": "Yes?"}],
        [{"role": "user", "content": "Hi"}, "Yes?"],
        [],
    ],
)
def test_other_lists_are_no_conversation(turns: list[Any]) -> None:
    assert not is_conversation(turns)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # DynamoDB: as in its guide to the format of exports.
        (
            {"Item": {"Id": {"N": "103"}, "Price": {"N": "-1.50"}, "Title": {"S": "A, B"},
                      "Authors": {"L": [{"S": "Ann"}, {"M": {"n": {"BOOL": False}}}]},
                      "Tags": {"SS": ["x", "y"]}, "Sizes": {"NS": ["1", "2"]},
                      "Gone": {"NULL": True}, "Nothing": {"M": {}}}},
            {"Item": {"Id": 103, "Price": "-1.50", "Title": "A, B",
                      "Authors": ["Ann", {"n": False}], "Tags": ["x", "y"],
                      "Sizes": [1, 2], "Gone": None, "Nothing": {}}},
        ),
        ({"q": {"S": "Who?"}, "n": {"N": "12345678901234567890123"}},
         {"q": "Who?", "n": "12345678901234567890123"}),
        # Firestore
        (
            {"name": "d/1", "fields": {
                "t": {"stringValue": "Hi"}, "n": {"integerValue": "7"}, "x": {"nullValue": None},
                "l": {"arrayValue": {"values": [{"doubleValue": 0.5}]}}, "e": {"arrayValue": {}},
                "m": {"mapValue": {"fields": {"ok": {"booleanValue": True}}}}}},
            {"name": "d/1", "fields": {"t": "Hi", "n": 7, "x": None, "l": [0.5], "e": [],
                                       "m": {"ok": True}}},
        ),
        # MongoDB
        ({"n": {"$numberInt": "1"}, "f": {"$numberDouble": "0.5"}, "_id": {"$oid": "a"}},
         {"n": 1, "f": 0.5, "_id": {"$oid": "a"}}),
        # Objects that only look alike.
        *(
            (row, row)
            for row in (
                {"options": {"S": "small", "M": "medium"}},
                {"size": {"S": 1}}, {"size": {"N": "five"}}, {"size": {"L": "large"}},
                {"q": {"S": "Who?"}, "a": "She."}, {"Item": {"S": {"x": 1}}}, {"fields": {}},
                {"n": {"$numberInt": 1}},
            )
        ),
    ],
)  # fmt: skip
def test_types_of_databases(row: dict[str, Any], expected: dict[str, Any]) -> None:
    assert without_types(row) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'a': None, 'b': [True, 'it\\'s']}", {"a": None, "b": [True, "it's"]}),
        ('{\'a\': "it\'s", \'n\': -1.5}', {"a": "it's", "n": -1.5}),
        ("{'text': array(['Rome', 'Oslo'], dtype=object), 'n': array([1, 2])}",
         {"text": ["Rome", "Oslo"], "n": [1, 2]}),
        ("{'n': nan}", {"n": None}),
        ("{'url': 'http://a/*b*/'}", {"url": "http://a/*b*/"}),
        ('[1, // one\n 2, /* two,\n */ {"u": "http://a//b"},]', [1, 2, {"u": "http://a//b"}]),
        ('{"u": "/* no comment */"} // end', {"u": "/* no comment */"}),
    ],
)  # fmt: skip
def test_comments_and_pythons_spelling(text: str, value: Any) -> None:
    assert loads(text) == value


@pytest.mark.parametrize(
    "text",
    [
        # Python would join the texts; somebody forgot a comma.
        "{'a': 'b' 'c'}",
        '["red" "blue"]',
        "{'a': (1)}",
        "{'a': {1, 2}}",
        "{'a': array([1, 2]}",
        "{'a': datetime.date(2024, 5, 1)}",
        "{a: 'b'}",
        "{'a': 'b'",
        "{'a': '\\ud800'}",
    ],
)
def test_what_is_no_json_stays_so(text: str) -> None:
    with pytest.raises(ValueError, match="column"):
        loads(text)
