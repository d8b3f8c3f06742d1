"""The manifest is canonical JSON, and anything else is refused with a reason."""

from typing import Any

import orjson
import pytest

from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import FORMAT_VERSION, LedgerEntry, Manifest, dump, load


def test_dump_and_load_are_inverse_and_stable(small_manifest: Manifest) -> None:
    data = dump(small_manifest)
    assert load(data, "here") == small_manifest
    assert dump(load(data, "here")) == data
    assert data.endswith(b"}\n")
    assert list(orjson.loads(data)) == sorted(orjson.loads(data))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"{}", b"[" * 5000])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(DataError, match=r"a/manifest\.json: not a manifest"):
        load(data, "a/manifest.json")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", "many"),
        ("vocabulary", {"kind": "words", "size": 1, "extra_ids": 0}),
        ("splits", {"train": {"rows": 1}}),
        ("shards", []),
    ],
)
def test_wrong_and_unknown_keys_are_named(
    small_manifest: Manifest, key: str, value: object
) -> None:
    document: dict[str, Any] = orjson.loads(dump(small_manifest))
    with pytest.raises(DataError, match=key):
        load(orjson.dumps(document | {key: value}), "here")


@pytest.mark.parametrize("key", ["splits", "vocabulary", "ledger", "fingerprint"])
def test_missing_keys_are_named(small_manifest: Manifest, key: str) -> None:
    document = orjson.loads(dump(small_manifest))
    del document[key]
    with pytest.raises(DataError, match=key):
        load(orjson.dumps(document), "here")


@pytest.mark.parametrize(
    ("left", "rejected", "balances"),
    [(10, {}, True), (7, {"a": 1, "b": 2}, True), (7, {"a": 1}, False), (9, {"a": 2}, False)],
)
def test_the_ledger_balances(left: int, rejected: dict[str, int], balances: bool) -> None:
    entry = LedgerEntry(stage="s", task="t", entered=10, left=left, rejected=rejected)
    assert entry.balances is balances


@pytest.mark.parametrize("version", [0, FORMAT_VERSION + 1])
def test_another_format_version_is_refused(small_manifest: Manifest, version: int) -> None:
    document = orjson.loads(dump(small_manifest)) | {"format_version": version}
    with pytest.raises(DataError, match="format_version"):
        load(orjson.dumps(document), "here")
