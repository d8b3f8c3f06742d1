"""Recipe `flan2022` against the collection's published table, row by row."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import Recipe, load_recipe
from transforms.collections.flan2021 import TASKS
from transforms.collections.p3 import T0_SF
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.super_ni import SuperNi
from transforms.templates.inversions import INVERSIONS

TABLE = "flan_collection_info.csv"
# Rows of the table by its own names of the collections; Flan 2021's are in two groups.
ROWS = {
    "FLAN": 56,
    "FLAN/T0": 88,
    "T0": 193,
    "NIv2": 1556,
    "CoT": 36,
    "Dialog": 6,
    "Program Synthesis": 10,
}
# The table's words for what an inverted row asks for.
COT_INVERSIONS = {
    "Question Generation",
    "Explanation Generation",
    "Generate Question and Answer from Explanation",
}
INVERTED = {"Dialog Context Generation", "Coding Instruction Generation", "Code Error Generation"}


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return load_recipe("flan2022", [], {}, None)


@pytest.fixture(scope="module")
def rows(flanbeam_data: Path) -> list[dict[str, str]]:
    """Return the published table."""
    with open(flanbeam_data / "flan_meta" / TABLE, newline="") as stream:
        return list(csv.DictReader(stream))


def _task_of(row: dict[str, str]) -> str:
    """Return the task of a row: P3's and Super-NI's are in the column of the category."""
    is_listed_by_task = row["Source"] in ("T0", "NIv2")
    return row["Specific Task Category" if is_listed_by_task else "Dataset"]


def _is_inverted(row: dict[str, str]) -> bool:
    category = row["Specific Task Category"]
    if row["Source"] == "CoT":
        return category in COT_INVERSIONS
    return category.startswith("Inverted ") or category in INVERTED


class Coverage:
    """Knows which task, in which direction, a recipe makes examples of."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._families = {task.name: task.mapping.family for task in TASKS}
        self._families |= dict(_own_tasks(recipe))
        self._collections = {task.name: "flan2021" for task in TASKS} | {
            name: "dialog" if family == "dialog_response" else "program_synthesis"
            for name, family in _own_tasks(recipe)
        }
        self._super_ni = next(s for s in recipe.sources.values() if isinstance(s, SuperNi))

    def has(self, row: dict[str, str]) -> bool:
        """Return whether the recipe has the task of a row in the row's direction."""
        name, source, is_inverted = _task_of(row), row["Source"], _is_inverted(row)
        if source == "NIv2":
            return not is_inverted and self._super_ni._excluded_name(name) is None
        if source == "T0":
            return not is_inverted and name in P3_TASKS
        if source == "CoT":
            return name in COT_TASKS and (not is_inverted or self._inverts("cot", FAMILY_OF_COT))
        family = self._families.get(name)
        if family is None:
            return False
        return not is_inverted or self._inverts(self._collections[name], family)

    def _inverts(self, collection: str, family: str) -> bool:
        return family in INVERSIONS and self._recipe.mixture.of(collection).inversion > 0


FAMILY_OF_COT = "chain_of_thought"
# Dataset, subset and template, joined as P3 joins them.
P3_TASKS = {
    re.sub(r"[^\w.]+", "_", "_".join(filter(None, (each.dataset, each.subset, template))))
    for each in T0_SF
    for template in each.templates
}
COT_TASKS = {
    "cot_gsm8k", "cot_strategyqa", "stream_aqua", "stream_creak", "stream_ecqa", "stream_esnli",
    "stream_qasc", "stream_qed", "stream_sensemaking",
}  # fmt: skip


