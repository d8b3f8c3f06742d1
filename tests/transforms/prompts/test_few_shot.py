"""Exemplars: as many and laid out as the recipe's variants say, never the query, one cue each."""

from collections import Counter
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from transforms.prompts.cues import answered, ends_in_cue, with_cue
from transforms.prompts.exemplars import Prompting
from transforms.prompts.few_shot import (
    draw_exemplars,
    draw_variant,
    explained_example,
    fitting_variants,
)
from transforms.prompts.pools import pool_keys
from transforms.prompts.prompting import draft_prompt
from transforms.settings import FewShot, FewShotVariant, Options
from transforms.stable_random import Draws
from transforms.types import Record, Task

MakeRecord = Callable[..., Record]


def _variants(*stated: dict[str, object]) -> list[FewShotVariant]:
    return [FewShotVariant.model_validate(each) for each in stated]


FLAN = _variants(
    {"shots": 5, "mixed": True, "types": ["fs_opt"]},
    {"shots": [2, 3], "types": ["fs_opt"]},
    {"shots": [2, 3], "types": ["fs_noopt"]},
)


def test_number_and_layout_are_drawn_together(assert_proportions: Callable[..., None]) -> None:
    # The source's law: five exemplars are always of mixed templates, two and three never.
    drawn: Counter[tuple[int, bool]] = Counter()
    for i in range(10_000):
        variant = draw_variant(fitting_variants(FLAN, "fs_opt", False), Draws("variant", i))
        drawn[variant.shots, variant.mixed] += 1
    assert set(drawn) == {(5, True), (2, False), (3, False)}
    assert_proportions([drawn[5, True], drawn[2, False], drawn[3, False]], [2, 1, 1])


def test_without_options_all_are_of_one_layout(assert_proportions: Callable[..., None]) -> None:
    drawn: Counter[tuple[int, bool]] = Counter()
    for i in range(10_000):
        variant = draw_variant(fitting_variants(FLAN, "fs_noopt", False), Draws("variant", i))
        drawn[variant.shots, variant.mixed] += 1
    assert set(drawn) == {(2, False), (3, False)}
    assert_proportions([drawn[2, False], drawn[3, False]])


def test_examples_of_its_own_are_for_tasks_that_have_some(
    assert_proportions: Callable[..., None],
) -> None:
    variants = _variants({"shots": 1, "own": True}, {"shots": 2})
    with_own = Counter(
        draw_variant(fitting_variants(variants, "fs_opt", True), Draws(i)).own for i in range(4000)
    )
    assert_proportions([with_own[True], with_own[False]])
    assert not any(
        draw_variant(fitting_variants(variants, "fs_opt", False), Draws(i)).own for i in range(200)
    )


