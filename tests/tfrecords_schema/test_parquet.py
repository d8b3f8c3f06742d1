"""Examples survive as Parquet, in bytes that repeat, in groups that fit in memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, Value
from tfrecords_schema.filesystem import sha256_of
from tfrecords_schema.parquet import ROWS_OF_A_GROUP, SCHEMA, read_column, write_parquet
from tfrecords_schema.prompt_parts import Role, flatten

MakeRow = Callable[..., dict[str, Value]]


def _rows(make_row: MakeRow, count: int) -> list[dict[str, Value]]:
    return [
        make_row(
            id=f"{number:032x}",
            inputs_pretokenized=f"What is {number}? «é\n»",
            targets_pretokenized=str(number),
            inputs=[number, 2**31 - 1],
            options=[] if number % 2 else ["a", "b"],
            answer_index=number - 1,
            _template_type="zs_opt",
        )
        for number in range(count)
    ]


def test_columns_are_the_features_and_the_messages() -> None:
    assert SCHEMA.names == [f.name.removeprefix("_") for f in FEATURES] + ["messages"]
    assert {"id", "messages", "source", "template_type", "task_name"} <= set(SCHEMA.names)


def test_rows_are_read_back(make_row: MakeRow, tmp_path: Path) -> None:
    rows, path = _rows(make_row, 5), str(tmp_path / "a.parquet")
    assert write_parquet(path, iter(rows)) == sha256_of(path)
    read: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    for row, columns in zip(rows, read, strict=True):
        assert columns.pop("messages") == [
            {"role": "user", "content": row["inputs_pretokenized"], "weight": None},
            {"role": "assistant", "content": row["targets_pretokenized"], "weight": None},
        ]
        assert columns == {name.removeprefix("_"): value for name, value in row.items()}


def test_turns_that_are_not_to_be_learned_have_the_weight_0(
    make_row: MakeRow, tmp_path: Path
) -> None:
    prompt = "User: Name a lake.\nAssistant: The Moon.\nUser: No."
    said = [(Role.USER, "Name a lake."), (Role.ASSISTANT_UNLEARNED, "The Moon.")]
    said = [(Role.QUERY, prompt), *said, (Role.USER, "No.")]
    starts = [(role, prompt.index(text), text) for role, text in said]
    row = make_row(
        inputs_pretokenized=prompt,
        targets_pretokenized="Inari.",
        prompt_parts=flatten((role, start, start + len(text)) for role, start, text in starts),
    )
    path = str(tmp_path / "a.parquet")
    write_parquet(path, [row])
    (messages,) = read_column(path, "messages")
    assert messages == [
        {"role": "user", "content": "Name a lake.", "weight": None},
        {"role": "assistant", "content": "The Moon.", "weight": 0},
        {"role": "user", "content": "No.", "weight": None},
        {"role": "assistant", "content": "Inari.", "weight": None},
    ]


@pytest.mark.parametrize("count", [0, 1, ROWS_OF_A_GROUP, ROWS_OF_A_GROUP + 1])
def test_groups_are_small_and_bytes_repeat(make_row: MakeRow, tmp_path: Path, count: int) -> None:
    rows = _rows(make_row, count)
    paths = [str(tmp_path / name) for name in ("one.parquet", "two.parquet")]
    written = [write_parquet(path, rows) for path in paths]
    assert written[0] == written[1]
    metadata = pq.ParquetFile(paths[0]).metadata
    groups = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    assert sum(groups) == count
    assert max(groups, default=0) <= ROWS_OF_A_GROUP
    assert list(read_column(paths[0], "id")) == [row["id"] for row in rows]


def test_a_row_that_does_not_fit_leaves_no_file(make_row: MakeRow, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too large"):
        write_parquet(str(tmp_path / "a.parquet"), [make_row(inputs=[2**31])])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no Parquet at all, but long enough for it"])
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path}: no Parquet file with column 'id'"):
        list(read_column(str(path), "id"))


def test_a_missing_column_is_named(make_row: MakeRow, tmp_path: Path) -> None:
    path = str(tmp_path / "a.parquet")
    write_parquet(path, _rows(make_row, 2))
    with pytest.raises(DataError, match="column 'ids'"):
        list(read_column(path, "ids"))
