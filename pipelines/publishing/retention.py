"""Retention in a store: garbage collection, pins, and the list of snapshots."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from pipelines.building.nodes import read_nodes
from pipelines.checks.damage import damage_of
from pipelines.console.report import warn
from pipelines.publishing.history import note
from pipelines.stores.locking import COLLECTION, StoreLock, live_holders
from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.channels import CHANNELS
from tfrecords_schema.errors import DataError, LockedError
from tfrecords_schema.manifest import Manifest
from tfrecords_schema.snapshot import MANIFEST, open_snapshot

_UNUSED = "no kept snapshot uses it"


@dataclass(frozen=True)
class Garbage:
    """An unneeded file or directory: its path, and the reason why it can be deleted."""

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
    """A snapshot of a store, and what protects it from gc.

    Attributes:
      snapshot: its path.
      recipe: the name of its recipe.
      bytes: size of its shards.
      published: channel that points at it → time of publication.
      damage: its problem, if a quick check finds one; other values may then be unknown.
    """

    snapshot: str
    name: str
    recipe: str = ""
    fingerprint: str = ""
    examples: int = 0
    bytes: int = 0
    channels: list[str]
    pinned: bool
    published: dict[str, str] = field(default_factory=dict)
    damage: str | None = None


def list_snapshots(store: Store) -> list[ListedSnapshot]:
    """Describe each snapshot, the oldest first."""
    table = pointed_at(store)
    rows = []
    for name in store.snapshot_names():
        row = ListedSnapshot(
            snapshot=store.snapshot(name),
            name=name,
            channels=table.get(name, []),
            pinned=filesystem.exists(store.pin(name)),
            published={
                channel: pointer.published
                for channel in table.get(name, [])
                if (pointer := store.current(channel))
            },
            damage=damage_of(store.snapshot(name)),
        )
        with suppress(DataError):
            row = _with_sizes(row, open_snapshot(row.snapshot).manifest)
        rows.append(row)
    return rows


def _with_sizes(row: ListedSnapshot, manifest: Manifest) -> ListedSnapshot:
    shards = [shard for split in manifest.splits.values() for shard in split.shards]
    return replace(
        row,
        recipe=manifest.name,
        fingerprint=manifest.fingerprint,
        examples=sum(shard.rows for shard in shards),
        bytes=sum(shard.bytes for shard in shards),
    )


def set_pin(snapshot: str, pinned: bool) -> None:
    """Protect a snapshot from `gc`, or end the protection, also that of a damaged snapshot.

    Raises:
      DataError: there is no such snapshot, or one to protect is damaged.
    """
    store, name = Store.of(snapshot), Store.name_of(snapshot)
    if pinned:
        if damage := damage_of(snapshot):
            raise DataError(f"{damage}; a damaged snapshot is not pinned")
        filesystem.write_bytes(store.pin(name), b"", is_durable=True)
    else:
        if not filesystem.exists(store.pin(name)):
            open_snapshot(snapshot)
        filesystem.remove(store.pin(name))
        if filesystem.is_local(store.root):
            filesystem.sync(store.snapshots)
    note(store, "pinned" if pinned else "unpinned", snapshot=name)


def collect_garbage(store: Store, keep: int, idle_hours: float, delete: bool) -> list[Garbage]:
    """Find everything that no kept snapshot needs, and delete it if `delete` is set.

    The `keep` newest snapshots, those that are pinned or that a channel points at, and their
    sources are kept.

    A damaged snapshot does not count among the newest. If one is protected, its sources may be
    unknown, and all cached sources and stages are kept.

    Entries that no snapshot uses yet may belong to a job still running on a cluster: they are
    garbage if nothing in them has changed for `idle_hours`.

    Raises:
      LockedError: another process uses the store.
    """
    with StoreLock(store, COLLECTION, "garbage collection is running"):
        for name, holder in live_holders(store).items():
            if name != COLLECTION:
                raise LockedError(f"{holder.task} ({holder.words}); try again when it has finished")
        damage = {name: damage_of(store.snapshot(name)) for name in store.snapshot_names()}
        kept = _kept(store, keep, damage)
        snapshots = _snapshots(store, keep, kept, damage)
        garbage = [*snapshots, *_idle(store, kept, idle_hours), *_litter(store)]
        if delete:
            for thing in garbage:
                _delete(thing.path)
            if garbage:
                note(store, "collected", paths=[thing.path for thing in garbage])
    return garbage


def _kept(store: Store, keep: int, damage: Mapping[str, str | None]) -> list[str]:
    """Return the newest snapshots and the protected ones, even without a manifest."""
    names = [name for name in damage if damage[name] is None]
    needed = {*names[max(0, len(names) - keep) :], *pointed_at(store)}
    there = filesystem.children(store.snapshots)
    return [name for name in there if name in needed or filesystem.exists(store.pin(name))]


def _snapshots(
    store: Store, keep: int, kept: list[str], damage: Mapping[str, str | None]
) -> Iterator[Garbage]:
    for name in filesystem.children(store.snapshots):
        if name in kept or name.endswith(".pinned"):
            continue
        if name not in damage:
            yield Garbage(store.snapshot(name), f"has no {MANIFEST}: only partly moved or deleted")
        elif damage[name]:
            yield Garbage(store.snapshot(name), f"damaged: {damage[name]}")
        else:
            yield Garbage(store.snapshot(name), f"not among the {keep} newest")


def _idle(store: Store, kept: list[str], hours: float) -> Iterator[Garbage]:
    """Yield unused sources and stages and unfinished builds that have been idle for `hours`."""
    used: set[str] = set()
    caches = [(place, _UNUSED) for place in (store.ingest, store.stages, store.prompts)]
    for name in kept:
        try:
            used |= {node["fingerprint"] for node in read_nodes(store.snapshot(name)).values()}
        except DataError as error:
            warn(f"{error}; until it is deleted, all cached sources and stages are kept")
            caches = []
    for directory, why in (*caches, (store.building, "an unfinished build")):
        for name in filesystem.children(directory):
            path = filesystem.join(directory, name)
            if name.partition("-")[0] in used and filesystem.TEMPORARY not in name:
                continue
            if time.time() - filesystem.last_change(path) >= hours * 3600:
                yield Garbage(path, why)


def _litter(store: Store) -> Iterator[Garbage]:
    """Yield leftovers of killed processes."""
    for name in filesystem.children(store.locks):
        if not name.startswith((COLLECTION, "guard")):
            yield Garbage(
                filesystem.join(store.locks, name), "left by a process that no longer runs"
            )
    channels = filesystem.join(store.root, CHANNELS)
    for name in filesystem.children(channels):
        if filesystem.TEMPORARY in name:
            yield Garbage(filesystem.join(channels, name), "left by a process that was killed")


def _delete(path: str) -> None:
    """Delete `path`, its manifest first, so that a partial deletion leaves no snapshot."""
    manifest = filesystem.join(path, MANIFEST)
    is_link = filesystem.is_local(path) and os.path.islink(path)
    if not is_link and filesystem.exists(manifest):
        filesystem.remove(manifest)
        if filesystem.is_local(path):
            filesystem.sync(path)
    filesystem.remove(path)
