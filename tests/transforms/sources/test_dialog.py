"""Dialogs as turns that alternate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sources.dialog import alternating


@pytest.mark.parametrize(
    ("turns", "texts"),
    [
        ([], []),
        ([("A", "one"), ("B", "two")], ["one", "two"]),
        ([("A", "one"), ("A", " two "), ("B", "three")], ["one two", "three"]),
        ([("A", "one"), ("B", " "), ("A", "two"), ("B", "three")], ["one two", "three"]),
        ([("B", "zero"), ("A", "one"), ("B", "two")], ["one", "two"]),
        ([("B", "zero")], []),
    ],
)
def test_alternating(turns: list[tuple[str, str]], texts: list[str]) -> None:
    assert alternating(turns, "A") == texts


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["", "x", "y z"]))))
def test_every_other_text_is_the_first_speakers(turns: list[tuple[str, str]]) -> None:
    texts = alternating(turns, "A")
    of_a = " ".join(text for speaker, text in turns if speaker == "A" and text)
    assert " ".join(texts[::2]) == of_a
