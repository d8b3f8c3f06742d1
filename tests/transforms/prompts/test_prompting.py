"""Every template of every family puts a full record into words, for every template type."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tfrecords_schema.vocabulary import ByteVocabulary
from transforms.prompts.audit import audit
from transforms.prompts.cues import ends_in_cue
from transforms.prompts.exemplars import Prompting
from transforms.prompts.fitting import fit
from transforms.prompts.prompting import Draft, draft_prompt
from transforms.settings import FewShot, FewShotVariant, Limits, Options
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG
from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS
from transforms.templates.template import Family
from transforms.types import TEMPLATE_TYPES, FieldValue, Prompt, Record, Task

OPTIONS = ["first choice", "second choice", "third choice"]
each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
each_type = pytest.mark.parametrize("template_type", TEMPLATE_TYPES)


def _full_fields(family: Family, number: int) -> dict[str, FieldValue]:
    """Return every field that a template of `family` shows, each text told apart by `number`."""
    names = set().union(*(template.fields for template in family.templates))
    fields: dict[str, FieldValue] = {
        name: f"{{{name}}} {number} says so." for name in sorted(names - {"history", "response"})
    }
    if {"instruction", "input"} <= fields.keys():
        # One that differs would leave no exemplars.
        fields["instruction"] = "{instruction} All say so."
    if "attribute" in fields:
        # The same for all records of a task.
        fields["attribute"] = "{attribute} says so."
    if "history" in names:
        fields["turns"] = [f"Turn {turn} of {number}." for turn in range(4)]
    if any(template.shows_options for template in family.templates):
        fields["options"] = list(OPTIONS)
        fields["answer"] = OPTIONS[number % 3]
    return fields


def _record(family: Family, number: int, fields: dict[str, FieldValue] | None = None) -> Record:
    fields = fields or _full_fields(family, number)
    return Record(
        id=f"{number:032x}", source="s", collection="c", task="t", license="MIT", fields=fields
    )


def _prompting(family: Family, pool: list[Record], **options: Any) -> Prompting:
    task = Task(name="t", source="s", collection="c", family=family.name)
    variants = [FewShotVariant.model_validate({"shots": [2, 3]})]
    return Prompting(task, pool, variants, Options(**options))


def _draft(record: Record, template_type: str, context: Prompting, draws: Draws) -> Draft:
    draft = draft_prompt(record, template_type, context, draws)
    assert draft is not None
    return draft


def _drafts(family: Family, template_type: str, count: int = 120) -> list[tuple[Record, Draft]]:
    context = _prompting(family, [_record(family, number) for number in range(8)])
    drafts = []
    for seed in range(count):
        record = _record(family, seed % 12)
        drafts.append((record, _draft(record, template_type, context, Draws("prompting", seed))))
    return drafts


def _shows_block(prompt: Prompt) -> bool:
    """Return whether all options are in the prompt, which no field of the record quotes."""
    return all(option in prompt.inputs for option in OPTIONS)


def _needs_options(family: Family) -> bool:
    """Return whether a family neither knows `OPTIONS` as labels nor has templates to name them."""
    return family.name in ("question_type", "similarity")


def _type_of(family: Family, record: Record, template_type: str) -> str:
    """Return the type that a prompt gets: nobody could guess some labels without the options."""
    if _needs_options(family) and "options" in record.fields:
        return template_type.replace("noopt", "opt")
    return template_type


@each_type
@each_family
def test_every_family_renders_for_every_type(family: Family, template_type: str) -> None:
    indices = set()
    for record, draft in _drafts(family, template_type):
        prompt = draft.compose()
        indices.add(prompt.template_index)
        template = family.all_templates[prompt.template_index]
        assert prompt.template_id == f"{family.name}:{template.digest}"
        got_type = _type_of(family, record, template_type)
        assert prompt.template_type == got_type
        assert (prompt.num_shots > 0) is template_type.startswith("fs")
        assert prompt.inputs
        assert prompt.targets
        assert prompt.inputs == prompt.inputs.strip()
        assert prompt.targets == prompt.targets.strip()
        shows = got_type.endswith("_opt") and "options" in record.fields
        assert template.shows_options is shows
        if template_type.startswith("zs") and "labels" not in template.shown:
            assert _shows_block(prompt) is shows
    # One-layout prompts have few-shot templates, of which there are many.
    assert len(indices) >= 3 or family.is_bare


@each_family
def test_noopt_types_show_no_options_and_answer_in_full(family: Family) -> None:
    if _needs_options(family):
        return
    for template_type in ("zs_noopt", "fs_noopt"):
        for record, draft in _drafts(family, template_type, 40):
            prompt = draft.compose()
            if "options" in record.fields:
                assert str(record.fields["answer"]) in prompt.targets
                assert prompt.options[prompt.answer_index] == record.fields["answer"]
            if template_type == "zs_noopt" and "labels" not in draft.template.shown:
                assert not any(option in prompt.inputs for option in OPTIONS)


@each_family
def test_opt_prompts_answer_with_what_they_show(family: Family) -> None:
    if not any(template.shows_options for template in family.templates):
        return
    for record, draft in _drafts(family, "zs_opt"):
        prompt = draft.compose()
        assert draft.shown is not None
        assert sorted(prompt.options) == sorted(OPTIONS)
        assert prompt.options[prompt.answer_index] == record.fields["answer"]
        assert draft.shown.answer in prompt.targets
        assert draft.shown.block in prompt.inputs
        assert list(prompt.options) != [] or draft.shown.block
        lines = [
            line for line in draft.shown.block.split("\n") if str(record.fields["answer"]) in line
        ]
        assert len(lines) == 1
        assert draft.shown.answer in lines[0]


@each_family
def test_exemplars_are_others_in_the_same_layout(family: Family) -> None:
    for record, draft in _drafts(family, "fs_opt", 60):
        prompt = draft.compose()
        assert 1 <= prompt.num_shots <= 3
        assert prompt.num_shots == len(draft.exemplars)
        assert len({exemplar.text for exemplar in draft.exemplars}) == prompt.num_shots
        instruction, query, _ = draft.template.render(draft.fields)
        assert prompt.inputs.startswith(instruction.strip("\n"))
        for exemplar in draft.exemplars:
            assert exemplar.fields != record.fields
            assert exemplar.text in prompt.inputs
            assert not exemplar.text.startswith(query)
        # The parts stand in this order, and nothing is between them but separators.
        rest = prompt.inputs
        for part in draft.parts:
            before, found, rest = rest.partition(part.strip("\n").rstrip())
            assert found
            assert set(before) <= set("\n-#*")
        assert rest == ""


def _instructed(*pairs: tuple[str, str]) -> list[Record]:
    """Return records of an instruction set: (instruction, input)."""
    family = CATALOG["instruction_input"]
    return [
        _record(
            family, number, {"instruction": instruction, "input": given, "output": f"out {number}"}
        )
        for number, (instruction, given) in enumerate(pairs)
    ]


def test_an_instruction_is_said_once_only_of_exemplars_that_have_it() -> None:
    pool = _instructed(
        ("Translate to French.", "cat"),
        ("Write the plural.", "mouse"),
        ("Translate to French.", "dog"),
        ("Reverse the word.", "pots"),
    )
    context = _prompting(CATALOG["instruction_input"], pool)
    for seed in range(60):
        alone = _draft(pool[1], "fs_noopt", context, Draws("instructed", seed))
        assert not alone.exemplars
        assert alone.template_type == "zs_noopt"
        shared = _draft(pool[0], "fs_noopt", context, Draws("instructed", seed))
        assert [exemplar.fields["input"] for exemplar in shared.exemplars] == ["dog"]


def test_a_text_that_gives_an_answer_still_gets_a_cue() -> None:
    family = INVERSIONS["chain_of_thought"]
    records = [
        _record(
            family,
            number,
            {
                "question": f"How many rows do {number} singers make?",
                "rationale": f"Each row has one: {number} rows.",
                "answer": str(number),
            },
        )
        for number in range(20, 28)
    ]
    task = Task(name="t_ii", source="s", collection="c", family=family.name, inverts="t", fields={})
    variants = [FewShotVariant.model_validate({"shots": 2})]
    context = Prompting(task, records, variants, Options())
    drafts = [_draft(records[0], "fs_noopt", context, Draws("inverted", n)) for n in range(200)]
    texts = [exemplar.text for draft in drafts for exemplar in draft.exemplars]
    assert len(texts) > 100
    assert not [text for text in texts if re.search(r"nswer: \d+\.? How many", text)]


@each_family
def test_few_shot_prompts_end_in_one_cue(family: Family) -> None:
    if family.is_bare:
        return
    for _, draft in _drafts(family, "fs_noopt", 40):
        last = draft.compose().inputs.rpartition("\n")[2]
        layout_asks = draft.template.is_layout and last.endswith(("?", "."))
        assert ends_in_cue(last) or layout_asks
        assert not re.search(r"(?:^|\n)[^\n{}]{1,30}:\n[^\n]{1,30}:$", draft.compose().inputs)


@each_family
@each_type
def test_the_audit_passes_every_prompt(family: Family, template_type: str) -> None:
    task = Task(name="t", source="s", collection="c", family=family.name)
    limits = Limits(max_input_tokens=100_000, max_target_tokens=10_000)  # type: ignore[call-arg]
    for record, draft in _drafts(family, template_type, 40):
        fitted = fit(draft, ByteVocabulary(), limits)
        assert not isinstance(fitted, str)
        finding = audit(fitted, record, task)
        assert finding.missing == ()
        assert finding.read_back is not False
        assert finding.one_cue


def test_a_rationale_and_an_answer_that_is_a_sentence_end_in_one_period() -> None:
    family = FAMILIES["chain_of_thought"]
    task = Task(name="t", source="s", collection="c", family=family.name)
    limits = Limits(max_input_tokens=100_000, max_target_tokens=10_000)  # type: ignore[call-arg]
    fields: dict[str, FieldValue] = {
        "question": "Why is it wet?",
        "rationale": "It rained.",
        "answer": "Rain fell.",
    }
    record = _record(family, 0, fields)
    context = _prompting(family, [])
    for seed in range(60):
        draft = _draft(record, "zs_noopt", context, Draws("prompting", seed))
        fitted = fit(draft, ByteVocabulary(), limits)
        assert not isinstance(fitted, str)
        prompt = draft.compose()
        assert ".." not in prompt.inputs + prompt.targets
        assert audit(fitted, record, task).read_back is not False


@each_family
def test_prompts_are_a_function_of_the_draws(family: Family) -> None:
    pool = [_record(family, number) for number in range(8)]
    one, two = _prompting(family, pool), _prompting(family, list(pool))
    for number, template_type in enumerate(TEMPLATE_TYPES):
        record = _record(family, 20 + number)
        first, second = (
            _draft(record, template_type, context, Draws(7, number)) for context in (one, two)
        )
        assert first.compose() == second.compose()
        others = {
            _draft(record, template_type, one, Draws(seed)).compose().inputs for seed in range(20)
        }
        assert len(others) > 3 or family.is_bare


def test_the_record_is_left_as_it_was() -> None:
    family = FAMILIES["multiple_choice_qa"]
    record = _record(family, 1)
    before = {name: list(v) if isinstance(v, list) else v for name, v in record.fields.items()}
    context = _prompting(family, [_record(family, n) for n in range(4)], random_share=1.0)
    for seed in range(20):
        draft_prompt(record, "fs_opt", context, Draws(seed))
    assert record.fields == before


def test_positions_of_the_answer_are_even(assert_proportions: Callable[..., None]) -> None:
    family = FAMILIES["multiple_choice_qa"]
    context = _prompting(family, [])
    record = _record(family, 1)
    counts: Counter[int] = Counter()
    for seed in range(10_000):
        draft = _draft(record, "zs_opt", context, Draws("position", seed))
        counts[draft.compose().answer_index] += 1
    assert_proportions([counts[position] for position in range(3)])


def test_templates_are_drawn_evenly(assert_proportions: Callable[..., None]) -> None:
    family = FAMILIES["nli"]
    context = _prompting(family, [])
    counts: Counter[int] = Counter()
    for seed in range(3000):
        draft = _draft(_record(family, 1), "zs_noopt", context, Draws("template", seed))
        counts[draft.template_index] += 1
    assert_proportions(list(counts.values()))
    # The labels are none that the family knows, so the question names them and asks for no form.
    fitting = [t for t in family.templates if "labels" in t.shown and not t.form and not t.domain]
    assert len(counts) == len(fitting)


def test_optional_fields_restrict_the_templates() -> None:
    family = FAMILIES["multiple_choice_qa"]
    fields = {name: v for name, v in _full_fields(family, 1).items() if name != "context"}
    for seed in range(100):
        record = _record(family, 1, fields)
        draft = _draft(record, "zs_opt", _prompting(family, []), Draws(seed))
        assert "context" not in family.templates[draft.template_index].fields


def test_what_no_template_fits_is_no_draft() -> None:
    family = FAMILIES["nli"]
    record = _record(family, 1, {"premise": "p", "answer": "a"})
    assert draft_prompt(record, "zs_noopt", _prompting(family, []), Draws(0)) is None


def test_without_options_opt_types_use_the_other_templates() -> None:
    family = FAMILIES["nli"]
    fields: dict[str, FieldValue] = {"premise": "p", "hypothesis": "h", "answer": "a"}
    draft = _draft(_record(family, 1, fields), "zs_opt", _prompting(family, []), Draws(0))
    assert not family.templates[draft.template_index].shows_options
    prompt = draft.compose()
    assert (prompt.options, prompt.answer_index, prompt.template_type) == ((), -1, "zs_opt")


@pytest.mark.parametrize("form", ["opt", "noopt"])
def test_without_exemplars_a_few_shot_prompt_is_a_zero_shot_one(form: str) -> None:
    family = FAMILIES["nli"]
    record = _record(family, 1)
    for pool in ([], [record], [_record(family, 2, {"premise": "p", "answer": "first choice"})]):
        draft = _draft(record, f"fs_{form}", _prompting(family, pool), Draws(3))
        prompt = draft.compose()
        assert (prompt.template_type, prompt.num_shots) == (f"zs_{form}", 0)


def test_exemplars_that_read_like_the_query_are_left_out() -> None:
    family = FAMILIES["closed_book_qa"]
    twin = _record(family, 5, {**_full_fields(family, 1), "answer": "another"})
    for seed in range(20):
        draft = _draft(_record(family, 1), "fs_noopt", _prompting(family, [twin]), Draws(seed))
        assert draft.exemplars == ()


def test_fewer_exemplars_until_the_prompt_is_zero_shot() -> None:
    family = FAMILIES["closed_book_qa"]
    (_, draft), *_ = _drafts(family, "fs_opt", 1)
    while len(draft.exemplars) > 1:
        fewer = draft.without_last_exemplar()
        assert fewer.exemplars == draft.exemplars[:-1]
        assert fewer.template_type == "fs_opt"
        draft = fewer
    last = draft.without_last_exemplar().compose()
    assert (last.template_type, last.num_shots) == ("zs_opt", 0)


def test_fields_of_the_task_reach_the_prompt_and_the_records_own_win() -> None:
    task = Task(
        name="t",
        source="s",
        collection="c",
        family="instruction_input",
        fields={"instruction": "Say the opposite."},
    )
    context = Prompting(task, [], FewShot().variants, Options())  # type: ignore[call-arg]
    family = FAMILIES["instruction_input"]
    plain = _record(family, 1, {"input": "up", "output": ["down", "downwards"]})
    draft = _draft(plain, "zs_opt", context, Draws(0))
    assert "Say the opposite." in draft.compose().inputs
    assert draft.compose().targets in ("down", "downwards")
    own = _record(family, 1, {"instruction": "Say it twice.", "input": "up", "output": "up up"})
    draft = _draft(own, "zs_opt", context, Draws(0))
    assert "Say it twice." in draft.compose().inputs
    assert "opposite" not in draft.compose().inputs


def _prompt(
    family: Family, template_type: str, record: Record, seed: int, *pool: Record, share: float = 0.0
) -> Prompt:
    variants = [FewShotVariant.model_validate({"shots": 1})]
    task = Task(name="t", source="s", collection="c", family=family.name)
    context = Prompting(task, pool, variants, Options(random_share=share))
    return _draft(record, template_type, context, Draws(seed)).compose()


def test_the_indentation_of_a_program_stays() -> None:
    code = "    x = 1\n    return x"
    family = FAMILIES["program_synthesis"]
    record = _record(family, 1, {"question": "Finish the method.", "code": code})
    assert _prompt(family, "zs_noopt", record, 0).targets == code


def test_markers_do_not_double_the_punctuation_of_a_target() -> None:
    # As in "So the answer is a..", "The answer is B:."
    fields: dict[str, FieldValue] = {
        "question": "Why?",
        "options": ["this", "that"],
        "answer": "this",
        "rationale": "So it is.",
    }
    family = FAMILIES["chain_of_thought"]
    record = _record(family, 1, fields)
    targets = [_prompt(family, "zs_opt", record, seed, share=1.0).targets for seed in range(200)]
    assert [target for target in targets if re.search(r"[.:-]\.$", target)] == []


def test_the_query_is_no_exemplar_in_another_order_of_options() -> None:
    # Two annotators disagree: deduplication keeps both, since their answers differ.
    fields: dict[str, FieldValue] = {"question": "Why?", "options": ["a", "b", "c"], "answer": "a"}
    family = FAMILIES["commonsense"]
    query, twin = _record(family, 1, fields), _record(family, 2, {**fields, "answer": "b"})
    shots = [_prompt(family, "fs_opt", query, seed, twin).num_shots for seed in range(20)]
    assert shots == [0] * 20


def test_one_of_several_references_of_an_exemplar_is_drawn_for_each_prompt() -> None:
    family = FAMILIES["closed_book_qa"]
    references: FieldValue = ["the first reference", "the second reference"]
    pool = [
        _record(family, number, {"question": f"Who was number {number}?", "answer": references})
        for number in range(3)
    ]
    query = _record(family, 9, {"question": "Who was number 9?", "answer": "nobody"})
    context = _prompting(family, pool)
    inputs = [
        _draft(query, "fs_noopt", context, Draws("references", seed)).compose().inputs
        for seed in range(40)
    ]
    only_first = [text for text in inputs if references[1] not in text]
    only_second = [text for text in inputs if references[0] not in text]
    both = [text for text in inputs if references[0] in text and references[1] in text]
    assert min(len(only_first), len(only_second), len(both)) > 0
    assert len(only_first) + len(only_second) + len(both) == len(inputs)
