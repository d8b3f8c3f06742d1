"""Publish and roll back: move the pointers of channels, only under the channel's lock."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import orjson

from pipelines.checks.damage import damage_of
from pipelines.checks.gates import Gates, failures
from pipelines.checks.verification import Verification
from pipelines.checks.verify import verify
from pipelines.publishing.forgotten_since import forgotten_since
from pipelines.publishing.history import note
from pipelines.stores.locking import Holder, StoreLock
from pipelines.stores.store import Store, now
from tfrecords_schema import filesystem
from tfrecords_schema.channels import Pointer, pointer_path
from tfrecords_schema.errors import ConfigurationError, DataError, LockedError, nearest
from tfrecords_schema.manifest import Manifest
from tfrecords_schema.snapshot import RUN, open_snapshot

_MOST_PREVIOUS = 100


@dataclass(frozen=True)
class Published:
    """A channel after an attempt to publish; with `failed` gates, its pointer did not move."""

    path: str
    pointer: Pointer | None
    failed: list[str]


def channel_lock(store: Store, channel: str, task: str) -> StoreLock:
    """Return the lock of `channel`; each later holder's fencing number exceeds its pointer's."""
    pointer = store.current(channel)
    after = pointer.fencing if pointer else 0
    return StoreLock(store, f"channel-{channel}", f"{task} of channel {channel} is running", after)


def stated_gates(snapshot: str) -> Gates:
    """Return the gates of the recipe that the snapshot was built from."""
    path = filesystem.join(snapshot, RUN)
    try:
        return Gates.model_validate(orjson.loads(filesystem.read_bytes(path))["gates"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: has no valid gates; rebuild the snapshot") from error


def publish(
    snapshot: str,
    store: Store,
    channel: str,
    gates: Gates,
    lock: StoreLock,
    verification: Verification | None = None,
) -> Published:
    """Point `channel` at a snapshot that verifies and passes `gates`.

    `verification` is the result of `verify`, if it has already run.

    Raises:
      DataError: there is no snapshot. LockedError: another process has taken the lock over.
    """
    manifest = open_snapshot(snapshot).manifest
    name, fingerprint = store.name_of(snapshot), manifest.fingerprint
    facts = {"channel": channel, "snapshot": name, "fingerprint": fingerprint}
    before = last_manifest(store, channel)
    failed = [f"forgotten: {line}" for line in forgotten_since(store, open_snapshot(snapshot))]
    if failed := failed + failures(gates, manifest, verification or verify(snapshot), before):
        note(store, "refused", **facts, failed=failed)
        return Published(snapshot, store.current(channel), failed)

    def moved(pointer: Pointer | None, fencing: int) -> Pointer:
        previous = _previous(pointer, name)
        withdrawn = [one for one in pointer.withdrawn if one != fingerprint] if pointer else []
        return _pointer(channel, name, fingerprint, fencing, previous, withdrawn)

    pointer = _move(store, channel, lock, moved)
    note(store, "published", **facts)
    return Published(snapshot, pointer, [])


def roll_back(store: Store, channel: str, to: str | None, lock: StoreLock) -> Published:
    """Point `channel` at the previous snapshot, or at `to`, and withdraw the current one.

    Refreshes do not publish a withdrawn snapshot again. Damaged snapshots are skipped; a current
    snapshot that is damaged is not withdrawn, so it may be built again.

    Raises:
      ConfigurationError: there is no earlier snapshot. DataError: `to` is damaged, or the
        snapshot was built from rows that have been forgotten since.
    """
    pointer = store.current(channel)
    if pointer is None:
        raise ConfigurationError(f"{store.root}: nothing has been published in channel {channel!r}")
    earlier = [name for name in pointer.previous if store.has_snapshot(name)]
    sound = (name for name in earlier if damage_of(store.snapshot(name)) is None)
    if to is not None and not store.has_snapshot(to):
        near = nearest(to, store.snapshot_names())
        raise ConfigurationError(f"--to {to}: no such snapshot; {near}")
    if not (target := to or next(sound, None)):
        raise ConfigurationError(f"{store.root}: there is no undamaged snapshot to roll back to")
    if damage := damage_of(store.snapshot(target)):
        raise DataError(f"--to {target}: {damage}")
    snapshot = open_snapshot(store.snapshot(target))
    if forgotten := forgotten_since(store, snapshot):
        raise DataError(
            f"{snapshot.path}: {'; '.join(forgotten)}; the channel was not moved. Name a snapshot "
            "without these rows by --to, or refresh the recipe of this one: it leaves them out"
        )
    fingerprint = snapshot.manifest.fingerprint
    left_damaged = damage_of(store.snapshot(pointer.snapshot)) is not None

    def moved(left: Pointer | None, fencing: int) -> Pointer:
        rest = earlier[earlier.index(target) + 1 :] if target in earlier else earlier
        gone = {*left.withdrawn} if left else set()
        if left and not left_damaged:
            gone.add(left.fingerprint)
        gone.discard(fingerprint)
        return _pointer(channel, target, fingerprint, fencing, rest, sorted(gone))

    moved_to = _move(store, channel, lock, moved)
    facts = {"channel": channel, "snapshot": target, "fingerprint": fingerprint}
    note(store, "rolled_back", **facts, withdrawn=pointer.snapshot)
    return Published(store.snapshot(target), moved_to, [])


def last_manifest(store: Store, channel: str) -> Manifest | None:
    """Return the manifest of the last snapshot of `channel` that has a readable one."""
    if pointer := store.current(channel):
        for name in (pointer.snapshot, *pointer.previous):
            with suppress(DataError):
                return open_snapshot(store.snapshot(name)).manifest
    return None


def _previous(pointer: Pointer | None, name: str) -> list[str]:
    if pointer is None:
        return []
    before = [one for one in (pointer.snapshot, *pointer.previous) if one != name]
    return before[:_MOST_PREVIOUS]


def _pointer(
    channel: str,
    name: str,
    fingerprint: str,
    fencing: int,
    previous: list[str],
    withdrawn: list[str],
) -> Pointer:
    return Pointer(
        channel=channel,
        snapshot=name,
        fingerprint=fingerprint,
        published=now(),
        fencing=fencing,
        previous=previous,
        withdrawn=withdrawn,
    )


def _move(
    store: Store,
    channel: str,
    lock: StoreLock,
    moved: Callable[[Pointer | None, int], Pointer],
) -> Pointer:
    """Replace the pointer atomically, unless a later holder of the lock has moved it."""
    written: list[Pointer] = []

    def write(holder: Holder) -> None:
        path = pointer_path(store.root, channel)
        token = filesystem.read_with_token(path)[1]
        pointer = store.current(channel)
        if pointer is not None and pointer.fencing > holder.fencing:
            raise LockedError(f"another process moved channel {channel}; nothing was published")
        written.append(moved(pointer, holder.fencing))
        data = orjson.dumps(
            written[0].model_dump(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        )
        # The snapshot may have been copied here; the target of a pointer must survive a power cut.
        filesystem.sync_tree(store.snapshot(written[0].snapshot))
        if filesystem.compare_and_swap(path, token, data, is_durable=True) is None:
            raise LockedError(f"another process moved channel {channel}; nothing was published")

    lock.while_held(write)
    return written[0]
