"""Decompression: whole files come out as they went in, damaged ones are told from empty ones."""

import gzip
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.sources.files.streams import open_stream, plain_name, with_compressed
from transforms.sources.source import Piece, UnreadableFileError

Write = Callable[..., Piece]
_SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b.json", "b.json"),
        ("a/b.json.gz", "b.json"),
        ("gs://bucket/b.tsv.zst", "b.tsv"),
        ("b.csv.zip", "b.csv"),
        ("b.gzip", "b.gzip"),
    ],
)
def test_names(path: str, name: str) -> None:
    assert plain_name(path) == name


def test_patterns() -> None:
    expected = ("*.csv", "*.csv.gz", "*.csv.zst", "*.csv.bz2", "*.csv.xz", "*.csv.zip")
    assert with_compressed(["*.csv"]) == expected


def _text(data: bytes) -> bytes:
    """Return bytes that begin like no other kind of file, and hold no zero, as UTF-16 does."""
    return b"x" + data.replace(b"\0", b"")


@_SHARED
@given(st.binary(max_size=4000).map(_text), st.sampled_from(["f", "f.gz", "f.zst"]))
def test_round_trip(write: Write, data: bytes, name: str) -> None:
    with open_stream(write(data, name).path) as stream:
        assert stream.read() == data


@pytest.mark.parametrize(
    ("ending", "compress"), [(".gz", gzip.compress), (".zst", zstandard.compress)]
)
def test_several_frames(write: Write, ending: str, compress: Callable[[bytes], bytes]) -> None:
    data = b"one\n" * 5000
    piece = write(b"", "f")
    with open(piece.path + ending, "wb") as file:
        file.write(compress(data) + compress(b"") + compress(b"two\n"))
    with open_stream(piece.path + ending) as stream:
        assert stream.read() == data + b"two\n"


@pytest.mark.parametrize(
    ("ending", "compress"), [(".gz", gzip.compress), (".zst", zstandard.compress)]
)
def test_cut_off_at_any_byte(write: Write, ending: str, compress: Callable[[bytes], bytes]) -> None:
    whole = compress(bytes(range(256)) * 3)
    piece = write(b"", "f")
    for size in range(1, len(whole)):
        with open(piece.path + ending, "wb") as file:
            file.write(whole[:size])
        with (
            pytest.raises(UnreadableFileError, match=f"not a complete {ending} file"),
            open_stream(piece.path + ending) as stream,
        ):
            stream.read()


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_not_compressed(write: Write, ending: str) -> None:
    piece = write(b"", "f")
    with open(piece.path + ending, "wb") as file:
        file.write(b"plain text")
    with (
        pytest.raises(UnreadableFileError, match="fetch it again"),
        open_stream(piece.path + ending) as stream,
    ):
        stream.read()
