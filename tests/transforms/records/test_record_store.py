"""Records survive on disk, and each is found again at its byte range."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from transforms.records.record_store import (
    RecordFile,
    decode_record,
    encode_record,
    read_record_at,
    read_records,
)
from transforms.types import FieldValue, Record

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FIELDS = st.dictionaries(TEXT, st.one_of(TEXT, st.lists(TEXT, max_size=3)), max_size=4)


@given(FIELDS)
def test_a_record_survives_on_one_line(fields: dict[str, FieldValue]) -> None:
    record = Record("0" * 32, "s", "c", "t", "train", "MIT", fields)
    line = encode_record(record)
    assert line.endswith(b"\n")
    assert len(line.splitlines()) == 1
    assert decode_record(line, RecordFile(0, "", "s", "c", 0, 1)) == record


def test_records_are_read_in_order_and_at_random(
    tmp_path: Path, make_record: Callable[..., Record]
) -> None:
    fields = [{"question": "x\u2028\x85\r\ny" * i, "answer": "ä"} for i in range(5)]
    records = [make_record(i, fields=f) for i, f in enumerate(fields)]
    path = tmp_path / "0.jsonl"
    path.write_bytes(b"".join(map(encode_record, records)))
    file = RecordFile(0, str(path), "s", "c", 0, len(records))
    read = list(read_records(file))
    assert [record for record, _, _ in read] == records
    with open(path, "rb") as stream:
        for record, offset, length in reversed(read):
            assert read_record_at(stream, file, offset, length) == record
