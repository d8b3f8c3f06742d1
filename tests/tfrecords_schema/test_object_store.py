"""Objects by URL on servers of S3 and GCS on this machine, without Beam."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.object_stores import bucket_of
from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import ConfigurationError, DataError
from tfrecords_schema.snapshot import open_snapshot


@pytest.fixture(scope="module", params=["s3", "gs", "fake_gcs", "az"])
def bucket(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Yield the URL of a bucket, of each kind of server."""
    with bucket_of(request.param, tmp_path_factory.mktemp("server")) as url:
        yield url


def test_objects_are_files_by_url(bucket: str, tmp_path: Path) -> None:
    one, two = f"{bucket}/files/a/one.bin", f"{bucket}/files/b/two"
    data = bytes(range(256)) * 1000
    object_store.write(one, data)
    (tmp_path / "two").write_bytes(data * 100)
    object_store.write(two, tmp_path / "two")
    assert filesystem.read_bytes(one) == data
    assert filesystem.size_of(two) == 25_600_000
    assert filesystem.files_below(f"{bucket}/files") == ["a/one.bin", "b/two"]
    assert filesystem.children(f"{bucket}/files/") == ["a", "b"]
    assert filesystem.exists(one)
    assert filesystem.exists(f"{bucket}/files/a")
    assert not filesystem.exists(f"{bucket}/files/a/on")
    with filesystem.open_parts(one) as stream:
        stream.seek(255_990)
        assert stream.read(100) == data[255_990:]
    object_store.download(two, tmp_path / "deep" / "copy")
    assert (tmp_path / "deep" / "copy").read_bytes() == data * 100
    object_store.remove(one)
    object_store.remove(one)
    assert not filesystem.exists(one)
    with pytest.raises(FileNotFoundError, match="no such object"):
        filesystem.read_bytes(one)


def test_a_write_needs_the_state_that_it_read(bucket: str) -> None:
    url = f"{bucket}/pointers/latest.json"
    first = object_store.write_if(url, None, b"1")
    assert first
    assert object_store.write_if(url, None, b"other") is None
    assert object_store.read_with_token(url) == (b"1", first)
    second = object_store.write_if(url, first, b"2")
    assert second
    assert object_store.write_if(url, first, b"other") is None
    assert object_store.read(url) == b"2"
    object_store.remove(url)
    assert object_store.write_if(url, second, b"other") is None


def test_of_writers_at_once_one_wins(bucket: str) -> None:
    url = f"{bucket}/pointers/raced.json"
    for round_number in range(5):
        token = object_store.read_with_token(url)[1] if round_number else None
        texts = [b"%d by %d" % (round_number, writer) for writer in range(8)]
        with ThreadPoolExecutor(8) as pool:
            tries = [pool.submit(object_store.write_if, url, token, text) for text in texts]
        won = [n for n, attempt in enumerate(tries) if attempt.result()]
        assert len(won) == 1
        assert object_store.read(url) == texts[won[0]]


def test_errors_name_the_object(bucket: str) -> None:
    with pytest.raises(DataError, match="not a snapshot"):
        open_snapshot(f"{bucket}/nothing")
    with pytest.raises(ConfigurationError, match="s3://: no bucket"):
        object_store.read("s3://")
    with pytest.raises(OSError, match=r"no such object|bucket") as missing:
        object_store.read(f"{bucket}-absent/a")
    assert missing.value.filename == f"{bucket}-absent/a"


def test_beam_is_not_imported(bucket: str) -> None:
    object_store.write(f"{bucket}/x", b"x")
    script = (
        "import sys; from tfrecords_schema import filesystem\n"
        "assert filesystem.read_bytes(sys.argv[1]) == b'x'\n"
        "assert filesystem.exists(sys.argv[1])\n"
        "assert 'apache_beam' not in sys.modules\n"
    )
    command = [sys.executable, "-c", script, f"{bucket}/x"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
