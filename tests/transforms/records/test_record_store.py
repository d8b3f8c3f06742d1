"""Records survive on disk, and each is found again at its byte range."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.stage_runs import MakeRecord
from transforms.records.record_store import (
    RecordFile,
    decode_record,
    encode_record,
    find_records,
    read_fields,
    read_lines,
    read_record_at,
    read_records,
)
from transforms.types import FieldValue, Record

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FIELDS = st.dictionaries(TEXT, st.one_of(TEXT, st.lists(TEXT, max_size=3)), max_size=4)


@given(FIELDS)
def test_a_record_survives_on_one_line(fields: dict[str, FieldValue]) -> None:
    record = Record(id="0" * 32, source="s", collection="c", task="t", license="MIT", fields=fields)
    line = encode_record(record)
    assert line.endswith(b"\n")
    assert len(line.splitlines()) == 1
    assert (
        decode_record(
            line, RecordFile(index=0, path="", source="s", collection="c", source_rank=0, records=1)
        )
        == record
    )


def test_records_are_read_in_order_and_at_random(tmp_path: Path, make_record: MakeRecord) -> None:
    fields = [{"question": "x\u2028\x85\r\ny" * i, "answer": "ä"} for i in range(5)]
    records = [make_record(i, fields=f) for i, f in enumerate(fields)]
    path = tmp_path / "0.jsonl"
    path.write_bytes(b"".join(map(encode_record, records)))
    file = RecordFile(
        index=0, path=str(path), source="s", collection="c", source_rank=0, records=len(records)
    )
    read = list(read_records(file))
    assert [record for record, _, _ in read] == records
    assert list(read_fields(file)) == [(record.fields, offset) for record, offset, _ in read]
    with open(path, "rb") as stream:
        for record, offset, length in reversed(read):
            assert read_record_at(stream, file, offset, length) == record


@pytest.mark.parametrize(
    "line",
    [
        b'["%s","t","","","MIT",{"question":"Why?"}]\n' % (b"0f" * 16),
        # Format version 1 of the cache had the split before the license.
        b'["%s","t","train","MIT",{"question":"Why?"}]\n' % (b"0f" * 16),
    ],
)
def test_lines_of_both_formats_are_read(line: bytes) -> None:
    record = Record(
        id="0f" * 16,
        source="s",
        collection="c",
        task="t",
        license="MIT",
        fields={"question": "Why?"},
    )
    assert (
        decode_record(
            line, RecordFile(index=0, path="", source="s", collection="c", source_rank=0, records=1)
        )
        == record
    )


def test_a_line_is_written_without_a_split() -> None:
    record = Record(
        id="0f" * 16,
        source="s",
        collection="c",
        task="t",
        license="MIT",
        fields={"question": "Why?"},
    )
    line = b'["%s","t","","","MIT",{"question":"Why?"}]\n' % (b"0f" * 16)
    assert encode_record(record) == line


def test_a_line_states_the_ids_of_the_row_and_turns_that_are_not_to_be_learned() -> None:
    record = replace(_recorded("c#3", "f.jsonl:1"), row_ids=("c",), unlearned=(1, 3))
    facts = b'{"row_ids":["c"],"unlearned":[1,3]}'
    line = b'["%s","t","c#3","f.jsonl:1",%s,"MIT",' % (b"0f" * 16, facts)
    assert encode_record(record).startswith(line)
    file = RecordFile(index=0, path="", source="s", collection="c", source_rank=0, records=1)
    read = decode_record(encode_record(record), file)
    assert (read.own_id, read.place) == ("c#3", "f.jsonl:1")
    assert (read.row_ids, read.unlearned) == (("c",), (1, 3))


@pytest.mark.parametrize("wanted", [[], [0], [2], [0, 2], [0, 1, 2], [1, 2]])
def test_lines_are_read_by_byte_range(wanted: list[int], tmp_path: Path) -> None:
    # Few bytes of many between the first and the last, or most of them.
    written = [b"one\n", b"a second line, longer than both others\n", b"three\n"]
    offsets = np.array([0, 4, 4 + len(written[1])], np.int64)
    lengths = np.array([len(line) for line in written], np.int64)
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"".join(written))
    lines = read_lines(str(path), offsets[wanted], lengths[wanted])
    assert lines == [written[number] for number in wanted]


def _recorded(own_id: str = "", place: str = "") -> Record:
    return Record(
        id="0f" * 16,
        source="s",
        collection="c",
        task="t",
        license="MIT",
        fields={"question": "Why?"},
        own_id=own_id,
        place=place,
    )


def test_a_line_holds_where_a_record_comes_from() -> None:
    record = _recorded("17", "a.csv:3")
    file = RecordFile(index=0, path="x.jsonl", source="s", collection="c", source_rank=0, records=1)
    found = decode_record(encode_record(record), file)
    assert (found, found.own_id, found.place) == (record, "17", "a.csv:3")


@pytest.mark.parametrize("origin", ["", '"train",'])
def test_lines_of_earlier_versions_are_read(origin: str) -> None:
    line = f'["{"0f" * 16}","t",{origin}"MIT",{{"question":"Why?"}}]'.encode()
    file = RecordFile(index=0, path="x.jsonl", source="s", collection="c", source_rank=0, records=1)
    assert decode_record(line, file) == _recorded()


def test_records_are_found_by_id(tmp_path: Path, make_record: MakeRecord) -> None:
    records = [make_record(i) for i in range(6)]
    # An id in a text is not the id of the record.
    records.append(make_record(6, fields={"question": f'["{records[2].id}"', "answer": "a"}))
    path = tmp_path / "0.jsonl"
    path.write_bytes(b"".join(map(encode_record, records)))
    wanted = {records[4].id, records[2].id, "f" * 32}
    found = list(find_records(str(path), "s", wanted))
    assert [(r.id, r.source, r.fields) for r in found] == [
        (r.id, "s", r.fields) for r in (records[2], records[4])
    ]
    assert list(find_records(str(path), "s", set())) == []
