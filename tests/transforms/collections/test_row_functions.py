"""What the mapping of a Flan 2021 task cannot say: one row in, rows out."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from transforms.collections.flan2021 import (
    closed_book_qa,
    commonsense,
    coreference,
    misc,
    paraphrase,
    reading_comprehension,
    struct_to_text,
    summarization,
    texts,
)

RowFunction = Callable[[dict[str, Any]], Iterable[dict[str, Any]]]

_COQA = {
    "story": "S",
    "questions": ["Who?", "Why?"],
    "answers": {"input_text": ["Al", "Fun"], "answer_start": [0, 0], "answer_end": [0, 0]},
}
_QUAC = {"title": "T", "section_title": "U", "context": "C. CANNOTANSWER", "question": "Who?"}
_RECORD = {
    "passage": "One.\n@highlight\nTwo.",
    "query": "It is @placeholder.",
    "entities": ["Al", "Bo", "A.", "Bo"],
}
_DART = {
    "row_number": [0, 0, 0, 1, 1, 1],
    "column_header": ["subject", "predicate", "object"] * 2,
    "content": ["Al", "BORN", "1900", "Al", "DIED", "1999"],
}
_PAGES = {"entity_pages": {"wiki_context": []}, "answer": {"value": "Al"}}


@pytest.mark.parametrize(
    ("function", "row", "changes"),
    [
        (paraphrase.grade, {"label": 3.8}, [{"label": 4}]),
        (paraphrase.grade, {"label": 2.5}, [{"label": 3}]),
        (paraphrase.grade, {"label": 0.4}, [{"label": 0}]),
        (paraphrase.grade, {"label": -1.0}, []),
        (
            reading_comprehension.bool_question,
            {"question": "is it so"},
            [{"question": "Is it so?"}],
        ),
        (
            reading_comprehension.conversation_turns,
            _COQA,
            [
                {"context": "S", "question": "Who?", "answer": "Al"},
                {"context": "S", "question": "Who?\nAl\nWhy?", "answer": "Fun"},
            ],
        ),
        (
            reading_comprehension.quac_question,
            {**_QUAC, "orig_answer": {"text": "C"}},
            [{"context": "T: U\nC. ", "answer": "C"}],
        ),
        (
            reading_comprehension.quac_question,
            {**_QUAC, "orig_answer": {"text": "CANNOTANSWER"}},
            [{"answer": "unanswerable"}],
        ),
        (
            reading_comprehension.squad_v2_question,
            {"question": "Q?", "is_impossible": True, "answers": {"text": []}},
            [{"answer": "unanswerable"}],
        ),
        (
            reading_comprehension.squad_v2_question,
            {"question": "Q?", "is_impossible": False, "answers": {"text": ["a", "b"]}},
            [{"answer": ["a", "b"]}],
        ),
        (
            reading_comprehension.record_cloze,
            {**_RECORD, "answers": ["Al", "A."]},
            [
                {
                    "context": "One.\nTwo.",
                    "text": "It is _.",
                    "options": ["Al", "Bo"],
                    "answer": "Al",
                }
            ],
        ),
        (reading_comprehension.record_cloze, {**_RECORD, "answers": []}, []),
        (
            reading_comprehension.record_cloze,
            {**_RECORD, "answers": ["Al"], "entities": [str(n) for n in range(99)]},
            [{"options": ["Al", *map(str, range(25))]}],
        ),
        (closed_book_qa.open_question, {"question": "who is al"}, [{"question": "Who is al?"}]),
        (
            closed_book_qa.web_evidence,
            {**_PAGES, "search_results": {"search_context": ["no", "yes, al it is"]}},
            [{"context": "yes, al it is", "answer": "Al"}],
        ),
        (
            closed_book_qa.web_evidence,
            {**_PAGES, "search_results": {"search_context": ["x" * 3000 + "Al" + "y" * 3000]}},
            [{"context": "x" * 1000 + "Al" + "y" * 1000}],
        ),
        (
            closed_book_qa.web_evidence,
            {**_PAGES, "search_results": {"search_context": ["no"]}},
            [],
        ),
        (
            closed_book_qa.web_evidence,
            {**_PAGES, "entity_pages": {"wiki_context": ["Al"]}},
            [],
        ),
        (
            commonsense.copa_question,
            {"premise": "It fell. ", "question": "cause"},
            [{"question": "It fell. What brought this about?"}],
        ),
        (commonsense.copa_question, {"premise": "It fell.", "question": "other"}, []),
        (
            commonsense.without_marks,
            {"context": "[header] To knit [title] Cast on.", "endings": ["[step] Pull.", "Go."]},
            [{"context": "To knit Cast on.", "endings": ["Pull.", "Go."]}],
        ),
        (commonsense.from_one, {"label": 2}, [{"label": 1}]),
        (
            commonsense.last_word,
            {"passage": "It was her own dog\n"},
            [{"text": "It was her own", "answer": "dog"}],
        ),
        (commonsense.last_word, {"passage": "dog"}, []),
        (
            coreference.mark_pronoun,
            {"text": "Al saw he, Bo, won.", "span2_text": "he", "span2_index": 2},
            [{"text": "Al saw *he*, Bo, won."}],
        ),
        (
            coreference.mark_pronoun,
            {"text": "Al saw his own dog.", "span2_text": "his own", "span2_index": 2},
            [{"text": "Al saw *his own* dog."}],
        ),
        (
            coreference.mark_pronoun,
            {"text": "Al won.", "span2_text": "he", "span2_index": 7},
            [{"text": "Al won."}],
        ),
        (
            coreference.mark_pronoun,
            {"text": "Al won.", "span2_text": "he", "span2_index": 0},
            [{"text": "Al won."}],
        ),
        (
            summarization.separate_articles,
            {"document": "One. ||||| Two. |||||"},
            [{"document": "One.\n\nTwo."}],
        ),
        (struct_to_text.listed_words, {"concepts": ["dog", "run"]}, [{"concepts": "dog, run"}]),
        (
            struct_to_text.dart_triples,
            {"input_text": {"table": _DART}, "target_text": "T"},
            [{"facts": ["Al | BORN | 1900", "Al | DIED | 1999"], "answer": "T"}],
        ),
        (
            struct_to_text.e2e_slots,
            {"meaning_representation": "name[The Inn, old], food[Thai]"},
            [{"facts": ["name | The Inn, old", "food | Thai"]}],
        ),
        (
            struct_to_text.web_nlg_triples,
            {"input": ["Al_Bo | birthPlace | New_York"]},
            [{"input": ["Al Bo | birthPlace | New York"]}],
        ),
        (misc.lower_case, {"en": "It is Al."}, [{"text": "it is al.", "answer": "It is Al."}]),
        (misc.lower_case, {"en": "it is."}, []),
        (misc.without_punctuation, {"en": "Yes, it is."}, [{"text": "Yes it is"}]),
        (misc.without_punctuation, {"en": "Yes "}, []),
        (misc.without_spaces, {"en": "It is."}, [{"text": "Itis.", "answer": "It is."}]),
        (misc.without_spaces, {"en": "Yes"}, []),
    ],
)
def test_rows(function: RowFunction, row: dict[str, Any], changes: list[dict[str, Any]]) -> None:
    before = repr(row)
    found = list(function(row))
    assert len(found) == len(changes)
    for result, change in zip(found, changes, strict=True):
        assert {key: result[key] for key in change} == change
    assert repr(row) == before, "the row was changed"


@pytest.mark.parametrize(
    ("text", "question"),
    [("is it so", "Is it so?"), (" Is it ? ", "Is it?"), ("", ""), ("?", "")],
)
def test_as_question(text: str, question: str) -> None:
    assert texts.as_question(text) == question
