"""Patterns find what Python's own engine finds, and take no time over what it never ends."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sources.patterns import PatternError, compile_pattern

_PATTERNS = [
    r"(a+)b",
    r"^(\d) ",
    r"^[01] (.*)",
    r"(x*)",
    r"\([A-D]\) (.*?)(?= \([A-D]\) |$)",
    r"\([A-D]\) (.+?)(?= \([A-D]\) |$)",
    r"([a-c]?)(?=b)",
    r"[]()](a)",
    r"(a)|b",
    r"(?=)",
    r"(a)(?=[)]$)",
]


@pytest.mark.parametrize("pattern", [p for p in _PATTERNS if "(a)|b" not in p and p != "(?=)"])
@given(text=st.text(alphabet="abcxABCD01(), é", max_size=30))
def test_finds_what_python_finds(pattern: str, text: str) -> None:
    found = re.search(pattern, text)
    assert compile_pattern(pattern).first(text) == (found[1] if found else None)
    assert compile_pattern(pattern).every(text) == re.findall(pattern, text)


def test_a_group_that_takes_no_part() -> None:
    assert compile_pattern(r"(a)|b").first("b") is None
    assert compile_pattern(r"(a)|b").every("bab") == re.findall(r"(a)|b", "bab") == ["", "a", ""]


@pytest.mark.parametrize("pattern", [r"^((?:a+)+)$", r"^((a|aa)+)$", r"(.*a){20}", r"(x+x+)+y"])
def test_catastrophes_of_other_engines_take_no_time(pattern: str) -> None:
    began = time.process_time()
    compile_pattern(pattern).first("a" * 40 + "!" + "x" * 5000)
    compile_pattern(pattern).every("a" * 40 + "!" + "x" * 5000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "pattern", [r"(?<=x)(y)", r"(a)\1", r"(?=a)(b)", r"(?!a)(b)", "(", "[a", "*"]
)
def test_what_is_not_there_is_named(pattern: str) -> None:
    with pytest.raises(PatternError, match="RE2 syntax"):
        compile_pattern(pattern)


def test_many_matches_take_time_in_proportion() -> None:
    began = time.process_time()
    assert len(compile_pattern(r"(a)(?=b)").every("ab" * 100_000)) == 100_000
    assert time.process_time() - began < 10
