"""One directory, many libraries: each of them reads each example once, as it was written."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.build import BuildResult, build
from pipelines.recipe import load_recipe
from pipelines.running import RunnerOptions
from pipelines.verify import verify
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.features import FEATURES
from tfrecords_schema.filesystem import files_below, sha256_of
from tfrecords_schema.parquet import SCHEMA, column_name, messages
from tfrecords_schema.seqio_tasks import register_tasks
from tfrecords_schema.snapshot import open_snapshot

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
NAME = "quickstart:1.0.0"
SHARDS = 8
CHANGES = [f"output.min_shards={SHARDS}", "validation.fraction=0.2"]

Rows = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """The quickstart snapshot in eight shards, with Parquet."""
    recipe = load_recipe("quickstart", CHANGES, {}, None)
    return build(recipe, str(tmp_path_factory.mktemp("readers")), RunnerOptions())


@pytest.fixture(scope="module")
def rows(built: BuildResult) -> Rows:
    """Split → id → row, as our own reader has them, of every split with examples."""
    snapshot = open_snapshot(built.path)
    splits = [name for name, split in snapshot.manifest.splits.items() if split.rows]
    return {name: {str(row["id"]): dict(row) for row in snapshot.rows(name)} for name in splits}


def _plain(value: Any) -> Any:
    """Numpy's and TensorFlow's values as Python's, bytes as text."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


def test_the_snapshot_verifies(built: BuildResult) -> None:
    assert verify(built.path).problems == []
    assert built.manifest.splits.keys() == {"train", "validation"}
    assert all(len(split.shards) == SHARDS for split in built.manifest.splits.values())


def _digests(root: str) -> dict[str, str]:
    """Every file but `run.json`, which has clock times, and its digest."""
    files = [path for path in files_below(root) if path != "run.json"]
    return {path: sha256_of(f"{root}/{path}")[0] for path in files}


def test_two_workers_write_the_same_bytes(built: BuildResult, tmp_path: Path) -> None:
    recipe = load_recipe("quickstart", CHANGES, {}, None)
    again = build(recipe, str(tmp_path), RunnerOptions(workers=2))
    digests = _digests(again.path)
    assert digests == _digests(built.path)
    assert {"README.md", "croissant.json", "manifest.json"} < digests.keys()
    assert len([path for path in digests if path.endswith(".parquet")]) >= SHARDS


@pytest.fixture
def seqio_task(built: BuildResult) -> Iterator[str]:
    """The snapshot's task, registered."""
    import seqio

    assert register_tasks(built.path) == [NAME]
    yield NAME
    seqio.TaskRegistry.remove(NAME)
    seqio.set_global_cache_dirs([])


def _read(provider: Any, split: str, index: int = 0, count: int = 1) -> list[dict[str, Any]]:
    import seqio

    dataset = provider.get_dataset(
        sequence_length=None,
        split=split,
        use_cached=True,
        shuffle=False,
        num_epochs=1,
        shard_info=seqio.ShardInfo(index, count),
    )
    return [
        {name: _plain(value) for name, value in example.items()}
        for example in dataset.as_numpy_iterator()
    ]


@pytest.mark.parametrize("hosts", [2, 4, 8])
def test_seqio_hosts_share_the_examples(seqio_task: str, rows: Rows, hosts: int) -> None:
    import seqio

    task = seqio.TaskRegistry.get(seqio_task)
    assert set(task.splits) == set(rows)
    for split, written in rows.items():
        parts = [_read(task, split, index, hosts) for index in range(hosts)]
        assert all(parts)
        assert sorted(example["id"] for part in parts for example in part) == sorted(written)


@pytest.mark.parametrize("hosts", [1, 2, 4, 8])
def test_seqio_mixes_the_task(seqio_task: str, rows: Rows, hosts: int) -> None:
    import seqio

    mixture = seqio.Mixture(f"half_{hosts}", [(seqio_task, 0.5)])
    for split, written in rows.items():
        read = [example for i in range(hosts) for example in _read(mixture, split, i, hosts)]
        # A mixture passes on token ids alone.
        tokens = [[*row["inputs"], 1, *row["targets"], 1] for row in written.values()]
        assert sorted(example["inputs"] + example["targets"] for example in read) == sorted(tokens)


def test_seqio_appends_eos_within_the_length(seqio_task: str, built: BuildResult) -> None:
    import seqio

    task = seqio.TaskRegistry.get(seqio_task)
    eos = built.manifest.vocabulary.eos_id
    dataset = task.get_dataset({"inputs": 20, "targets": 5}, "train", use_cached=True)
    for example in dataset.take(20).as_numpy_iterator():
        assert len(example["inputs"]) == 20
        assert len(example["targets"]) <= 5
        assert example["inputs"][-1] == example["targets"][-1] == eos
    assert task.get_cached_stats("train")["examples"] == built.manifest.splits["train"].rows
    assert task.output_features["inputs"].vocabulary.vocab_size == built.manifest.vocabulary.size


