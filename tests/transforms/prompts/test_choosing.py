"""Templates are drawn that show what a record is about and ask for the answer that it has."""

import re
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from tfrecords_schema.splitmix64 import mix_int
from transforms.prompts.choosing import choices, template_of
from transforms.prompts.exemplars import Prompting
from transforms.prompts.prompting import demand_of_record, draft_prompt
from transforms.prompts.wording import labels_of
from transforms.settings import FewShot, FewShotVariant, Options
from transforms.stable_random import Draws
from transforms.templates.template import Template
from transforms.types import TEMPLATE_TYPES, FieldValue, Prompt, Record, Task

PASSAGE = "The Nile flows north. It reaches the sea in Egypt."


def _prompts(
    family: str,
    fields: dict[str, FieldValue],
    template_type: str = "zs_noopt",
    pool: list[dict[str, FieldValue]] | None = None,
    count: int = 150,
    **task: object,
) -> list[Prompt]:
    made = Task(name="t", source="s", collection="c", family=family, **task)  # type: ignore[arg-type]
    records = [
        Record(
            id=f"{number:032x}", source="s", collection="c", task="t", license="MIT", fields=each
        )
        for number, each in enumerate([fields, *(pool or [])])
    ]
    variants = FewShot().variants  # type: ignore[call-arg]
    context = Prompting(made, records, variants, Options())  # type: ignore[call-arg]
    prompts = []
    for seed in range(count):
        draft = draft_prompt(records[0], template_type, context, Draws("choosing", seed))
        if draft is not None:
            prompts.append(draft.compose())
    return prompts


# Rows written by hand in the shapes of the sets whose prompts were found without their passage.
READING: list[tuple[str, str, dict[str, FieldValue]]] = [
    (
        "BoolQ",
        "yes_no_qa",
        {
            "context": PASSAGE,
            "question": "does the nile flow north",
            "answer": "yes",
            "options": ["no", "yes"],
        },
    ),
    (
        "WSC",
        "yes_no_qa",
        {
            "context": "The trophy does not fit into the suitcase because it is too big.",
            "question": 'Does "it" refer to the trophy?',
            "answer": "yes",
            "options": ["no", "yes"],
        },
    ),
    (
        "MultiRC",
        "yes_no_qa",
        {
            "context": PASSAGE,
            "question": 'Where does the Nile end? Is "in Egypt" a right answer?',
            "answer": "yes",
            "options": ["no", "yes"],
        },
    ),
    (
        "cosmos_qa",
        "multiple_choice_qa",
        {
            "context": "Maria packed a tent and a stove. Her sister brought the map.",
            "question": "What may they do next?",
            "answer": "They go camping.",
            "options": ["They go camping.", "They sell a car.", "They paint a wall."],
        },
    ),
    (
        "ReCoRD",
        "fill_blank",
        {
            "context": "Egypt opened a new bridge. Cairo celebrated.",
            "text": "People in _ danced all night.",
            "answer": "Cairo",
            "options": ["Egypt", "Cairo"],
        },
    ),
    (
        "SQuAD",
        "extractive_qa",
        {"context": PASSAGE, "question": "Where does the Nile reach the sea?", "answer": "Egypt"},
    ),
]


@pytest.mark.parametrize("template_type", TEMPLATE_TYPES)
@pytest.mark.parametrize(
    ("family", "fields"), [row[1:] for row in READING], ids=[r[0] for r in READING]
)
def test_every_prompt_shows_its_passage(
    family: str, fields: dict[str, FieldValue], template_type: str
) -> None:
    pool: list[dict[str, FieldValue]] = [
        {**fields, "context": f"Passage number {number} of the pool.", "question": f"Q {number}?"}
        if "question" in fields
        else {**fields, "context": f"Passage number {number} of the pool."}
        for number in range(6)
    ]
    prompts = _prompts(family, fields, template_type, pool)
    assert len(prompts) == 150
    for prompt in prompts:
        assert str(fields["context"]) in prompt.inputs
        shown = sum(f"Passage number {number} " in prompt.inputs for number in range(6))
        assert shown == prompt.num_shots
    if template_type.startswith("fs"):
        assert {prompt.num_shots for prompt in prompts} <= {2, 3, 5}


def test_records_without_a_passage_get_templates_without_one() -> None:
    fields: dict[str, FieldValue] = {"question": "Is the sea salty?", "answer": "yes"}
    for prompt in _prompts("yes_no_qa", fields):
        assert "Is the sea salty?" in prompt.inputs
        assert "passage" not in prompt.inputs.lower()


