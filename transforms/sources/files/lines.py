"""Stream the lines of a text file, decoding each separately: a bad line is one bad row."""

from collections.abc import Iterator
from typing import IO

from transforms.sources.files.row import BadRow
from transforms.sources.files.streams import is_plain, open_stream
from transforms.sources.source import Piece

# Large enough that seeking costs nothing, small enough that workers share one file.
PIECE_BYTES = 64 * 1024 * 1024
# A longer line is one rejected row, so a reader never holds more than this.
MAX_LINE_BYTES = 64 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
_SKIP_BYTES = 1 << 20


def byte_pieces(path: str, relative: str, size: int) -> list[Piece]:
    """Return byte ranges of a large plain file; a compressed one is read as a whole."""
    if size <= PIECE_BYTES or not is_plain(path):
        return [Piece(path=path, relative=relative)]
    starts = range(0, size, PIECE_BYTES)
    return [
        Piece(path=path, relative=relative, start=start, end=min(start + PIECE_BYTES, size))
        for start in starts
    ]


def skip_line(stream: IO[bytes]) -> int:
    """Skip to the end of the line; return the number of bytes skipped."""
    skipped = 0
    while part := stream.readline(_SKIP_BYTES):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def first_line(stream: IO[bytes], piece: Piece) -> int:
    """Seek to the first line that begins in `piece`; return its offset."""
    if piece.start == 0:
        return 0
    stream.seek(piece.start - 1)
    return piece.start - 1 + skip_line(stream)


def read_lines(
    piece: Piece, encoding: str | None = None, *, any_line_ends: bool = False
) -> Iterator[tuple[str, str | BadRow]]:
    """Yield (place, text without line end) of each nonblank line that begins in `piece`.

    The place is `file:line`, or `file: byte N` in a piece that does not begin the file.

    Raises:
      UnreadableFileError: the file is compressed and damaged.
    """
    with open_stream(piece.path, encoding, any_line_ends=any_line_ends) as stream:
        offset, number = first_line(stream, piece), 0
        while piece.end is None or offset < piece.end:
            line = stream.readline(MAX_LINE_BYTES + 1)
            if not line:
                return
            number += 1
            where = (
                f"{piece.relative}: byte {offset}" if piece.start else f"{piece.relative}:{number}"
            )
            offset += len(line)
            if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                offset += skip_line(stream)
                yield (
                    where,
                    BadRow("line_too_long", f"more than {MAX_LINE_BYTES} bytes in one line"),
                )
                continue
            if number == 1 and not piece.start:
                line = line.removeprefix(BOM)
            if not line.strip(b" \r\n"):
                continue
            try:
                yield where, line.decode().rstrip("\r\n")
            except UnicodeDecodeError as error:
                detail = f"byte {error.start + 1} of the line; set `encoding` if it is another"
                yield where, BadRow("invalid_utf8", detail)
