"""JSON lines: keys are mapped, labels resolved, and each bad line counted; nothing else escapes."""

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from transforms.prompts.exemplars import Prompting
from transforms.prompts.prompting import draft_prompt
from transforms.settings import FewShot, Options
from transforms.sources.formats.tabular import Tabular
from transforms.sources.source import Piece, UnreadableFileError
from transforms.stable_random import Draws
from transforms.types import TEMPLATE_TYPES, Record, Rejection, Task

Read = Callable[..., list[Record | Rejection]]


def _source(**changes: Any) -> Tabular:
    stated = {
        "format": "jsonl",
        "collection": "c",
        "task": "t",
        "family": "multiple_choice_qa",
        "fields": {"question": "q", "options": "o", "answer": "a"},
    }
    return Tabular.model_validate(stated | changes)


CHOICE = _source()
LABELS = _source(fields={"question": "q", "answer": "a"}, labels=["no", "yes"])
FREE = _source(family="closed_book_qa", fields={"question": "q", "answer": "a"})


@pytest.mark.parametrize(
    ("source", "row", "fields"),
    [
        (FREE, {"a": "b"}, {"answer": "b"}),
        (FREE, {"a": 5}, {"answer": "5"}),
        (FREE, {"a": ["b", "c"]}, {"answer": ["b", "c"]}),
        (FREE, {"a": "b", "x": {"y": 1}}, {"answer": "b"}),
        (CHOICE, {"o": ["x", "y"], "a": "y"}, {"options": ["x", "y"], "answer": "y"}),
        (CHOICE, {"o": ["x", "y"], "a": 1}, {"options": ["x", "y"], "answer": "y"}),
        (CHOICE, {"o": [" x ", "y"], "a": 0}, {"options": ["x", "y"], "answer": "x"}),
        (CHOICE, {"o": ["", "y"], "a": 1}, {"options": ["y"], "answer": "y"}),
        (CHOICE, {"o": [7, 8], "a": 8}, {"options": ["7", "8"], "answer": "8"}),
        (CHOICE, {"o": [1, 2], "a": 1.0}, {"options": ["1", "2"], "answer": "1"}),
        (FREE, {"a": True}, {"answer": "true"}),
        (CHOICE, {"a": "y"}, {"answer": "y"}),
        (LABELS, {"a": 0}, {"options": ["no", "yes"], "answer": "no"}),
        (LABELS, {"a": "yes"}, {"options": ["no", "yes"], "answer": "yes"}),
    ],
)
def test_good_rows(
    read_source: Read, source: Tabular, row: dict[str, object], fields: dict[str, object]
) -> None:
    (record,) = read_source(source, orjson.dumps({"q": "?"} | row))
    assert isinstance(record, Record)
    assert record.fields == {"question": "?"} | fields


def test_dots_reach_into_objects(read_source: Read) -> None:
    fields = {"question": "p.q.text", "answer": "p.a"}
    source = _source(family="closed_book_qa", fields=fields, id="meta.id")
    row = {"p": {"q": {"text": "?"}, "a": "b"}, "meta": {"id": 7}}
    (one,) = read_source(source, orjson.dumps(row))
    (two,) = read_source(source, orjson.dumps(row | {"p": {"q": {"text": "!"}, "a": "b"}}))
    (flat,) = read_source(source, orjson.dumps(row | {"p": {"q": "?", "a": "b"}}))
    assert isinstance(one, Record)
    assert isinstance(two, Record)
    assert isinstance(flat, Rejection)
    assert one.fields == {"question": "?", "answer": "b"}
    assert two.fields == {"question": "!", "answer": "b"}
    assert one.id != two.id


@pytest.mark.parametrize("own_id", [None, [], {}, 1.5])
def test_an_id_that_is_none_is_the_hash_of_the_fields(read_source: Read, own_id: object) -> None:
    source = FREE.model_copy(update={"id": "id"})
    (with_id,) = read_source(source, orjson.dumps({"q": "?", "a": "b", "id": own_id}))
    (without,) = read_source(FREE, orjson.dumps({"q": "?", "a": "b"}))
    assert with_id == without


