"""Preview: a few rendered examples without a build."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.building.previewing import preview
from pipelines.recipe import Recipe, load_recipe
from tfrecords_schema.errors import ConfigurationError, DataError
from transforms.types import TEMPLATE_TYPES


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return load_recipe("quickstart", [], {}, None)


def test_tasks_take_turns(recipe: Recipe) -> None:
    # Two sources of the quickstart hold two tasks each.
    assert len(recipe.sources) == 10
    tasks = [item.record.task for item in preview(recipe, None, None, 24)]
    assert len(set(tasks[:12])) == len(set(tasks)) == 12
    assert sorted(tasks[:12]) == sorted(tasks[12:])


@pytest.mark.parametrize("template_type", TEMPLATE_TYPES)
def test_type_that_is_asked_for_is_shown(recipe: Recipe, template_type: str) -> None:
    shown = preview(recipe, "everyday_nli", template_type, 5)
    assert len(shown) == 5
    for item in shown:
        prompt = item.fitted.prompt
        assert item.record.task == "everyday_nli"
        assert prompt.template_type == template_type
        assert (prompt.num_shots > 0) == template_type.startswith("fs")
        answer = prompt.options[prompt.answer_index] if prompt.options else prompt.targets
        assert answer in ("entailment", "neutral", "contradiction")


@pytest.mark.parametrize("task", ["task_quickstart_opposites", "cot_arithmetic", "dialogs"])
def test_task_that_is_asked_for_is_shown(recipe: Recipe, task: str) -> None:
    shown = preview(recipe, task, None, 4)
    assert {item.record.task for item in shown} == {task}
    assert len({item.record.id for item in shown}) == 4


def test_same_recipe_shows_the_same_and_another_seed_does_not(recipe: Recipe) -> None:
    other = recipe.model_copy(update={"seed": 99})
    assert preview(recipe, None, None, 6) == preview(recipe, None, None, 6)
    assert preview(recipe, None, None, 6) != preview(other, None, None, 6)


def test_prompts_keep_the_limits(recipe: Recipe) -> None:
    tight = load_recipe("quickstart", ["limits={max_input_tokens: 300}"], {}, None)
    lengths = [len(item.fitted.inputs) + 1 for item in preview(tight, None, None, 24)]
    assert max(lengths) <= 300
    loose = [len(item.fitted.inputs) + 1 for item in preview(recipe, None, None, 24)]
    assert max(loose) > 300


def test_no_more_than_there_is(corpus: Any) -> None:
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    assert len(preview(recipe, "questions", None, 500)) == 10


def test_unknown_task_names_the_nearest(recipe: Recipe) -> None:
    with pytest.raises(ConfigurationError, match=r"--task everyday_nly: .*'everyday_nli'"):
        preview(recipe, "everyday_nly", None, 1)


def test_nothing_to_show_is_bad_data(corpus: Any) -> None:
    recipe = load_recipe(str(corpus.recipe), ["limits={max_target_tokens: 1}"], {}, None)
    with pytest.raises(DataError, match="no record can be rendered"):
        preview(recipe, None, None, 1)


def test_unreadable_file_is_bad_data(corpus: Any) -> None:
    corpus.tasks.write_text("{")
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    with pytest.raises(DataError, match=r"task001_colours\.json:1: not valid JSON"):
        preview(recipe, None, None, 3)


def test_nothing_is_written(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    preview(recipe, None, None, 3)
    assert list(tmp_path.iterdir()) == []
