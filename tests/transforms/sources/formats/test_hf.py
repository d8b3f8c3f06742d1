"""Data sets in the Hugging Face hub's cache, written here with `datasets` itself."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from tfrecords_schema.errors import ConfigurationError
from transforms.sources.formats.hf import Hf, label_names
from transforms.sources.source import UnreadableFileError
from transforms.types import Record, Rejection, Task

REVISION = "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c"
ROWS = {"premise": ["Rain.", "Sun.", "Snow."], "label": [0, 1, -1], "idx": [7, 8, 9]}
CARD = """---
license: mit
dataset_info:
- config_name: other
  features: [{name: label, dtype: {class_label: {names: {'0': wrong, '1': right}}}}]
- config_name: weather
  features:
  - {name: premise, dtype: string}
  - name: label
    dtype: {class_label: {names: {'1': dry, '0': wet}}}
---
# Weather
"""


def _source(cache: Path, **changes: Any) -> Hf:
    stated: dict[str, Any] = {
        "format": "hf",
        "path": str(cache),
        "dataset": "some/weather",
        "revision": REVISION,
        "collection": "c",
        "task": "weather",
        "family": "sentiment",
        "id": "idx",
        "fields": {"text": "premise", "answer": "label"},
    }
    return Hf.model_validate(stated | changes)


def _snapshot(cache: Path) -> Path:
    path = cache / "datasets--some--weather" / "snapshots" / REVISION
    path.mkdir(parents=True, exist_ok=True)
    return path


def _write(path: Path) -> None:
    """Write a file as `datasets` does, with its features in the schema."""
    import datasets

    features = datasets.Features(
        {
            "premise": datasets.Value("string"),
            "label": datasets.ClassLabel(names=["wet", "dry"]),
            "idx": datasets.Value("int32"),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    datasets.Dataset.from_dict(ROWS, features=features).to_parquet(str(path))


def _read(source: Hf) -> list[Any]:
    assert source.path
    pieces = source.work(source.path, dict.fromkeys(source.find_files(source.path), 1))
    elements = [element for piece in pieces for element in source.read("s", piece)]
    return [
        dict(element.fields) if isinstance(element, Record) else element.reason
        for element in elements
        if not isinstance(element, Task)
    ]


EXPECTED = [
    {"text": "Rain.", "answer": "wet", "options": ["wet", "dry"]},
    {"text": "Sun.", "answer": "dry", "options": ["wet", "dry"]},
    "empty_field",
]


@pytest.mark.parametrize(
    ("file", "config"),
    [
        ("data/train-00000-of-00001.parquet", None),
        ("train-00000-of-00001.parquet", None),
        ("default/train/0000.parquet", None),
        ("weather/train-00000-of-00001.parquet", "weather"),
        ("weather/train/0000.parquet", "weather"),
    ],
)
def test_labels_stand_under_their_names(tmp_path: Path, file: str, config: str | None) -> None:
    _write(_snapshot(tmp_path) / file)
    _write(_snapshot(tmp_path) / "data" / "test-00000-of-00001.parquet")
    assert _read(_source(tmp_path, config=config)) == EXPECTED


def test_names_come_from_the_card_where_the_file_has_none(tmp_path: Path) -> None:
    snapshot = _snapshot(tmp_path)
    (snapshot / "weather").mkdir()
    pq.write_table(pa.table(ROWS), snapshot / "weather" / "train-0.parquet")
    source = _source(tmp_path, config="weather")
    assert _read(source)[0] == {"text": "Rain.", "answer": "0"}
    (snapshot / "README.md").write_text(CARD)
    assert source.files_beside() == [f"{source.snapshot}/README.md"]
    label_names.cache_clear()
    assert _read(source) == EXPECTED


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({"labels": ["dry", "wet"]}, ["wet", "dry"]),
        ({"label_of": {"wet": "yes", "dry": "no"}}, ["yes", "no"]),
    ],
)
def test_a_mapping_may_say_more(tmp_path: Path, changes: Any, answers: list[str]) -> None:
    _write(_snapshot(tmp_path) / "data" / "train-0.parquet")
    assert [row["answer"] for row in _read(_source(tmp_path, **changes))[:2]] == answers


def test_another_revision_is_not_read(tmp_path: Path) -> None:
    _write(_snapshot(tmp_path) / "data" / "train-0.parquet")
    other = _source(tmp_path, revision="0" * 40)
    with pytest.raises(ConfigurationError, match=r"not in .*; set download: true, or run `hf down"):
        other.find_files(str(tmp_path))


@pytest.mark.parametrize(
    ("key", "value"), [("revision", "main"), ("revision", "bcdcba7"), ("dataset", "../etc")]
)
def test_what_is_not_pinned_is_refused(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(ValidationError, match=key):
        _source(tmp_path, **{key: value})


def test_what_the_cache_lacks_is_fetched_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def snapshot_download(dataset: str, **how: Any) -> None:
        asked.append({"dataset": dataset, **how})
        _write(_snapshot(Path(how["cache_dir"])) / "data" / "train-0.parquet")

    hub = ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    source = _source(tmp_path, download=True)
    assert len(source.find_files(str(tmp_path))) == 1
    assert len(source.find_files(str(tmp_path))) == 1
    (request,) = asked
    assert (request["dataset"], request["repo_type"]) == ("some/weather", "dataset")
    assert request["revision"] == REVISION
    assert "README.md" in request["allow_patterns"]


def test_a_hub_that_does_not_answer_is_an_error_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def snapshot_download(*_: Any, **__: Any) -> None:
        raise OSError("no route to host")

    hub = ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    with pytest.raises(UnreadableFileError, match="some/weather: cannot be fetched: no route"):
        _source(tmp_path, download=True).find_files(str(tmp_path))


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HF_HUB_CACHE": "/a/hub"}, "/a/hub"),
        ({"HF_HOME": "/b"}, "/b/hub"),
        ({"HOME": "/c"}, "/c/.cache/huggingface/hub"),
    ],
)
def test_the_cache_is_where_the_hubs_own_library_has_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("HF_HUB_CACHE", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stated = _source(Path("x")).model_dump(exclude={"path"}, exclude_unset=True)
    assert Hf.model_validate(stated).path == expected


def test_a_damaged_file(tmp_path: Path) -> None:
    file = _snapshot(tmp_path) / "data" / "train-0.parquet"
    file.parent.mkdir()
    file.write_bytes(b"PAR1 no")
    with pytest.raises(UnreadableFileError, match="not a complete Parquet file"):
        _read(_source(tmp_path))


def test_rejections_are_counted(tmp_path: Path) -> None:
    _write(_snapshot(tmp_path) / "data" / "train-0.parquet")
    source = _source(tmp_path, filters={"idx": 7})
    pieces = source.work(str(tmp_path), dict.fromkeys(source.find_files(str(tmp_path)), 1))
    reasons = [
        e.reason for piece in pieces for e in source.read("s", piece) if isinstance(e, Rejection)
    ]
    assert reasons == ["filtered", "filtered"]
