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
from transforms.prompts.answer_options import PLAIN_STYLE, draw_style, drawn_markers
from transforms.prompts.few_shot import SHOT_FORMATS
from transforms.prompts.prompting import Prompting, _exemplar_fields, draft_prompt
from transforms.settings import FewShot, Options
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG
from transforms.types import Record

SHOTS = {1: 1.0, 2: 2.0, 3: 1.0}
SETTINGS = FewShot(shots=SHOTS, mixed_templates=0.5, own_exemplars=0.5)


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
        (Prompting(task, records[:64], SETTINGS, Options(random_share=0.5)), records)
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
    for context, record, repetition in _queries(contexts, 100_000):
        family = CATALOG[context.task.family]
        names = ("input",) if family.name == "instruction_input" else ("question",)
        for fields in _exemplar_fields(record, context, Draws(record.id, repetition)):
            seen += 1
            assert any(fields[name] != record.fields[name] for name in names)
    assert seen > 150_000


def test_shots_templates_and_formats_follow_their_distributions(
    contexts: list[tuple[Prompting, list[Record]]],
) -> None:
    shots: Counter[int] = Counter()
    formats: Counter[int] = Counter()
    templates: dict[str, Counter[int]] = {}
    for context, record, repetition in _queries(contexts, 20_000):
        draft = draft_prompt(record, "fs_opt", context, Draws(record.id, repetition))
        assert draft is not None
        formats[draft.format_index] += 1
        templates.setdefault(draft.family.name, Counter())[draft.template_index] += 1
        # Tasks that came with fewer examples than asked for give fewer shots.
        if len(context.task.exemplars) not in (1, 2) and len(context.pool) > 8:
            shots[len(draft.exemplars)] += 1
    assert set(shots) == {1, 2, 3}
    assert _chi_squared([shots[n] for n in SHOTS], list(SHOTS.values())) < 6
    every = [formats[n] for n in range(len(SHOT_FORMATS))]
    assert _chi_squared(every, [1.0] * len(every)) < 2
    for name, counts in templates.items():
        usable = [n for n, t in enumerate(CATALOG[name].templates) if not t.shows_options]
        seen = [counts[n] for n in usable]
        assert sum(seen) == counts.total()
        assert _chi_squared(seen, [1.0] * len(seen)) < 3


def test_option_styles_and_positions_follow_their_distributions() -> None:
    markers: Counter[tuple[str, str]] = Counter()
    plain = 0
    for number in range(20_000):
        style = draw_style(Draws("style", number), 0.5)
        if style == PLAIN_STYLE:
            plain += 1
        else:
            markers[style.kind, style.marker] += 1
    assert abs(plain / 20_000 - 0.5) < 0.02
    every = [markers[marker] for marker in drawn_markers()]
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
