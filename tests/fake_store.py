"""An object store that lives in memory, and that only Beam can open."""

import io
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

from apache_beam.io.filesystem import BeamIOError, FileMetadata, FileSystem

from tfrecords_schema import filesystem

# What is stored, by URL.
OBJECTS: dict[str, bytes] = {}


class _Reader(io.RawIOBase):
    """An object open for reading; it has no descriptor, and whoever reads single bytes is slow."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self._next = -1

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._data.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        assert len(buffer) > 1, "read byte by byte"
        # What is read on and on is one request, each part that is looked for is another.
        if self._data.tell() != self._next:
            FakeStore.requests["read"] += 1
        count = self._data.readinto(buffer)
        self._next = self._data.tell()
        return count


class _Writer(io.BytesIO):
    """An object appears when it is closed, whatever was written until then."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def close(self) -> None:
        if not self.closed:
            FakeStore.put(self._path, self.getvalue())
        super().close()


class FakeStore(FileSystem):
    """Objects by name, no directories: what `gs://` and `s3://` promise, and no more.

    A rename is a copy, then a deletion. Listings lag by `lag_seconds`: they miss what is new, and
    still hold what is gone.
    """

    lag_seconds: ClassVar[float] = 0.0
    # Asked for so far: reads of parts, objects looked for (each open does), writes, listings.
    requests: ClassVar[Counter[str]] = Counter()
    changed: ClassVar[dict[str, float]] = {}

    @classmethod
    def put(cls, path: str, data: bytes) -> None:
        """Store an object under its name, whole."""
        cls.requests["write"] += 1
        cls.changed[path] = time.time()
        OBJECTS[path] = data

    @classmethod
    def scheme(cls) -> str:
        return "fakestore"

    def join(self, basepath: str, *paths: str) -> str:
        return filesystem.join(basepath, *paths)

    def split(self, path: str) -> tuple[str, str]:
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path: str) -> None:
        raise AssertionError(f"{path}: an object store has no directories")

    def has_dirs(self) -> bool:
        return False

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        now = time.time()
        self.requests["list"] += 1
        for path in sorted({*OBJECTS, *self.changed}):
            changed = self.changed.get(path, 0.0)
            is_listed = (path in OBJECTS) is (now - changed >= self.lag_seconds)
            if path.startswith(dir_or_prefix) and is_listed:
                yield FileMetadata(path, len(OBJECTS.get(path, b"")), changed)

    def create(self, path: str, *_: Any, **__: Any) -> io.BytesIO:
        return _Writer(path)

    def open(self, path: str, *_: Any, **__: Any) -> io.RawIOBase:
        return _Reader(self._get(path))

    def copy(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        for source, target in zip(source_file_names, destination_file_names, strict=True):
            self.put(target, self._get(source))

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        self.copy(source_file_names, destination_file_names)
        self.delete(source_file_names)

    def exists(self, path: str) -> bool:
        self.requests["look"] += 1
        return path in OBJECTS

    def size(self, path: str) -> int:
        return len(self._get(path))

    def last_updated(self, path: str) -> float:
        raise NotImplementedError

    def checksum(self, path: str) -> str:
        raise NotImplementedError

    def metadata(self, path: str) -> FileMetadata:
        return FileMetadata(path, self.size(path))

    def delete(self, paths: list[str]) -> None:
        for path in paths:
            self._get(path)
            del OBJECTS[path]
            self.changed[path] = time.time()

    def _get(self, path: str) -> bytes:
        self.requests["look"] += 1
        if path not in OBJECTS:
            raise BeamIOError("no such object", {path: None})
        return OBJECTS[path]
