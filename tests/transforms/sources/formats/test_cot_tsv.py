r"""Flan's chain-of-thought files: three columns, `\n` for newlines, each bad line counted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.source import Piece, UnreadableFileError
from transforms.types import Record, Rejection, Task

SOURCE = CotTsv(format="cot_tsv")
Read = Callable[..., list[Record | Rejection]]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b"q\ta\tr", ("q", "a", "r")),
        (b"q\ta\tr\r\n", ("q", "a", "r")),
        (b"\xef\xbb\xbfq\ta\tr\n", ("q", "a", "r")),
        (b" q \t a\tr ", ("q", "a", "r")),
        (b"one\\ntwo\ta\tr\\n\\ns\\n", ("one\ntwo", "a", "r\n\ns")),
        ("Ä\t\u2028b\t🙂".encode(), ("Ä", "b", "🙂")),
        (b'"q"\t{a}\t\\t', ('"q"', "{a}", "\\t")),
    ],
)
def test_good_lines(read_source: Read, line: bytes, fields: tuple[str, ...]) -> None:
    (record,) = read_source(SOURCE, line)
    assert isinstance(record, Record)
    assert record.fields == dict(zip(("question", "answer", "rationale"), fields, strict=True))


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        (b"q\ta", "wrong_columns", "2 columns"),
        (b"q", "wrong_columns", "1 columns"),
        (b"q\ta\tr\tx", "wrong_columns", "4 columns"),
        (b"q\ta\tr\t", "wrong_columns", "4 columns"),
        (b"\xff\ta\tr", "invalid_utf8", ""),
        (b"q\ta\t\xed\xa0\x80", "invalid_utf8", ""),
        (b"q\t\tr", "empty_field", "answer is empty"),
        (b"q\ta\t\\n", "empty_field", "rationale is empty"),
    ],
)
def test_bad_lines_are_counted_and_placed(
    read_source: Read, line: bytes, reason: str, detail: str
) -> None:
    good = b"q\ta\tr\n"
    first, bad, last = read_source(SOURCE, good + line + b"\n" + good, "aqua_train.tsv")
    assert isinstance(bad, Rejection)
    assert bad.reason == reason
    assert bad.detail.startswith("aqua_train.tsv:2")
    assert detail in bad.detail
    assert isinstance(first, Record)
    assert isinstance(last, Record)


def test_the_file_names_the_task(tmp_path: Path) -> None:
    path = tmp_path / "gsm8k_train.tsv"
    path.write_bytes(b"q\ta\tr\n")
    task, record = SOURCE.read("s", Piece(path=str(path), relative=path.name))
    assert task == Task(name="cot_gsm8k", source="s", collection="cot", family="chain_of_thought")
    assert isinstance(record, Record)
    assert (record.task, record.collection) == ("cot_gsm8k", "cot")


def test_an_empty_file_is_a_task_without_records(read_source: Read) -> None:
    assert read_source(SOURCE, b"") == []


PIECES = [b"q", b"\t", b"\t", b"\n", b"\r\n", b"\\n", b"\xff", b"\xc3\xa4", b" ", b"\x00", b"\x0b"]


@given(st.binary(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_every_line_is_kept_or_counted(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("cot") / "x_train.tsv"
    path.write_bytes(data)
    try:
        task, *elements = SOURCE.read("s", Piece(path=str(path), relative=path.name))
    except UnreadableFileError as error:
        # Some first bytes are those of an archive, which is named for what it is.
        assert str(error).startswith(str(path))  # noqa: PT017
        return
    assert isinstance(task, Task)
    lines = [
        line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip(b" \r\n")
    ]
    assert len(elements) == len(lines)
    assert all(isinstance(element, (Record, Rejection)) for element in elements)


def test_columns_filters_and_rows_without_a_rationale(tmp_path: Path) -> None:
    source = CotTsv(
        format="cot_tsv",
        columns=["language", "question", "rationale", "answer"],
        filters={"language": ["en", "da"]},
        optional={"rationale": "closed_book_qa"},
    )
    rows = b"en\tWhy?\tSo.\tYes\nde\tWarum?\tDarum.\tJa\nda\tHvorfor?\t\tNej\n"
    path = tmp_path / "x_train.tsv"
    path.write_bytes(rows)
    _, one, two, other, three = source.read("s", Piece(path=str(path), relative=path.name))
    assert isinstance(one, Record)
    assert isinstance(two, Rejection)
    assert isinstance(other, Task)
    assert isinstance(three, Record)
    assert one.fields == {"question": "Why?", "rationale": "So.", "answer": "Yes"}
    assert (two.reason, two.detail[-1]) == ("filtered", "2")
    assert three.fields == {"question": "Hvorfor?", "answer": "Nej"}
    assert three.task == other.name == "cot_x_no_rationale"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"columns": ["question", "answer"]}, "name 'rationale' once"),
        ({"filters": {"langage": "en"}}, "no column 'langage'"),
        ({"optional": {"answer": "closed_book_qa"}}, "'answer' cannot be missing"),
        ({"optional": {"rationale": "closed_book"}}, "'closed_book' is no template family"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        CotTsv(format="cot_tsv", **settings)
