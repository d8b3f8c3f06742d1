"""Prompts of real records follow the recipe: Super-Natural Instructions and chain of thought."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from pipelines.building.previewing import tasks_of
from pipelines.building.sources import find_source
from pipelines.recipe import load_recipe
from transforms.prompts.answer_options import (
    PLAIN_STYLE,
    draw_style,
    drawn_markers,
    inline_markers,
)
from transforms.prompts.exemplars import Prompting
from transforms.prompts.few_shot import SEPARATORS
from transforms.prompts.prompting import draft_prompt
from transforms.settings import FewShotVariant, Options
from transforms.stable_random import Draws
from transforms.types import Record

# As the Flan Collection has them; Super-NI's definition stands once, so it is never mixed.
VARIANTS = [
    FewShotVariant.model_validate(each)
    for each in ({"shots": 5, "mixed": True}, {"shots": [2, 3]}, {"shots": 1, "own": True})
]


def _chi_squared(counts: list[int], shares: list[float]) -> float:
    """Return Pearson's statistic over its degrees of freedom: about 1 where the shares hold."""
    total, whole = sum(counts), sum(shares)
    expected = [total * share / whole for share in shares]
    pairs = zip(counts, expected, strict=True)
    return sum((seen - due) ** 2 / due for seen, due in pairs) / (len(counts) - 1)


@pytest.fixture(scope="module")
def contexts(flanbeam_data: Path) -> list[tuple[Prompting, list[Record]]]:
    """Return the first records of 40 Super-NI tasks and of the chain-of-thought sets."""
    paths = {
        "superni": str(flanbeam_data / "superni" / "tasks"),
        "cot": str(flanbeam_data / "flan_cot"),
    }
    recipe = load_recipe("superni_cot", [], paths, None)
    return [
        (Prompting(task, records[:64], VARIANTS, Options(random_share=0.5)), records)
        for name, source in recipe.sources.items()
        for task, records in islice(tasks_of(find_source(name, source, "")), 40)
    ]


def _queries(
    contexts: list[tuple[Prompting, list[Record]]], count: int
) -> Iterator[tuple[Prompting, Record, int]]:
    """Yield `count` uses of records in turn: (context, record, repetition)."""
    flat = [(context, record) for context, records in contexts for record in records]
    for number in range(count):
        context, record = flat[number % len(flat)]
        yield context, record, number // len(flat)


def test_no_exemplar_is_its_query(contexts: list[tuple[Prompting, list[Record]]]) -> None:
    seen = 0
    for context, record, repetition in _queries(contexts, 20_000):
        name = "input" if context.task.family == "instruction_input" else "question"
        draft = draft_prompt(record, "fs_opt", context, Draws(record.id, repetition))
        assert draft is not None
        for exemplar in draft.exemplars:
            seen += 1
            assert exemplar.fields[name] != record.fields[name]
    assert seen > 40_000


def test_variants_and_separators_follow_their_distributions(
    contexts: list[tuple[Prompting, list[Record]]],
) -> None:
    drawn: Counter[tuple[int, bool]] = Counter()
    separators: Counter[str] = Counter()
    definitions = 0
    for context, record, repetition in _queries(contexts, 20_000):
        draft = draft_prompt(record, "fs_opt", context, Draws(record.id, repetition))
        assert draft is not None
        # Parts that hold blank lines themselves are never set apart by blank lines.
        if draft.exemplars and not any("\n\n" in one.text for one in draft.exemplars):
            separators[draft.separator] += 1
        if context.task.family == "instruction_input":
            if draft.exemplars:
                definition = str(context.task.fields["instruction"])
                assert draft.compose().inputs.count(definition) == 1
                definitions += 1
        elif len(context.pool) > 20:
            drawn[len(draft.exemplars), draft.mixed] += 1
    assert definitions > 5_000
    # Half have five exemplars of mixed templates, a quarter two and a quarter three of one layout.
    law = {(5, True): 2.0, (2, False): 1.0, (3, False): 1.0}
    assert set(drawn) == set(law)
    assert _chi_squared([drawn[kind] for kind in law], list(law.values())) < 4
    every = [separators[one] for one in SEPARATORS]
    assert _chi_squared(every, [1.0] * len(every)) < 4


def test_option_styles_and_positions_follow_their_distributions() -> None:
    markers: Counter[tuple[str, str, bool]] = Counter()
    plain = 0
    for number in range(20_000):
        style = draw_style(Draws("style", number), 0.5)
        if style == PLAIN_STYLE:
            plain += 1
        else:
            markers[style.kind, style.marker, style.inline] += 1
    assert abs(plain / 20_000 - 0.5) < 0.02
    every = [markers[*marker, False] for marker in drawn_markers()]
    every += [markers[*marker, True] for marker in inline_markers()]
    assert _chi_squared(every, [1.0] * len(every)) < 2


def test_no_chain_of_thought_prompt_gives_its_answer_away(
    contexts: list[tuple[Prompting, list[Record]]],
) -> None:
    checked = 0
    for context, records in contexts:
        if context.task.family != "chain_of_thought":
            continue
        for record in records:
            draft = draft_prompt(record, "zs_opt", context, Draws(record.id))
            assert draft is not None
            question, rationale = str(record.fields["question"]), str(record.fields["rationale"])
            wording = draft.compose().inputs.replace(question, " ")
            answer = re.escape(str(record.fields["answer"]))
            assert not re.search(rf"(?<!\w){answer}(?!\w)", wording, re.I), wording
            assert rationale not in wording
            checked += 1
    assert checked > 1_000
