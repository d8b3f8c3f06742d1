"""TFDS sources: prepared data sets read end to end, in pieces, and what may be missing."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow_datasets as tfds
from pydantic import ValidationError

from tfrecords_schema.tfrecord import frame
from transforms.sources.files import tfds_files
from transforms.sources.files.tfds_files import plain
from transforms.sources.formats.tfds import Flan2021, Tfds
from transforms.sources.source import Element, Piece, Source, UnreadableFileError
from transforms.types import Record, Rejection, Task

Prepare = Callable[..., Path]
COLA = "glue/cola:2.0.0"


def _tfds(**changes: Any) -> Tfds:
    settings = {
        "format": "tfds",
        "collection": "c",
        "task": "cola",
        "builder": COLA,
        "family": "acceptability",
        "fields": {"text": "sentence", "answer": "label"},
        "labels": ["unacceptable", "acceptable"],
        "license": "MIT",
        "languages": ["en"],
    }
    return Tfds.model_validate(settings | changes)


def _work(source: Tfds | Flan2021, root: Path) -> list[Piece]:
    return source.work(str(root), dict.fromkeys(source.find_files(str(root)), 0))


def _read(source: Source, pieces: list[Piece]) -> list[Element]:
    return [element for piece in pieces for element in source.read("s", piece)]


def _texts(elements: list[Element]) -> list[str]:
    return [str(e.fields["text"]) for e in elements if isinstance(e, Record)]


@pytest.fixture
def cola(prepare: Prepare, cola_features: Any) -> Path:
    """Prepare three shards of 4, 4 and 2 examples, s0 to s9, and a validation split of one."""
    rows = [{"sentence": f" s{i} ", "label": i % 2, "idx": i} for i in range(10)]
    splits = {"train": [rows[:4], rows[4:8], rows[8:]], "validation": [rows[:1]]}
    return prepare(COLA, cola_features, splits)


def test_a_data_set_is_read_end_to_end(cola: Path, tmp_path: Path) -> None:
    source = _tfds()
    files = source.find_files(str(tmp_path))
    assert files == [
        "glue/cola/2.0.0/dataset_info.json",
        "glue/cola/2.0.0/features.json",
        *[f"glue/cola/2.0.0/glue-train.tfrecord-0000{i}-of-00003" for i in range(3)],
    ]
    task, *records = _read(source, _work(source, tmp_path)[:1])
    assert task == Task(
        name="cola", source="s", collection="c", family="acceptability", languages=("en",)
    )
    assert len(records) == 4
    first = records[0]
    assert isinstance(first, Record)
    assert (first.license, first.task) == ("MIT", "cola")
    assert first.fields == {
        "text": "s0",
        "answer": "unacceptable",
        "options": ["unacceptable", "acceptable"],
    }


def test_a_data_set_in_an_object_store_is_read_like_a_local_one(
    cola: Path, tmp_path: Path, object_store: dict[str, bytes]
) -> None:
    source, root = _tfds(), "fakestore://bucket/tfds"
    for file in cola.iterdir():
        object_store[f"{root}/{file.relative_to(tmp_path).as_posix()}"] = file.read_bytes()
    assert source.find_files(root) == source.find_files(str(tmp_path))
    pieces = source.work(root, dict.fromkeys(source.find_files(root), 0))
    assert _read(source, pieces) == _read(source, _work(source, tmp_path))
    assert len(_texts(_read(source, pieces))) == 10


@pytest.mark.parametrize(
    ("split", "numbers"),
    [
        ("train", range(10)),
        ("train[:90%]", range(9)),
        ("train[3:7]", range(3, 7)),
        ("train[-3:]", range(7, 10)),
        ("train[1shard:]", range(4, 10)),
        ("train[:2]+train[-1:]", [0, 1, 9]),
        ("validation", [0]),
    ],
)
def test_split_syntax(cola: Path, tmp_path: Path, split: str, numbers: list[int]) -> None:
    source = _tfds(split=split)
    elements = _read(source, _work(source, tmp_path))
    assert _texts(elements) == [f"s{number}" for number in numbers]


def test_large_shards_are_shared(
    cola: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tfds_files, "MAX_EXAMPLES", 3)
    source = _tfds(split="train[1:]")
    pieces = _work(source, tmp_path)
    assert [(piece.relative[-10], piece.start, piece.end) for piece in pieces] == [
        ("0", 1, 4),
        ("1", 0, 3),
        ("1", 3, 4),
        ("2", 0, 2),
    ]
    assert _texts(_read(source, pieces)) == [f"s{number}" for number in range(1, 10)]


def test_labels_out_of_range_are_rejected(
    prepare: Prepare, cola_features: Any, tmp_path: Path
) -> None:
    rows = [{"sentence": "s", "label": -1, "idx": 0}, {"sentence": " ", "label": 1, "idx": 1}]
    prepare(COLA, cola_features, {"train": [rows]})
    source = _tfds(filters={"idx": [0, 1]})
    _, unlabeled, empty = _read(source, _work(source, tmp_path))
    assert isinstance(unlabeled, Rejection)
    assert unlabeled.reason == "unknown_label"
    assert isinstance(empty, Rejection)
    assert empty.reason == "empty_field"
    filtered = _tfds(filters={"idx": 7})
    reasons = [e.reason for e in _read(filtered, _work(filtered, tmp_path))[1:]]  # type: ignore[union-attr]
    assert reasons == ["filtered", "filtered"]


def test_text_that_is_not_utf8_is_one_rejection(
    prepare: Prepare, cola_features: Any, tmp_path: Path
) -> None:
    rows = [{"sentence": b"\xff", "label": 1, "idx": 0}, {"sentence": "s1", "label": 1, "idx": 1}]
    prepare(COLA, cola_features, {"train": [rows]})
    _, bad, good = _read(_tfds(), _work(_tfds(), tmp_path))
    assert isinstance(bad, Rejection)
    assert bad.reason == "invalid_utf8"
    assert isinstance(good, Record)


def test_a_row_that_gives_nothing_is_counted(prepare: Prepare, tmp_path: Path) -> None:
    features = tfds.features.FeaturesDict({"passage": tfds.features.Text()})
    rows = [{"passage": "one"}, {"passage": "one two"}]
    prepare("lambada:1.0.0", features, {"train": [[{"passage": "three four"}]], "test": [rows]})
    source = Flan2021(format="flan2021", tasks=["lambada"], split="validation")
    _, nothing, record = _read(source, _work(source, tmp_path))
    assert isinstance(nothing, Rejection)
    assert nothing.reason == "filtered"
    assert isinstance(record, Record)
    assert record.fields == {"text": "one", "answer": "two"}


def test_a_missing_data_set_says_how_to_prepare_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"glue/cola:2\.0\.0 is not prepared; run .*load"):
        _tfds().find_files(str(tmp_path))


def test_a_missing_data_set_costs_its_tasks_alone(cola: Path, tmp_path: Path) -> None:
    source = Flan2021(format="flan2021", tasks=["anli_r1", "cola", "rte"])
    pieces = _work(source, tmp_path)
    lost, *present, lost_too = pieces
    assert len(_texts(_read(source, present))) == 10
    for piece, name in ((lost, "anli/r1:0.1.0"), (lost_too, "super_glue/rte:1.0.2")):
        with pytest.raises(UnreadableFileError, match=name) as caught:
            list(source.read("s", piece))
        assert str(caught.value).startswith(piece.path)
        assert str(tmp_path) not in str(caught.value).replace(piece.path, "", 1)


def test_an_unknown_split_names_the_known_ones(cola: Path, tmp_path: Path) -> None:
    source = _tfds(split="trian")
    with pytest.raises(UnreadableFileError, match=r"'trian' cannot.*'train', 'validation'"):
        source.find_files(str(tmp_path))
    (piece,) = source.work(str(tmp_path), {"glue/cola/2.0.0/dataset_info.json": 1})
    with pytest.raises(UnreadableFileError, match="'trian'"):
        list(source.read("s", piece))


def test_data_prepared_after_the_listing_is_not_read(cola: Path, tmp_path: Path) -> None:
    source = _tfds()
    (piece,) = source.work(str(tmp_path), {})
    with pytest.raises(UnreadableFileError, match="appeared after the files were listed"):
        list(source.read("s", piece))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[: len(data) // 2 + 5], "corrupt TFRecord"),
        (lambda data: b"", "0 examples, but 4 expected"),
        (lambda data: data[:40] + b"\x00" + data[41:], "corrupt TFRecord"),
        (lambda data: frame(b"no proto") * 4, "example 0 does not fit"),
    ],
)
def test_a_damaged_shard_is_unreadable(
    cola: Path, tmp_path: Path, damage: Callable[[bytes], bytes], message: str
) -> None:
    source = _tfds()
    piece = _work(source, tmp_path)[0]
    path = Path(piece.path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UnreadableFileError, match=message):
        list(source.read("s", piece))


def test_a_shard_cut_off_before_the_piece(cola: Path, tmp_path: Path) -> None:
    source = _tfds(split="train[3:4]")
    (piece,) = _work(source, tmp_path)
    path = Path(piece.path)
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(UnreadableFileError):
        list(source.read("s", piece))


def test_damaged_metadata(cola: Path, tmp_path: Path) -> None:
    (cola / "dataset_info.json").write_text("{")
    with pytest.raises(UnreadableFileError, match=r"metadata of glue/cola:2\.0\.0"):
        _tfds().find_files(str(tmp_path))


def test_other_file_formats_are_named(cola: Path, tmp_path: Path) -> None:
    path = cola / "dataset_info.json"
    path.write_text(path.read_text().replace('"tfrecord"', '"array_record"'))
    with pytest.raises(UnreadableFileError, match="in array_record"):
        _tfds().find_files(str(tmp_path))


@pytest.mark.parametrize("builder", ["glue/cola", "glue/cola:2", "cola:2.0.0 ", "a/b/c:1.0.0", ""])
def test_builders_need_their_version(builder: str) -> None:
    with pytest.raises(ValidationError, match=r"no builder with its version"):
        _tfds(builder=builder)


def test_unknown_tasks_and_splits() -> None:
    with pytest.raises(ValidationError, match="did you mean 'squad_v2'"):
        Flan2021(format="flan2021", tasks=["squad_v3"])
    with pytest.raises(ValidationError, match="neither 'train' nor 'validation'"):
        Flan2021(format="flan2021", split="test")


@pytest.mark.parametrize(("split", "lambada"), [("train", "train"), ("validation", "test")])
def test_each_task_has_the_split_that_the_source_states(split: str, lambada: str) -> None:
    source = Flan2021(format="flan2021", tasks=["rte", "lambada", "rte"], split=split)
    pairs = [(task.name, spec.split("[")[0]) for task, spec in source.tasks_and_splits()]
    assert pairs == [("rte", split), ("lambada", lambada)]
    ((task, spec),) = _tfds(split="train[:90%]").tasks_and_splits()
    assert (task.name, spec) == ("cola", "train[:90%]")


def test_definitions_are_part_of_the_fingerprint() -> None:
    stated = Flan2021(format="flan2021").model_dump(mode="json")
    assert len(stated["definitions"]) == 64


def test_plain_values() -> None:
    import numpy as np

    row = {
        "a": b"\xc3\xa9",
        "b": np.int64(3),
        "c": np.array([b"x", b"y"], dtype=object),
        "d": {"e": [np.float32(0.5), np.bool_(True)]},
    }
    assert plain(row) == {"a": "é", "b": 3, "c": ["x", "y"], "d": {"e": [0.5, True]}}
    assert type(plain(np.bool_(True))) is bool


def test_reading_loads_no_tensorflow(cola: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from transforms.sources.formats.tfds import Flan2021;"
        "source = Flan2021(format='flan2021', tasks=['cola']);"
        f"root = {str(tmp_path)!r};"
        "pieces = source.work(root, dict.fromkeys(source.find_files(root), 0));"
        "rows = [row for piece in pieces for row in source.read('s', piece)];"
        "assert len(rows) == 13, rows;"
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_pieces_travel_to_workers(cola: Path, tmp_path: Path) -> None:
    import pickle

    source = _tfds()
    for piece in _work(source, tmp_path):
        assert isinstance(piece, Piece)
        assert pickle.loads(pickle.dumps((source, piece))) == (source, piece)
