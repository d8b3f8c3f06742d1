"""A held-out record is told apart into what it asks and what goes with it, by its family."""

import pytest

from transforms.held_out.items import ItemName, ItemTexts, item_ways, last_sentence, split_options
from transforms.templates.families import FAMILIES
from transforms.templates.roles import roles_of
from transforms.types import FieldValue

NAME = ItemName("eval", "task", "0")


def _ways(fields: dict[str, FieldValue], family: str = "") -> list[ItemTexts]:
    return list(item_ways(NAME, fields, FAMILIES.get(family)))


def _item(fields: dict[str, FieldValue], family: str = "") -> ItemTexts:
    (item,) = _ways(fields, family)
    return item


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("It rains. Why is that the case here?", "Why is that the case here?"),
        ("Tell me all of it. Why?", "Tell me all of it. Why?"),
        ("他在桥上。请问他在那里等谁?", "请问他在那里等谁?"),
        ("one line\nanother line of text is here", "another line of text is here"),
        ("Why?", "Why?"),
        ("", ""),
    ],
)
def test_last_sentence(text: str, ask: str) -> None:
    assert last_sentence(text) == ask


def test_options_listed_in_a_question_are_taken_apart() -> None:
    question = "Which one?\nOptions:\n(A) the first\n(B) the second"
    assert split_options(question) == ("Which one?", ["the first", "the second"])
    assert split_options("Which one?") == ("Which one?", [])
    item = _item({"question": question, "answer": "(A)"})
    assert (item.questions, item.options) == (("Which one?",), ("the first", "the second"))


@pytest.mark.parametrize(
    ("family", "fields", "questions", "passage"),
    [
        ("nli", {"premise": "p", "hypothesis": "h", "answer": "a"}, ("p", "h"), ""),
        ("word_sense", {"word": "w", "sentence1": "s", "sentence2": "t"}, ("w", "s", "t"), ""),
        ("extractive_qa", {"context": "c", "question": "q", "answer": "a"}, ("q",), "c"),
        ("instruction_input", {"instruction": "i", "input": "q", "output": "o"}, ("q",), "i"),
        ("instruction_only", {"instruction": "i", "output": "o"}, ("i",), ""),
        ("summarization", {"text": "t", "answer": "a"}, ("t",), ""),
        ("translation", {"text": "t", "source_language": "l", "target_language": "m"}, ("t",), ""),
        ("question_generation", {"context": "c", "question": "q", "answer": "a"}, ("q",), "c"),
        # Without a family, names say what fields are, and unknown ones ask.
        ("", {"context": "c", "question": "q", "rationale": "r"}, ("q",), "c"),
        ("", {"body": "b", "label": "l"}, ("b",), ""),
        ("", {"text": "only a text"}, ("only a text",), ""),
        ("", {"passage": "only a passage"}, ("only a passage",), "only a passage"),
    ],
)
def test_the_family_says_what_a_field_is(
    family: str, fields: dict[str, FieldValue], questions: tuple[str, ...], passage: str
) -> None:
    item = _item(fields, family)
    assert item.questions == questions
    assert item.passage == ("" if passage == "only a passage" else passage)


def test_tests_and_the_name_of_the_function_say_nothing() -> None:
    fields = {"question": "q", "code": "c", "tests": "t", "function": "f"}
    roles = roles_of(fields, FAMILIES["program_synthesis"])
    assert roles == {
        "question": "question",
        "code": "answer",
        "tests": "tests",
        "function": "tests",
    }


PROMPT = """from typing import List


def mean_gap(levels: List[float]) -> float:
    \"\"\"Return the mean difference between neighbors in a list of water levels.

    >>> mean_gap([1, 2, 4])
    1.5
    \"\"\"
"""
BODY = "    return (levels[-1] - levels[0]) / (len(levels) - 1)\n"


def test_a_program_is_looked_for_by_its_problem_and_by_its_code() -> None:
    ways = _ways(
        {"question": PROMPT, "code": PROMPT + BODY, "tests": "assert x"}, "program_synthesis"
    )
    assert [way.stream for way in ways] == ["words", "words", "code"]
    assert ways[0].questions == (PROMPT,)
    assert " ".join(ways[1].questions[0].split()) == (
        "Return the mean difference between neighbors in a list of water levels."
    )
    assert ways[2].questions[0] == (
        "return ( levels [ - 1 ] - levels [ 0 ] ) / ( len ( levels ) - 1 )"
    )
