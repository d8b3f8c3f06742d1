"""Detect delimiter, quotes and encoding of a CSV or TSV file from its first 256 KiB.

The best dialect is the one under which the needed columns exist and most rows have as many cells as
the header. RFC 4180 is tried first, so that others are chosen only for a reason.
"""

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from transforms.sources.files.lines import BOM
from transforms.sources.files.options import FileOptions
from transforms.sources.files.streams import open_stream

_SAMPLE_BYTES = 256 * 1024
# Carets and Hive's \x01 are rare, and last.
_DELIMITERS = ",;\t|^\x01"
# Anki states the separator and more in lines above the rows.
_ANKI_LINE = re.compile(r"#[a-z][a-z ]*:")
_SEPARATOR_LINE = re.compile(rb"\Asep=(.)\r?\n?\Z")
# Lines that may be above a header.
_MOST_ABOVE = 10
# In an English text, a damaged character is more likely than an Icelandic letter.
_RARE = set("ðþÐÞÿŸƒ¬¤¦¨¯¸")
_NUMBER = re.compile(r"[-+\d.,]*\d[-+\d.,%]*")
_TYPOGRAPHY = set("’‘“”„‚–—…•€£©®™°§«»¿¡·×½¼¾²³µ´ºª\xa0")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The dialect of a CSV or TSV file.

    Attributes:
      quotes: whether cells may be quoted.
      encoding: None for UTF-8.
      has_bare_returns: whether rows end in a carriage return alone.
      skipped_lines: lines above the header: a title, comments, or the delimiter as Excel states it.
    """

    delimiter: str = ","
    quotechar: str = '"'
    escapechar: str | None = None
    skips_initial_space: bool = False
    quotes: bool = True
    encoding: str | None = None
    has_bare_returns: bool = False
    skipped_lines: int = 0

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `csv.reader`."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quotechar if self.quotes else None,
            "quoting": csv.QUOTE_MINIMAL if self.quotes else csv.QUOTE_NONE,
            "escapechar": self.escapechar,
            "doublequote": self.escapechar is None,
            "skipinitialspace": self.skips_initial_space,
            "strict": True,
        }

    @property
    def is_simple(self) -> bool:
        """Return whether a plain line is a row, so that a file can be read from the middle."""
        is_plain = not self.quotes and not self.skipped_lines
        return is_plain and not self.encoding and not self.has_bare_returns


def column_of(key: str, names: Collection[str]) -> str:
    """Return the column that a key reads: its own, or the one whose cells it reaches into."""
    column = key
    while column not in names and "." in column:
        column = column.rpartition(".")[0]
    return column


def _sample(path: str, encoding: str | None) -> bytes:
    """Return whole lines from the start of a file, in UTF-8 if `encoding` is the file's."""
    with open_stream(path, encoding) as stream:
        data = stream.read(_SAMPLE_BYTES)
    ends = max(data.rfind(b"\n"), data.rfind(b"\r"))
    return data if len(data) < _SAMPLE_BYTES or ends < 0 else data[: ends + 1]


def detect_dialect(
    path: str,
    options: FileOptions,
    *,
    is_tsv: bool,
    columns: Sequence[str] | None,
    needed: Collection[str],
) -> Dialect:
    """Detect the dialect of a file; settings in `options` are not guessed.

    Args:
      columns: the names of the columns of a file without a header.
      needed: columns that the header must have.
    """
    sample = _sample(path, options.encoding)
    encoding = options.encoding or western_encoding(sample)
    if encoding and not options.encoding:
        sample = _sample(path, encoding)
    sample = sample.removeprefix(BOM)
    base = Dialect(
        quotechar=options.quotechar or '"',
        escapechar=options.escapechar or None,
        quotes=options.quotechar != "",
        encoding=encoding,
        has_bare_returns=b"\r" in sample and b"\n" not in sample,
    )
    text = sample.decode(errors="replace")
    lines = (
        text.replace("\r", "\n").splitlines(True) if base.has_bare_returns else list(_lines(text))
    )
    if is_tsv:
        stated_lines = _anki_lines(lines)
        base = replace(base, delimiter=options.delimiter or "\t", skipped_lines=stated_lines)
        lines = lines[stated_lines:]
        quotes = bool(options.quotechar) or (options.quotechar is None and _is_quoted(lines, base))
        return replace(base, quotes=quotes)
    stated = _SEPARATOR_LINE.match(sample.split(b"\n", 1)[0])
    if stated and len(lines) > 1:
        delimiter = options.delimiter or stated[1].decode(errors="replace")
        return replace(base, delimiter=delimiter, skipped_lines=1)
    return _best(lines, base, options, columns, needed)


