"""Raw files to read, and what a source makes of them."""

import gzip
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

from transforms.sources.source import Element, Piece, Source
from transforms.types import Record, Rejection, Task

ReadFile = Callable[..., list[Element]]


def _compressed(data: bytes, name: str) -> bytes:
    if name.endswith(".gz"):
        return gzip.compress(data)
    return zstandard.compress(data) if name.endswith(".zst") else data


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Piece]:
    """Return `write(data, "rows.jsonl.gz")`: the file as a piece, compressed as its name says."""

    def make(data: bytes | str, name: str) -> Piece:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = data.encode() if isinstance(data, str) else data
        path.write_bytes(_compressed(data, name))
        return Piece(path=str(path), relative=name)

    return make


@pytest.fixture
def read_file(write: Callable[..., Piece]) -> ReadFile:
    """Return `read_file(source, data, name)`: all elements, a task before what belongs to it."""

    def read(source: Source, data: bytes | str, name: str) -> list[Element]:
        elements = list(source.read("some_source", write(data, name)))
        tasks: set[str] = set()
        for element in elements:
            assert element.source == "some_source"
            if isinstance(element, Task):
                assert element.name not in tasks
                tasks.add(element.name)
            else:
                assert len(bytes.fromhex(element.id)) == 16
                if isinstance(element, Record):
                    assert element.task in tasks
        return elements

    return read


@pytest.fixture
def read_texts(read_file: ReadFile) -> Callable[..., list[Any]]:
    """Return `read_texts(…)`: fields of records and (reason, detail) of rejections, in order."""

    def read(source: Source, data: bytes | str, name: str) -> list[Any]:
        return [
            element.fields if isinstance(element, Record) else (element.reason, element.detail)
            for element in read_file(source, data, name)
            if not isinstance(element, Task)
        ]

    return read


@pytest.fixture(scope="session")
def data_dir(flanbeam_data: Path) -> str:
    """Return the folder of real data sets."""
    return str(flanbeam_data)


def _elements(source: Source) -> Iterator[Element]:
    assert source.path
    sizes = {
        relative: os.path.getsize(os.path.join(source.path, relative) if relative else source.path)
        for relative in source.find_files(source.path)
    }
    for piece in source.work(source.path, sizes):
        yield from source.read("some_source", piece)


@pytest.fixture(scope="session")
def count_elements() -> Callable[[Source], dict[str, int]]:
    """Return `count_elements(source)`: {"tasks": …, "kept": …, reason: …} over all its files."""

    def count(source: Source) -> dict[str, int]:
        counts: Counter[str] = Counter()
        tasks: set[str] = set()
        for element in _elements(source):
            if isinstance(element, Task):
                tasks.add(element.name)
            else:
                counts[element.reason if isinstance(element, Rejection) else "kept"] += 1
        return {"tasks": len(tasks), **counts}

    return count