def _own_tasks(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield (task, family) of the recipe's sources of dialogs and programs."""
    for name, source in recipe.sources.items():
        families: dict[str, str] = getattr(source, "families", {})
        for form, family in families.items():
            yield (f"{name}_{form}" if form else name, family)


def test_the_table_is_the_published_one(rows: list[dict[str, str]]) -> None:
    assert Counter(row["Source"] for row in rows) == ROWS
    assert sum(ROWS.values()) == 1945


def test_every_row_of_the_table_is_in_the_recipe(
    recipe: Recipe, rows: list[dict[str, str]]
) -> None:
    coverage = Coverage(recipe)
    assert [row for row in rows if not coverage.has(row)] == []
    assert len(rows) == 1945


def test_a_recipe_without_inversions_lacks_the_inverted_rows(rows: list[dict[str, str]]) -> None:
    coverage = Coverage(load_recipe("flan2022_without_inversion", [], {}, None))
    missing = [row for row in rows if not coverage.has(row)]
    assert Counter(row["Source"] for row in missing) == {
        "FLAN": 28,
        "FLAN/T0": 44,
        "CoT": 27,
        "Dialog": 3,
        "Program Synthesis": 5,
    }


def test_chain_of_thought_sets_have_their_published_names(
    recipe: Recipe, rows: list[dict[str, str]], flanbeam_data: Path
) -> None:
    source = recipe.sources["cot"]
    assert isinstance(source, CotTsv)
    root = str(flanbeam_data / "flan_cot")
    found = {
        element.name
        for piece in source.work(root, dict.fromkeys(source.find_files(root), 1))
        for element in [next(source.read("cot", piece))]
        if hasattr(element, "family")
    }
    assert len(found) == 7
    assert found < {row["Dataset"] for row in rows if row["Source"] == "CoT"} == COT_TASKS


def test_super_ni_files_have_their_published_names(
    recipe: Recipe, rows: list[dict[str, str]], flanbeam_data: Path
) -> None:
    source = recipe.sources["superni"]
    published = {_task_of(row) for row in rows if row["Source"] == "NIv2"}
    root = str(flanbeam_data / "superni" / "tasks")
    names: list[Any] = []
    for piece in source.work(root, dict.fromkeys(source.find_files(root), 1)):
        first = next(iter(source.read("superni", piece)))
        if hasattr(first, "family"):
            names.append(first.name)
    assert len(names) > 100
    assert set(names) <= published


def test_weights_leave_room_for_program_synthesis(recipe: Recipe) -> None:
    of_repository = {"flan2021": 40, "t0": 32, "natural_instructions": 20, "cot": 5, "dialog": 3}
    weights = {name: mix.weight for name, mix in recipe.mixture.collections.items()}
    expected = {name: percent * 0.0099 for name, percent in of_repository.items()}
    assert weights == pytest.approx({**expected, "program_synthesis": 0.01})


def test_the_scaling_recipe_shares_out_the_papers_46_percent() -> None:
    recipe = load_recipe("flan2022_scaling", [], {}, None)
    weights = {name: mix.weight or 0 for name, mix in recipe.mixture.collections.items()}
    assert (weights["t0"], weights["natural_instructions"]) == (0.279, 0.242)
    assert weights["cot"] == 0.018
    parts = [weights[name] for name in ("flan2021", "dialog", "program_synthesis")]
    assert sum(parts) == pytest.approx(0.46)
    assert parts == pytest.approx([0.46 * rows / 88 for rows in (72, 6, 10)], abs=1e-4)


HELD_OUT = {
    "mmlu", "bbh", "gsm8k_test", "strategyqa_dev", "svamp", "asdiv", "commonsenseqa_dev", "held_in",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        *("cot", "flan2021", "flan2022", "flan2022_scaling", "flan2022_without_balancing"),
        *("flan2022_without_cot", "flan2022_without_few_shot", "flan2022_without_inversion"),
        *("opt_iml", "p3", "superni"),
    ],
)
def test_evaluation_sets_are_held_out(name: str) -> None:
    recipe = load_recipe(name, [], {}, None)
    assert recipe.held_out.keys() == HELD_OUT
    assert recipe.held_out_absent == []
    assert recipe.validation.fraction > 0


def test_ablations_change_one_lever_each() -> None:
    whole = load_recipe("flan2022", [], {}, None)
    cot = load_recipe("flan2022_without_cot", [], {}, None)
    assert whole.sources.keys() - cot.sources.keys() == {"cot"}
    balance = load_recipe("flan2022_without_balancing", [], {}, None)
    assert {balance.mixture.of(name).weight for name in whole.mixture.collections} == {None}
    few_shot = load_recipe("flan2022_without_few_shot", [], {}, None)
    for name in whole.mixture.collections:
        types = few_shot.mixture.of(name).template_types
        assert {kind for kind, share in types.items() if share} <= {"zs_opt", "zs_noopt"}