def test_registering_twice_is_once(seqio_task: str, built: BuildResult) -> None:
    import seqio

    task = seqio.TaskRegistry.get(seqio_task)
    assert register_tasks(f"{built.path}/") == [NAME]
    assert seqio.TaskRegistry.get(NAME) is task


def test_another_snapshot_of_the_name_is_refused(
    seqio_task: str, built: BuildResult, tmp_path: Path
) -> None:
    import seqio

    other = tmp_path / "other"
    other.symlink_to(built.path)
    with pytest.raises(
        ConfigurationError, match=f"{other}: .*'{NAME}' from {built.path}/.*version"
    ):
        register_tasks(str(other))
    seqio.TaskRegistry.remove(NAME)
    with pytest.raises(ConfigurationError, match=NAME):
        register_tasks(str(other))
    assert NAME not in seqio.TaskRegistry.names()
    assert register_tasks(built.path) == [seqio_task]


def test_seqio_without_the_cache_is_told_so(seqio_task: str) -> None:
    import seqio

    with pytest.raises((AssertionError, ConfigurationError, ValueError), match="cache"):
        next(iter(seqio.TaskRegistry.get(seqio_task).get_dataset(None, "train", use_cached=False)))


def _check_tfds(builder: Any, rows: Rows) -> None:
    assert set(builder.info.splits) == set(rows)
    for split, written in rows.items():
        assert builder.info.splits[split].num_examples == len(written)
        read = [
            {name: _plain(value) for name, value in example.items()}
            for example in builder.as_dataset(split=split).as_numpy_iterator()
        ]
        assert {example["id"]: example for example in read} == written
        assert len(read) == len(written)


def test_tfds_reads_the_directory(built: BuildResult, rows: Rows) -> None:
    import tensorflow_datasets as tfds

    _check_tfds(tfds.builder_from_directory(f"{built.path}/{built.manifest.data_dir}"), rows)


def test_tfds_loads_by_name(built: BuildResult, rows: Rows) -> None:
    import tensorflow_datasets as tfds

    dataset, info = tfds.load("quickstart", split="train", data_dir=built.path, with_info=True)
    assert info.full_name == "quickstart/1.0.0"
    assert {_plain(example["id"].numpy()) for example in dataset} == set(rows["train"])
    half = tfds.load("quickstart:1.0.0", split="train[:50%]", data_dir=built.path)
    assert len(half) == pytest.approx(len(rows["train"]) / 2, abs=1)


def test_tfds_would_write_the_same_metadata(built: BuildResult, tmp_path: Path) -> None:
    import numpy as np
    import tensorflow_datasets as tfds

    ours, theirs = Path(built.path, built.manifest.data_dir), tmp_path / "quickstart" / "1.0.0"
    shutil.copytree(ours, theirs, ignore=shutil.ignore_patterns("*.json"))
    template = tfds.core.ShardedFileTemplate(
        data_dir=theirs,
        dataset_name="quickstart",
        template="{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
    )
    text, number = tfds.features.Text(), tfds.features.Scalar(np.int32)
    features = {f.name: text if f.kind == "string" else number for f in FEATURES}
    features |= {f.name: tfds.features.Sequence(features[f.name]) for f in FEATURES if f.repeated}
    tfds.folder_dataset.write_metadata(
        data_dir=theirs,
        features=tfds.features.FeaturesDict(features),
        split_infos=[
            tfds.core.SplitInfo(
                name=name,
                shard_lengths=[shard.rows for shard in split.shards],
                num_bytes=sum(shard.bytes for shard in split.shards),
                filename_template=template,
            )
            for name, split in built.manifest.splits.items()
        ],
        filename_template=template,
        description=built.manifest.recipe["description"],
    )
    for name in ("dataset_info.json", "features.json"):
        assert json.loads((ours / name).read_text()) == json.loads((theirs / name).read_text())


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    """What Parquet has of a row."""
    return {column_name(feature): row[feature.name] for feature in FEATURES} | {
        "messages": messages(row)
    }


@pytest.mark.parametrize("streaming", [False, True])
def test_hugging_face_loads_the_snapshot(
    built: BuildResult, rows: Rows, tmp_path: Path, streaming: bool
) -> None:
    import datasets

    loaded = datasets.load_dataset(built.path, cache_dir=str(tmp_path), streaming=streaming)
    assert set(loaded) == set(rows)
    for split, written in rows.items():
        read = list(loaded[split])
        assert read == [_columns(row) for row in written.values()]
        assert list(read[0]) == SCHEMA.names