@pytest.mark.parametrize(
    ("source", "line", "reason", "detail"),
    [
        (FREE, b'{"q": "?"', "invalid_json", "column 10"),
        (FREE, b'{"a": "b"}{"a": "b"}', "invalid_json", "column 11"),
        (FREE, b'{"a": NaN}', "empty_field", "answer is empty"),
        (FREE, b'{"a": 1e400}', "invalid_json", "infinity"),
        (FREE, b'{"a": "\\ud800"}', "invalid_json", "surrogate"),
        (FREE, b'{"a": "\\udc00\\ud800"}', "invalid_json", "surrogate"),
        (FREE, b'{"a": "\xed\xa0\x80"}', "invalid_utf8", ""),
        (FREE, b'{"a": "\xff"}', "invalid_utf8", ""),
        pytest.param(FREE, b"[" * 100_000, "invalid_json", "depth", id="deep"),
        (FREE, b'["a"]', "wrong_type", "not an object"),
        (FREE, b"3", "wrong_type", "not an object"),
        (FREE, b"null", "wrong_type", "not an object"),
        (FREE, b'"text"', "wrong_type", "not an object"),
        (FREE, b"{}", "empty_field", "answer is empty"),
        (FREE, b'{"a": " "}', "empty_field", "answer is empty"),
        (FREE, b'{"a": {"b": 1}}', "wrong_type", "answer is dict"),
        (FREE, b'{"a": ["b", null]}', "wrong_type", "answer is list"),
        (LABELS, b'{"a": 2}', "unknown_label", "answer 2 of 2 options"),
        (LABELS, b'{"a": -1}', "unknown_label", "answer -1 of 2 options"),
        (LABELS, b'{"a": "maybe"}', "unknown_label", "'maybe' is none of the options"),
        (LABELS, b'{"a": "YES"}', "unknown_label", "'YES' is none of the options"),
        (LABELS, b'{"a": ["yes"]}', "unknown_label", "none of the options"),
        (CHOICE, b'{"a": "b", "o": []}', "unknown_label", "none of the options"),
        (CHOICE, b'{"a": 18446744073709551615, "o": ["b"]}', "unknown_label", "of 1 options"),
        (CHOICE, b'{"a": 1, "o": [7, 8]}', "unknown_label", "of 2 options"),
        (CHOICE, b'{"a": 1, "o": ["1", "2"]}', "ambiguous_label", "answer_is"),
        (CHOICE, b'{"o": ["b"]}', "empty_field", "answer is empty"),
        (CHOICE, b'{"a": "", "o": ["b", ""]}', "empty_field", "answer is empty"),
        (CHOICE, b'{"a": 0, "o": ["b", {}]}', "wrong_type", "options is list"),
    ],
)
def test_bad_rows_are_counted_and_placed(
    read_source: Read, source: Tabular, line: bytes, reason: str, detail: str
) -> None:
    good = b'{"q": "?", "a": "yes", "o": ["yes"]}\n'
    first, bad, last = read_source(source, good + line + b"\n" + good, "d.jsonl")
    assert isinstance(bad, Rejection)
    assert bad.reason == reason
    assert bad.detail.startswith("d.jsonl:2")
    assert detail in bad.detail
    assert isinstance(first, Record)
    assert isinstance(last, Record)


def test_a_bom_windows_line_ends_and_blank_lines_do_no_harm(read_source: Read) -> None:
    data = b'\xef\xbb\xbf{"q": "?", "a": "b"}\r\n\r\n  \n{"q": "?", "a": "c"}'
    elements = read_source(FREE, data, "d.jsonl")
    assert [e.fields["answer"] for e in elements] == ["b", "c"]  # type: ignore[union-attr]


def test_an_empty_file_is_a_task_without_records(read_source: Read) -> None:
    assert read_source(FREE, b"", "d.jsonl") == []


def test_an_unknown_family_is_refused_with_a_hint() -> None:
    with pytest.raises(ValidationError, match="did you mean 'sentiment'"):
        _source(family="sentimnt")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", " ", "x", "y", "no"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("qoai"), inner, max_size=3)
    ),
    max_leaves=5,
)
ROWS = st.dictionaries(st.sampled_from("qoai"), JSON)
PIECES = [b"{", b"}", b'"a"', b":", b"[", b"]", b",", b"1", b"\n", b"\xff", b"\\ud800", b"\x00"]
FILES = st.one_of(
    st.binary(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join),
    st.lists((ROWS | JSON).map(orjson.dumps), max_size=4).map(b"\n".join),
)


def _elements(
    directories: pytest.TempPathFactory, source: Tabular, data: bytes
) -> tuple[Task, list[Record | Rejection]]:
    path = directories.mktemp("jsonl") / "d.jsonl"
    path.write_bytes(data)
    task, *elements = source.read("s", Piece(path=str(path), relative=path.name))
    assert isinstance(task, Task)
    assert all(isinstance(element, (Record, Rejection)) for element in elements)
    return task, elements  # type: ignore[return-value]


def _looks_like_utf_16(data: bytes) -> bool:
    """Return whether most pairs have a zero byte, on one side: then lines are others."""
    sides = data[::2], data[1::2]
    return any(
        one.count(0) > len(one) // 2 and not other.count(0) for one, other in (sides, sides[::-1])
    )


@pytest.mark.parametrize("source", [FREE, CHOICE, LABELS, FREE.model_copy(update={"id": "i.q"})])
@settings(max_examples=60)
@given(data=FILES)
def test_every_line_is_kept_or_counted(
    tmp_path_factory: pytest.TempPathFactory, source: Tabular, data: bytes
) -> None:
    assume(not _looks_like_utf_16(data))
    try:
        # A file that is one JSON text is read as that, whatever its name.
        json.loads(data)
    except ValueError:
        pass
    else:
        return
    try:
        _, elements = _elements(tmp_path_factory, source, data)
    except UnreadableFileError:
        # It begins like a file of another kind.
        return
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert len(elements) == sum(bool(line.strip(b" \r\n")) for line in lines)


@pytest.mark.parametrize("source", [FREE, CHOICE, LABELS])
@settings(max_examples=40)
@given(rows=st.lists(ROWS.map(lambda row: {"q": "?", "o": ["x", "y"], "a": "x"} | row), min_size=1))
def test_what_is_kept_can_be_prompted(
    tmp_path_factory: pytest.TempPathFactory, source: Tabular, rows: list[dict[str, object]]
) -> None:
    data = b"\n".join(map(orjson.dumps, rows))
    task, elements = _elements(tmp_path_factory, source, data)
    records = [element for element in elements if isinstance(element, Record)]
    context = Prompting(task, records, FewShot().variants, Options())
    for record in records:
        for template_type in TEMPLATE_TYPES:
            draft = draft_prompt(record, template_type, context, Draws(record.id))
            assert draft is not None
            assert draft.compose().targets
