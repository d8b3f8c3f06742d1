"""Files of strangers: a bomb, a deep row or a huge value costs itself and nothing beside it."""

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.memory import in_its_own_process
from transforms.sources.files import json_rows, parquet, streams
from transforms.sources.files.row import MAX_NESTING, is_too_deep
from transforms.sources.formats.cast import Cast
from transforms.sources.formats.conversations import Conversations
from transforms.sources.formats.promptsource import Promptsource
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.sources.reading import ReadSummary, read_piece, read_summary
from transforms.sources.source import Piece, Source, SourcePiece

_MEBIBYTE = 1 << 20


def _tabular(form: str, **mapping: Any) -> Tabular:
    fields = {"question": "q", "answer": "a"}
    common = {"collection": "c", "task": "t", "family": "closed_book_qa", "fields": fields}
    return Tabular.model_validate({"format": form, **common, **mapping})


def _read(source: Source, path: Path) -> ReadSummary:
    piece = SourcePiece("s", source, Piece(path=str(path), relative=path.name), 0)
    return read_summary(read_piece(piece, str(path.with_name(f"out-{path.name}"))))


def _deep(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("levels", "too_deep"), [(0, False), (1, False), (MAX_NESTING - 1, False), (MAX_NESTING, True)]
)
def test_depth_counts_lists_and_objects(levels: int, too_deep: bool) -> None:
    value: Any = 1
    for number in range(levels):
        value = [value] if number % 2 else {"x": value}
    assert is_too_deep({"a": value, "b": "text"}) is too_deep


_PLACES = {
    "labels": {"labels": ["no", "yes"]},
    "label_of": {"label_of": {"A": "yes"}},
    "marks": {"marks": ["A", "B"], "fields": {"question": "q", "options": "o", "answer": "a"}},
    "options": {"fields": {"question": "q", "options": "o", "answer": "a"}},
    "dotted key": {"fields": {"question": "q", "answer": "a.b.c"}},
    "text": {"fields": {"question": {"text": "{q} {a}"}, "answer": "q"}},
}


@pytest.mark.parametrize("levels", [255, 999, 1000, 1023, 1024])
@pytest.mark.parametrize("place", _PLACES)
def test_a_deep_row_is_one_rejection(tmp_path: Path, place: str, levels: int) -> None:
    good = {"q": "why?", "a": "yes", "o": ["yes", "no"]}
    path = tmp_path / "f.jsonl"
    deep = f'{{"q": "why?", "o": ["yes", "no"], "a": {_deep(levels)}}}'
    path.write_text(f"{json.dumps(good)}\n{deep}\n{json.dumps({**good, 'q': 'how?'})}\n")
    summary = _read(_tabular("jsonl", **_PLACES[place]), path)
    assert summary.error is None
    assert sum(summary.read.values()) == 3
    (reasons,) = summary.rejected.values()
    # orjson itself reads no more than 1,024 levels, the row's own among them.
    name = "invalid_json" if levels > 1023 else "nested_too_deeply"
    assert reasons[name] == 1


_DEEP_FILES: list[tuple[Source, str, str]] = [
    (
        Conversations(format="openai_messages", collection="c"),
        "f.jsonl",
        '{"messages": [{"role": "user", "content": "x"}, '
        '{"role": "assistant", "tool_calls": DEEP}]}',
    ),
    (
        Cast(format="cast"),
        "topics.json",
        '[{"number": 1, "turn": [{"number": DEEP, "raw_utterance": "x"}]}]',
    ),
    (
        SuperNi(format="super_ni"),
        "task1.json",
        '{"Definition": ["d"], "Instances": [{"id": "1", "input": DEEP, "output": ["x"]}]}',
    ),
    (_tabular("json"), "f.json", '[{"q": "x", "a": DEEP}]'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "name", "text"), _DEEP_FILES, ids=[n for _, n, _ in _DEEP_FILES]
)
def test_deep_rows_of_layouts(tmp_path: Path, source: Source, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text.replace("DEEP", _deep(900)))
    summary = _read(source, path)
    assert summary.error is None
    assert [*summary.rejected.values()] == [{"nested_too_deeply": 1}]


