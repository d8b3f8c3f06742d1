"""`fakestore://DIR/…`: an object store as Beam sees one, over a local directory.

It has no directories and no rename (a copy, then a deletion); an object appears when its writer
closes it; listings lag: they miss what is new and still hold what is gone. Objects themselves are
found by name at once, as in GCS and S3.
"""

import io
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from apache_beam.io.filesystem import BeamIOError, CompressionTypes, FileMetadata, FileSystem

SCHEME = "fakestore"
_HIDDEN = ".upload-"


class _Upload(io.FileIO):
    """An object that nobody sees before it is closed."""

    def __init__(self, path: str) -> None:
        self._path, self._temporary = path, f"{path}{_HIDDEN}{uuid.uuid4().hex}"
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(self._temporary, "wb")

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.replace(self._temporary, self._path)


class FakeStore(FileSystem):
    """`lag_seconds` is how long a listing lags; `renames` are calls that GCS could not do whole."""

    lag_seconds: ClassVar[float] = 0.5
    deleted: ClassVar[dict[str, float]] = {}
    renames: ClassVar[list[tuple[str, str]]] = []

    @classmethod
    def scheme(cls) -> str:
        return SCHEME

    @staticmethod
    def _local(path: str) -> str:
        return path.removeprefix(f"{SCHEME}://")

    def join(self, basepath: str, *paths: str) -> str:
        return "/".join([basepath.rstrip("/"), *(path.strip("/") for path in paths)])

    def split(self, path: str) -> tuple[str, str]:
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path: str) -> None:
        raise AssertionError(f"{path}: an object store has no directories")

    def has_dirs(self) -> bool:
        return False

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        now = time.time()
        root = Path(self._local(dir_or_prefix))
        start = root if root.is_dir() else root.parent
        for path in sorted(start.rglob("*")):
            seen = path.is_file() and _HIDDEN not in path.name
            if seen and now - path.stat().st_mtime >= self.lag_seconds:
                yield FileMetadata(f"{SCHEME}://{path}", path.stat().st_size)
        for gone, when in list(self.deleted.items()):
            if gone.startswith(dir_or_prefix) and now - when < self.lag_seconds:
                yield FileMetadata(gone, 0)

    def create(self, path: str, mime_type: str = "", compression_type: str = "auto") -> Any:
        return io.BufferedWriter(_Upload(self._local(path)))

    def open(
        self,
        path: str,
        mime_type: str = "",
        compression_type: str = CompressionTypes.AUTO,
    ) -> Any:
        return open(self._local(path), "rb")

    def copy(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        for source, target in zip(source_file_names, destination_file_names, strict=True):
            with self.create(target) as stream:
                stream.write(Path(self._local(source)).read_bytes())

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        self.renames.extend(zip(source_file_names, destination_file_names, strict=True))
        self.copy(source_file_names, destination_file_names)
        self.delete(source_file_names)

    def exists(self, path: str) -> bool:
        return os.path.isfile(self._local(path))

    def size(self, path: str) -> int:
        return os.path.getsize(self._local(path))

    def last_updated(self, path: str) -> float:
        return os.path.getmtime(self._local(path))

    def checksum(self, path: str) -> str:
        return str(self.size(path))

    def metadata(self, path: str) -> FileMetadata:
        return FileMetadata(path, self.size(path), self.last_updated(path))

    def delete(self, paths: list[str]) -> None:
        for path in paths:
            if not self.exists(path):
                raise BeamIOError(f"no such object: {path}")
            os.unlink(self._local(path))
            self.deleted[path] = time.time()
