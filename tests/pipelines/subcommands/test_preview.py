"""Preview: a few rendered examples without a build."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import build
from pipelines.building.previewing import Filter, Preview, preview, preview_in_store
from pipelines.building.running import RunnerOptions
from pipelines.recipe import Recipe, load_recipe
from tfrecords_schema.errors import ConfigurationError, DataError
from tfrecords_schema.snapshot import open_snapshot
from transforms.types import TEMPLATE_TYPES


def _shown(
    recipe: Recipe, task: str | None, template_type: str | None, count: int
) -> list[Preview]:
    return preview(recipe, Filter(task=task, template_type=template_type), count)


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return load_recipe("quickstart", [], {}, None)


def test_tasks_take_turns(recipe: Recipe) -> None:
    # Two sources of the quickstart hold two tasks each, three of its tasks are inverted as well.
    assert len(recipe.sources) == 10
    tasks = [item.task for item in _shown(recipe, None, None, 30)]
    assert len(set(tasks[:15])) == len(set(tasks)) == 15
    assert sorted(tasks[:15]) == sorted(tasks[15:])


@pytest.mark.parametrize("template_type", TEMPLATE_TYPES)
def test_type_that_is_asked_for_is_shown(recipe: Recipe, template_type: str) -> None:
    shown = _shown(recipe, "everyday_nli", template_type, 5)
    assert len(shown) == 5
    for item in shown:
        prompt = item.fitted.prompt
        assert item.record.task == "everyday_nli"
        assert prompt.template_type == template_type
        assert (prompt.num_shots > 0) == template_type.startswith("fs")
        answer = prompt.options[prompt.answer_index] if prompt.options else prompt.targets
        words = {
            "entailment": ("entailment", "yes", "true", "supported"),
            "contradiction": ("contradiction", "no", "false", "refuted"),
        }
        assert answer in words.get(str(item.record.fields["answer"]), (answer,))


@pytest.mark.parametrize("task", ["task_quickstart_opposites", "cot_arithmetic", "dialogs"])
def test_task_that_is_asked_for_is_shown(recipe: Recipe, task: str) -> None:
    shown = _shown(recipe, task, None, 4)
    assert {item.record.task for item in shown} == {task}
    assert len({item.record.id for item in shown}) == 4


def test_same_recipe_shows_the_same_and_another_seed_does_not(recipe: Recipe) -> None:
    other = recipe.model_copy(update={"seed": 99})
    first, again, seeded = (
        [(item.record, item.fitted.prompt) for item in _shown(shown, None, None, 6)]
        for shown in (recipe, recipe, other)
    )
    assert first == again != seeded


def test_prompts_keep_the_limits(recipe: Recipe) -> None:
    tight = load_recipe("quickstart", ["limits={max_input_tokens: 300}"], {}, None)
    lengths = [len(item.fitted.inputs) + 1 for item in _shown(tight, None, None, 24)]
    assert max(lengths) <= 300
    loose = [len(item.fitted.inputs) + 1 for item in _shown(recipe, None, None, 24)]
    assert max(loose) > 300


def test_no_more_than_there_is(corpus: Any) -> None:
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    assert len(_shown(recipe, "questions", None, 500)) == 10


def test_unknown_task_names_the_nearest(recipe: Recipe) -> None:
    with pytest.raises(ConfigurationError, match=r"--task everyday_nly: .*'everyday_nli'"):
        _shown(recipe, "everyday_nly", None, 1)


def test_nothing_to_show_is_bad_data(corpus: Any) -> None:
    recipe = load_recipe(str(corpus.recipe), ["limits={max_target_tokens: 1}"], {}, None)
    with pytest.raises(DataError, match="no record can be rendered"):
        _shown(recipe, None, None, 1)


def test_unreadable_file_is_bad_data(corpus: Any) -> None:
    corpus.tasks.write_text("{")
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    with pytest.raises(DataError, match=r"task001_colours\.json:1: not valid JSON"):
        _shown(recipe, None, None, 3)


def test_nothing_is_written(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _shown(recipe, None, None, 3)
    assert list(tmp_path.iterdir()) == []


def test_inverted_tasks_are_shown(recipe: Recipe) -> None:
    for item in _shown(recipe, "python_functions_ii", None, 4):
        assert item.task == "python_functions_ii"
        assert str(item.record.fields["code"]).splitlines()[0] in item.fitted.prompt.inputs
        assert item.fitted.prompt.targets == item.record.fields["question"]
    with pytest.raises(ConfigurationError, match="set `inversion` of its collection above 0"):
        _shown(recipe, "everyday_nli_ii", None, 1)


def test_filters(recipe: Recipe) -> None:
    texts = preview(recipe, Filter(contains="Challenger Deep"), 3)
    assert all("Challenger Deep" in item.fitted.prompt.inputs for item in texts)
    for item in preview(recipe, Filter(template="sentiment:"), 3):
        assert item.fitted.prompt.template_id.startswith("sentiment:")
    one, other = (
        [item.record.id for item in preview(recipe, Filter(task="everyday_nli", seed=seed), 5)]
        for seed in (1, 2)
    )
    assert one != other
    with pytest.raises(DataError, match=r"none of .* examples passes the filters"):
        preview(recipe, Filter(contains="no such words anywhere"), 1)


def test_with_a_store_examples_are_those_of_the_snapshot(
    recipe: Recipe, quickstart: Any, tmp_path: Path
) -> None:
    store = str(tmp_path)
    shown = preview_in_store(recipe, store, Filter(seed=3), 500)
    built = build(recipe, store, RunnerOptions())
    rows = list(open_snapshot(built.path).rows("train"))
    written = {(row["inputs_pretokenized"], row["targets_pretokenized"]) for row in rows}
    assert {(i.fitted.prompt.inputs, i.fitted.prompt.targets) for i in shown} == written
    assert len(shown) == len(rows)
    assert any(item.task.endswith("_ii") for item in shown)
    # A template of the recipe's own is shown as the next build will have it.
    template = "{inputs: '{premise} So: {hypothesis}?', targets: '{answer}'}"
    own = f"templates={{everyday_nli: {{only: true, templates: [{template}]}}}}"
    changed = load_recipe("quickstart", [own], {}, None)
    for item in preview_in_store(changed, store, Filter(task="everyday_nli"), 5):
        assert " So: " in item.fitted.prompt.inputs


def test_metaicl_has_demonstrations_and_nothing_else(flanbeam: Any, tmp_path: Path) -> None:
    (tmp_path / "piqa").mkdir()
    rows = [
        {"task": "piqa", "input": f"goal {number}", "output": "yes", "options": ["yes", "no"]}
        for number in range(40)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "piqa" / "piqa_16384_100_train.jsonl").write_text(lines)
    outcome = flanbeam(
        *("preview", "metaicl", "--source", f"metaicl={tmp_path}", "--json"),
        *("--set", "vocabulary={kind: bytes}"),
    )
    assert outcome.status == 0
    for example in outcome.document:
        demonstrations = re.findall(r"^goal \d+\nyes$", example["inputs"], re.M)
        rest = re.sub(r"^goal \d+(\nyes)?$", "", example["inputs"], flags=re.M)
        assert len(demonstrations) == 16
        assert set(rest) <= set("\n*-#"), "more than separators"
        assert re.search(r"^goal \d+\Z", example["inputs"], re.M)
        assert example["targets"] == "yes"
