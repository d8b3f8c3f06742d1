"""seqio: hosts share the examples, mixtures mix them, a name stands for one snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from tests.readers.rows import Rows, plain
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.seqio_tasks import register_tasks

NAME = "quickstart:1.0.0"


@pytest.fixture
def seqio_task(built: BuildResult) -> Iterator[str]:
    """Yield the snapshot's task, registered."""
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
        {name: plain(value) for name, value in example.items()}
        for example in dataset.as_numpy_iterator()
    ]


def test_seqio_knows_the_splits(seqio_task: str, rows: Rows) -> None:
    import seqio

    assert set(seqio.TaskRegistry.get(seqio_task).splits) == set(rows)


@pytest.mark.parametrize(("split", "hosts"), [("train", 8), ("train", 2), ("validation", 4)])
def test_seqio_hosts_share_the_examples(
    seqio_task: str, rows: Rows, split: str, hosts: int
) -> None:
    import seqio

    task = seqio.TaskRegistry.get(seqio_task)
    parts = [_read(task, split, index, hosts) for index in range(hosts)]
    assert all(parts)
    assert sorted(example["id"] for part in parts for example in part) == sorted(rows[split])


@pytest.mark.parametrize(("split", "hosts"), [("train", 4), ("validation", 1)])
def test_seqio_mixes_the_task(seqio_task: str, rows: Rows, split: str, hosts: int) -> None:
    import seqio

    mixture = seqio.Mixture(f"half_{split}", [(seqio_task, 0.5)])
    read = [example for i in range(hosts) for example in _read(mixture, split, i, hosts)]
    # A mixture passes on token ids alone.
    tokens = [[*row["inputs"], 1, *row["targets"], 1] for row in rows[split].values()]
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
