"""The file of a study: shipped ones can be planned, mistakes are named with their place."""

from pathlib import Path

import pytest

from pipelines.studies.curves import steps_to_share
from pipelines.studies.study import load_study, shipped_studies
from tfrecords_schema.errors import ConfigurationError

TEXT = """\
name: small
recipe: made_up_tasks
set: {mixture.examples: 100}
config: made_up
tokens: 12800
seeds: [3, 4]
base: all
arms:
  all: {}
  zero_shot: {set: {mixture.few_shot_share: 0}}
  tuned: {start: zero_shot, tokens: 2560, train: {learning_rate: 0.01}}
suites:
  questions: {recipe: made_up_tasks, set: {sources.made_up.part: test}}
"""


def _study(tmp_path: Path, old: str = "", new: str = "") -> str:
    path = tmp_path / "study.yaml"
    path.write_text(TEXT.replace(old, new))
    return str(path)


def test_shipped_studies_are_there() -> None:
    assert set(shipped_studies()) == {
        *("prompt_types", "task_scaling", "input_inversion", "balance", "leave_one_out"),
        *("collections", "two_starts", "made_up_levers"),
        *("made_up_study", "made_up_balance", "made_up_starts", "real_levers"),
    }


@pytest.mark.parametrize("name", sorted(shipped_studies()))
def test_a_shipped_study_can_be_planned(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLANBEAM_DATA", "/data")
    study = load_study(name, [])
    assert study.name == name
    assert len(study.seeds) >= 3
    recipes = {arm: study.recipe_of(arm) for arm in study.arms}
    steps = {arm: study.config_of(arm, 0).steps for arm in study.arms}
    assert min(steps.values()) > 0
    stated = {arm: str(recipe.stated()) for arm, recipe in recipes.items()}
    unequal = ("input_inversion", "two_starts", "made_up_study", "made_up_starts", "real_levers")
    if name not in unequal:
        # Equal budgets, and no two arms alike.
        assert len(set(steps.values())) == 1
        assert len(set(stated.values())) == len(stated)


def test_levers_of_shipped_studies() -> None:
    """What the paper varies, read from the recipes that the arms come to."""
    shares = load_study("prompt_types", [])
    assert [shares.recipe_of(a).mixture.few_shot_share for a in shares.arms] == [
        0,
        0.1,
        0.5,
        0.9,
        1,
    ]
    scaling = load_study("task_scaling", [])
    assert [scaling.recipe_of(arm).mixture.tasks_fraction for arm in scaling.arms] == [
        *(1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
    ]
    inversion = load_study("input_inversion", [])
    steps = {arm: inversion.config_of(arm, 0).steps for arm in inversion.arms}
    assert steps["with_inversion"] == steps["equal_computation"] == 8000
    assert steps["equal_records"] == round(8000 / 1.3)


def test_budget_seed_and_changes(tmp_path: Path) -> None:
    study = load_study(_study(tmp_path), [])
    # A row of made_up has 256 + 64 places, a batch 4 rows: 12,800 places are 10 steps.
    config = study.config_of("zero_shot", 3)
    assert (config.steps, config.seed, config.learning_rate) == (10, 3, 0.02)
    tuned = study.config_of("tuned", 4)
    assert (tuned.steps, tuned.seed, tuned.learning_rate) == (2, 4, 0.01)
    assert study.recipe_of("zero_shot").mixture.few_shot_share == 0
    assert study.recipe_of("zero_shot").mixture.examples == 100
    assert study.in_order() == ["all", "zero_shot", "tuned"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("base: all", "base: al", "no arm 'al'; did you mean 'all'"),
        ("start: zero_shot", "start: zero", "arms.tuned.start: no arm 'zero'"),
        ("all: {}", "all: {start: tuned}", ""),
        ("start: zero_shot", "start: tuned", "circle"),
        ("seeds: [3, 4]", "seeds: [3, 3]", "a seed is stated twice"),
        ("few_shot_share: 0", "few_shot_shar: 0", "study.yaml:10: arms.zero_shot: .*few_shot_shar"),
        ("learning_rate: 0.01", "rate: 0.01", "arms.tuned: .*rate"),
        ("config: made_up", "config: made", "did you mean 'made_up'"),
        ("recipe: made_up_tasks, set", "set", "state either `recipe` or `suite`"),
        (
            "suites:\n",
            "suites:\n  own: {suite: heldin}\n",
            "study.yaml:13: suites.own: suite 'heldin' is unknown; did you mean 'held_in'",
        ),
        ("suites:\n", "suites:\n  own: {suite: mmlu}\n", "suites.own: suite mmlu needs `data`"),
        ("part: test", "part: tests", "study.yaml:13: suites.questions: .*part"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    if not message:
        assert load_study(_study(tmp_path, old, new), []).in_order() == [
            "zero_shot",
            "tuned",
            "all",
        ]
        return
    with pytest.raises(ConfigurationError, match=message):
        load_study(_study(tmp_path, old, new), [])


def test_steps_to_95_percent() -> None:
    # From 4 to 1: 95% of the way is 1.15.
    assert steps_to_share({0: 4, 100: 2, 200: 1.1}, {0: 2, 100: 1, 200: 1}) == (200, 100)
    assert steps_to_share({0: 4, 100: 2}, {0: 2, 100: 1}) == (None, 100)
