"""Raw files as streams of plain bytes; `.gz` and `.zst` are decompressed, told by the ending."""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

import zstandard

from tfrecords_schema import filesystem
from transforms.sources.source import UnreadableFileError

COMPRESSIONS = (".gz", ".zst")
# Small, because one block of a repetitive file can decompress to thousands of times its size.
_BLOCK_BYTES = 8192
_BUFFER_BYTES = 1 << 20
# Text compresses to a fifth or a tenth, tables of numbers to a hundredth. What grows more, and to
# more than a file of moderate size, was made to fill memory or a disk.
MAX_EXPANSION = 1_000
MAX_EXPANDED_BYTES = 256 * 1024 * 1024


def is_compressed(path: str) -> bool:
    """Return whether the file's ending says that it is compressed."""
    return path.endswith(COMPRESSIONS)


def plain_name(path: str) -> str:
    """Return the file name without a compression's ending: "a/b.json.gz" → "b.json"."""
    name = PurePosixPath(path).name
    return name.rpartition(".")[0] if is_compressed(name) else name


def with_compressed(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return each pattern, plain and compressed: "*.csv" → "*.csv", "*.csv.gz", "*.csv.zst"."""
    return tuple(pattern + ending for pattern in patterns for ending in ("", *COMPRESSIONS))


class _ZstandardReader(io.RawIOBase):
    """Frame after frame; unlike zstandard's own reader it notices a file that ends inside one."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._context = zstandard.ZstdDecompressor()
        self._frame = self._context.decompressobj()
        self._inside_frame = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ready:
            self._ready = memoryview(self._decompress())
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _decompress(self) -> bytes:
        """Return some decompressed bytes; none at the end of the file."""
        while True:
            data = self._frame.unused_data if self._frame.eof else b""
            data = data or self._raw.read(_BLOCK_BYTES)
            if not data:
                if self._inside_frame:
                    raise EOFError("the file ends before the end of the compressed data")
                return b""
            if self._frame.eof:
                self._frame = self._context.decompressobj()
            plain = self._frame.decompress(data)
            self._inside_frame = not self._frame.eof
            if plain:
                return plain


class _Bounded(io.RawIOBase):
    """Decompressed bytes, as long as they are not out of all proportion to the file."""

    def __init__(self, stream: Any, path: str) -> None:
        self._stream, self._path, self._left = stream, path, expanded_limit(path)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise bomb(self._path)
        return count


def expanded_limit(path: str) -> int:
    """Return how many bytes a compressed file may decompress to."""
    return max(MAX_EXPANDED_BYTES, MAX_EXPANSION * filesystem.size_of(path))


def bomb(path: str) -> UnreadableFileError:
    """Return the error for a file that decompresses to too much."""
    return UnreadableFileError(
        f"{path}: decompresses to more than {MAX_EXPANSION:,} times its size: remove it, or "
        "decompress it if it is what you want"
    )


@contextmanager
def open_stream(path: str) -> Iterator[IO[bytes]]:
    """Open the decompressed bytes of a file; only a plain file can seek.

    Raises:
      UnreadableFileError: while reading, where the compressed data is damaged, cut off or grows to
        more than `expanded_limit`.
    """
    with filesystem.open_read(path) as raw:
        stream: Any = raw
        if path.endswith(".gz"):
            plain = gzip.GzipFile(fileobj=raw)  # type: ignore[arg-type]
            stream = io.BufferedReader(_Bounded(plain, path), _BUFFER_BYTES)
        elif path.endswith(".zst"):
            stream = io.BufferedReader(_Bounded(_ZstandardReader(raw), path), _BUFFER_BYTES)
        try:
            yield stream
        except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
            ending = PurePosixPath(path).suffix
            raise UnreadableFileError(
                f"{path}: not a whole {ending} file ({error}): fetch it again or remove it"
            ) from error
