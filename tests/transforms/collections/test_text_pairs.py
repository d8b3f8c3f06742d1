"""T5's and ExMix's tasks: rows become exactly the sequences that were written down by hand."""

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

from pipelines.recipe import load_recipe
from tests.pipelines.builds import build_recipe
from tests.transforms.collections.hand_written import text_pair_rows, text_pairs
from tests.transforms.collections.prepared import prepare_dataset
from tfrecords_schema.snapshot import open_snapshot
from transforms.collections.flan2021 import FLAN_2021
from transforms.collections.text_pairs import EX_MIX, T5
from transforms.collections.text_pairs.ex_mix import _ACTS, _EMOTIONS
from transforms.collections.text_pairs.t5 import _apart, score_in_fifths
from transforms.collections.tfds_task import Collection, TfdsTask
from transforms.sources.formats.tfds import ExMix, T5Tasks
from transforms.templates.families import FAMILIES
from transforms.types import Record, Rejection

ROWS = text_pair_rows()
COLLECTIONS = {"t5": T5, "ex_mix": EX_MIX}
TASKS = [(name, task) for name, collection in COLLECTIONS.items() for task in collection.tasks]


@cache
def _features(builder: str) -> Any:
    return tfds.builder(builder, data_dir="/nonexistent").info.features


@pytest.mark.parametrize(("name", "collection"), COLLECTIONS.items())
def test_every_task_has_two_pairs(name: str, collection: Collection) -> None:
    assert ROWS[name].keys() == collection.by_name.keys()
    assert len(collection.by_name) == len(collection.tasks) == {"t5": 23, "ex_mix": 16}[name]
    for cases in ROWS[name].values():
        assert sum(isinstance(pair, list) for case in cases for pair in case["pairs"]) >= 2


@pytest.mark.parametrize(("collection", "task"), TASKS, ids=[task.name for _, task in TASKS])
def test_rows_become_the_sequences(collection: str, task: TfdsTask) -> None:
    for case in ROWS[collection][task.name]:
        assert text_pairs(task, case["row"]) == case["pairs"]


@pytest.mark.parametrize("task", [task for _, task in TASKS], ids=lambda task: task.name)
def test_labels_are_the_builders(task: TfdsTask) -> None:
    if task.mapping.labels is not None:
        assert _features(task.builder)["label"].names == task.mapping.labels


def test_acts_and_emotions_are_the_builders() -> None:
    acts = _features(EX_MIX.by_name["exmix_schema_guided_dialog"].builder)["dialog_acts"]
    assert tuple(acts.feature["act"].names) == _ACTS
    emotions = _features(EX_MIX.by_name["exmix_goemotions"].builder).keys() - {"comment_text"}
    assert emotions == set(_EMOTIONS)


@pytest.fixture(scope="module")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare every data set with the rows written by hand; the features are the builders'."""
    root = tmp_path_factory.mktemp("tfds")
    for name, task in TASKS:
        features = _features(task.builder)
        rows = [_complete(case["row"], features) for case in ROWS[name][task.name]]
        prepare_dataset(root, task.builder, features, {"train": [rows]})
    return root


