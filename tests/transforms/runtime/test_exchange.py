"""Runs give back every bucket as it was written, and damage is seen."""

import struct
from pathlib import Path

import google_crc32c
import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.errors import DataError
from transforms.runtime.exchange import (
    Run,
    each_summary,
    group_rows,
    is_whole,
    read_buckets,
    read_rows,
    read_sections,
    read_summaries,
    write_run,
)

ROW = np.dtype([("value", "<u4"), ("bucket", "<u2")])
SECTIONS = st.dictionaries(st.integers(0, 9), st.binary(max_size=20))


@given(st.lists(SECTIONS, min_size=1, max_size=4), st.integers(0, 10), st.integers(0, 10))
def test_ranges_of_buckets_are_read_from_every_run(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[dict[int, bytes]],
    first: int,
    last: int,
) -> None:
    directory = tmp_path_factory.mktemp("runs")
    runs = [
        write_run(str(directory / f"{number}.run"), 10, sections, b"{}")
        for number, sections in enumerate(written)
    ]
    expected = [
        b"".join(sections.get(bucket, b"") for bucket in range(first, last)) for sections in written
    ]
    read = read_buckets(reversed(runs), first, last)
    assert read == [section for section in expected if section]


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 6))))
def test_rows_are_grouped_and_read_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[int, int]]
) -> None:
    rows = np.array(values, dtype=ROW)
    path = str(tmp_path_factory.mktemp("runs") / "0.run")
    run = write_run(path, 7, group_rows(rows, rows["bucket"].astype(np.int64)), b"{}")
    for bucket in range(7):
        read = read_rows([run], bucket, ROW)
        assert read.tolist() == [row for row in values if row[1] == bucket]


def test_no_rows_are_no_sections() -> None:
    assert group_rows(np.zeros(0, dtype=ROW), np.zeros(0, dtype=np.int64)) == {}


def test_a_failure_leaves_no_run(tmp_path: Path) -> None:
    with pytest.raises(IndexError):
        write_run(str(tmp_path / "0.run"), 2, {5: b"abc"}, b"{}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"run", bytes(100)])
def test_what_is_no_run_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "0.run"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"0\.run: damaged; delete it"):
        read_buckets([Run(str(path))], 0, 1)


@pytest.mark.parametrize("sections", [{}, {0: b"abc", 2: b"d"}])
def test_a_run_that_a_disk_damaged_is_not_whole(tmp_path: Path, sections: dict[int, bytes]) -> None:
    path = tmp_path / "0.run"
    assert not is_whole(str(path))
    write_run(str(path), 3, sections, b'{"rows":4}')
    assert is_whole(str(path))
    whole = path.read_bytes()
    flipped = [
        whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        for place in range(len(whole))
    ]
    for damaged in (*flipped, b"", whole[:-1], whole[1:], whole + b"0", bytes(len(whole))):
        path.write_bytes(damaged)
        assert not is_whole(str(path))


def test_the_table_has_an_entry_for_each_section_that_has_bytes(tmp_path: Path) -> None:
    sections = {3: b"abc", 70_000: b"de", 5: b""}
    path = Path(write_run(str(tmp_path / "0.run"), 100_000, sections, b"{}").path)
    data = path.read_bytes()
    table = struct.pack("<4Q", 3, 3, 70_000, 5)
    assert data.startswith(b"abcde" + table + b"{}")
    assert len(data) == len(b"abcde" + table + b"{}") + 20
    assert read_buckets([Run(str(path))], 4, 100_000) == [b"de"]
    assert read_buckets([Run(str(path))], 0, 70_000) == [b"abc"]
    assert read_buckets([Run(str(path))], 4, 70_000) == []


@pytest.mark.parametrize("sizes", [[0, 3, 0, 0, 2, 0], [1, 1], [0, 0], []])
def test_a_run_of_an_earlier_version_is_read(tmp_path: Path, sizes: list[int]) -> None:
    """Its table has the offset of every section, used or not, and the end of the last."""
    sections = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    offsets = [sum(sizes[:number]) for number in range(len(sizes) + 1)]
    summary = b'{"rows":7}'
    table = struct.pack(f"<{len(offsets)}Q", *offsets)
    body = b"".join(sections) + table + summary + struct.pack("<II", len(table), len(summary))
    path = tmp_path / "0.run"
    path.write_bytes(body + struct.pack("<I", google_crc32c.value(body)) + b"FBRUN2\n\x00")
    run = Run(str(path))
    assert is_whole(run.path)
    assert run.summary == summary
    assert list(read_sections(run)) == [(n, data) for n, data in enumerate(sections) if data]
    for first in range(len(sizes)):
        for last in (*range(first, len(sizes) + 1), None):
            joined = b"".join(sections[first:last])
            assert read_buckets([run], first, last) == ([joined] if joined else [])


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one = write_run(str(tmp_path / "1"), 3, {0: b"a", 2: b"b"}, b"{}")
    two = write_run(str(tmp_path / "2"), 3, {2: b"b", 0: b"a"}, b"{}")
    assert Path(one.path).read_bytes() == Path(two.path).read_bytes()


def test_a_run_known_by_its_path_has_its_summary(tmp_path: Path) -> None:
    written = write_run(str(tmp_path / "0.run"), 2, {1: b"abc"}, b'{"rows":1}')
    assert Run(written.path) == written
    assert Run(written.path).summary == written.summary == b'{"rows":1}'
    assert read_summaries([Run(written.path)] * 3) == [b'{"rows":1}'] * 3


@pytest.mark.parametrize("length", [100, 64 * 1024, 200_000])
def test_tables_and_summaries_of_any_length_are_read(tmp_path: Path, length: int) -> None:
    summary = orjson.dumps({"note": "x" * length})
    written = write_run(str(tmp_path / "0.run"), length // 8, {3: b"abc", 9: b"de"}, summary)
    assert Run(written.path).summary == summary
    assert read_buckets([Run(written.path)], 3, 10) == [b"abcde"]
    assert read_buckets([Run(written.path)], 4, 9) == []
    assert read_buckets([Run(written.path)], 0, None) == [b"abcde"]


def test_runs_in_an_object_store_are_read_in_the_order_of_their_paths(
    object_store: dict[str, bytes],
) -> None:
    runs = [
        write_run(f"fakestore://bucket/{number:02d}.run", 1, {0: b"%02d" % number}, b"%d" % number)
        for number in range(40)
    ]
    assert len(object_store) == 40
    assert all(is_whole(run.path) for run in runs)
    assert read_buckets(reversed(runs), 0, 1) == [b"%02d" % number for number in range(40)]
    known = [Run(run.path) for run in runs]
    assert list(each_summary(known)) == [b"%d" % number for number in range(40)]
    assert not any("summary" in vars(run) for run in known), "none is kept"
    assert read_summaries(known) == [b"%d" % number for number in range(40)]
    object_store.clear()
    assert [run.summary for run in known] == [b"%d" % number for number in range(40)], "read once"
    assert not is_whole(runs[0].path)
