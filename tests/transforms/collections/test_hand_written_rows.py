"""Each mapping gives the records that a person expects of rows in the source's schema."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import load_recipe
from tests.transforms.collections.hand_written import (
    expected_of,
    facts_of,
    flan_2021_rows,
    placed,
    source_files,
    sources_of,
    tfds_records,
    write_case,
)
from tests.transforms.collections.mutate_mappings import all_changes
from transforms.collections.flan2021 import TASKS

FLAN_2021 = flan_2021_rows()
SOURCES = source_files()
# Each of these recipes has no other source than those with files written by hand.
WHOLE_RECIPES = ("cot", "public_sets")


def test_every_task_of_flan_2021_has_two_rows() -> None:
    assert sorted(FLAN_2021) == sorted(task.name for task in TASKS)
    kept = [
        sum(isinstance(record, dict) for case in cases for record in case["records"])
        for cases in FLAN_2021.values()
    ]
    assert min(kept) >= 2


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_flan_2021(task: Any) -> None:
    for case in FLAN_2021[task.name]:
        assert tfds_records(task, case["row"]) == case["records"]


@pytest.mark.parametrize("recipe", WHOLE_RECIPES)
def test_every_source_has_files(recipe: str) -> None:
    loaded = load_recipe(recipe, [], {}, None)
    names = {source for name, source in SOURCES if name == recipe}
    assert names >= loaded.sources.keys()


@pytest.mark.parametrize(("recipe", "name"), SOURCES, ids=str)
def test_sources(recipe: str, name: str, tmp_path: Path) -> None:
    case = SOURCES[recipe, name]
    write_case(tmp_path, case)
    source = placed(sources_of(recipe)[name], tmp_path)
    found = facts_of(name, source, case)
    assert found == expected_of(case)
    assert sum(isinstance(record, dict) for _, record in found["records"]) >= 2


def test_every_swap_of_a_mapping_is_noticed() -> None:
    changes = list(all_changes())
    assert [change for change in changes if not change.is_noticed] == []
    kinds = Counter(change.kind for change in changes)
    # 71 tasks with two or more fields, and a pair of labels for 29 of them at least.
    assert kinds["fields"] > 200
    assert kinds["labels"] > 100
    assert kinds["reader"] > 300


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_rows_are_in_the_schema_of_their_builder(task: Any, tmp_path: Path) -> None:
    import tensorflow_datasets as tfds

    features = tfds.builder(task.builder, data_dir=str(tmp_path / "none")).info.features
    for case in FLAN_2021[task.name]:
        for key, value in case["row"].items():
            features[key].encode_example(value)