_TEMPLATES = """
dataset: d
templates:
  1: !Template {id: '1', name: n, jinja: "JINJA", metadata: !TemplateMetadata {original_task: true}}
"""


@pytest.mark.parametrize(
    ("jinja", "row", "rejected"),
    [
        ("{{ q }} ||| x", f'{{"q": "x", "z": {_deep(300)}}}', {"nested_too_deeply": 1}),
        ("{{ '\\\\ud800' }} ||| x", '{"q": "x"}', {"invalid_utf8": 1}),
        ("{{ q }} ||| x", '{"q": "x"}', {}),
    ],
)
def test_promptsource_rows(tmp_path: Path, jinja: str, row: str, rejected: dict[str, int]) -> None:
    (tmp_path / "templates.yaml").write_text(_TEMPLATES.replace("JINJA", jinja))
    path = tmp_path / "f.jsonl"
    path.write_text(row + "\n")
    source = Promptsource.model_validate(
        {
            "format": "promptsource",
            "path": str(path),
            "templates": "templates.yaml",
            "data": {"format": "jsonl"},
        }
    )
    summary = _read(source, path)
    assert summary.error is None
    assert summary.rejected.get("d_n", {}) == rejected


def _compress(data: Iterator[bytes], path: Path) -> None:
    if path.suffix == ".gz":
        with gzip.open(path, "wb") as stream:
            stream.writelines(data)
    else:
        with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as writer:
            for part in data:
                writer.write(part)


def _read_bomb(path: Path) -> ReadSummary:
    streams.MAX_EXPANDED_BYTES = 4 * _MEBIBYTE
    if path.suffix == ".gz":
        # Deflate packs a thousand times at most: an honest limit lets it pass up to there.
        streams.MAX_EXPANSION = 100
    return _read(_tabular(path.name.split(".")[1]), path)


@pytest.mark.parametrize("name", ["b.json.zst", "b.json.gz", "b.jsonl.zst", "b.csv.zst"])
def test_a_file_that_grows_out_of_proportion_is_lost_alone(tmp_path: Path, name: str) -> None:
    path, form = tmp_path / name, name.split(".")[1]
    head = {"json": b'[{"q": "', "jsonl": b'{"q": "', "csv": b'q,a\n"'}[form]
    _compress(iter([head, *[b"x" * _MEBIBYTE] * 640]), path)
    summary, grown = in_its_own_process(_read_bomb, path)
    assert summary.error
    assert summary.error.startswith(f"{name}: decompresses to more than ")
    assert [*summary.rejected.values()] == [{"unreadable_file": 1}]
    # Eight KiB of zstandard, which are decompressed at once, hold 256 MiB at most.
    assert grown < 400 * 1024


def test_ordinary_compression_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_EXPANDED_BYTES", 1)
    path = tmp_path / "f.jsonl.zst"
    rows = (json.dumps({"q": f"why {n}?", "a": "yes"}).encode() + b"\n" for n in range(5000))
    _compress(rows, path)
    assert _read(_tabular("jsonl"), path).read == {"t": 5000}


def test_a_document_that_memory_cannot_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_rows, "MAX_DOCUMENT_BYTES", 1000)
    path = tmp_path / "f.json"
    path.write_text(json.dumps([{"q": "x" * 2000, "a": "y"}], indent=1))
    error = _read(_tabular("json"), path).error
    assert error == (
        "f.json: a JSON document of more than 1,000 bytes: write one object per line, as .jsonl"
    )


def _read_dictionary(path: Path) -> tuple[str | None, float]:
    streams.MAX_EXPANDED_BYTES = 32 * _MEBIBYTE
    began = time.process_time()
    return _read(_tabular("parquet"), path).error, time.process_time() - began


def test_a_parquet_dictionary_of_one_huge_text(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    text = "x" * (8 * _MEBIBYTE)
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 400, pa.int32()), [text])
    table = pa.table({"q": texts, "a": ["y"] * 400})
    pq.write_table(table, path, compression="zstd")
    assert path.stat().st_size < 10_000
    (error, seconds), grown = in_its_own_process(_read_dictionary, path)
    assert error
    assert error.startswith("b.parquet: decompresses to more than 1,000 times its size")
    assert seconds < 5
    assert grown < 150 * 1024


