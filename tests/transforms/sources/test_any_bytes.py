"""Whatever a file holds: a source yields elements or says that the file cannot be read."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, note, settings
from hypothesis import strategies as st

from transforms.records.record_store import encode_record
from transforms.sources.formats.alpaca import Alpaca
from transforms.sources.formats.cast import Cast
from transforms.sources.formats.code_contests import CodeContests
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.dr_repair import DrRepair
from transforms.sources.formats.gsm8k import Gsm8k
from transforms.sources.formats.openai_messages import OpenAiMessages
from transforms.sources.formats.p3 import P3
from transforms.sources.formats.program import HumanEval, Mbpp
from transforms.sources.formats.qrecc import Qrecc
from transforms.sources.formats.sgd import Sgd
from transforms.sources.formats.sharegpt import ShareGpt
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.sources.formats.taskmaster import Taskmaster
from transforms.sources.formats.wiki_dialog import WikiDialog
from transforms.sources.reading import encode_rejection
from transforms.sources.source import Piece, Source, UnreadableFileError
from transforms.types import Record, Task

_MAPPING: dict[str, Any] = {
    "collection": "c",
    "task": "t",
    "family": "multiple_choice_qa",
    "fields": {"question": "q.text", "options": "o.text", "answer": "a"},
    "id": "id",
    "license_key": "license",
    "filters": {"s": [1, "train", True]},
}
_FLAT = {**_MAPPING, "fields": {"question": "q", "answer": "a"}}
_LAYOUTS: list[Source] = [
    Alpaca(format="alpaca", collection="c"),
    ShareGpt(format="sharegpt", collection="c"),
    OpenAiMessages(format="openai_messages", collection="c"),
    Sgd(format="sgd"),
    Taskmaster(format="taskmaster"),
    Cast(format="cast"),
    Qrecc(format="qrecc"),
    WikiDialog(format="wiki_dialog"),
    CodeContests(format="code_contests"),
    DrRepair(format="dr_repair"),
    Mbpp(format="mbpp"),
    HumanEval(format="humaneval"),
    P3(format="p3"),
    Gsm8k(format="gsm8k"),
]
_ENDINGS = ["json", "jsonl", "parquet", "json.gz", "jsonl.gz", "json.zst", "jsonl.zst"]
_CASES = [
    *((layout, ending) for layout in _LAYOUTS for ending in _ENDINGS),
    *((SuperNi(format="super_ni"), ending) for ending in ("json", "json.gz", "json.zst")),
    *((CotTsv(format="cot_tsv"), ending) for ending in ("tsv", "tsv.gz", "tsv.zst")),
    *(
        (Tabular(format=form, **_MAPPING), ending)
        for form in ("json", "jsonl", "parquet")
        for ending in _ENDINGS
        if ending.split(".")[0] == form
    ),
    *(
        (Tabular(format=form, columns=columns, **_FLAT), f"{form}{compression}")
        for form in ("csv", "tsv")
        for columns in (None, ["q", "a", "id", "license", "s"])
        for compression in ("", ".gz", ".zst")
    ),
]


def _read(directory: Path, source: Source, ending: str, data: bytes) -> None:
    path = directory / f"file_train.{ending}"
    path.write_bytes(data)
    try:
        for piece in source.pieces(str(path), path.name, len(data)):
            for element in source.read("s", piece):
                if isinstance(element, Record):
                    encode_record(element)
                elif not isinstance(element, Task):
                    encode_rejection(element)
    except UnreadableFileError as error:
        message = str(error)
        assert path.name in message


def _compress(ending: str, data: bytes) -> bytes:
    if ending.endswith(".gz"):
        return gzip.compress(data, mtime=0)
    return zstandard.compress(data) if ending.endswith(".zst") else data


@settings(max_examples=30)
@given(data=st.binary(max_size=200), compressed=st.booleans())
def test_random_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, compressed: bool
) -> None:
    directory = tmp_path_factory.getbasetemp()
    for source, ending in _CASES:
        note(f"{source!r} of {ending}")
        _read(directory, source, ending, _compress(ending, data) if compressed else data)


_TEXTS = st.sampled_from(["", " ", "x", "####", "human", "gpt", "user", "assistant", "USER", "1"])
_KEYS = st.sampled_from(
    [
        *("instruction", "input", "output", "system", "history", "conversations", "from", "value"),
        *("messages", "role", "content", "tool_calls", "text", "prompt", "code", "test_list"),
        *("turns", "speaker", "utterance", "utterances", "turn", "number", "parent", "response"),
        *("raw_utterance", "Context", "Question", "Answer", "Rewrite", "Conversation_no"),
        *("inputs_pretokenized", "targets_pretokenized", "answer_choices", "question", "answer"),
        *("Definition", "Instances", "q", "o", "a", "id", "license", "s", "canonical_solution"),
    ]
)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=12,
)


@given(rows=st.lists(st.dictionaries(_KEYS, _JSON, max_size=8) | _JSON, max_size=4))
def test_any_json(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    data = json.dumps(rows).encode()
    for source in [*_LAYOUTS, Tabular(format="json", **_MAPPING)]:
        note(repr(source))
        _read(tmp_path_factory.getbasetemp(), source, "json", data)


def _good_file(ending: str) -> bytes:
    rows = [
        {"q": f"why {n}", "a": "so", "id": str(n), "license": "mit", "s": "train"} for n in range(9)
    ]
    form = ending.split(".")[0]
    if form == "parquet":
        stream = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), stream)
        return stream.getvalue()
    if form == "json":
        return orjson.dumps(rows)
    if form == "jsonl":
        return b"\n".join(map(orjson.dumps, rows))
    delimiter = "," if form == "csv" else "\t"
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "ending", ["json", "jsonl", "csv", "tsv", "parquet", "jsonl.gz", "csv.zst", "tsv.gz"]
)
def test_damaged_files(tmp_path: Path, ending: str) -> None:
    source = Tabular(format=ending.split(".")[0], **_FLAT)
    whole = _compress(ending, _good_file(ending))

    @given(st.data())
    def check(data: st.DataObject) -> None:
        damaged = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 4))):
            damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        size = data.draw(st.sampled_from([len(whole), len(whole) // 2, len(whole) - 3]))
        _read(tmp_path, source, ending, bytes(damaged[:size]))

    check()


def test_names_of_files_in_messages(write: Callable[..., Piece]) -> None:
    piece = write(b"\x00", "file.jsonl.gz")
    with open(piece.path, "wb") as file:
        file.write(b"no gzip")
    with pytest.raises(UnreadableFileError) as caught:
        list(Tabular(format="jsonl", **_FLAT).read("s", piece))
    assert str(caught.value).startswith(piece.path)
