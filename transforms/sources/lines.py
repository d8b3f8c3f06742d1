"""Lines of a text file, streamed; each is decoded alone, so that a bad line is one bad line."""

from collections.abc import Iterator

from tfrecords_schema import filesystem

_BOM = b"\xef\xbb\xbf"


def read_lines(path: str) -> Iterator[tuple[int, str | None]]:
    """(line number from 1, text) without line ends, blank lines skipped; None: not UTF-8."""
    with filesystem.open_read(path) as stream:
        for number, line in enumerate(stream, start=1):
            data = line.removeprefix(_BOM) if number == 1 else line
            if not data.strip():
                continue
            try:
                yield number, data.decode().rstrip("\r\n")
            except UnicodeDecodeError:
                yield number, None