def test_a_huge_value_of_parquet_is_one_rejection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_BATCH_BYTES", 1000)
    path = tmp_path / "f.parquet"
    texts = ["short", "x" * 2000, None, "y" * 900, "z" * 900, *["many"] * 600]
    pq.write_table(pa.table({"q": texts, "a": ["y"] * len(texts)}), path)
    summary = _read(_tabular("parquet"), path)
    assert summary.error is None
    assert summary.read == {"t": 605}
    assert summary.rejected == {"t": {"value_too_long": 1, "empty_field": 1}}


def test_a_place_outside_a_dictionary_is_a_damaged_file(tmp_path: Path) -> None:
    wild = pa.DictionaryArray.from_arrays(pa.array([0, 9], pa.int32()), ["a"], safe=False)
    batch = pa.RecordBatch.from_arrays([wild], ["q"])
    with pytest.raises(ValueError, match="not in its dictionary"):
        parquet.row_bytes(batch)


def _conversation(turns: int) -> str:
    said = [
        {"from": "gpt" if number % 2 else "human", "value": f"{number:06d} " + "word " * 10}
        for number in range(turns)
    ]
    return json.dumps({"id": "1", "conversations": said})


def test_records_of_a_conversation_grow_with_its_turns(tmp_path: Path) -> None:
    sizes = {}
    for turns in (1000, 2000, 4000):
        path = tmp_path / f"c{turns}.jsonl"
        path.write_text(_conversation(turns) + "\n")
        summary = _read(Conversations(format="sharegpt", collection="c"), path)
        assert sum(summary.read.values()) == turns // 2
        out = path.with_name(f"out-{path.name}")
        sizes[turns] = sum((out / file.path).stat().st_size for file in summary.record_files)
    # Twice the turns: about twice the bytes, where each turn held all before it four times.
    assert sizes[4000] - sizes[2000] < 2.1 * (sizes[2000] - sizes[1000])


@pytest.mark.parametrize("which", ["sharegpt", "cast"])
def test_a_conversation_without_end_is_one_rejection(tmp_path: Path, which: str) -> None:
    path = tmp_path / "topics.jsonl"
    source: Source = Conversations(format="sharegpt", collection="c")
    row = _conversation(5000)
    if which == "cast":
        source = Cast(format="cast")
        turns = [{"number": n, "raw_utterance": "x", "parent": n - 1} for n in range(5000)]
        row = json.dumps({"number": 1, "turn": turns})
    path.write_text(row + "\n")
    summary = _read(source, path)
    assert [*summary.rejected.values()] == [{"too_many_turns": 1}]


def test_a_long_tree_of_turns_takes_no_time(tmp_path: Path) -> None:
    turns = [{"number": n, "raw_utterance": "why? " * 12, "parent": n - 1} for n in range(800)]
    path = tmp_path / "topics.jsonl"
    path.write_text(json.dumps({"number": 1, "turn": turns}) + "\n")
    began = time.process_time()
    _read(Cast(format="cast"), path)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RecursionError("maximum"), "the reader failed (RecursionError: maximum); remove the file"),
        (MemoryError(), "the reader failed (MemoryError: ); remove the file"),
        (OSError(5, "Input/output error"), "f.jsonl: Input/output error"),
    ],
)
def test_what_a_reader_raises_costs_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def read(*_: object) -> Iterator[Any]:
        raise error
        yield

    path = tmp_path / "f.jsonl"
    path.write_text("{}\n")
    monkeypatch.setattr(Tabular, "read", read)
    assert words in (_read(_tabular("jsonl"), path).error or "")


def test_a_full_disk_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> Iterator[Any]:
        raise OSError(28, "No space left on device")
        yield

    path = tmp_path / "f.jsonl"
    path.write_text("{}\n")
    monkeypatch.setattr(Tabular, "read", read)
    with pytest.raises(OSError, match="No space"):
        _read(_tabular("jsonl"), path)
