"""TREC CAsT topics of all four years."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.sources.formats.cast import Cast
from transforms.sources.source import Piece, UnreadableFileError
from transforms.types import Record, Rejection

SOURCE = Cast(format="cast")
ReadTexts = Callable[..., list[Any]]


def _topic(*turns: dict[str, Any]) -> str:
    numbered = [{"number": number, **turn} for number, turn in enumerate(turns, start=1)]
    return json.dumps([{"number": 81, "turn": numbered}])


def test_rewrites_in_the_topics(read_texts: ReadTexts) -> None:
    data = _topic(
        {"raw_utterance": "What are sharks?", "manual_rewritten_utterance": "What are sharks?"},
        {"raw_utterance": "Are they old?", "manual_rewritten_utterance": "Are sharks old?"},
        {"raw_utterance": "Why?"},
    )
    assert read_texts(SOURCE, data, "topics.json") == [
        ("no_history", "topics.json: item 1: 81_1: nothing comes before the question"),
        {"history": ["What are sharks?"], "question": "Are they old?", "answer": "Are sharks old?"},
        ("empty_field", "topics.json: item 1: answer is empty or missing"),
    ]


def test_passages_are_answers(read_texts: ReadTexts) -> None:
    data = _topic(
        {"raw_utterance": "What are sharks?", "passage": "Fish."},
        {"raw_utterance": "Old?", "manual_rewritten_utterance": "Are sharks old?"},
    )
    assert read_texts(SOURCE, data, "topics.json")[1]["history"] == [
        "User: What are sharks?",
        "System: Fish.",
    ]


def test_the_form_of_annotation_is_no_text(read_texts: ReadTexts) -> None:
    data = _topic(
        {"raw_utterance": "Who won?", "passage": "They won. Utterance type: Question"},
        {"raw_utterance": "When?", "manual_rewritten_utterance": "Utterance: When did they win?"},
        {"raw_utterance": "Utterance: types?", "manual_rewritten_utterance": "Which types?"},
    )
    assert read_texts(SOURCE, data, "topics.json")[1:] == [
        {
            "history": ["User: Who won?", "System: They won."],
            "question": "When?",
            "answer": "When did they win?",
        },
        {
            "history": ["User: Who won?", "System: They won.", "User: When?"],
            "question": "types?",
            "answer": "Which types?",
        },
    ]


def test_a_tree_goes_back_by_parent(read_texts: ReadTexts) -> None:
    turns = [
        {"number": "1-1", "utterance": "A?", "manual_rewritten_utterance": "A?"},
        {"number": "1-2", "parent": "1-1", "response": "Yes."},
        {"number": "1-3", "parent": "1-2", "utterance": "B?", "manual_rewritten_utterance": "BB?"},
        {"number": "2-1", "parent": "1-2", "utterance": "C?", "manual_rewritten_utterance": "CC?"},
    ]
    data = json.dumps([{"number": 132, "turn": turns}])
    before = ["User: A?", "System: Yes."]
    assert read_texts(SOURCE, data, "topics.json")[1:] == [
        {"history": before, "question": "B?", "answer": "BB?"},
        {"history": before, "question": "C?", "answer": "CC?"},
    ]


def test_a_loop_of_parents_ends(read_texts: ReadTexts) -> None:
    turns = [
        {"number": "1", "parent": "2", "utterance": "A?", "manual_rewritten_utterance": "AA?"},
        {"number": "2", "parent": "1", "utterance": "B?", "manual_rewritten_utterance": "BB?"},
    ]
    found = read_texts(SOURCE, json.dumps([{"number": 1, "turn": turns}]), "topics.json")
    assert [fields["history"] for fields in found] == [["A?", "B?"], ["B?", "A?"]]


@pytest.mark.parametrize("turn", [None, [], [3], "x"])
def test_unfit_topics(read_texts: ReadTexts, turn: object) -> None:
    ((reason, _),) = read_texts(SOURCE, json.dumps([{"turn": turn}]), "topics.json")
    assert reason == "wrong_type"


def test_rewrites_in_a_file_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "topics.json"
    path.write_text(_topic({"raw_utterance": "What are sharks?"}, {"raw_utterance": "Old?"}))
    (tmp_path / "resolved.tsv").write_text("81_1\tWhat are sharks?\n81_2\tAre sharks old?\n")
    source = Cast(format="cast", path=str(path), rewrites="resolved.tsv")
    _, first, second = source.read("s", Piece(path=str(path), relative="topics.json"))
    assert isinstance(first, Rejection)
    assert isinstance(second, Record)
    assert second.fields["answer"] == "Are sharks old?"
    assert source.files_beside() == ["resolved.tsv"]


def test_a_bad_file_of_rewrites_is_named(tmp_path: Path) -> None:
    path = tmp_path / "topics.json"
    path.write_text("[]")
    (tmp_path / "resolved.tsv").write_text("81_1 What are sharks?\n")
    source = Cast(format="cast", path=str(tmp_path), rewrites="resolved.tsv")
    with pytest.raises(UnreadableFileError, match=r"resolved.tsv:1: expected the number of a turn"):
        list(source.read("s", Piece(path=str(path), relative="topics.json")))