@pytest.fixture
def tfds_data(_prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the prepared data sets, of whose splits the tasks read all."""
    for name, task in TASKS:
        # A few rows are the whole split: there are no 200,000 to take a slice of.
        whole = replace(task, train="train")
        monkeypatch.setitem(COLLECTIONS[name].by_name, task.name, whole)
    return _prepared


@pytest.mark.parametrize(
    ("source", "name"),
    [(T5Tasks(format="t5"), "t5"), (ExMix(format="ex_mix"), "ex_mix")],
    ids=["t5", "ex_mix"],
)
def test_prepared_data_sets_become_the_sequences(
    source: T5Tasks | ExMix, name: str, tfds_data: Path
) -> None:
    (template,) = [t for t in FAMILIES["demonstrations"].templates if not t.shows_options]
    found: dict[str, list[Any]] = {task: [] for task in ROWS[name]}
    for piece in source.work(str(tfds_data), dict.fromkeys(source.find_files(str(tfds_data)), 0)):
        for element in source.read("s", piece):
            if isinstance(element, Rejection):
                found[element.task].append(element.reason)
            elif isinstance(element, Record):
                shown = template.render({key: str(text) for key, text in element.fields.items()})
                found[element.task].append(list(shown))
    assert found == {
        # The instruction, which there is none of, stands first.
        task: [
            pair if isinstance(pair, str) else ["", *pair]
            for case in cases
            for pair in case["pairs"]
        ]
        for task, cases in ROWS[name].items()
    }


def test_a_build_of_opt_iml_writes_the_sequences(tfds_data: Path, tmp_path: Path) -> None:
    """Build the two parts alone, and read what was written."""
    recipe = load_recipe("opt_iml", [], {}, None)
    absent = [name for name in recipe.sources if name not in COLLECTIONS]
    collections = [name for name in recipe.mixture.collections if name not in COLLECTIONS]
    # The build reads the slices in processes of its own.
    kept = [task.name for task in T5.tasks if not task.name.startswith("wmt")]
    result = build_recipe(
        "opt_iml",
        tmp_path / "out",
        *(f"sources.{name}=null" for name in absent),
        *(f"mixture.collections.{name}=null" for name in collections),
        *(f"sources.{name}.path={tfds_data}" for name in COLLECTIONS),
        f"sources.t5.tasks={json.dumps(kept)}",
        f"held_out_absent={json.dumps(list(recipe.held_out))}",
        "vocabulary={kind: bytes}",
        "validation.fraction=0",
        "mixture.examples=max",
    )
    rows = list(open_snapshot(result.path).rows("train"))
    expected = Counter(
        (task, *pair)
        for name in COLLECTIONS
        for task, cases in ROWS[name].items()
        if task in EX_MIX.by_name or task in kept
        for case in cases
        for pair in case["pairs"]
        if isinstance(pair, list)
    )
    written = Counter(
        (row["_task_name"], row["inputs_pretokenized"], row["targets_pretokenized"]) for row in rows
    )
    assert written == expected


def _complete(row: dict[str, Any], features: Any) -> dict[str, Any]:
    """Return the row with every key of the builder; those that no mapping reads are empty."""
    stated = {**row, "table": _cells(row["table"])} if "table" in row else row
    return {key: stated.get(key, _empty(feature)) for key, feature in features.items()}


def _cells(table: dict[str, list[list[Any]]]) -> list[list[dict[str, Any]]]:
    """Return ToTTo's table as its builder is given it: an object for each cell."""
    return [
        [
            {"value": value, "is_header": is_header, "column_span": 1, "row_span": 1}
            for value, is_header in zip(values, are_headers, strict=True)
        ]
        for values, are_headers in zip(table["value"], table["is_header"], strict=True)
    ]


def _empty(feature: Any) -> Any:
    if isinstance(feature, tfds.features.FeaturesDict):
        return {key: _empty(inner) for key, inner in feature.items()}
    if isinstance(feature, tfds.features.Sequence):
        return []
    return "" if np.dtype(feature.np_dtype).kind in "OSU" else 0


@pytest.mark.parametrize("text", ["José paid $5, no?", " a\t\u00a0b_c\n", "don't", "日本 (x)"])
def test_signs_stand_apart_as_in_t5(text: str) -> None:
    import tensorflow as tf

    signs = tf.strings.regex_replace(text, r"(\W)", r" \1 ")
    assert _apart(text) == tf.strings.regex_replace(signs, r"\s+", " ").numpy().decode().strip(" ")


def test_scores_are_rounded_as_in_t5() -> None:
    import tensorflow as tf

    scores = [number / 20 for number in range(101)]
    rounded = tf.as_string(tf.round(tf.constant(scores) * 5) / 5, precision=1).numpy()
    found = [row["label"] for score in scores for row in score_in_fifths({"label": score})]
    assert found == [text.decode() for text in rounded]


def test_names_are_those_of_no_other_collection() -> None:
    names = [name for collection in (FLAN_2021, T5, EX_MIX) for name in collection.by_name]
    assert len(names) == len(set(names)) == 71 + 23 + 16


def test_the_docs_list_the_tasks_as_they_are() -> None:
    lines = (Path(__file__).parents[3] / "docs" / "sources.md").read_text().splitlines()
    for _, task in TASKS:
        splits = f"`{task.train}` / `{task.evaluation}`"
        assert f"| {task.name} | `{task.builder}` | {splits} | {task.license} |" in lines


def test_an_unknown_task_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no task 'glue_cola' in T5; .*glue_cola_v002"):
        T5Tasks(format="t5", tasks=["glue_cola"])


def test_opt_iml_has_all_eight_parts() -> None:
    recipe = load_recipe("opt_iml", [], {}, None)
    parts = {source.collection for source in recipe.sources.values()}
    assert parts == {
        "flan2021", "t0", "natural_instructions", "cot",
        "crossfit", "unified_skg", "t5", "ex_mix",
    }  # fmt: skip
    for name in parts:
        assert recipe.mixture.of(name).cap == 4096
    for name in ("t5", "ex_mix"):
        types = recipe.mixture.of(name).template_types
        # Zero-shot, without options: the sequences as they are published.
        assert {kind for kind, share in types.items() if share} == {"zs_noopt"}
