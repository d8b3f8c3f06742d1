"""Which snapshots of a store stay, and what else can go: gc, pins, the list of snapshots."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.building.nodes import read_nodes
from pipelines.stores.locking import COLLECTION, StoreLock, live_holders
from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.channels import CHANNELS
from tfrecords_schema.errors import LockedError
from tfrecords_schema.snapshot import MANIFEST, open_snapshot


@dataclass(frozen=True)
class Garbage:
    """Something that nothing needs: its path, and why it may go."""

    path: str
    why: str


def channels_of(store: Store) -> list[str]:
    """Return the names of all channels."""
    names = filesystem.children(filesystem.join(store.root, CHANNELS))
    return [name.removesuffix(".json") for name in names if name.endswith(".json")]


def pointed_at(store: Store) -> dict[str, list[str]]:
    """Return snapshot → the channels that point at it."""
    table: dict[str, list[str]] = {}
    for channel in channels_of(store):
        if pointer := store.current(channel):
            table.setdefault(pointer.snapshot, []).append(channel)
    return table


@dataclass(frozen=True, kw_only=True)
class ListedSnapshot:
    """A snapshot of a store, and what keeps it from gc.

    Attributes:
      snapshot: its path.
      recipe: the name of its recipe.
      bytes: of its shards.
    """

    snapshot: str
    name: str
    recipe: str
    fingerprint: str
    examples: int
    bytes: int
    channels: list[str]
    pinned: bool


def list_snapshots(store: Store) -> list[ListedSnapshot]:
    """Return what is known of each snapshot, the oldest first."""
    table = pointed_at(store)
    rows = []
    for name in store.snapshot_names():
        manifest = open_snapshot(store.snapshot(name)).manifest
        shards = [shard for split in manifest.splits.values() for shard in split.shards]
        rows.append(
            ListedSnapshot(
                snapshot=store.snapshot(name),
                name=name,
                recipe=manifest.name,
                fingerprint=manifest.fingerprint,
                examples=sum(shard.rows for shard in shards),
                bytes=sum(shard.bytes for shard in shards),
                channels=table.get(name, []),
                pinned=filesystem.exists(store.pin(name)),
            )
        )
    return rows


def set_pin(snapshot: str, pinned: bool) -> None:
    """Keep a snapshot from `gc`, or no longer."""
    open_snapshot(snapshot)
    store, name = Store.of(snapshot), Store.name_of(snapshot)
    if pinned:
        filesystem.write_bytes(store.pin(name), b"")
    else:
        filesystem.remove(store.pin(name))
    store.record("pinned" if pinned else "unpinned", snapshot=name)


def collect_garbage(store: Store, keep: int, idle_hours: float, delete: bool) -> list[Garbage]:
    """Find, and on `delete` delete, everything that no kept snapshot needs.

    Kept are the `keep` newest snapshots, those pinned or pointed at, and their sources.

    What no snapshot is from yet may belong to a job that was launched and goes on by itself: it
    goes when nothing in it has changed for `idle_hours`.

    Raises:
      LockedError: someone works in the store.
    """
    with StoreLock(store, COLLECTION, "garbage collection is running"):
        for name, holder in live_holders(store).items():
            if name != COLLECTION:
                raise LockedError(f"{holder.task} ({holder.words}); try again when it is done")
        garbage = [*_snapshots(store, keep), *_idle(store, keep, idle_hours), *_litter(store)]
        if delete:
            for thing in garbage:
                _delete(thing.path)
            if garbage:
                store.record("collected", paths=[thing.path for thing in garbage])
    return garbage


def _kept(store: Store, keep: int) -> list[str]:
    """Return the newest snapshots, and those a channel or a pin keeps, even without a manifest."""
    names = store.snapshot_names()
    needed = {*names[max(0, len(names) - keep) :], *pointed_at(store)}
    there = filesystem.children(store.snapshots)
    return [name for name in there if name in needed or filesystem.exists(store.pin(name))]


def _snapshots(store: Store, keep: int) -> Iterator[Garbage]:
    names, kept = store.snapshot_names(), _kept(store, keep)
    for name in filesystem.children(store.snapshots):
        if name in kept or name.endswith(".pinned"):
            continue
        if name in names:
            yield Garbage(store.snapshot(name), f"not among the {keep} newest")
        else:
            yield Garbage(store.snapshot(name), f"has no {MANIFEST}: half moved or half deleted")


def _idle(store: Store, keep: int, hours: float) -> Iterator[Garbage]:
    """Yield unused sources and stages and unfinished builds that have been idle for `hours`."""
    kept = [store.snapshot(name) for name in _kept(store, keep)]
    used = {node["fingerprint"] for path in kept for node in read_nodes(path).values()}
    for directory, why in (
        (store.ingest, "no kept snapshot is from it"),
        (store.stages, "no kept snapshot is from it"),
        (store.building, "an unfinished build"),
    ):
        for name in filesystem.children(directory):
            path = filesystem.join(directory, name)
            if name.partition("-")[0] in used and filesystem.TEMPORARY not in name:
                continue
            if time.time() - filesystem.last_change(path) >= hours * 3600:
                yield Garbage(path, why)


def _litter(store: Store) -> Iterator[Garbage]:
    """Yield what killed processes left."""
    for name in filesystem.children(store.locks):
        if not name.startswith((COLLECTION, "guard")):
            yield Garbage(filesystem.join(store.locks, name), "a lock that a dead process left")
    channels = filesystem.join(store.root, CHANNELS)
    for name in filesystem.children(channels):
        if filesystem.TEMPORARY in name:
            yield Garbage(filesystem.join(channels, name), "left by a process that was killed")


def _delete(path: str) -> None:
    """Delete `path`, its manifest first: what is half deleted is no snapshot."""
    manifest = filesystem.join(path, MANIFEST)
    if filesystem.exists(manifest):
        filesystem.remove(manifest)
    filesystem.remove(path)
