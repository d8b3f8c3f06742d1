"""One task of rows in any tabular format."""

import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from transforms.sources.formats.tabular import Tabular
from transforms.sources.source import Element, Piece, UnreadableFileError
from transforms.types import Record, Task

ReadFile = Callable[..., list[Element]]
ReadTexts = Callable[..., list[Any]]
_ROWS = [
    {"q": "Where is Rome?", "a": "Italy", "id": "1", "license": "CC BY 4.0"},
    {"q": "Where is Bern?", "a": "Switzerland", "id": "2", "license": "mit"},
]


def _parquet(rows: list[dict[str, str]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


def _delimited(rows: list[dict[str, str]], delimiter: str) -> bytes:
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows)]
    return "\n".join(lines).encode()


_FILES = {
    "f.jsonl": "\n".join(json.dumps(row) for row in _ROWS).encode(),
    "f.json": json.dumps({"rows": _ROWS}).encode(),
    "f.csv": _delimited(_ROWS, ","),
    "f.tsv": _delimited(_ROWS, "\t"),
    "f.parquet": _parquet(_ROWS),
}


def _source(form: str, **keys: Any) -> Tabular:
    defaults = {
        "collection": "c",
        "task": "capitals",
        "family": "closed_book_qa",
        "fields": {"question": "q", "answer": "a"},
    }
    return Tabular(format=form, **{**defaults, **keys})


@pytest.mark.parametrize("name", [*_FILES, "f.jsonl.gz", "f.json.zst", "f.csv.zst", "f.tsv.gz"])
def test_formats_agree(read_file: ReadFile, name: str) -> None:
    form = name.split(".")[1]
    source = _source(form, id="id", license_key="license", languages=["en"])
    task, *records = read_file(source, _FILES[f"f.{form}"], name)
    assert task == Task(
        name="capitals",
        source="some_source",
        collection="c",
        family="closed_book_qa",
        languages=("en",),
    )
    plain = _source("jsonl", id="id", license_key="license")
    expected = read_file(plain, _FILES["f.jsonl"], "f.jsonl")
    assert records == expected[1:]
    licenses = [record.license for record in records if isinstance(record, Record)]
    assert licenses == ["CC-BY-4.0", "MIT"]


def test_ids_come_from_the_source_or_the_fields(read_file: ReadFile) -> None:
    def ids(source: Tabular, rows: list[dict[str, str]]) -> list[str]:
        data = "\n".join(json.dumps(row) for row in rows)
        return [e.id for e in read_file(source, data, "f.jsonl") if isinstance(e, Record)]

    changed = [{**row, "a": "elsewhere"} for row in _ROWS]
    # Two rows with one id and other contents are two records.
    assert set(ids(_source("jsonl", id="id"), _ROWS)).isdisjoint(
        ids(_source("jsonl", id="id"), changed)
    )
    assert ids(_source("jsonl"), _ROWS) == ids(_source("jsonl"), _ROWS[::-1])[::-1]
    assert set(ids(_source("jsonl"), _ROWS)).isdisjoint(ids(_source("jsonl"), changed))


def test_every_row_is_kept_or_counted(read_texts: ReadTexts) -> None:
    lines = [
        '{"q": "Why?", "a": "So", "l": 1, "s": "train"}',
        '{"q": "Why?", "a": "So", "s": "test"}',
        '{"q": "Why?", "a": 7, "s": "train"}',
        '{"q": "Why?", "a": " ", "s": "train"}',
        '{"q": null, "a": "So", "s": "train"}',
        '{"q": {}, "a": "So", "s": "train"}',
        "[]",
        "{",
    ]
    source = _source("jsonl", filters={"s": "train"}, label_of={"So": "so", " ": " "})
    assert read_texts(source, "\n".join(lines), "f.jsonl") == [
        {"question": "Why?", "answer": "so", "options": ["so"]},
        ("filtered", "f.jsonl:2"),
        ("unknown_label", "f.jsonl:3: answer 7 is none of So,  "),
        ("empty_field", "f.jsonl:4: answer is empty or missing"),
        ("empty_field", "f.jsonl:5: question is empty or missing"),
        (
            "wrong_type",
            "f.jsonl:6: question is dict, not text or a list of texts; an object without keys "
            "under 'q': show all of it, `question: {text: \"{q}\"}`",
        ),
        ("wrong_type", "f.jsonl:7: list, not an object"),
        ("invalid_json", "f.jsonl:8: unexpected end of data, column 2"),
    ]


