"""Addresses of snapshots: paths stay as they are, channels are followed."""

from pathlib import Path

import pytest

from tfrecords_schema.channels import Pointer, pointer_path, read_pointer, resolve
from tfrecords_schema.errors import ConfigurationError, DataError

_POINTER = Pointer(
    channel="latest", snapshot="20260101T000000Z-abc", fingerprint="abc", published="", fencing=1
)


@pytest.fixture
def store(tmp_path: Path) -> str:
    path = Path(pointer_path(str(tmp_path), "latest"))
    path.parent.mkdir()
    path.write_text(_POINTER.model_dump_json())
    return str(tmp_path)


def test_pointer_is_read_back(store: str) -> None:
    assert read_pointer(store, "latest") == _POINTER
    assert read_pointer(store, "other") is None


@pytest.mark.parametrize(
    "address", ["{}@latest", "{}/@latest", "{}/channels/latest.json"], ids=["at", "slash", "file"]
)
def test_channel_is_followed(store: str, address: str) -> None:
    assert resolve(address.format(store)) == f"{store}/snapshots/20260101T000000Z-abc"


@pytest.mark.parametrize("address", ["a", "/a/b", "gs://bucket/snapshots/x", "/a/b/run.json"])
def test_path_stays(address: str) -> None:
    assert resolve(address) == address


def test_directory_whose_name_looks_like_a_channel_is_a_snapshot(tmp_path: Path) -> None:
    snapshot = tmp_path / "corpus@latest"
    snapshot.mkdir()
    (snapshot / "manifest.json").write_text("{}")
    assert resolve(str(snapshot)) == str(snapshot)


def test_unknown_channel_names_those_there_are(store: str) -> None:
    with pytest.raises(ConfigurationError, match=r"no channel 'late' in .*; there are latest"):
        resolve(f"{store}@late")
    with pytest.raises(ConfigurationError, match="flanbeam refresh publishes into one"):
        resolve("/nowhere@latest")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"channel": "latest"}'])
def test_broken_pointer_is_bad_data(store: str, data: bytes) -> None:
    Path(pointer_path(store, "latest")).write_bytes(data)
    with pytest.raises(DataError, match=r"latest\.json: not a valid channel pointer"):
        resolve(f"{store}@latest")
