"""Objects of `s3://`, `gs://` and `az://` by URL, through obstore: without Beam.

Credentials and endpoints come from the environment, by the names that the providers' own tools
have (`AWS_…`, `GOOGLE_…`, `AZURE_…`).
"""

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from tfrecords_schema.errors import ConfigurationError

SCHEMES = ("s3", "gs", "az")
_BLOCK_BYTES = 8 * 1024 * 1024


def serves(path: str) -> bool:
    """Return whether `path` is a URL of one of these stores."""
    scheme, separator, _ = path.partition("://")
    return bool(separator) and scheme in SCHEMES


@lru_cache
def _bucket(url: str) -> Any:
    from obstore.store import from_url

    return from_url(url)


def _place(url: str) -> tuple[Any, str]:
    """Return (store, key) of a URL.

    Raises:
      ConfigurationError: it names no bucket, or the environment does not say how to reach it.
    """
    scheme, _, rest = url.partition("://")
    name, _, key = rest.partition("/")
    if not name:
        raise ConfigurationError(f"{url}: no bucket; write {scheme}://BUCKET/…")
    try:
        return _bucket(f"{scheme}://{name}"), key.strip("/")
    except Exception as error:  # obstore raises many kinds
        raise ConfigurationError(f"{url}: {_words(error)}") from error


@contextmanager
def _named(url: str) -> Iterator[None]:
    """Name the object in errors of the store, as an OSError."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, "no such object", url) from error
    except BaseError as error:
        raise OSError(errno.EIO, _words(error), url) from error


def _words(error: Exception) -> str:
    return " ".join(str(error).partition("\n\nDebug source")[0].split())[:300]


def read(url: str) -> bytes:
    """Return a whole object.

    Raises:
      FileNotFoundError: there is none. OSError: the store cannot be reached, or refuses.
    """
    return read_with_token(url)[0]


def read_with_token(url: str) -> tuple[bytes, dict[str, str]]:
    """Return a whole object, and the token that `write_if` takes to replace just this state."""
    store, key = _place(url)
    with _named(url):
        found = store.get(key)
        return bytes(found.bytes()), _token(found.meta)


def _token(meta: Any) -> dict[str, str]:
    # A store without versions has None, which it does not take back.
    return {name: meta[name] for name in ("e_tag", "version") if meta.get(name)}


def write(url: str, data: bytes | Path) -> None:
    """Store an object, whole, from memory or from a local file."""
    store, key = _place(url)
    with _named(url):
        store.put(key, data)


def write_if(url: str, token: dict[str, str] | None, data: bytes) -> dict[str, str] | None:
    """Store an object if it is in the state of `token`; None: if there is none.

    Return the new token, or None where the object is in another state. No two states may have the
    same data: tokens of S3 are digests of it.
    """
    from obstore.exceptions import AlreadyExistsError, PreconditionError

    store, key = _place(url)
    with _named(url):
        try:
            return _token(store.put(key, data, mode="create" if token is None else token))
        except (AlreadyExistsError, PreconditionError, FileNotFoundError):
            # Where the reply to a write was lost, obstore asks again, and is refused by the state
            # that it has written itself.
            with suppress(FileNotFoundError):
                found = store.get(key)
                if bytes(found.bytes()) == data:
                    return _token(found.meta)
            return None


def remove(url: str) -> None:
    """Delete an object if it is there."""
    store, key = _place(url)
    with _named(url):
        try:
            store.delete(key)
        except FileNotFoundError:
            return


def copy(source: str, target: str) -> None:
    """Copy an object within a bucket."""
    (store, key), (_, goal) = _place(source), _place(target)
    with _named(source):
        store.copy(key, goal)


def last_change(url: str) -> float | None:
    """Return when an object below a URL last changed, in seconds since the epoch; None: none is."""
    store, key = _place(url)
    with _named(url):
        times = [meta["last_modified"] for some in store.list(prefix=key or None) for meta in some]
    return max(time.timestamp() for time in times) if times else None


def sizes_below(url: str) -> dict[str, int]:
    """Return name → bytes of the objects below a URL; names are relative to it."""
    store, key = _place(url)
    with _named(url):
        listed = [meta for some in store.list(prefix=key or None) for meta in some]
    below = f"{key}/" if key else ""
    return {m["path"][len(below) :]: m["size"] for m in listed if m["path"].startswith(below)}


def size(url: str) -> int | None:
    """Return the bytes of an object; None if there is none."""
    store, key = _place(url)
    try:
        with _named(url):
            return int(store.head(key)["size"])
    except FileNotFoundError:
        return None


def state(url: str) -> dict[str, str]:
    """Return the token of an object's state.

    Raises:
      FileNotFoundError: there is none. OSError: the store cannot be reached, or refuses.
    """
    store, key = _place(url)
    with _named(url):
        return _token(store.head(key))


def download(url: str, target: Path) -> dict[str, str]:
    """Copy an object to a local file; return the token of the state that was copied."""
    store, key = _place(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _named(url), target.open("wb") as file:
        found = store.get(key)
        for block in found.stream(min_chunk_size=_BLOCK_BYTES):
            file.write(block)
        return _token(found.meta)


class _Reader(io.RawIOBase):
    """An object open for reading, as Python's buffers take it."""

    def __init__(self, url: str, block_bytes: int) -> None:
        store, key = _place(url)
        self._url = url
        with _named(url):
            from obstore import open_reader

            self._file = open_reader(store, key, buffer_size=block_bytes)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._file.seek(offset, whence))

    def readinto(self, buffer: Any) -> int:
        with _named(self._url):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = bytes(data)
        return len(data)


def open_read(url: str, block_bytes: int) -> io.RawIOBase:
    """Open an object for reading; each request brings `block_bytes`."""
    return _Reader(url, block_bytes)