NLI: dict[str, FieldValue] = {
    "premise": "A man sleeps on a bench.",
    "hypothesis": "The man dreams of the sea.",
    "answer": "neutral",
    "options": ["entailment", "neutral", "contradiction"],
}


def test_a_yes_no_question_is_not_answered_with_a_relation() -> None:
    answers: Counter[str] = Counter()
    for prompt in _prompts("nli", NLI, count=400):
        answers[prompt.targets] += 1
        asks = prompt.inputs.rpartition("\n")[2]
        if asks.startswith(("Is ", "Does ", "Can ", "Do ")) and "or" not in asks:
            assert prompt.targets == "it is not possible to tell"
        assert prompt.options[prompt.answer_index] == prompt.targets
    assert {"neutral", "it is not possible to tell"} <= set(answers)


def test_raw_names_of_labels_never_reach_a_prompt() -> None:
    fields: dict[str, FieldValue] = {
        **NLI,
        "answer": "not_entailment",
        "options": ["entailment", "not_entailment"],
    }
    for template_type in ("zs_noopt", "zs_opt"):
        for prompt in _prompts("nli", fields, template_type):
            assert "not_entailment" not in prompt.inputs + prompt.targets
            assert "not_entailment" not in prompt.options


def test_labels_of_no_known_set_stay_as_they_are() -> None:
    fields: dict[str, FieldValue] = {
        **NLI,
        "answer": "unclear",
        "options": ["backed", "denied", "unclear"],
    }
    prompts = _prompts("nli", fields)
    assert {prompt.targets for prompt in prompts} == {"unclear"}
    # Nobody could guess them, so the question names them.
    assert all("backed, denied or unclear" in prompt.inputs for prompt in prompts)


def test_more_than_three_labels_are_named_only_where_nobody_could_guess_them() -> None:
    stars = [f"{n} stars" for n in (5, 4, 3, 2)] + ["1 star"]
    assert not labels_of("sentiment", {"answer": "1 star"}, stars).can_be_named
    options: list[str] = ["awful", "poor", "fair", "fine", "great"]
    labels = labels_of("sentiment", {"answer": "fair"}, options)
    assert labels.can_be_named
    assert labels.named("") == "awful, poor, fair, fine or great"
    assert not labels_of("multiple_choice_qa", {"answer": "fair"}, options).can_be_named
    assert labels_of("sentiment", {"answer": "up"}, ["up", "down"]).named("") == "up or down"


@pytest.mark.parametrize("template_type", ["zs_noopt", "fs_noopt"])
def test_labels_that_nobody_could_guess_are_named_or_shown(template_type: str) -> None:
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    fields: dict[str, FieldValue] = {"text": "The shop is closed.", "answer": "Monday"}
    for family, named in (("topic", days), ("classification", days), ("sentiment", days)):
        record = {**fields, "attribute": "day", "options": named}
        for prompt in _prompts(family, record, template_type):
            assert "Wednesday, Thursday, Friday, Saturday or Sunday" in prompt.inputs
            assert prompt.template_type.endswith("noopt")
        many = [*days, "a holiday", "any day"]
        for prompt in _prompts(family, {**record, "options": many}, template_type):
            assert all(label in prompt.inputs for label in many)
            assert prompt.template_type.endswith("_opt")
    # No template of this family names labels.
    pair: dict[str, FieldValue] = {"sentence1": "It rains.", "sentence2": "It pours."}
    for prompt in _prompts("similarity", {**pair, "answer": "near", "options": ["near", "far"]}):
        assert "near" in prompt.inputs
        assert "far" in prompt.inputs


def test_news_and_emotions_name_their_sets() -> None:
    text: dict[str, FieldValue] = {"text": "The home team won 3-1."}
    news = {**text, "answer": "Sports", "options": ["World", "Sports", "Business", "Sci/Tech"]}
    for domain in ("news", ""):
        for prompt in _prompts("topic", news, domain=domain):
            assert "World, Sports, Business or Science and technology" in prompt.inputs
    felt = {**text, "answer": "joy", "options": ["anger", "joy", "optimism", "sadness"]}
    for prompt in _prompts("sentiment", felt):
        assert "anger, joy, optimism or sadness" in prompt.inputs


def test_a_column_of_yes_and_no_is_asked_for_by_its_name() -> None:
    fields: dict[str, FieldValue] = {
        "text": "The page is down.",
        "attribute": "urgent",
        "answer": "yes",
        "options": ["yes", "no"],
    }
    for template_type in ("zs_noopt", "zs_opt", "fs_noopt", "fs_opt"):
        for prompt in _prompts("classification", fields, template_type):
            words = set(re.findall(r"\w+", prompt.inputs.lower()))
            assert {"urgent", "yes", "no"} <= words


