"""Reading a raw file: everything is kept or counted, and a lost file is one rejection."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apache_beam as beam
import orjson
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from transforms.records.record_store import RecordFile, read_records
from transforms.sources import reading
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.reading import ReadSummary, read_piece, read_summary
from transforms.sources.source import Piece, SourcePiece
from transforms.sources.transform import ReadSourcePieces
from transforms.sources.work_items import SourceOut, WorkItem
from transforms.types import Task

MakeFile = Callable[..., SourcePiece]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Return `make_file(data)`: a raw chain-of-thought file."""

    def make(data: bytes, index: int = 0, name: str = "gsm_train.tsv", **piece: Any) -> SourcePiece:
        path = tmp_path / "raw" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        source = (CotTsv if name.endswith("tsv") else SuperNi).model_validate(
            {"format": "cot_tsv" if name.endswith("tsv") else "super_ni", "license": "MIT"}
        )
        return SourcePiece("cot", source, Piece(path=str(path), relative=name, **piece), index)

    return make


def _lines(count: int) -> bytes:
    return b"".join(b"question %d\tanswer\trationale\n" % i for i in range(count))


def _records(out: Path, summary: ReadSummary) -> list[str]:
    questions = []
    for number, file in enumerate(summary.record_files):
        record_file = RecordFile(
            index=number,
            path=str(out / file.path),
            source="cot",
            collection="cot",
            source_rank=0,
            records=file.records,
        )
        records = [record for record, _, _ in read_records(record_file)]
        assert len(records) == file.records
        questions += [str(record.fields["question"]) for record in records]
    return questions


def test_records_and_rejections_are_written_and_counted(
    make_file: MakeFile, tmp_path: Path
) -> None:
    data = _lines(3) + b"one column\n\xff\n" + b"q\t\tr\n"
    run = read_piece(make_file(data, index=4), str(tmp_path / "out"))
    summary = read_summary(run)
    assert run.path == str(tmp_path / "out" / "file-000004.run")
    assert _records(tmp_path / "out", summary) == ["question 0", "question 1", "question 2"]
    assert summary.tasks == [
        Task(name="cot_gsm", source="cot", collection="cot", family="chain_of_thought")
    ]
    assert summary.read == {"cot_gsm": 6}
    assert summary.rejected == {
        "cot_gsm": {"wrong_columns": 1, "invalid_utf8": 1, "empty_field": 1}
    }
    assert summary.licenses == {"MIT": 3}
    assert summary.error is None
    rejections = (tmp_path / "out" / summary.rejections).read_bytes()
    assert summary.rejections_sha256 == hashlib.sha256(rejections).hexdigest()
    assert [orjson.loads(line)["reason"] for line in rejections.splitlines()] == [
        "wrong_columns",
        "invalid_utf8",
        "empty_field",
    ]


def test_record_files_are_of_limited_size(
    make_file: MakeFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "RECORDS_PER_FILE", 4)
    summary = read_summary(read_piece(make_file(_lines(10)), str(tmp_path / "out")))
    assert [file.records for file in summary.record_files] == [4, 4, 2]
    assert _records(tmp_path / "out", summary) == [f"question {i}" for i in range(10)]
    data = b"".join((tmp_path / "out" / file.path).read_bytes() for file in summary.record_files)
    assert summary.sha256 == hashlib.sha256(data).hexdigest()


def test_an_empty_file_is_read(make_file: MakeFile, tmp_path: Path) -> None:
    summary = read_summary(read_piece(make_file(b""), str(tmp_path / "out")))
    assert summary.record_files == []
    assert summary.read == {}
    assert summary.error is None
    assert summary.sha256 == hashlib.sha256().hexdigest()


def test_an_unreadable_file_is_one_rejection_and_an_error(
    make_file: MakeFile, tmp_path: Path
) -> None:
    file = make_file(b'{"Definition": "x", "Inst', name="task1.json")
    summary = read_summary(read_piece(file, str(tmp_path / "out")))
    assert summary.tasks == summary.record_files == []
    assert summary.read == {"task1": 1}
    assert summary.rejected == {"task1": {"unreadable_file": 1}}
    assert summary.error is not None
    assert summary.error.startswith("task1.json:1: not valid JSON")
    assert str(tmp_path) not in summary.error, "the manifest holds no path of the machine"
    (rejection,) = (tmp_path / "out" / summary.rejections).read_bytes().splitlines()
    assert orjson.loads(rejection)["reason"] == "unreadable_file"


def test_a_file_that_was_read_is_not_read_again(make_file: MakeFile, tmp_path: Path) -> None:
    file = make_file(_lines(2))
    run = read_piece(file, str(tmp_path / "out"))
    Path(file.piece.path).unlink()
    again = read_piece(file, str(tmp_path / "out"))
    assert again == run
    assert read_summary(again) == read_summary(run)


def test_a_file_whose_run_is_damaged_is_read_again(make_file: MakeFile, tmp_path: Path) -> None:
    file = make_file(_lines(2))
    run = read_piece(file, str(tmp_path / "out"))
    whole = Path(run.path).read_bytes()
    Path(run.path).write_bytes(whole[:-1])
    assert read_piece(file, str(tmp_path / "out")) == run
    assert Path(run.path).read_bytes() == whole


def test_read_source_pieces_is_wired(make_file: MakeFile, tmp_path: Path) -> None:
    files = [
        make_file(_lines(3), index=0),
        make_file(_lines(5) + b"bad\n", index=1, name="aqua_train.tsv"),
    ]
    with TestPipeline() as pipeline:
        read = (
            pipeline
            | beam.Create([WorkItem(0, file.index, file.piece) for file in files])
            | ReadSourcePieces([SourceOut("cot", files[0].source, str(tmp_path / "out"))])
            | beam.Map(lambda run: read_summary(run).read)
        )
        assert_that(read, equal_to([{"cot_gsm": 3}, {"stream_aqua": 6}]))
