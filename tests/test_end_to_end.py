"""The whole way on real data, and the snapshot as seqio reads it."""

import json
import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.checks.verify import verify
from pipelines.recipe import load_recipe
from tfrecords_schema.features import FEATURES
from tfrecords_schema.seqio_tasks import register_tasks
from tfrecords_schema.snapshot import open_snapshot
from tfrecords_schema.vocabulary import load_vocabulary

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
TASKS = (
    "task1146_country_capital",
    "task1319_country_by_barcode_prefix",
    "task1582_bless_hypernym_generation",
)
SETS = ("qasc_train", "strategyqa_train")
SET_TASKS = ("stream_qasc", "cot_strategyqa")
CAP = 40


@pytest.fixture(scope="session")
def sources(flanbeam_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Copy three task files and two TSVs of the real data; name the folders as `--source` does."""
    root = tmp_path_factory.mktemp("real")
    for folder in ("superni", "cot"):
        (root / folder).mkdir()
    for name in TASKS:
        shutil.copy(flanbeam_data / "superni" / "tasks" / f"{name}.json", root / "superni")
    for name in SETS:
        shutil.copy(flanbeam_data / "flan_cot" / f"{name}.tsv", root / "cot")
    return {"superni": str(root / "superni"), "cot": str(root / "cot")}


@pytest.fixture(scope="session", params=["bytes", "sentencepiece"])
def real(
    request: pytest.FixtureRequest,
    flanbeam_data: Path,
    sources: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> BuildResult:
    """Build `superni_cot` on real data with small caps, with each kind of vocabulary."""
    assignments = [
        f"mixture.collections.natural_instructions.cap={CAP}",
        f"mixture.collections.cot.cap={CAP}",
    ]
    if request.param == "sentencepiece":
        assignments += [
            "vocabulary.kind=sentencepiece",
            f"vocabulary.path={flanbeam_data / 't5_vocab' / 'spiece.model'}",
            "limits={max_input_tokens: 1024, max_target_tokens: 256}",
        ]
    recipe = load_recipe("superni_cot", assignments, sources, None)
    return build(recipe, str(tmp_path_factory.mktemp(request.param)), RunnerOptions())


def test_real_snapshot_verifies(real: BuildResult) -> None:
    found = verify(real.path)
    assert found.problems == []
    assert found.examples == sum(entry.realised for entry in real.manifest.mixture) > 100


def test_every_raw_row_is_accounted_for(real: BuildResult, sources: dict[str, str]) -> None:
    rows = {
        **{
            name: len(json.loads(Path(sources["superni"], f"{name}.json").read_text())["Instances"])
            for name in TASKS
        },
        **{
            task: sum(
                bool(line.strip())
                for line in Path(sources["cot"], f"{name}.tsv").read_bytes().split(b"\n")
            )
            for name, task in zip(SETS, SET_TASKS, strict=True)
        },
    }
    ledger = real.manifest.ledger
    assert {e.task: e.entered for e in ledger if e.stage == "ingest"} == rows
    written = Counter(str(row["_task_name"]) for row in open_snapshot(real.path).rows("train"))
    for task, read in rows.items():
        rejected = sum(sum(e.left_out.values()) for e in ledger if e.task == task)
        assert read == written[task] + rejected


def test_caps_are_true_caps(real: BuildResult) -> None:
    used: dict[str, set[str]] = {}
    for row in open_snapshot(real.path).rows("train"):
        used.setdefault(str(row["_task_name"]), set()).add(str(row["record_id"]))
    assert used.keys() == {*TASKS, *SET_TASKS}
    assert max(map(len, used.values())) <= CAP
    for entry in real.manifest.ledger:
        if entry.stage == "select":
            assert entry.kept <= CAP
            assert entry.entered - CAP <= entry.undrawn.get("over_cap", 0) + entry.undrawn.get(
                "duplicate_id", 0
            )


def test_ids_decode_to_the_text_and_keep_the_limits(real: BuildResult) -> None:
    snapshot = open_snapshot(real.path)
    info = snapshot.manifest.vocabulary
    vocabulary = load_vocabulary(info, snapshot.vocabulary_path)
    limits = snapshot.manifest.recipe["limits"]
    for row in snapshot.rows("train"):
        for name in ("inputs", "targets"):
            ids, text = list(row[name]), str(row[f"{name}_pretokenized"])
            assert ids == vocabulary.encode(text).tolist()
            if info.kind == "bytes":
                assert vocabulary.decode(ids) == text
            assert 0 < len(ids) < limits[f"max_{name.removesuffix('s')}_tokens"]


@pytest.mark.parametrize("real", ["sentencepiece"], indirect=True)
def test_vocabulary_of_the_snapshot_is_tampered_with(real: BuildResult, tmp_path: Path) -> None:
    copy = tmp_path / "snapshot"
    shutil.copytree(real.path, copy)
    model = copy / "vocabulary.model"
    data = bytearray(model.read_bytes())
    for change in (data[:-1], data[::-1], None):
        model.unlink() if change is None else model.write_bytes(change)
        assert any("vocabulary" in problem for problem in verify(str(copy)).problems)


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Build the quickstart snapshot in two shards."""
    recipe = load_recipe("quickstart", ["output.shard_bytes=500000"], {}, None)
    result = build(recipe, str(tmp_path_factory.mktemp("quickstart")), RunnerOptions())
    assert len(result.manifest.splits["train"].shards) > 1
    return result


@pytest.fixture(scope="module")
def cached_examples(quickstart: BuildResult) -> Iterator[list[dict[str, Any]]]:
    """Yield every example of the snapshot as `seqio` gives them: a cached task with no source."""
    import seqio

    logging.disable(logging.NOTSET)
    [name] = register_tasks(quickstart.path)
    yield _cached_examples(name)
    seqio.TaskRegistry.remove(name)
    seqio.set_global_cache_dirs([])


def _cached_examples(name: str) -> list[dict[str, Any]]:
    import seqio

    dataset = seqio.get_mixture_or_task(name).get_dataset(
        split="train", sequence_length=None, use_cached=True, shuffle=False
    )
    return [dict(example) for example in dataset.as_numpy_iterator()]


def test_seqio_has_the_vocabulary_of_the_snapshot(real: BuildResult) -> None:
    import seqio

    [name] = register_tasks(real.path)
    try:
        vocabulary = seqio.TaskRegistry.get(name).output_features["targets"].vocabulary
        assert vocabulary.vocab_size == real.manifest.vocabulary.size
        for example in _cached_examples(name):
            ids = vocabulary.encode(example["targets_pretokenized"].decode())
            assert example["targets"].tolist() == [*ids, vocabulary.eos_id]
    finally:
        seqio.TaskRegistry.remove(name)
        seqio.set_global_cache_dirs([])


def test_seqio_reads_every_example_once(
    quickstart: BuildResult, cached_examples: list[dict[str, Any]]
) -> None:
    stated = sum(shard.rows for shard in quickstart.manifest.splits["train"].shards)
    ids = [example["id"].decode() for example in cached_examples]
    assert len(ids) == len(set(ids)) == stated
    assert set(ids) == {row["id"] for row in open_snapshot(quickstart.path).rows("train")}


def test_seqio_reads_every_feature_as_it_was_written(
    quickstart: BuildResult, cached_examples: list[dict[str, Any]]
) -> None:
    rows = {row["id"]: row for row in open_snapshot(quickstart.path).rows("train")}
    eos = quickstart.manifest.vocabulary.eos_id
    for example in cached_examples:
        row = rows[example["id"].decode()]
        for feature in FEATURES:
            value = example[feature.name]
            if feature.name in ("inputs", "targets"):
                assert value.tolist() == [*row[feature.name], eos], feature.name
            elif feature.kind == "int64":
                assert value.tolist() == row[feature.name], feature.name
            elif feature.repeated:
                assert [item.decode() for item in value] == row[feature.name]
            else:
                assert value.decode() == row[feature.name]


def test_seqio_decodes_the_ids_to_the_text(cached_examples: list[dict[str, Any]]) -> None:
    import seqio

    vocabulary = seqio.ByteVocabulary()
    for example in cached_examples:
        for name in ("inputs", "targets"):
            text = example[f"{name}_pretokenized"].decode()
            assert vocabulary.decode(example[name].tolist()) == text


def test_seqio_finds_its_statistics(quickstart: BuildResult) -> None:
    folder = Path(quickstart.path) / "quickstart" / "1.0.0"
    stats = json.loads((folder / "stats.train.json").read_text())
    lengths = open_snapshot(quickstart.path).lengths("train") - 1
    assert stats["examples"] == len(lengths)
    assert [stats["inputs_tokens"], stats["targets_tokens"]] == lengths.sum(0).tolist()
    assert [stats["inputs_max_tokens"], stats["targets_max_tokens"]] == lengths.max(0).tolist()
    info = json.loads((folder / "info.train.json").read_text())
    assert info["num_shards"] == len(quickstart.manifest.splits["train"].shards)
    assert info["features"].keys() == {feature.name for feature in FEATURES}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_all_real_data_builds_the_same_bytes(
    flanbeam_data: Path, tmp_path_factory: pytest.TempPathFactory, workers: int
) -> None:
    """All task files and TSVs, as in .ci/run: every digest that one worker gives, two give."""
    sources = {
        "superni": str(flanbeam_data / "superni" / "tasks"),
        "cot": str(flanbeam_data / "flan_cot"),
    }
    out = tmp_path_factory.getbasetemp() / "all"
    recipe = load_recipe("superni_cot", [], sources, None)
    result = build(recipe, str(out / str(workers)), RunnerOptions(workers))
    assert verify(result.path).problems == []
    manifest = Path(result.path, "manifest.json").read_bytes()
    seen = out / "manifest.json"
    if seen.exists():
        assert manifest == seen.read_bytes()
    else:
        seen.write_bytes(manifest)