def test_answers_without_options_are_known_by_their_set() -> None:
    fields: dict[str, FieldValue] = {"question": "Is ice cold?", "answer": "yes"}
    assert {p.targets for p in _prompts("yes_no_qa", fields)} <= {"yes", "Yes", "true", "True"}


def test_a_domain_is_for_its_tasks_alone() -> None:
    own = (
        Template("Tweet: {text}\nMood?", "{answer}", domain="tweet"),
        Template("{text}\nHow does the writer feel?", "{answer}"),
    )
    fields: dict[str, FieldValue] = {"text": "What a day!", "answer": "positive"}
    of = {"templates": own, "only_own_templates": True}
    assert {p.inputs for p in _prompts("sentiment", fields, **of)} == {
        "What a day!\nHow does the writer feel?"
    }
    assert len({p.inputs for p in _prompts("sentiment", fields, **of, domain="tweet")}) == 2


def test_own_templates_stand_alone_or_beside_the_familys() -> None:
    own = (Template("My own words: {question}", "{answer}"),)
    fields: dict[str, FieldValue] = {"question": "Why?", "answer": "Because."}
    alone = _prompts("closed_book_qa", fields, templates=own, only_own_templates=True)
    assert {p.inputs for p in alone} == {"My own words: Why?"}
    beside = _prompts("closed_book_qa", fields, templates=own)
    assert 0 < sum(p.inputs == "My own words: Why?" for p in beside) < len(beside) / 2


def test_own_templates_suit_domains_that_the_familys_general_ones_do_not() -> None:
    own = (Template("How? {question}", "{answer}"),)
    fields: dict[str, FieldValue] = {"question": "Keep bread fresh.", "answer": "Wrap it up."}
    of = {"templates": own, "only_own_templates": True, "domain": "how_to"}
    assert {p.inputs for p in _prompts("commonsense", fields, **of)} == {"How? Keep bread fresh."}


@pytest.mark.parametrize(
    ("family", "labels", "wordings"),
    [
        (
            "acceptability",
            ["acceptable", "unacceptable"],
            [
                {"acceptable", "unacceptable"},
                {"yes", "no"},
                {"grammatical", "ungrammatical"},
                {"correct", "incorrect"},
            ],
        ),
        (
            "sentiment",
            ["negative", "positive"],
            [{"negative", "positive"}, {"no", "yes"}, {"bad", "good"}],
        ),
    ],
)
def test_the_labels_of_a_mixed_prompt_are_in_the_same_words(
    family: str, labels: list[str], wordings: list[set[str]]
) -> None:
    task = Task(name="t", source="s", collection="c", family=family)
    records = [
        Record(
            id=f"{n:032x}",
            source="s",
            collection="c",
            task="t",
            license="MIT",
            fields={"text": f"Sentence {n}.", "answer": labels[n % 2], "options": [*labels]},
        )
        for n in range(12)
    ]
    variants = [FewShotVariant.model_validate({"shots": 5, "mixed": True})]
    context = Prompting(task, records, variants, Options(random_share=0))
    seen = set()
    for seed in range(300):
        draft = draft_prompt(records[0], "fs_opt", context, Draws("mixed", seed))
        assert draft is not None
        assert draft.mixed
        words = {each.answer for each in draft.exemplars} | {draft.compose().targets}
        (used,) = [n for n, wording in enumerate(wordings) if words <= wording]
        seen.add(used)
    assert len(seen) > 1


def test_weights_of_templates_are_followed(assert_proportions: Callable[..., None]) -> None:
    own = (
        Template("One: {question}", "{answer}", weight=3.0),
        Template("Two: {question}", "{answer}"),
    )
    fields: dict[str, FieldValue] = {"question": "Why?", "answer": "Because."}
    prompts = _prompts("closed_book_qa", fields, templates=own, only_own_templates=True, count=4000)
    counts = Counter(prompt.inputs for prompt in prompts)
    assert_proportions([counts["One: Why?"], counts["Two: Why?"]], [3, 1])


def test_a_prompt_that_ends_in_a_cue_gets_no_other() -> None:
    # As P3's prompts often do.
    fields: dict[str, FieldValue] = {"input": "Name a fruit.\nAnswer:", "answer": "An apple."}
    for template_type in ("zs_noopt", "fs_opt", "fs_noopt"):
        pool: list[dict[str, FieldValue]] = [
            {"input": f"Name {n} fruits.\nAnswer:", "answer": f"{n} pears"} for n in range(6)
        ]
        for prompt in _prompts("prompted", fields, template_type, pool):
            last, before = prompt.inputs.split("\n")[-1], prompt.inputs.split("\n")[-2]
            assert not (last.endswith(":") and before.endswith(":"))
    fields["options"] = ["An apple.", "A stone."]
    for prompt in _prompts("prompted", fields, "zs_opt"):
        assert prompt.inputs.endswith("Name a fruit.\nAnswer:")


