"""The first line of a table is a header, or a row: its cells show which."""

from pathlib import Path

import pytest

from pipelines.drafting.samples import read_sample


def _keys_of(path: Path, lines: list[str]) -> list[str]:
    path.write_text("\n".join(lines) + "\n")
    return read_sample(str(path)).keys


@pytest.mark.parametrize(
    ("header", "labels"),
    [
        ("text,toxic", ["non-toxic", "toxic"]),
        ("text,spam", ["ham", "spam"]),
        ("Sentence,funny", ["funny", "dull"]),
        ("question,relevant", ["irrelevant", "relevant"]),
        ("Kommentar,Spam", ["Ham", "Spam"]),
    ],
)
def test_a_column_is_called_as_one_of_its_labels(
    header: str, labels: list[str], tmp_path: Path
) -> None:
    rows = [f"You are number {n}.,{labels[n % 2]}" for n in range(6)]
    assert _keys_of(tmp_path / "a.csv", [header, *rows]) == header.split(",")
    header = ",".join(reversed(header.split(",")))
    rows = [f"{labels[n % 2]},You are number {n}." for n in range(6)]
    assert _keys_of(tmp_path / "b.csv", [header, *rows]) == header.split(",")


@pytest.mark.parametrize(
    "rows",
    [
        ["You are great.,ham", "You win!,spam", "See you at nine.,ham", "Buy it.,spam"],
        # Words, of which the first is a name of columns as well.
        ["story,noun", "run,verb", "walk,verb", "door,noun"],
        ["Is it so?,question", "It is.,text", "Is she here?,question", "She is.,text"],
    ],
)
def test_rows_without_a_header(rows: list[str], tmp_path: Path) -> None:
    assert _keys_of(tmp_path / "a.csv", rows) == ["column1", "column2"]