def test_hugging_face_reads_the_data_card(built: BuildResult) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(Path(built.path, "README.md"), ignore_metadata_errors=False)
    assert card.data.pretty_name == "quickstart"
    assert card.data.license == ["apache-2.0"]
    assert card.data.language == ["en"]
    assert card.data.size_categories == ["n<1K"]
    for split, collection in {(e.split, e.collection) for e in built.manifest.mixture}:
        assert f"| {split} | {collection} | " in card.text


def test_croissant_is_valid_and_gives_the_records(built: BuildResult, rows: Rows) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(str(Path(built.path, "croissant.json")))
    assert not dataset.metadata.issues.errors
    assert dataset.metadata.license == ["https://spdx.org/licenses/Apache-2.0"]
    assert str(dataset.metadata.ctx.conforms_to.value) == "http://mlcommons.org/croissant/1.1"
    assert {record_set.uuid for record_set in dataset.metadata.record_sets} == set(rows)
    for split, written in rows.items():
        read = [_record(split, record) for record in dataset.records(split)]
        assert read == [_columns(row) for row in written.values()]


def _record(split: str, record: dict[str, Any]) -> dict[str, Any]:
    """A Croissant record with short names: `train/messages/role` → `role`."""
    record = {name.removeprefix(f"{split}/"): _plain(value) for name, value in record.items()}
    turns = [
        {name.rsplit("/", 1)[1]: _plain(value) for name, value in turn.items()}
        for turn in record["messages"]
    ]
    return record | {"messages": turns}


def test_croissant_knows_every_file_and_source(built: BuildResult) -> None:
    document = json.loads(Path(built.path, "croissant.json").read_text())
    stated = {
        entry["@id"]: entry["sha256"]
        for entry in document["distribution"]
        if entry["@type"] == "cr:FileObject"
    }
    shards = [shard for split in built.manifest.splits.values() for shard in split.shards]
    parquet = [shard.parquet for shard in shards if shard.parquet]
    assert stated == {file.path: file.sha256 for file in [*shards, *parquet]}
    derived = {entry["prov:label"]: entry["@id"] for entry in document["prov:wasDerivedFrom"]}
    sources = built.manifest.recipe["sources"]
    assert derived == {
        source.name: f"urn:sha256:{source.fingerprint}"
        for source in built.manifest.sources
        if source.name in sources
    }
    assert set(built.manifest.recipe["held_out"]).isdisjoint(derived)


# In a process of its own: the package declares the message tf.train.Example, as TensorFlow does.
_READ_WITH_TFRECORD = """
import json, sys
from tfrecord.reader import tfrecord_loader

for path in sys.argv[1:]:
    for part in range(2):
        for example in tfrecord_loader(path, path + ".index", shard=(part, 2)):
            text = bytes(example["id"]).decode(), bytes(example["_task_name"]).decode()
            print(json.dumps([*text, example["inputs"].tolist()]))
"""


def test_the_tfrecord_package_reads_by_the_index(built: BuildResult, rows: Rows) -> None:
    for split, written in rows.items():
        shards = [Path(built.path, shard.path) for shard in built.manifest.splits[split].shards]
        command = [sys.executable, "-c", _READ_WITH_TFRECORD, *map(str, shards)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        read = [json.loads(line) for line in done.stdout.splitlines()]
        assert read == [
            [example_id, row["_task_name"], row["inputs"]] for example_id, row in written.items()
        ]


_READING = (Path(__file__).parents[1] / "docs" / "formats.md").read_text().split("## Reading it")[1]
_SNIPPETS = re.findall(r"```python\n(.*?)```", _READING, re.DOTALL)


@pytest.mark.parametrize("alone", [False, True], ids=["the others", "tfrecord"])
def test_the_documented_lines_work(built: BuildResult, tmp_path: Path, alone: bool) -> None:
    code = f"snapshot, name, version = {built.path!r}, 'quickstart', '1.0.0'\n"
    code += "".join(snippet for snippet in _SNIPPETS if ("tfrecord_loader" in snippet) == alone)
    done = subprocess.run(
        [sys.executable, "-c", code.replace("-of-00004", f"-of-{SHARDS:05d}")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr


def test_every_reader_is_documented() -> None:
    imports = [snippet.split()[1].split(".")[0] for snippet in _SNIPPETS]
    assert imports == ["seqio", "tensorflow_datasets", "datasets", "mlcroissant", "tfrecord"]
