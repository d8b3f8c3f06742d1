"""Found: prompts and targets that are not what the record says."""

import re

from transforms.fields import canonical_fields
from transforms.prompting import Prompting, draft_prompt
from transforms.settings import FewShot, Options
from transforms.stable_random import Draws
from transforms.types import FieldValue, Prompt, Record, Task


def _record(number: int, fields: dict[str, FieldValue]) -> Record:
    return Record(f"{number:032x}", "s", "c", "t", "train", "MIT", fields)


def _prompt(
    family: str, template_type: str, record: Record, seed: int, *pool: Record, share: float = 0.0
) -> Prompt:
    settings = FewShot(shots={1: 1}), Options(random_share=share)
    context = Prompting(Task("t", "s", "c", family), pool, *settings)
    draft = draft_prompt(record, template_type, context, Draws(seed))
    assert draft is not None
    return draft.compose()


def test_the_indentation_of_a_program_stays() -> None:
    # Ingest keeps it ("Indentation is part of a program"), composing strips it.
    code = "    x = 1\n    return x"
    record = _record(1, {"question": "Finish the method.", "code": code})
    assert _prompt("program_synthesis", "zs_noopt", record, 0).targets == code


def test_markers_do_not_double_the_punctuation_of_a_target() -> None:
    # "So the answer is a..", "The answer is B:."
    fields: dict[str, FieldValue] = {
        "question": "Why?",
        "options": ["this", "that"],
        "answer": "this",
        "rationale": "So it is.",
    }
    targets = [
        _prompt("chain_of_thought", "zs_opt", _record(1, fields), seed, share=1.0).targets
        for seed in range(200)
    ]
    assert [target for target in targets if re.search(r"[.:-]\.$", target)] == []


def test_the_query_is_no_exemplar_in_another_order_of_options() -> None:
    # Two annotators disagree: deduplication keeps both, since their answers differ.
    fields: dict[str, FieldValue] = {"question": "Why?", "options": ["a", "b", "c"], "answer": "a"}
    query, twin = _record(1, fields), _record(2, {**fields, "answer": "b"})
    shots = [_prompt("commonsense", "fs_opt", query, seed, twin).num_shots for seed in range(20)]
    assert shots == [0] * 20


def test_options_given_as_a_text_are_refused_at_ingest() -> None:
    # They would be shown in the query, and no exemplar could show them.
    assert canonical_fields({"options": "yes or no"}) == "options is str, not a list of texts"
