"""Train into an object store: a local copy of the run is worked on, and kept in step with it.

A run is a local directory that a thread copies to the store every few seconds. Of a checkpoint, its
digests are copied last and deleted first: without them it is not complete, and not read. One
trainer at a time holds the run's lock, an object that only conditional writes replace.

Of several processes, each has a local directory of its own. Process 0 holds the lock, and its
directory is the one that is copied.
"""

import json
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import jax
import numpy as np
from jax.experimental import multihost_utils

from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import LockedError
from trainer.full_disk import full_disk_named
from trainer.run_lock import FILE as LOCK
from trainer.store_copies import Say, checkpoint_of, is_last, readable

BEAT_SECONDS = 20.0
# How long a holder of the lock may be silent; several times the beat.
TTL_SECONDS = 120.0


def has_own_directory(out: str) -> bool:
    """Return whether each of several processes has a directory of its own for this run."""
    return object_store.serves(out) and jax.process_count() > 1


@contextmanager
def local_run(out: str, say: Say) -> Iterator[Path]:
    """Yield the directory of a run on this machine: itself, or a copy that is kept in step.

    Raises:
        LockedError: another trainer has the run, or took it over.
        FullDiskError: the disk is full.
        OSError: the store cannot be written; the local copy stays.
    """
    if not object_store.serves(out):
        with full_disk_named(Path(out)):
            Path(out).mkdir(parents=True, exist_ok=True)
        yield Path(out)
        return
    with _lock_of_all(out) as lock:
        directory = Path(tempfile.mkdtemp(prefix="flanbeam-run-"))
        mirror = _Mirror(out, directory)
        mirror.fetch(say)
        # Nothing is written into the store before all have read it.
        multihost_utils.sync_global_devices("the run is copied")
        if lock is None:
            try:
                yield directory
            finally:
                shutil.rmtree(directory)
        else:
            try:
                with _in_step(mirror, lock, say):
                    yield directory
            except BaseException:
                _finish(mirror, lock, say)
                raise
            with _known_to_all():
                _finish(mirror, lock, say)
    if lock is None:
        _hear_from_first(out)


@contextmanager
def _lock_of_all(out: str) -> Iterator["_RunLock | None"]:
    """Hold the lock of a run in process 0, and yield it there; in other processes, yield None."""
    if jax.process_index() != 0:
        _hear_from_first(out)
        yield None
        return
    lock = _RunLock(out)
    with _known_to_all():
        lock.take()
    try:
        yield lock
    finally:
        lock.release()


@contextmanager
def _known_to_all() -> Iterator[None]:
    """Let the other processes know whether a block of process 0 succeeded."""
    succeeded = False
    try:
        yield
        succeeded = True
    finally:
        multihost_utils.broadcast_one_to_all(np.array(succeeded))


def _hear_from_first(out: str) -> None:
    """Wait until process 0 has done its block.

    Raises:
        LockedError: it did not succeed; it says why itself.
    """
    if not multihost_utils.broadcast_one_to_all(np.array(False)):
        raise LockedError(f"{out}: process 0 of this run cannot write there; it says why")


def _finish(mirror: "_Mirror", lock: "_RunLock", say: Say) -> None:
    """Copy what is not copied yet; only then delete the local run."""
    try:
        lock.beat()
        mirror.send()
    except (OSError, LockedError):
        say(f"what is not in {mirror.url} yet is kept in {mirror.directory}")
        raise
    shutil.rmtree(mirror.directory)