def test_long_details_are_cut(read_texts: ReadTexts) -> None:
    row = json.dumps({"q": "Why?", "a": "x" * 10_000})
    ((reason, detail),) = read_texts(_source("jsonl", labels=["a", "b"]), row, "f.jsonl")
    assert reason == "unknown_label"
    assert len(detail) == 301


@pytest.mark.parametrize("form", ["csv", "tsv", "parquet"])
def test_columns_that_are_not_there(read_file: ReadFile, form: str) -> None:
    source = _source(form, fields={"question": "q", "answer": "an"})
    with pytest.raises(UnreadableFileError, match="no column 'an'"):
        read_file(source, _FILES[f"f.{form}"], f"f.{form}")


def test_files_without_header(read_texts: ReadTexts) -> None:
    source = _source("tsv", columns=["q", "a"])
    assert read_texts(source, "Why?\tSo\nWhy?\n", "f.tsv") == [
        {"question": "Why?", "answer": "So"},
        ("wrong_columns", "f.tsv:2: 1 columns, not q, a"),
    ]


@pytest.mark.parametrize(
    ("form", "keys", "message"),
    [
        ("parquet", {"columns": ["q"]}, "goes with text files"),
        ("csv", {"columns": ["q"]}, "key 'a' is none of the columns q"),
        ("csv", {"columns": []}, "at least 1"),
        ("xml", {}, "Input should be"),
        ("csv", {"delimiter": ";;"}, "at most 1"),
    ],
)
def test_mistakes(form: str, keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _source(form, **keys)


def test_large_files_are_split(write: Callable[..., Piece]) -> None:
    size = 200 * 1024 * 1024
    for name, pieces in [("jsonl", 4), ("tsv", 4), ("csv", 4), ("jsonl.gz", 1)]:
        path = write(_FILES[f"f.{name.removesuffix('.gz')}"], f"f.{name}").path
        assert len(_source(name.removesuffix(".gz")).pieces(path, f"f.{name}", size)) == pieces
    piece = write(_FILES["f.parquet"], "f.parquet")
    assert _source("parquet").pieces(piece.path, "f.parquet", 1) == [
        Piece(path=piece.path, relative="f.parquet", start=0, end=1)
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"q": ["Why?", "How?"], "a": ["So", "Thus"]},
        {"q": {"0": "Why?", "1": "How?"}, "a": {"0": "So", "1": "Thus"}},
        {"q": "Why?", "a": ["So", "Thus"]},
    ],
)
def test_a_document_of_columns_or_of_one_row(read_texts: ReadTexts, document: Any) -> None:
    rows = [{"question": "Why?", "answer": "So"}, {"question": "How?", "answer": "Thus"}]
    if isinstance(document["q"], str):
        rows = [{"question": "Why?", "answer": ["So", "Thus"]}]
    assert read_texts(_source("json"), json.dumps(document), "f.json") == rows


def test_rows_without_an_optional_field_are_a_task_of_another_family(
    read_file: Callable[..., list[Any]],
) -> None:
    source = Tabular(
        format="jsonl",
        collection="c",
        task="qa",
        family="reading_comprehension",
        fields={"context": "c", "question": "q", "answer": "a"},
        optional={"context": "closed_book_qa"},
    )
    rows = [{"c": "Text.", "q": "Q?", "a": "A"}, {"c": "", "q": "Q?", "a": "B"}, {"q": "Q?"}]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    found = read_file(source, lines, "f.jsonl")
    families = {e.name: e.family for e in found if hasattr(e, "family")}
    assert families == {"qa": "reading_comprehension", "qa_no_context": "closed_book_qa"}
    assert [(e.task, getattr(e, "reason", "kept")) for e in found if hasattr(e, "task")] == [
        ("qa", "kept"),
        ("qa_no_context", "kept"),
        ("qa_no_context", "empty_field"),
    ]


def test_an_optional_input_that_says_that_there_is_none(
    read_texts: Callable[..., list[Any]],
) -> None:
    fields = {"instruction": "i", "input": "c", "output": "o"}
    source = Tabular(
        format="jsonl",
        collection="c",
        task="t",
        family="instruction_input",
        fields=fields,
        optional={"input": "instruction_only"},
    )
    rows = [{"i": "Greet.", "c": "<noinput>", "o": "Hi."}, {"i": "Is it?", "c": "So.", "o": "n/a"}]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    assert read_texts(source, lines, "f.jsonl") == [
        {"instruction": "Greet.", "output": "Hi."},
        {"instruction": "Is it?", "input": "So.", "output": "n/a"},
    ]
    # An input that every row must have is what it is.
    source = source.model_copy(update={"optional": {}})
    assert read_texts(source, lines, "f.jsonl")[0]["input"] == "<noinput>"
