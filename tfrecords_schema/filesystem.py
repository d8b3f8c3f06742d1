"""Files by path on the local disk, and by URL in object stores and on any Beam filesystem.

Local paths never import Beam, so the trainer starts fast, nor does what reads `s3://`, `gs://` and
`az://`; all else with a scheme goes through `apache_beam.io.filesystems`.
"""

import errno
import fcntl
import hashlib
import io
import os
import shutil
import stat
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from tfrecords_schema import object_store
from tfrecords_schema.errors import ConfigurationError

# What a file's state is known by; None: there is no file.
Token = dict[str, str] | None
# Part of the name of a file that is not yet complete.
TEMPORARY = ".tmp-"
# Minimum bytes per request to a remote store: sequential reads, random access.
_REQUEST_BYTES = 16 * 1024 * 1024
PART_BYTES = 64 * 1024
_BUFFER_BYTES = 1024 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Errors of some network filesystems when a directory is synced.
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP)


def is_local(path: str) -> bool:
    """Return whether `path` has no scheme."""
    return "://" not in path


def absolute(path: str) -> str:
    """Return the absolute path, with `~` expanded and without a final slash."""
    return os.path.abspath(os.path.expanduser(path)) if is_local(path) else path.rstrip("/")


def join(*parts: str) -> str:
    """Join parts of a path or URL with `/`."""
    return "/".join([parts[0].rstrip("/"), *(part.strip("/") for part in parts[1:])])


def parent(path: str) -> str:
    """Return the path without its last part."""
    return path.rstrip("/").rpartition("/")[0]


def _beam(path: str) -> Any:
    """Return Beam's filesystems, after checking that they support the scheme of `path`.

    Raises:
      ConfigurationError: none is installed for its scheme.
    """
    from apache_beam.io.filesystems import FileSystems

    try:
        FileSystems.get_filesystem(path)
    except ValueError as error:
        raise ConfigurationError(
            f"{path}: no filesystem is installed for this scheme (gs:// needs "
            "apache-beam[gcp]; a local path has no scheme)"
        ) from error
    return FileSystems


def _open_remote(path: str, request_bytes: int) -> Any:
    if object_store.serves(path):
        return object_store.open_read(path, request_bytes)
    from apache_beam.io.filesystem import CompressionTypes

    return _beam(path).open(path, compression_type=CompressionTypes.UNCOMPRESSED)


def _open_file(path: str) -> IO[bytes]:
    """Open a local file.

    Raises:
      OSError: it is a pipe or a device, which may never open or never end.
    """
    mode = os.stat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "not a regular file", path)
    return open(path, "rb")


def open_read(path: str) -> IO[bytes]:
    """Open for reading, as stored (no decompression)."""
    if is_local(path):
        return _open_file(path)
    # Beam's remote files read lines byte by byte.
    return io.BufferedReader(_open_remote(path, _REQUEST_BYTES), _BUFFER_BYTES)


def open_parts(path: str) -> IO[bytes]:
    """Open for reading a few parts of known length, each with one request to a remote store."""
    if is_local(path):
        return _open_file(path)
    stream: IO[bytes] = _open_remote(path, PART_BYTES)
    return stream


def exists(path: str) -> bool:
    """Return whether a file or directory exists."""
    if object_store.serves(path):
        return object_store.size(path) is not None or bool(object_store.sizes_below(path))
    return os.path.exists(path) if is_local(path) else bool(_beam(path).exists(path))


def size_of(path: str) -> int:
    """Return the bytes of a file."""
    if is_local(path):
        return os.path.getsize(path)
    if object_store.serves(path):
        return object_store.size(path) or 0
    (match,) = _beam(path).match([path])
    return int(match.metadata_list[0].size_in_bytes) if match.metadata_list else 0


def files_below(path: str) -> list[str]:
    """Return the files below a directory, relative to it, sorted."""
    if is_local(path):
        root = Path(path)
        return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())
    if object_store.serves(path):
        return sorted(object_store.sizes_below(path))
    paths = [m.path for match in _beam(path).match([join(path, "**")]) for m in match.metadata_list]
    return sorted(file[len(path) :].strip("/") for file in paths)


def children(path: str) -> list[str]:
    """Return the sorted names in a directory; none if it does not exist."""
    if is_local(path):
        return sorted(os.listdir(path)) if os.path.isdir(path) else []
    return sorted({file.partition("/")[0] for file in files_below(path)})


def last_change(path: str) -> float:
    """Return the time of the last change below a directory, in seconds since the epoch.

    Return the current time if the filesystem does not report one.
    """
    if is_local(path):
        # The time of a link itself, because its target may be missing.
        return max(file.lstat().st_mtime for file in [Path(path), *Path(path).rglob("*")])
    if object_store.serves(path):
        return object_store.last_change(path) or time.time()
    matches = _beam(path).match([join(path, "**")])
    times = [m.last_updated_in_seconds for match in matches for m in match.metadata_list]
    return max(times) if times and all(times) else time.time()


def make_directory(path: str) -> None:
    """Make a local directory and its parents, and sync them, so that they survive a power cut."""
    if not os.path.isdir(path):
        above = os.path.dirname(os.path.abspath(path))
        make_directory(above)
        with suppress(FileExistsError):
            os.mkdir(path)
        sync(above)