def test_shares_are_followed(assert_proportions: Callable[..., None]) -> None:
    variants = _variants(
        {"share": 7, "shots": 1}, {"share": 2, "shots": 3}, {"share": 0, "shots": 9}
    )
    counts = Counter(
        draw_variant(fitting_variants(variants, "fs_opt", False), Draws(i)).shots
        for i in range(10_000)
    )
    assert set(counts) == {1, 3}
    assert_proportions([counts[1], counts[3]], [7, 2])


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ([{"shots": []}], "at least one number"),
        ([{"shots": 1, "own": True}], "without `own`"),
        ([{"shots": 1, "share": 0}], "share above 0"),
        ([{"shots": 5, "types": ["fs_opt"]}], "fs_noopt"),
        ([{"shots": 1, "own": True, "mixed": True}], "one layout"),
        ([{"shots": 1, "negative": 1}], "own: true"),
    ],
)
def test_variants_that_leave_a_prompt_without_exemplars_are_refused(
    stated: list[dict[str, object]], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        FewShot.model_validate({"variants": stated})


def test_the_query_is_never_an_exemplar(make_record: MakeRecord) -> None:
    pool = [make_record(i) for i in range(6)]
    for number in range(300):
        query = pool[number % 6]
        drawn = list(draw_exemplars(pool, pool_keys(pool), query, Draws(number)))
        assert query not in drawn
        assert len({record.id for record in drawn}) == len(drawn) == 5


@pytest.mark.parametrize(
    ("pool_size", "in_pool", "drawn"), [(0, False, 0), (1, True, 0), (2, True, 1), (2, False, 2)]
)
def test_a_small_pool_gives_what_it_has(
    make_record: MakeRecord, pool_size: int, in_pool: bool, drawn: int
) -> None:
    pool = [make_record(i) for i in range(pool_size)]
    query = pool[0] if in_pool else make_record(99)
    assert len(list(draw_exemplars(pool, pool_keys(pool), query, Draws(0)))) == drawn


def test_every_exemplar_is_as_likely(
    make_record: MakeRecord, assert_proportions: Callable[..., None]
) -> None:
    pool = [make_record(i) for i in range(10)]
    counts = Counter(
        next(draw_exemplars(pool, pool_keys(pool), pool[0], Draws("which", number))).id
        for number in range(3000)
    )
    assert_proportions([counts[record.id] for record in pool[1:]])


@pytest.mark.parametrize(
    ("text", "is_cue"),
    [
        ("Add.\nAnswer:", True),
        ("Translate to German: ", True),
        ("1 + 1 =>", True),
        ("Question: Was that sentence about the film positive or negative? Answer:", True),
        ("Q: 1 + 1?\nA: Let's think step by step.", True),
        ("Reasoning: 25 / 5 = 5 rows.\nAnswer: 5", False),
        ("B: Something to drink?\nA: \"Nothin' thanks. I'm good.\"", False),
        ("What is it?", False),
        ("Sources: a, b", False),
        ("", False),
        ("It was said that the following things had to be done by the end of the day:", False),
    ],
)
def test_cues_are_recognized(text: str, is_cue: bool) -> None:
    assert ends_in_cue(text) is is_cue


def test_an_answer_follows_its_cue() -> None:
    assert answered(with_cue("2 + 2?", "Answer:"), "4") == "2 + 2?\nAnswer: 4"
    assert answered(with_cue("Sum of 2 and 2:", "Answer:"), "4") == "Sum of 2 and 2: 4"
    assert answered("Code:", "def f():\n    pass") == "Code:\ndef f():\n    pass"
    assert answered("Summary:\n", "Rain.") == "Summary:\nRain."


def test_an_example_of_the_task_ends_as_the_query_does() -> None:
    lead = "Input: hot\nOutput:"
    assert explained_example(lead, "cold", "The two are opposites.", wrong=False) == (
        "Input: hot\nExplanation: The two are opposites.\nOutput: cold"
    )
    assert explained_example(lead, "cold", "", wrong=False) == "Input: hot\nOutput: cold"
    assert explained_example(lead, "warm", "It is no opposite.", wrong=True) == (
        "Input: hot\nWrong output: warm\nWhy it is wrong: It is no opposite."
    )


DEFINITION = "Write the opposite of the given word."
OWN = (
    {"input": "hot", "output": "cold", "explanation": "Hot and cold are opposites."},
    {"input": "big", "output": "small", "explanation": "Big and small are opposites."},
)
WRONG = ({"input": "wet", "output": "damp", "explanation": "Damp means a little wet."},)


def _super_ni(variant: dict[str, object], seed: int) -> str:
    task = Task(
        name="t",
        source="s",
        collection="c",
        family="instruction_input",
        fields={"instruction": DEFINITION},
        exemplars=OWN,
        negative_exemplars=WRONG,
    )
    pool = [
        Record(
            id=f"{i:032x}",
            source="s",
            collection="c",
            task="t",
            license="MIT",
            fields={"input": f"word {i}", "output": f"other {i}"},
        )
        for i in range(8)
    ]
    context = Prompting(task, pool, _variants(variant, {"shots": 2, "share": 0.0001}), Options())
    draft = draft_prompt(pool[0], "fs_opt", context, Draws(seed))
    assert draft is not None
    return draft.compose().inputs


@pytest.mark.parametrize(
    "variant", [{"shots": 1, "own": True}, {"shots": 2}, {"shots": 5, "mixed": True}]
)
def test_the_definition_stands_exactly_once(variant: dict[str, object]) -> None:
    for seed in range(200):
        assert _super_ni(variant, seed).count(DEFINITION) == 1


def test_an_own_example_shows_input_explanation_output_in_this_order() -> None:
    for seed in range(50):
        text = _super_ni({"shots": 1, "own": True}, seed)
        word, explanation, output = next(
            (each["input"], each["explanation"], each["output"])
            for each in OWN
            if each["explanation"] in text
        )
        assert text.index(word) < text.index(explanation)
        assert text.index(explanation) < text.index(f" {output}", text.index(explanation))
        assert ends_in_cue(text)


def test_negative_examples_are_marked_as_wrong() -> None:
    texts = [_super_ni({"shots": 1, "own": True, "negative": 1}, seed) for seed in range(20)]
    assert all("Wrong output: damp\nWhy it is wrong: Damp means a little wet." in t for t in texts)


def test_a_changed_pool_changes_the_prompts_that_draw_what_changed(
    make_record: MakeRecord,
) -> None:
    """Also where the pool stays as large: one of 20 records is replaced, 3 are shown."""
    before = [make_record(i) for i in range(20)]
    after = [*before[:7], *before[8:], make_record(77)]
    gone, come = before[7].id, after[-1].id
    query, changed = make_record(99), 0
    for number in range(1000):
        old, new = (
            [one.id for one in draw_exemplars(pool, pool_keys(pool), query, Draws("q", number))]
            for pool in (before, after)
        )
        assert [one for one in old if one != gone] == [one for one in new if one != come]
        changed += old[:3] != new[:3]
    # Those that drew the record that went, 15%, or would draw the one that came, 15%: 2 × 0.15 less
    # those of whom both is true, by chance some 2%; three standard deviations are 4%.
    assert 0.24 <= changed / 1000 <= 0.33
