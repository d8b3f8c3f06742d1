"""Local files appear whole or not at all."""

import errno
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from tfrecords_schema import filesystem
from tfrecords_schema import object_store as object_store_files


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (("a", "b"), "a/b"),
        (("a/", "/b/", "c"), "a/b/c"),
        (("/", "b"), "/b"),
        (("gs://bucket/", "b"), "gs://bucket/b"),
    ],
)
def test_join(parts: tuple[str, ...], joined: str) -> None:
    assert filesystem.join(*parts) == joined


@pytest.mark.parametrize(("path", "local"), [("/a/b", True), ("a", True), ("gs://a/b", False)])
def test_is_local(path: str, local: bool) -> None:
    assert filesystem.is_local(path) is local


def test_written_bytes_are_read_back_and_hashed(tmp_path: Path) -> None:
    path, data = str(tmp_path / "deep" / "er" / "file"), bytes(range(256)) * 5000
    filesystem.write_bytes(path, data)
    assert filesystem.read_bytes(path) == data
    assert filesystem.sha256_of(path) == (hashlib.sha256(data).hexdigest(), len(data))
    assert [file.name for file in Path(path).parent.iterdir()] == ["file"]


def test_nothing_is_visible_before_the_writer_ends(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with filesystem.atomic_writer(str(path)) as stream:
        stream.write(b"half")
        stream.flush()
        assert not filesystem.exists(str(path))
    assert path.read_bytes() == b"half"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_failed_writer_leaves_all_as_it_was(
    tmp_path: Path, error: type[BaseException], old: bytes | None
) -> None:
    path = tmp_path / "file"
    if old is not None:
        path.write_bytes(old)

    def write_half() -> None:
        with filesystem.atomic_writer(str(path)) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        write_half()
    left = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert left == ({} if old is None else {"file": old})


def test_a_failed_rename_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    (path / "by a directory").mkdir(parents=True)
    with pytest.raises(OSError, match="taken"):
        filesystem.write_bytes(str(path), b"data")
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


def test_paths_with_a_scheme_go_through_beam(object_store: dict[str, bytes]) -> None:
    path = "fakestore://bucket/file"
    assert not filesystem.exists(path)
    filesystem.write_bytes(path, b"data")
    assert filesystem.exists(path)
    assert filesystem.read_bytes(path) == b"data"
    assert object_store == {path: b"data"}


def test_a_failed_writer_with_a_scheme_leaves_nothing_behind(
    object_store: dict[str, bytes],
) -> None:
    def write_half() -> None:
        with filesystem.atomic_writer("fakestore://bucket/file") as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert object_store == {}


def test_lines_of_a_remote_file_are_read_in_blocks(object_store: dict[str, bytes]) -> None:
    # The store's own reader fails where it is asked for single bytes.
    lines = [b"%d\n" % number for number in range(1000)]
    object_store["fakestore://bucket/file"] = b"".join(lines)
    with filesystem.open_read("fakestore://bucket/file") as stream:
        assert list(stream) == lines
        stream.seek(-4, 2)
        assert stream.read() == b"999\n"


def test_parts_of_an_object_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    store, data = MemoryStore(), bytes(range(256)) * 1_200
    store.put("object", data)
    monkeypatch.setattr(object_store_files, "_place", lambda _: (store, "object"))
    with filesystem.open_parts("gs://bucket/object") as stream:
        for size in (10, 100_001):  # within one request, and more than one brings
            stream.seek(7)
            assert stream.read(size) == data[7 : 7 + size]


def test_children_and_removal(tmp_path: Path) -> None:
    for name in ("b/deep/file", "a"):
        filesystem.write_bytes(str(tmp_path / name), b"data")
    assert filesystem.children(str(tmp_path)) == ["a", "b"]
    assert filesystem.children(str(tmp_path / "nowhere")) == []
    for name in ("b", "a", "nowhere"):
        filesystem.remove(str(tmp_path / name))
    assert filesystem.children(str(tmp_path)) == []


@pytest.mark.parametrize(
    ("path", "parent"), [("/a/b/", "/a"), ("gs://bucket/a/b", "gs://bucket/a"), ("a", "")]
)
def test_parent(path: str, parent: str) -> None:
    assert filesystem.parent(path) == parent


def test_one_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []

    def work() -> None:
        with filesystem.exclusive(str(tmp_path / "deep" / "guard")):
            inside.append(1)
            assert sum(inside) == 1
            time.sleep(0.01)
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work) for _ in range(8)]:
            done.result()


def test_a_full_disk_is_told_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(OSError, match="No space") as raised, filesystem.atomic_writer(str(path)):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert raised.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_a_swap_needs_the_state_that_was_read(tmp_path: Path) -> None:
    path = str(tmp_path / "deep" / "pointer.json")
    assert filesystem.read_with_token(path) == (None, None)
    first = filesystem.compare_and_swap(path, None, b"1")
    assert first
    assert filesystem.compare_and_swap(path, None, b"other") is None
    assert filesystem.read_with_token(path) == (b"1", first)
    second = filesystem.compare_and_swap(path, first, b"2", is_durable=True)
    assert second
    assert filesystem.compare_and_swap(path, first, b"other") is None
    assert filesystem.read_bytes(path) == b"2"
    assert filesystem.children(str(tmp_path / "deep")) == ["pointer.json"]


def test_of_many_swaps_at_once_each_counts_once(tmp_path: Path) -> None:
    path = str(tmp_path / "counter")

    def count(_: int) -> None:
        for _ in range(20):
            swapped = None
            while swapped is None:
                data, token = filesystem.read_with_token(path)
                swapped = filesystem.compare_and_swap(path, token, b"%d" % (int(data or 0) + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert filesystem.read_bytes(path) == b"80"
