"""A pool is read when it is first asked for, and its hashes are those of its records' ids."""

from tfrecords_schema.splitmix64 import mix_int
from transforms.prompts.pools import LazyPool, pool_keys
from transforms.records.record_store import encode_record
from transforms.types import Record

IDS = ("00000000000000ff0000000000000001", "ffffffffffffffff0000000000000002")


def test_a_pool_is_read_once_and_decoded_as_asked() -> None:
    records = [
        Record(
            id=one, source="s", collection="c", task="t", license="MIT", fields={"question": "a\tb"}
        )
        for one in IDS
    ]
    reads: list[int] = []
    decoded: list[bytes] = []

    def read() -> list[bytes]:
        reads.append(1)
        return [b"12\t" + encode_record(record).rstrip(b"\n") for record in records]

    def decode(line: bytes) -> Record:
        decoded.append(line)
        return records[len(decoded) - 1]

    pool = LazyPool(read, decode)
    assert not reads
    assert len(pool) == 2
    assert pool[0] is pool[0] is records[0]
    assert [line[:3] for line in decoded] == [b"12\t"]
    assert pool.stored == [encode_record(record).rstrip(b"\n") for record in records]
    assert len(reads) == 1
    expected = [mix_int(0xFF), mix_int(0xFFFFFFFFFFFFFFFF)]
    assert pool_keys(pool).tolist() == pool_keys(records).tolist() == expected
    assert len(pool_keys([])) == 0
