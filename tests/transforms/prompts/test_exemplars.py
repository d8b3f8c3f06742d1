"""Exemplars that are kept read as those that are written anew."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.prompts.handwritten import Row, rows
from transforms.prompts import exemplars
from transforms.prompts.exemplars import _MOST_KEPT, Prompting
from transforms.prompts.prompting import draft_prompt
from transforms.settings import FewShotVariant
from transforms.stable_random import Draws
from transforms.templates.inversions import INVERSIONS
from transforms.types import Record

VARIANTS = [
    FewShotVariant.model_validate(each)
    for each in (
        {"shots": [1, 2, 3], "mixed": True},
        {"shots": 2},
        {"shots": 1, "own": True, "negative": 1},
    )
]
DRAWS = 20


def _contexts() -> Iterator[tuple[Row, Prompting]]:
    for row in rows().values():
        for inverted in (False, True)[: 1 + (row.family in INVERSIONS)]:
            yield row, row.prompting(VARIANTS, random_share=0.5, inverted=inverted)
        if all(isinstance(one.fields.get("answer"), str) for one in row.records):
            yield row, row.prompting(VARIANTS, 0, pool=[*map(_with_references, row.records)])


def _with_references(record: Record) -> Record:
    """Return a record with three references, one of which is drawn."""
    answer = record.fields["answer"]
    return replace(record, fields={**record.fields, "answer": [f"{answer} {n}" for n in range(3)]})


def test_a_kept_exemplar_is_what_would_be_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    all_kept, few_kept = Counter[str](), Counter[str]()
    for row, context in _contexts():
        few = _like(context)
        for seed in range(DRAWS):
            record = row.records[seed % len(row.records)]
            kind = ("fs_opt", "fs_noopt")[seed % 2]
            # A context of its own has laid out, chosen and written nothing yet.
            new = draft_prompt(record, kind, _like(context), Draws("kept", row.name, seed))
            for most, of, counts in ((_MOST_KEPT, context, all_kept), (3, few, few_kept)):
                monkeypatch.setattr(exemplars, "_MOST_KEPT", most)
                kept = draft_prompt(record, kind, of, Draws("kept", row.name, seed))
                assert (kept is None) == (new is None)
                if kept is None or new is None:
                    continue
                assert kept.compose() == new.compose()
                for name in ("hidden", "spans"):
                    shown = [getattr(one, name) for one in kept.exemplars]
                    assert shown == [getattr(one, name) for one in new.exemplars]
                counts["written"] += len(kept.exemplars)
                assert len(of.kept) <= most
        all_kept["at the end"] += len(context.kept)
        few_kept["at the end"] += len(few.kept)
    for counts in (all_kept, few_kept):
        assert counts["written"] > 1.5 * counts["at the end"] > 0


def _like(context: Prompting) -> Prompting:
    return Prompting(context.task, context.pool, context.variants, context.options)