def test_an_input_that_ends_in_a_cue_has_no_heading_above_it() -> None:
    # task922_event2mind_word_generation: "Text to work on:" above it looked like a second cue.
    fields: dict[str, FieldValue] = {
        "instruction": "Guess the intent.",
        "input": "Event: PersonX acts weird. Intent:",
        "output": "confused",
    }
    prompts = _prompts("instruction_input", fields)
    assert prompts
    for prompt in prompts:
        before, last = prompt.inputs.split("\n")[-2:]
        assert last.endswith("Event: PersonX acts weird. Intent:")
        assert not before.endswith(":")


def test_no_riddle_is_asked_where_the_answer_says_nothing() -> None:
    fields: dict[str, FieldValue] = {"question": "Is ice cold?", "answer": "no"}
    assert _prompts("yes_no_qa_ii", fields, inverts="t0") == []
    assert _prompts("closed_book_qa_ii", fields, inverts="t0") == []
    with_passage: dict[str, FieldValue] = {**fields, "context": "Ice is frozen water."}
    prompts = _prompts("yes_no_qa_ii", with_passage, inverts="t0")
    assert prompts
    assert all("Ice is frozen water." in prompt.inputs for prompt in prompts)


@pytest.mark.parametrize(
    ("family", "asked"),
    [("prompted", "input"), ("closed_book_qa", "question"), ("reading_comprehension", "question")],
)
@pytest.mark.parametrize("template_type", ["zs_noopt", "fs_noopt"])
@pytest.mark.parametrize(
    ("answer", "explains"),
    [
        ("4", False),
        (r"We add: $1+3=\boxed{4}$.", True),
        ("We add 1 and 3.\n#### 4", True),
        ("It floats, because it is light.", True),
        ("One after another, the ships left the harbor at noon. " * 6, True),
    ],
)
def test_only_the_answer_is_not_asked_for_where_the_target_explains(
    family: str, asked: str, template_type: str, answer: str, explains: bool
) -> None:
    fields: dict[str, FieldValue] = {asked: "What is 1 + 3?", "answer": answer}
    if family == "reading_comprehension":
        fields["context"] = PASSAGE
    pool: list[dict[str, FieldValue]] = [{**fields, asked: f"What is {n} + 3?"} for n in range(6)]
    prompts = _prompts(family, fields, template_type, pool, count=400)
    terse = [prompt for prompt in prompts if _ONLY.search(prompt.inputs)]
    assert prompts
    assert not (explains and terse)
    assert explains or template_type == "fs_noopt" or terse


_ONLY = re.compile("only the answer|answer only|nothing else|not explain", re.I)


def test_a_question_that_speaks_of_its_options_shows_them() -> None:
    fields: dict[str, FieldValue] = {
        "question": "Which of these is a mammal?",
        "options": ["trout", "whale", "eagle"],
        "answer": "whale",
    }
    for prompt in _prompts("multiple_choice_qa", fields, "zs_noopt"):
        assert prompt.template_type == "zs_opt"
        assert all(option in prompt.inputs for option in ("trout", "whale", "eagle"))


def test_a_question_that_speaks_of_its_options_is_neither_exemplar_nor_inverted() -> None:
    speaks: dict[str, FieldValue] = {
        "question": "Which of these is a mammal?",
        "options": ["trout", "whale", "eagle"],
        "answer": "whale",
    }
    plain: dict[str, FieldValue] = {**speaks, "question": "Name a mammal that lives in the sea."}
    for prompt in _prompts("multiple_choice_qa", plain, "fs_noopt", [speaks] * 3):
        assert "Which of these" not in prompt.inputs
    assert _prompts("multiple_choice_qa_ii", speaks, inverts="t0") == []
    assert _prompts("multiple_choice_qa_ii", plain, inverts="t0")


def test_a_record_whose_input_is_its_answer_is_no_exemplar_of_inverted_prompts() -> None:
    unchanged: dict[str, FieldValue] = {
        "history": "Who painted it?\nVermeer.",
        "question": "What is the capital of Peru?",
        "answer": "What is the capital of Peru?",
    }
    changed = {**unchanged, "question": "When?", "answer": "When did Vermeer paint it?"}
    family = "conversational_rewrite"
    for prompt in _prompts(f"{family}_ii", changed, "fs_noopt", [unchanged] * 3, inverts="t0"):
        assert "Peru" not in prompt.inputs
    forward = _prompts(family, changed, "fs_noopt", [unchanged] * 3)
    assert any("Peru" in prompt.inputs for prompt in forward)