def _anki_lines(lines: Sequence[str]) -> int:
    """Return the number of lines with which Anki begins an export: "#separator:tab"."""
    if not lines or not lines[0].startswith("#separator:"):
        return 0
    return next((n for n, line in enumerate(lines) if not _ANKI_LINE.match(line)), 0)


def _lines(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    if start < len(text):
        yield text[start:]


def _parse(lines: Sequence[str], dialect: Dialect) -> tuple[list[list[str]], int]:
    """Return the rows of `lines`, and the number of damaged ones."""
    rows: list[list[str]] = []
    damaged = 0
    reader = csv.reader(iter(lines), **dialect.arguments())
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return rows, damaged
        except csv.Error:
            damaged += 1
            continue
        if cells:
            rows.append(cells)


def _best(
    lines: Sequence[str],
    base: Dialect,
    options: FileOptions,
    columns: Sequence[str] | None,
    needed: Collection[str],
) -> Dialect:
    """Return the first dialect under which the fewest columns and rows are wrong."""

    def misfit(dialect: Dialect) -> tuple[int, bool, int]:
        rows, damaged = _parse(lines[dialect.skipped_lines :], dialect)
        names = columns or ([name.strip() for name in rows[0]] if rows else [])
        wrong = damaged + sum(len(cells) != len(names) for cells in rows)
        missing = sum(names.count(column_of(name, names)) != 1 for name in needed)
        return missing, len(names) < 2, wrong

    delimiters = options.delimiter or _DELIMITERS
    plain = [replace(base, delimiter=delimiter) for delimiter in delimiters]
    if not columns:
        plain = [replace(one, skipped_lines=_above_header(lines, one, needed)) for one in plain]
    fits = [misfit(dialect) for dialect in plain]
    # A file of one column has no delimiter, and its texts may contain all of them.
    chosen = min(range(len(plain)), key=lambda index: (fits[index][:2], fits[index][2] > 0, index))
    best, fit = plain[chosen], fits[chosen]
    variants = [replace(best, skips_initial_space=True)]
    if options.escapechar is None and any("\\" in line for line in lines):
        variants += [replace(best, escapechar="\\")]
    names = next(iter(_parse(lines[best.skipped_lines :][:1], best)[0]), [])
    if options.quotechar is None and _are_quoted(names, "'"):
        variants = [replace(best, quotechar="'")]
        fit = (fit[0], fit[1], len(lines))
    elif _are_quoted([name.lstrip(" ") for name in names[1:] if name[:1] == " "], best.quotechar):
        # Left as they are, the cells would keep their marks.
        fit = (fit[0], fit[1], len(lines))
    for variant in variants if fit[2] and best.quotes else ():
        if misfit(variant)[:2] <= fit[:2] and misfit(variant)[2] < fit[2]:
            best, fit = variant, misfit(variant)
    return best


def _are_quoted(cells: Sequence[str], mark: str) -> bool:
    """Return whether there are cells, and each is in quotation marks."""
    return bool(cells) and all(len(c) > 2 and c[0] == c[-1] == mark for c in cells)


def _above_header(lines: Sequence[str], dialect: Dialect, needed: Collection[str]) -> int:
    """Return the number of lines above the header: a title, empty lines, comments.

    A title has words in its first cell alone, and a comment begins with "#". They are above a
    header only if the line below them has two names or more, none of them a number, and nearly all
    rows have as many cells. A single word can be the name of the only column.
    """
    heads = [next(iter(_parse([line], dialect)[0]), []) for line in lines[: _MOST_ABOVE + 1]]
    count = next((n for n, cells in enumerate(heads) if _is_header(cells, len(heads[-1]))), 0)
    if not count:
        return 0
    header = [cell.strip() for cell in heads[count]]
    first = lines[0].strip(f"{dialect.delimiter}\r\n ")
    is_title = first.startswith("#") or " " in first or len(heads[0]) == len(header)
    if not is_title or any(map(_NUMBER.fullmatch, header)):
        return 0
    rows, damaged = _parse(lines[count:], dialect)
    alike = sum(len(cells) == len(header) for cells in rows)
    are_rows = len(rows) > 1 and not damaged and alike * 10 >= len(rows) * 9
    needed_columns = {column_of(name, header) for name in needed}
    return count if are_rows and needed_columns <= set(header) else 0


def _is_header(cells: Sequence[str], columns: int) -> bool:
    is_comment = bool(cells) and cells[0].startswith("#") and len(cells) != columns
    return sum(bool(cell.strip()) for cell in cells) > 1 and not is_comment


def _is_quoted(lines: Sequence[str], base: Dialect) -> bool:
    """Return whether a TSV file quotes its cells, either all or those that need it.

    A quotation mark in a TSV file is usually part of the text. It counts as quoting if the names of
    all columns are quoted, or if complete cells are, with a reason: a doubled mark, a tab or a line
    end.
    """
    if not any('"' in line for line in lines):
        return False
    rows, damaged = _parse(lines, replace(base, quotes=True))
    if damaged or not rows or any(len(cells) != len(rows[0]) for cells in rows):
        return False
    raw = [line.rstrip("\r\n").split(base.delimiter) for line in lines if line.strip()]
    if all(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in raw[0]):
        return True
    if len(raw[0]) > 1 and len(raw) > 2 and all(_are_quoted(cells, '"') for cells in raw[1:]):
        return True
    marked = sum(cell.startswith('"') for cells in raw for cell in cells)
    with_reason = sum(
        any(mark in cell for mark in ('"', base.delimiter, "\n"))
        for cells in rows
        for cell in cells
    )
    unquoted = sum('"' in cell and not cell.startswith('"') for cells in raw for cell in cells)
    # The second half of a cell with a line end contains a mark that is not a start.
    return 0 < marked <= with_reason and unquoted <= with_reason


# A letter beside one of ASCII, or an amount of pounds.
_WESTERN = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]|(?<!\S)£\d")


def western_encoding(sample: bytes) -> str | None:
    """Return "cp1252" for texts that are certainly Western European and not UTF-8, else None.

    cp1252 contains Latin-1. If non-ASCII letters do not appear among ASCII letters, or signs appear
    within words, it is another encoding, which a few bytes cannot identify.
    """
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        if error.end >= len(sample) - 3 and error.reason == "unexpected end of data":
            return None
    else:
        return None
    if re.search(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", sample):
        return None
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return None
    if not _RARE.isdisjoint(text):
        return None
    for word in re.findall(r"\S*[^\x00-\x7f]\S*", text):
        high = [sign for sign in word if sign > "\x7f"]
        letters = [sign for sign in high if sign.isalpha()]
        if len(letters) < len(high) and any(
            not sign.isalpha() and sign not in _TYPOGRAPHY for sign in high
        ):
            return None
        if re.search(r"[A-Za-z][¿¡³²¹¼½¾°ºª][A-Za-z]", word):
            return None
        if len(letters) > 2 and len(letters) * 2 > len(word):
            return None
    return "cp1252" if _WESTERN.search(text) else None
