"""CSV and TSV files as programs write them; expected rows by hand, or from pandas' own reader."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.files.delimited import read_csv, read_tsv
from transforms.sources.files.dialects import western_encoding
from transforms.sources.files.options import FileOptions
from transforms.sources.source import Piece, UnreadableFileError

Write = Callable[..., Piece]
_ROWS = [
    {"text": 'He said "fine", twice', "label": "good"},
    {"text": "Cold; we\nleft", "label": "bad"},
    {"text": "Crème brûlée – 3 €", "label": "good"},
]


def _written(**dialect: Any) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, ["text", "label"], **dialect)
    writer.writeheader()
    writer.writerows(_ROWS)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        _written().encode(),
        _written(delimiter=";").encode(),
        _written(delimiter="\t").encode(),
        _written(delimiter="|", quoting=csv.QUOTE_ALL).encode(),
        _written(doublequote=False, escapechar="\\").encode(),
        _written().encode("utf-16"),
        _written().encode("cp1252"),
        _written(delimiter=";").encode("utf-8-sig"),
        _written(delimiter="^").encode(),
        _written(delimiter="\x01").encode(),
        _written(quotechar="'", quoting=csv.QUOTE_ALL).encode(),
        b"sep=;\r\n" + _written(delimiter=";").encode(),
        _written().replace('"He', ' "He').encode(),
    ],
)
@pytest.mark.parametrize("needed", [["text", "label"], []])
def test_csv(write: Write, data: bytes, needed: list[str]) -> None:
    if not needed and data.startswith(b'text,label\r\n "He'):
        data = data.replace(b"text,label", b"text, label")
    assert [row for _, row in read_csv(write(data, "f.csv"), None, needed)] == _ROWS


def test_single_quotes_without_a_delimiter_in_a_cell(write: Write) -> None:
    data = b"'text','label'\n'one','good'\n'it''s','bad'\n"
    rows = [{"text": "one", "label": "good"}, {"text": "it's", "label": "bad"}]
    assert [row for _, row in read_csv(write(data, "f.csv"), None, ["text", "label"])] == rows


def test_apostrophes_are_no_quotes(write: Write) -> None:
    data = b"text,label\n'one',good\n'tis,bad\n"
    rows = [{"text": "'one'", "label": "good"}, {"text": "'tis", "label": "bad"}]
    assert [row for _, row in read_csv(write(data, "f.csv"), None, [])] == rows


def test_carets_of_a_single_column_stay(write: Write) -> None:
    data = b"text\nx^2 is more\nx^3 is most\n"
    rows = [{"text": "x^2 is more"}, {"text": "x^3 is most"}]
    assert [row for _, row in read_csv(write(data, "f.csv"), None, ["text"])] == rows


def test_anki_states_the_separator_above_the_rows(write: Write) -> None:
    data = b"#separator:tab\n#html:true\n#tags column:3\nWho?\tAnn\tx\n#1?\tBo\ty\n"
    columns = ["front", "back", "tags"]
    rows = [row for _, row in read_tsv(write(data, "f.txt"), columns, columns)]
    assert rows == [
        {"front": "Who?", "back": "Ann", "tags": "x"},
        {"front": "#1?", "back": "Bo", "tags": "y"},
    ]


def test_carriage_returns_alone(write: Write) -> None:
    data = b'text,label\rone,good\r"two,\rthree",bad\r'
    rows = [{"text": "one", "label": "good"}, {"text": "two,\nthree", "label": "bad"}]
    assert [row for _, row in read_csv(write(data, "f.csv"), None, [])] == rows
    rows = [{"text": "one", "label": "good"}]
    tsv = b"text\tlabel\rone\tgood\r"
    assert [row for _, row in read_tsv(write(tsv, "f.tsv"), None, [])] == rows


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_quoted_tsv(write: Write, quoting: Any) -> None:
    data = _written(delimiter="\t", quoting=quoting)
    assert [row for _, row in read_tsv(write(data, "f.tsv"), None, [])] == _ROWS


@pytest.mark.parametrize(
    "cell",
    ['"Hello"', 'He said "no" once', '"Yes', '5" pipe', '"One" and "two"', '"a ""b"" c'],
)
def test_quotation_marks_of_a_text_stay(write: Write, cell: str) -> None:
    data = f"text\tlabel\n{cell}\tgood\nplain\tbad\n"
    (first, second) = [row for _, row in read_tsv(write(data, "f.tsv"), None, [])]
    assert first == {"text": cell, "label": "good"}
    assert second == {"text": "plain", "label": "bad"}


def test_what_the_recipe_states_is_not_guessed(write: Write) -> None:
    data = "a:b\n'x:y':2\n\"z:3\n"
    options = FileOptions(delimiter=":", quotechar="'")
    assert [row for _, row in read_csv(write(data, "f.csv"), None, [], options)] == [
        {"a": "x:y", "b": "2"},
        {"a": '"z', "b": "3"},
    ]
    piece = write('a\tb\n"x""y"\t1\n', "f.tsv")
    ((_, row),) = read_tsv(piece, None, [], FileOptions(quotechar=""))
    assert row == {"a": '"x""y"', "b": "1"}
    piece = write("a,b\nпривет,1\n".encode("cp1251"), "f.csv")
    ((_, row),) = read_csv(piece, None, [], FileOptions(encoding="cp1251"))
    assert row == {"a": "привет", "b": "1"}


def test_a_single_column_is_not_taken_apart(write: Write) -> None:
    data = "text\nGood; really\nBad | worse\n"
    rows = [row for _, row in read_csv(write(data, "f.csv"), None, ["text"])]
    assert rows == [{"text": "Good; really"}, {"text": "Bad | worse"}]


def test_columns_of_one_name(write: Write) -> None:
    with pytest.raises(UnreadableFileError, match="2 columns 'text'; give them different names"):
        list(read_csv(write("text,text\na,b\n", "f.csv"), None, ["text"]))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Où est le café? C’était « là » – à 5 €".encode("cp1252"), "cp1252"),
        ("Straße, Größe, Übung".encode("latin-1"), "cp1252"),
        ("You won £500!".encode("latin-1"), "cp1252"),
        (b"plain", None),
        ("café".encode(), None),
        ("café".encode()[:-1], None),
        ("Привет, как дела?".encode("cp1251"), None),
        ("zażółć gęślą jaźń".encode("cp1250"), None),
        ("日本語のテキスト".encode("shift_jis"), None),
        ("中文文本".encode("gb18030"), None),
        ("한국어".encode("euc_kr"), None),
        (b"\xff,2", None),
        # TREC: a damaged sign in a file of ASCII.
        (b"the oldest relationship as a sister\xf0city with Los Angeles ?", None),
        ("mixed: café ".encode() + b"caf\xe9", None),
    ],
)
def test_western_encoding(data: bytes, encoding: str | None) -> None:
    assert western_encoding(data) == encoding


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("Reviews of 2024\nid,text\n1,a\n2,b\n", 3, {"id": "1", "text": "a"}),
        ("Reviews;;\n;;\nid;text;n\n1;a;5\n2;b;5\n", 4, {"id": "1", "text": "a", "n": "5"}),
        ("# made today\n# by us\nid,text\n1,a\n2,b\n", 4, {"id": "1", "text": "a"}),
        # A name may begin with the mark of a comment, and one column alone with any name.
        ("#id,text\n1,a\n2,b\n", 2, {"#id": "1", "text": "a"}),
        ("review\nGood, nice\nBad, ugly\nWell, so\n", 2, {"review": "Good, nice"}),
        ("My review\nIt is good\nIt is bad\n", 2, {"My review": "It is good"}),
        # Rows of numbers have no header of their own.
        ("a,,\n7,1,2\n8,1,2\n", 2, {"a": "7", "": "2"}),
    ],
)
def test_lines_above_a_header(write: Write, text: str, line: int, expected: dict[str, str]) -> None:
    where, row = next(iter(read_csv(write(text.encode(), "f.csv"), None, [])))
    assert (where.rpartition(":")[2], row) == (str(line), expected)


def test_the_header_is_the_line_with_the_needed_columns(write: Write) -> None:
    piece = write(b"A title\nid,text\n1,a\n2,b\n", "f.csv")
    assert len([*read_csv(piece, None, ["text"])]) == 2
    with pytest.raises(UnreadableFileError, match="no column 'answer'"):
        next(iter(read_csv(piece, None, ["answer"])))