def test_parts_with_blank_lines_are_not_set_apart_by_blank_lines() -> None:
    pool: list[dict[str, FieldValue]] = [
        {"question": f"First {n}.\n\nThen what is {n} + 1?", "answer": f"It is {n + 1}"}
        for n in range(8)
    ]
    for prompt in _prompts("closed_book_qa", pool[0], "fs_opt", pool[1:]):
        assert any(mark in prompt.inputs for mark in ("---", "###", "***"))


def test_an_inverted_prompt_does_not_call_a_question_an_answer() -> None:
    pool: list[dict[str, FieldValue]] = [
        {"question": f"What is {n} + 1?", "answer": f"It is {n + 1}"} for n in range(8)
    ]
    for prompt in _prompts("closed_book_qa_ii", pool[0], "fs_opt", pool[1:], inverts="t0"):
        assert not prompt.inputs.endswith("\nAnswer:")


def test_one_new_template_moves_its_share_and_nothing_else() -> None:
    keys = np.array([mix_int(number) for number in range(20)], np.uint64)
    more = np.append(keys, np.uint64(mix_int(99)))
    moved = stayed = 0
    for number in range(10_000):
        one = Draws("moves", number).rendezvous(keys)
        other = Draws("moves", number).rendezvous(more)
        if one == other:
            stayed += 1
        else:
            assert other == 20
            moved += 1
    # 1 in 21 are expected to move, with a standard deviation of 21.
    assert abs(moved - 10_000 / 21) < 100


def test_rendezvous_is_fair(assert_proportions: Callable[..., None]) -> None:
    keys = np.array([mix_int(number) for number in range(7)], np.uint64)
    even = Counter(Draws("even", n).rendezvous(keys) for n in range(10_000))
    assert_proportions([even[n] for n in range(7)])
    weights = np.array([1.0, 2.0, 3.0, 1.0, 1.0, 4.0, 0.5])
    drawn = Counter(Draws("uneven", n).rendezvous(keys, weights) for n in range(10_000))
    assert_proportions([drawn[n] for n in range(7)], list(weights))


def test_few_shot_templates_follow_the_zero_shot_ones_in_the_index() -> None:
    task = Task(name="t", source="s", collection="c", family="nli")
    demand = demand_of_record(NLI, task, shows_options=True)
    for few_shot in (False, True):
        found = choices(task, few_shot, demand)
        assert found is not None
        assert all(template_of(task, index).shows_options for index in found.indexes)


def test_dialogs_have_many_layouts() -> None:
    from transforms.records.fields import DIALOG_LAYOUTS

    lines = {layout.line(0, "Hello.") for layout in DIALOG_LAYOUTS}
    assert len(lines) == len(DIALOG_LAYOUTS) >= 20
    assert all("Hello." in line for line in lines)


@pytest.mark.parametrize("kind", ["zs_noopt", "fs_noopt"])
def test_a_dialog_that_is_asked_for_has_only_its_turns(kind: str) -> None:
    fields: dict[str, FieldValue] = {"turns": ["Tea?", "Yes, please.", "Milk?", "No, thanks."]}
    other: dict[str, FieldValue] = {"turns": ["Is it far?", "A mile.", "Shall we walk?", "Sure."]}
    prompts = _prompts("dialog_response_ii", fields, kind, pool=[other], inverts="t0")
    assert len(prompts) == 150
    # The reply is any of the second speaker's turns.
    assert {p.targets for p in prompts} == {"Tea?", "Tea?\nYes, please.\nMilk?"}


def test_a_variant_of_sixteen_is_drawn_from_the_pool() -> None:
    task = Task(name="t", source="s", collection="c", family="demonstrations")
    pool = [
        Record(
            id=f"{n:032x}",
            source="s",
            collection="c",
            task="t",
            license="MIT",
            fields={"input": f"in {n}", "answer": f"out {n}"},
        )
        for n in range(40)
    ]
    variants = [FewShotVariant.model_validate({"shots": 16})]
    context = Prompting(task, pool, variants, Options())  # type: ignore[call-arg]
    draft = draft_prompt(pool[0], "fs_noopt", context, Draws(1))
    assert draft is not None
    prompt = draft.compose()
    assert prompt.num_shots == 16
    assert ":" not in prompt.inputs, "MetaICL's form has neither frames nor cues"
