"""Canonical fields: what ingest keeps, and what a template is given."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.records.fields import DialogLayout, canonical_fields, layout_fields, missing_target
from transforms.stable_random import Draws
from transforms.types import FieldValue

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ({"question": " Why? ", "context": ""}, {"question": "Why?"}),
        ({"question": None, "answer": "\n\t "}, {}),
        ({"answer": 3, "context": 0, "question": 2.5}, {"answer": "3", "context": "0"}),
        ({"options": [" a ", "", "b", 3]}, {"options": ["a", "b", "3"]}),
        ({"options": [], "turns": ["", " "]}, {}),
        ({"code": "\n\n    return 1\n\n"}, {"code": "    return 1"}),
        ({"code": " \n "}, {}),
        ({"answer": "    return 1"}, {"answer": "    return 1"}),
        ({"output": " \n\tx = 1\n\ty = 2\n"}, {"output": "\tx = 1\n\ty = 2"}),
        ({"output": " Paris"}, {"output": "Paris"}),
        ({"answer": "   b", "options": ["a", "   b"]}, {"answer": "b", "options": ["a", "b"]}),
        ({"answer": True, "question": [False, 2]}, {"answer": "true", "question": ["false", "2"]}),
        ({"answer": float("nan"), "question": float("inf")}, {"question": "inf"}),
    ],
)
def test_texts_are_stripped_and_empty_ones_left_out(
    raw: dict[str, object], clean: dict[str, FieldValue]
) -> None:
    expected = clean | ({"question": "2.5"} if raw.get("question") == 2.5 else {})
    assert canonical_fields(raw) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"a": "b"}, "dict"),
        ([["a"]], "list"),
        (["a", None], "list"),
        ([{}], "list"),
    ],
)
def test_other_types_are_named(value: object, kind: str) -> None:
    problem = canonical_fields({"question": "Why?", "answer": value})
    assert problem == f"answer is {kind}, not text or a list of texts"


@given(st.dictionaries(st.sampled_from(["question", "code", "options"]), JSON))
def test_what_is_kept_is_clean_and_stays_so(raw: dict[str, object]) -> None:
    clean = canonical_fields(raw)
    if isinstance(clean, str):
        return
    for value in clean.values():
        assert value
        assert all(isinstance(text, str) and text.strip() for text in [*value])
    assert canonical_fields(clean) == clean


@pytest.mark.parametrize(
    ("family", "fields", "missing"),
    [
        ("closed_book_qa", {"question": "q", "answer": "a"}, None),
        ("closed_book_qa", {"question": "q"}, "answer"),
        ("chain_of_thought", {"answer": "a"}, "rationale"),
        ("chain_of_thought", {"rationale": "r"}, "answer"),
        ("program_synthesis", {"question": "q"}, "code"),
        ("dialog_response", {"turns": ["a", "b"]}, None),
        ("dialog_response", {"turns": ["a"]}, "turns"),
        ("dialog_response", {"history": "a", "response": "b"}, "turns"),
    ],
)
def test_missing_target(family: str, fields: dict[str, FieldValue], missing: str | None) -> None:
    assert missing_target(family, fields) == missing


def test_texts_for_a_template() -> None:
    fields: dict[str, FieldValue] = {
        "question": "q",
        "facts": ["one", "two"],
        "options": ["x", "y"],
        "answer": ["only"],
    }
    assert layout_fields(fields, Draws(0)) == {
        "question": "q",
        "facts": "one\ntwo",
        "answer": "only",
    }


@pytest.mark.parametrize("name", ["answer", "output"])
def test_every_reference_is_drawn_as_often(
    name: str, assert_proportions: Callable[..., None]
) -> None:
    fields: dict[str, FieldValue] = {name: ["a", "b", "c"]}
    counts = Counter(layout_fields(fields, Draws(i))[name] for i in range(3000))
    assert set(counts) == {"a", "b", "c"}
    assert_proportions(list(counts.values()))


@given(st.integers(), st.integers(2, 9))
def test_a_dialog_is_cut_before_a_reply(seed: int, length: int) -> None:
    turns = [f"turn {number}" for number in range(length)]
    layout = DialogLayout(("Ann", "Ben"), "{speaker}: {turn}")
    texts = layout_fields({"turns": turns}, Draws(seed), layout)
    history = texts["history"].splitlines()
    assert texts["response"] == turns[len(history)]
    assert len(history) % 2 == 1
    speakers = [line.removesuffix(f": {turn}") for line, turn in zip(history, turns, strict=False)]
    assert speakers == [speakers[i % 2] for i in range(len(history))]
    assert len(set(speakers)) == min(2, len(history))


def test_every_reply_of_a_dialog_is_drawn(assert_proportions: Callable[..., None]) -> None:
    turns = [str(number) for number in range(7)]
    counts = Counter(layout_fields({"turns": turns}, Draws(i))["response"] for i in range(3000))
    assert set(counts) == {"1", "3", "5"}
    assert_proportions(list(counts.values()))


def test_options_given_as_a_text_are_refused_at_ingest() -> None:
    # They would be shown in the query, and no exemplar could show them.
    assert canonical_fields({"options": "yes or no"}) == "options is str, not a list of texts"