def sync(path: str) -> None:
    """Wait until a local file or directory is stored on the disk.

    For a directory, this covers only its names, not the contents of files or subdirectories.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC or not os.path.isdir(path):
            error.filename = path
            raise
    finally:
        os.close(descriptor)


def sync_tree(path: str) -> None:
    """Wait until a local directory and everything below it are stored, deepest first.

    Does nothing on an object store, whose writes are durable.
    """
    if not is_local(path):
        return
    for directory, _, files in os.walk(path, topdown=False):
        for file in files:
            if os.path.isfile(there := os.path.join(directory, file)):
                sync(there)
        sync(directory)


def remove(path: str) -> None:
    """Delete a file, or a directory with its contents, if it exists.

    For a symbolic link, only the link is deleted.
    """
    if object_store.serves(path):
        for name in ["", *object_store.sizes_below(path)]:
            object_store.remove(join(path, name) if name else path)
    elif not is_local(path):
        # An object store may list deleted files.
        listed = [path, *(join(path, file) for file in files_below(path))]
        if there := [file for file in listed if _beam(path).exists(file)]:
            _beam(path).delete(there)
    elif os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        Path(path).unlink(missing_ok=True)


def copy(source: str, target: str) -> None:
    """Copy a file within one filesystem with a scheme."""
    if object_store.serves(source):
        object_store.copy(source, target)
    else:
        _beam(source).copy([source], [target])


@contextmanager
def exclusive(path: str) -> Iterator[None]:
    """Hold an exclusive `flock` for a short critical section.

    Does nothing on remote filesystems, which have no such primitive.
    """
    if not is_local(path):
        yield
        return
    make_directory(os.path.dirname(path))
    with open(path, "a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def read_bytes(path: str) -> bytes:
    """Read the whole file."""
    if object_store.serves(path):
        return object_store.read(path)
    with open_read(path) as stream:
        return stream.read()


@contextmanager
def atomic_writer(path: str, *, is_durable: bool = False) -> Iterator[IO[bytes]]:
    """Write a file atomically.

    Writes under a temporary name next to `path`, then renames it; a failure leaves nothing behind.
    Two writers of the same content may race: the last rename wins. With `durable`, a power cut
    leaves the earlier or the new file, and the new one if the writer has ended; without it, the
    file may exist without its bytes.
    """
    if object_store.serves(path):
        # An object appears whole, when all of it was sent.
        with tempfile.NamedTemporaryFile() as spooled:
            yield spooled
            spooled.flush()
            object_store.write(path, Path(spooled.name))
        return
    temporary = f"{path}{TEMPORARY}{uuid.uuid4().hex}"
    if is_local(path):
        above = os.path.dirname(path) or "."
        make_directory(above) if is_durable else os.makedirs(above, exist_ok=True)
        try:
            with open(temporary, "wb", buffering=_BUFFER_BYTES) as stream:
                yield stream
                if is_durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            os.replace(temporary, path)
            if is_durable:
                sync(above)
        except OSError as error:
            if error.errno in FULL and not error.filename:
                # An error of a write to a full disk does not name the file.
                error.filename = path
            raise
        finally:
            Path(temporary).unlink(missing_ok=True)
        return
    try:
        with _beam(path).create(temporary) as stream:
            yield stream
        _beam(path).rename([temporary], [path])
    finally:
        if _beam(path).exists(temporary):
            _beam(path).delete([temporary])


def write_bytes(path: str, data: bytes, *, is_durable: bool = False) -> None:
    """Write a file atomically."""
    if object_store.serves(path):
        object_store.write(path, data)
        return
    with atomic_writer(path, is_durable=is_durable) as stream:
        stream.write(data)


def read_with_token(path: str) -> tuple[bytes | None, Token]:
    """Return a file and the token of its state, or None where there is none."""
    try:
        if object_store.serves(path):
            return object_store.read_with_token(path)
        data = read_bytes(path) if is_local(path) or exists(path) else None
    except FileNotFoundError:
        data = None
    return data, _token_of(data)


def _token_of(data: bytes | None) -> Token:
    return None if data is None else {"sha256": hashlib.sha256(data).hexdigest()}


def compare_and_swap(path: str, token: Token, data: bytes, *, is_durable: bool = False) -> Token:
    """Replace a file if it is in the state of `token`; return the new token, None if it was not.

    By a lock and a rename on a local disk, by a conditional write in `s3://`, `gs://` and `az://`.
    Other filesystems have neither: there a state between the comparison and the write is lost. No
    two states may have the same data, which a fencing number sees to.
    """
    if object_store.serves(path):
        return object_store.write_if(path, token, data)
    with _alone_in(path):
        if read_with_token(path)[1] != token:
            return None
        write_bytes(path, data, is_durable=is_durable)
    return _token_of(data)


@contextmanager
def _alone_in(path: str) -> Iterator[None]:
    """Keep others out of the same block for files of one local directory."""
    if not is_local(path):
        yield
        return
    make_directory(os.path.dirname(path) or ".")
    descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def append(path: str, data: bytes) -> None:
    """Append to a local file, and wait until the data are stored."""
    make_directory(os.path.dirname(path) or ".")
    is_new = not os.path.exists(path)
    with open(path, "ab") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        sync(os.path.dirname(path) or ".")


def sha256_of(path: str) -> tuple[str, int]:
    """Return the digest (64 hex digits) and the size in bytes of a file."""
    digest, size = hashlib.sha256(), 0
    with open_read(path) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size