@contextmanager
def _in_step(mirror: "_Mirror", lock: "_RunLock", say: Say) -> Iterator[None]:
    """Copy every few seconds while the block runs, and show others that the trainer lives."""
    done = threading.Event()

    def copy() -> None:
        while not done.wait(BEAT_SECONDS):
            try:
                lock.beat()
                mirror.send()
            except LockedError as error:
                say(str(error))
                # As a cluster asks the run to stop; at the end the lock is missed again.
                os.kill(os.getpid(), signal.SIGTERM)
                return
            except OSError as error:
                say(f"{error.filename}: {error.strerror}; trying again")

    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class _Mirror:
    """A local directory, and the objects that are its copy."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url, self.directory = url.rstrip("/"), directory
        # Name → (bytes, time of change in ns) of what the store has.
        self._sent: dict[str, tuple[int, int]] = {}

    def fetch(self, say: Say) -> None:
        """Copy the run from the store; incomplete checkpoints are passed over."""
        for name in readable(self.url, say):
            object_store.download(self._object(name), self.directory / name)
            self._sent[name] = _state(self.directory / name)

    def send(self) -> None:
        """Copy what is new or has changed, and delete what is gone."""
        there = self._there()
        gone = sorted(self._sent.keys() - there.keys(), key=lambda name: not is_last(name))
        for name in sorted(there, key=is_last):
            if self._sent.get(name) != there[name]:
                object_store.write(self._object(name), self.directory / name)
                self._sent[name] = there[name]
        for name in gone:
            object_store.remove(self._object(name))
            del self._sent[name]

    def _there(self) -> dict[str, tuple[int, int]]:
        """Return what is to be copied: all files but those of unfinished checkpoints."""
        found = {}
        for path in self.directory.rglob("*"):
            name = path.relative_to(self.directory).as_posix()
            if name == LOCK or ".orbax-checkpoint-tmp" in name or ".tmp" in path.suffix:
                continue
            try:
                if path.is_file():
                    found[name] = _state(path)
            except FileNotFoundError:
                continue  # an old checkpoint that is being deleted
        complete = {checkpoint_of(name) for name in found if is_last(name)}
        return {n: s for n, s in found.items() if checkpoint_of(n) in {None, *complete}}

    def _object(self, name: str) -> str:
        return filesystem.join(self.url, name)


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


class _RunLock:
    """The lock of a run in an object store.

    Raises:
        LockedError: another trainer holds it and shows life.
    """

    def __init__(self, out: str) -> None:
        self._url = filesystem.join(out, LOCK)
        self._out, self._id = out, uuid.uuid4().hex
        self._token: dict[str, str] | None = None

    def take(self) -> None:
        """Write the lock.

        Raises:
            LockedError: another trainer holds it.
        """
        try:
            data, found = object_store.read_with_token(self._url)
        except FileNotFoundError:
            self._token = object_store.write_if(self._url, None, self._record())
        else:
            if (holder := _living(data)) is not None:
                raise LockedError(
                    f"{self._out} is being trained by {holder}: wait until it ends, or give "
                    "another --out"
                )
            self._token = object_store.write_if(self._url, found, self._record())
        if self._token is None:
            raise LockedError(f"{self._out}: another trainer was faster: try again when it is done")

    def release(self) -> None:
        """Delete the lock if it is ours."""
        with suppress(OSError, ValueError):  # what is left is taken over when it is old
            if json.loads(object_store.read(self._url))["id"] == self._id:
                object_store.remove(self._url)

    def beat(self) -> None:
        """Show that this trainer lives.

        Raises:
            LockedError: another has taken the run over.
        """
        token = object_store.write_if(self._url, self._token, self._record())
        if token is None:
            raise LockedError(f"{self._out}: another trainer has taken the run over")
        self._token = token

    def _record(self) -> bytes:
        holder = f"process {os.getpid()} on {platform.node()}"
        return json.dumps({"holder": holder, "id": self._id, "heartbeat": time.time()}).encode()


def _living(data: bytes) -> str | None:
    """Return who holds a lock; None if it has been silent too long, or cannot be read."""
    try:
        record = json.loads(data)
        silent = time.time() - float(record["heartbeat"])
        return None if silent > TTL_SECONDS else str(record["holder"])
    except (ValueError, KeyError, TypeError):
        return None
