"""Open raw files as streams of plain UTF-8 bytes, decompressed and decoded.

The first bytes decide, because endings are often wrong or missing: gzip, Zstandard, bzip2, xz and
zip are decompressed, UTF-16 and UTF-32 decoded. For files that are not text, the error names the
type.
"""

import bz2
import codecs
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

import zstandard

from tfrecords_schema import filesystem
from transforms.sources.source import UnreadableFileError

COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz", ".zip")
_MAGIC = (
    (b"\x1f\x8b", ".gz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
    (b"BZh", ".bz2"),
    (b"\xfd7zXZ\x00", ".xz"),
    (b"PK\x03\x04", ".zip"),
)
# A block of bzip2 begins with the digits of pi; text may begin with "BZh".
_BZIP2_BLOCK = b"1AY&SY"
_FOREIGN = (
    (b"PAR1", "a Parquet file: use `format: parquet`"),
    (b"ARROW1", "an Arrow file: use `format: arrow`"),
    (b"\xff\xff\xff\xff", "an Arrow stream: use `format: arrow`"),
    (b"%PDF-", "a PDF document: extract its text first"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV"),
    (b"\x80\x04\x95", "a Python pickle: export it as JSON Lines"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook: save it as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it"),
    (b"Rar!", "a RAR archive: unpack it"),
    (b"version https://git-lfs", "a Git LFS pointer, not the data: run `git lfs pull`"),
    (b"<!doctype html", "an HTML page, not the data: download the file itself"),
    (b"<html", "an HTML page, not the data: download the file itself"),
)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PEEK_BYTES = 1024
# Small, because one block of a repetitive file can decompress to thousands of times its size.
_BLOCK_BYTES = 8192
_BUFFER_BYTES = 1 << 20
_MOST_LAYERS = 3
# Text compresses to a fifth or a tenth, tables of numbers to a hundredth. A file that expands more,
# to more than a moderate size, was made to fill memory or a disk.
MAX_EXPANSION = 1_000
MAX_EXPANDED_BYTES = 256 * 1024 * 1024


def _compression_in(head: bytes, path: str) -> str:
    """Return the ending of the compression of a file with these first bytes, or ""."""
    for magic, ending in _MAGIC:
        if head.startswith(magic) and (ending != ".bz2" or head[4:10] == _BZIP2_BLOCK):
            return ending
    # A file that is truncated within its first bytes is damaged, not plain.
    suffix = PurePosixPath(path).suffix
    return suffix if suffix in COMPRESSIONS else ""


def _encoding_in(head: bytes) -> str | None:
    """Return the encoding shown by the first bytes of a text; None if it can be UTF-8."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    # Texts contain no zero bytes; ASCII in UTF-16 has one in each pair.
    even, odd = head[::2], head[1::2]
    if len(head) >= 4 and odd.count(0) > len(odd) // 2 and not even.count(0):
        return "utf-16-le"
    if len(head) >= 4 and even.count(0) > len(even) // 2 and not odd.count(0):
        return "utf-16-be"
    return None


def is_plain(path: str) -> bool:
    """Return whether a file is uncompressed and in UTF-8 or an encoding like it.

    Only such a file can be read from the middle.
    """
    with filesystem.open_read(path) as stream:
        head = stream.read(_PEEK_BYTES)
    return not _compression_in(head, path) and _encoding_in(head) is None


def plain_name(path: str) -> str:
    """Return the file name without the endings of compressions: "a/b.json.gz" → "b.json"."""
    name = PurePosixPath(path).name
    while name.endswith(COMPRESSIONS):
        name = name.rpartition(".")[0]
    return name


def with_compressed(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return each pattern, plain and compressed: "*.csv" → "*.csv", "*.csv.gz", …, "*.csv.zip"."""
    return tuple(pattern + ending for pattern in patterns for ending in ("", *COMPRESSIONS))


class _ZstandardReader(io.RawIOBase):
    """Reads frame by frame; unlike zstandard's reader, it detects a truncated frame."""

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


_INVALID = "flanbeam_invalid"
# A byte that is invalid in UTF-8, so that the row is rejected when it is decoded.
codecs.register_error(_INVALID, lambda error: ("\udcff", getattr(error, "end", 0)))


class _Utf8Reader(io.RawIOBase):
    """Converts a text to UTF-8; undecodable input becomes an invalid byte."""

    def __init__(self, raw: IO[bytes], encoding: str, line_ends: str | None) -> None:
        self._text = io.TextIOWrapper(raw, encoding, _INVALID, newline=line_ends)
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ready:
            self._ready = self._text.read(_BLOCK_BYTES).encode(errors="surrogateescape")
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


def _open_zip(raw: IO[bytes], path: str) -> IO[bytes]:
    """Open the only file of a zip archive."""
    archive = zipfile.ZipFile(raw)
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "xl/workbook.xml" in names:
        raise UnreadableFileError(f"{path}: an Excel workbook: save it as CSV")
    names = [name for name in names if not name.startswith(("__MACOSX/", ".")) and "/." not in name]
    if len(names) != 1:
        held = ", ".join(names[:3])
        raise UnreadableFileError(
            f"{path}: a zip archive of {len(names)} files ({held}): unpack it; only an "
            "archive of one file is read directly"
        )
    return archive.open(names[0])


def _decompressed(raw: Any, compression: str, path: str) -> Any:
    if compression == ".gz":
        return gzip.GzipFile(fileobj=raw)
    if compression == ".zst":
        return _ZstandardReader(raw)
    if compression == ".bz2":
        return bz2.BZ2File(raw)
    if compression == ".xz":
        return lzma.LZMAFile(raw)
    return _open_zip(raw, path)


_DAMAGED = (
    *(EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError, lzma.LZMAError),
    *(zipfile.BadZipFile, struct.error),
)


class _Bounded(io.RawIOBase):
    """Decompressed bytes, up to a limit relative to the size of the file."""

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
    """Return the maximum decompressed size of a file."""
    return max(MAX_EXPANDED_BYTES, MAX_EXPANSION * filesystem.size_of(path))


def bomb(path: str) -> UnreadableFileError:
    """Return the error for a file that exceeds its maximum decompressed size."""
    return UnreadableFileError(
        f"{path}: decompresses to more than {MAX_EXPANSION:,} times its size: remove "
        "it, or, if you trust it, decompress it"
    )


@contextmanager
def open_stream(
    path: str, encoding: str | None = None, *, any_line_ends: bool = False
) -> Iterator[IO[bytes]]:
    """Open a file as UTF-8, decompressed; only a plain file can seek.

    Args:
      encoding: the text's; UTF-16 and UTF-32 are recognized without it.
      any_line_ends: whether all kinds of line ends become line feeds.

    Raises:
      UnreadableFileError: the file is not text; or, while reading, the compressed data is damaged,
        truncated, or larger than `expanded_limit`.
    """
    with filesystem.open_read(path) as raw:
        head = raw.read(_PEEK_BYTES)
        raw.seek(0)
        compression = _compression_in(head, path)
        try:
            stream: Any = raw
            inner = compression
            # A zip archive of a .gz file, or a file that was compressed twice.
            for _ in range(_MOST_LAYERS):
                if not inner:
                    break
                plain = _Bounded(_decompressed(stream, inner, path), path)
                stream = io.BufferedReader(plain, _BUFFER_BYTES)
                head = stream.peek(_PEEK_BYTES)[:_PEEK_BYTES]
                inner = _compression_in(head, "")
            _refuse_foreign(head, path)
            encoding = _encoding_in(head) or encoding
            if any_line_ends or (encoding and codecs.lookup(encoding).name != "utf-8"):
                line_ends = None if any_line_ends else ""
                reader = _Utf8Reader(stream, encoding or "utf-8", line_ends)
                stream = io.BufferedReader(reader, _BUFFER_BYTES)
            yield stream
        except _DAMAGED as error:
            ending = compression or PurePosixPath(path).suffix
            raise UnreadableFileError(
                f"{path}: not a complete {ending} file ({error}): fetch it again or remove it"
            ) from error
        except OSError as error:
            # bz2 has no error of its own.
            if compression != ".bz2" or error.errno is not None:
                raise
            raise UnreadableFileError(
                f"{path}: not a complete .bz2 file ({error}): fetch it again or remove it"
            ) from error
        except (RuntimeError, NotImplementedError) as error:
            if compression != ".zip":
                raise
            raise UnreadableFileError(f"{path}: the zip archive cannot be read: {error}") from error


def _refuse_foreign(head: bytes, path: str) -> None:
    start = head[:64].lstrip()
    for magic, kind in _FOREIGN:
        compared = start.lower() if magic.startswith(b"<") else start
        if compared.startswith(magic):
            raise UnreadableFileError(f"{path}: {kind}")
    if head[257:262] == b"ustar":
        raise UnreadableFileError(f"{path}: a tar archive: unpack it")
