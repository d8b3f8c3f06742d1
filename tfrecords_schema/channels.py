"""Channels: small files that point at the snapshot of a store to use.

STORE/snapshots/<UTC time>-<fingerprint>/    never changed
STORE/channels/<name>.json                   a pointer, replaced atomically
"""

import re
from typing import Annotated

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, DataError

SNAPSHOTS = "snapshots"
CHANNELS = "channels"
_POINTER = re.compile(rf"(?P<store>.+)/{CHANNELS}/(?P<name>[^/]+)\.json")
_ADDRESS = re.compile(r"(?P<store>.+?)/?@(?P<name>[A-Za-z0-9_.-]+)")


def _directory_name(name: str) -> str:
    """Check that a pointer names one directory of `snapshots/`; the pointer may be untrusted."""
    if name in ("", ".", "..") or "/" in name or "\\" in name or not name.isprintable():
        raise ValueError("not the name of a snapshot")
    return name


SnapshotName = Annotated[str, AfterValidator(_directory_name)]


class Pointer(BaseModel):
    """The pointer of a channel.

    Attributes:
      snapshot: the name of a directory in `snapshots/`.
      fencing: the number of the lock under which it was written; it never decreases.
      previous: snapshots that it pointed at before, the latest first.
      withdrawn: fingerprints that were rolled back, so that no refresh publishes them again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    snapshot: SnapshotName
    fingerprint: str
    published: str
    fencing: int
    previous: list[SnapshotName] = []
    withdrawn: list[str] = []


def pointer_path(store: str, channel: str) -> str:
    """Return the path of the pointer of `channel`."""
    return filesystem.join(store, CHANNELS, f"{channel}.json")


def read_pointer(store: str, channel: str) -> Pointer | None:
    """Return the pointer of `channel`, or None if nothing was published there.

    Raises:
      DataError: the file is not a valid pointer.
    """
    path = pointer_path(store, channel)
    if not filesystem.exists(path):
        return None
    try:
        return Pointer.model_validate(orjson.loads(filesystem.read_bytes(path)))
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise DataError(
            f"{path}: not a valid channel pointer; delete it and publish a snapshot again"
        ) from error


def resolve(address: str) -> str:
    """Return the snapshot of an address: a path, STORE@CHANNEL or STORE/channels/NAME.json.

    Raises:
      ConfigurationError: the channel does not exist, or `address` is empty.
    """
    if not address:
        raise ConfigurationError(
            "the snapshot's address is empty: give its directory, or STORE@CHANNEL"
        )
    if address.startswith("~"):
        address = filesystem.absolute(address)
    match = _POINTER.fullmatch(address) or _ADDRESS.fullmatch(address)
    if match is None or filesystem.exists(filesystem.join(address, "manifest.json")):
        return address
    store, channel = match["store"], match["name"]
    pointer = read_pointer(store, channel)
    if pointer is None:
        known = [name.removesuffix(".json") for name in filesystem.children(f"{store}/{CHANNELS}")]
        hint = f"there are {', '.join(known)}" if known else "flanbeam refresh publishes into one"
        raise ConfigurationError(f"{address}: no channel {channel!r} in {store}; {hint}")
    return filesystem.join(store, SNAPSHOTS, pointer.snapshot)
