"""Rows to canonical fields, as recipes state it."""

from typing import Any

import pytest
from pydantic import ValidationError

from transforms.sources.field_sources import look_up
from transforms.sources.files.row import BadRow
from transforms.sources.mapping import RowMapping, map_row, passes

_ROW = {
    "title": "T",
    "body": "B",
    "n": 3,
    "yes": True,
    "a.b": "dotted",
    "label.responses": ["spam"],
    "nested": {"text": ["x", "y"], "deep": {"k": "v"}},
    "choices": [{"label": "A", "text": "one"}, {"label": "B", "text": "two"}],
    "line": "1 good film",
    "listed": "(A) one (B) two",
    "programs": '["print(1)", "print(2)"]',
    "parts": {"title": ["Mars", "Venus"], "said": [["It is red. ", "It is dry."], ["It is hot."]]},
    "pairs": [["Mars", ["It is red.", " It is dry."]], ["Venus", ["It is hot."]]],
    "found": [{"title": "", "text": "It is red."}, {"title": "Venus", "text": "It is hot."}],
}


def _mapping(**keys: Any) -> RowMapping:
    return RowMapping(**{"family": "closed_book_qa", **keys})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "T"),
        ("a.b", "dotted"),
        ("label.responses.0", "spam"),
        ("label.none.0", None),
        ("nested.deep.k", "v"),
        ("nested.text.1", "y"),
        ("nested.text.2", None),
        ("choices.text", ["one", "two"]),
        ("choices.0.text", "one"),
        ("choices.none", [None, None]),
        ("title.x", None),
        ("programs.1", "print(2)"),
        ("programs", '["print(1)", "print(2)"]'),
        ("none", None),
        ("none.x", None),
    ],
)
def test_look_up(key: str, value: object) -> None:
    assert look_up(_ROW, key) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("title", "T"),
        ({"constant": "c"}, "c"),
        ({"keys": ["title", "none", "body"]}, ["T", "B"]),
        ({"text": "{title}: {body} {nested.deep.k}"}, "T: B v"),
        ({"text": "{title} {none}"}, "T"),
        ({"text": "{none}. {body}"}, "B"),
        ({"text": "{title}. {none}"}, "T"),
        ({"text": "Title: {none}\nBody: {body}"}, "Body: B"),
        ({"text": "{title} ({none}), {body}"}, "T, B"),
        ({"text": "({none})"}, None),
        ({"text": "{nested.text} is {yes}"}, '["x", "y"] is true'),
        ({"extract": "line", "pattern": "^. (.*)"}, "good film"),
        ({"extract": "line", "pattern": "^x(.*)"}, None),
        ({"extract": "n", "pattern": "(.)"}, None),
        (
            {"extract": "listed", "pattern": r"\([A-Z]\) (\w+)", "every": True},
            ["one", "two"],
        ),
        ({"lines": "{title}\n\n{nested.text}"}, "T\n\nx\ny"),
        ({"lines": "Notes: {none}\nBody: {body}"}, "Body: B"),
        ({"lines": "{none}"}, None),
        ({"passages": "nested.text"}, "x\ny"),
        (
            {"passages": "parts.said", "titles": "parts.title"},
            "Mars: It is red. It is dry.\nVenus: It is hot.",
        ),
        ({"passages": "pairs"}, "Mars: It is red. It is dry.\nVenus: It is hot."),
        (
            {"passages": "found.text", "titles": "found.title"},
            "It is red.\nVenus: It is hot.",
        ),
        ({"passages": "nested.text", "titles": "none"}, "x\ny"),
        ({"passages": "nested.text", "titles": "parts.none"}, "x\ny"),
        ({"passages": "title"}, None),
        ({"passages": "found"}, None),
    ],
)
def test_field_sources(source: Any, value: object) -> None:
    assert map_row(_ROW, _mapping(fields={"question": source})) == {"question": value}


@pytest.mark.parametrize(
    ("word", "at", "marked"),
    [
        ("he", 2, "Al saw *he* won, but he lost."),
        ("he", "5", "Al saw he won, but *he* lost."),
        ("won", 3, "Al saw he *won*, but he lost."),
        ("he won", 2, "Al saw *he won*, but he lost."),
        # Another word is there, or none is stated.
        ("he", 0, "Al saw he won, but he lost."),
        ("he", -2, "Al saw he won, but he lost."),
        ("he", 70, "Al saw he won, but he lost."),
        ("he", None, "Al saw he won, but he lost."),
        (None, 2, "Al saw he won, but he lost."),
    ],
)
def test_a_word_is_marked_at_its_position(word: object, at: object, marked: str) -> None:
    row = {"said": "Al saw he won, but he lost.", "span": {"text": word, "index": at}}
    source = {"marked": "said", "word": "span.text", "at": "span.index"}
    mapping = _mapping(fields={"question": source})
    assert map_row(row, mapping) == {"question": marked}
    assert mapping.keys == ["said", "span.text", "span.index"]


@pytest.mark.parametrize(
    ("answer", "keys", "expected"),
    [
        (1, {"labels": ["no", "yes"]}, "yes"),
        ("yes", {"labels": ["no", "yes"]}, "yes"),
        (2, {"labels": ["no", "yes"]}, "answer 2 of 2 options"),
        (-1, {"labels": ["no", "yes"]}, "answer -1 of 2 options"),
        ("1", {"labels": ["no", "yes"]}, "yes"),
        ("1.0", {"labels": ["no", "yes"]}, "yes"),
        (0.0, {"labels": ["no", "yes"]}, "no"),
        (True, {"labels": ["no", "yes"]}, "yes"),
        ("False", {"labels": ["no", "yes"]}, "no"),
        (True, {"labels": ["a", "b", "c"]}, "answer True of 3"),
        (0.5, {"labels": ["no", "yes"]}, "answer 0.5 is none"),
        ("5", {"labels": [1, 5]}, "5"),
        (5.0, {"labels": ["1", "5"]}, "5"),
        (0, {"labels": ["1", "5"]}, "answer 0 of 2 options"),
        ("1.0", {"label_of": {0: "no", 1: "yes"}}, "yes"),
        (False, {"label_of": {0: "no", 1: "yes"}}, "no"),
        ("True", {"label_of": {True: "yes", False: "no"}}, "yes"),
        (1.0, {"labels": ["one", "two"], "marks": [1, 2]}, "one"),
        ("2", {"labels": ["no", "yes"]}, "answer '2' of 2 options"),
        ("2", {"labels": ["1", "2"]}, "2"),
        ("1", {"labels": ["no", "yes"], "marks": ["0", "1"]}, "yes"),
        (True, {"label_of": {"true": "yes", "false": "no"}}, "yes"),
        ("x", {"label_of": {"true": "yes"}}, "answer 'x' is none of true"),
        (0, {"label_of": {"0": "no"}}, "no"),
        (" B ", {"labels": ["one", "two"], "marks": "marks"}, "two"),
        ("C", {"labels": ["one", "two"], "marks": "marks"}, "answer 'C' is none of the marks"),
        ("B", {"labels": ["one", "two"], "marks": "none"}, "answer 'B' is none of the marks []"),
        ("C", {"labels": ["one"], "marks": ["A", "B", "C"]}, "answer 'C' of 1 options"),
        (None, {"labels": ["no", "yes"]}, None),
    ],
)
def test_answers(answer: object, keys: dict[str, Any], expected: str | None) -> None:
    row = {"answer": answer, "marks": ["A", "B"]}
    fields = map_row(row, _mapping(fields={"answer": "answer"}, **keys))
    if isinstance(fields, BadRow):
        assert fields.reason == "unknown_label"
        assert expected
        assert fields.detail.startswith(expected)
    else:
        assert fields["answer"] == expected
        assert expected is None or expected in fields["options"]


@pytest.mark.parametrize(
    ("options", "answer", "answer_is", "expected"),
    [
        ([1, 2, 3], 1, None, 1),
        ([1, 2, 3], "3", None, 3),
        ([1, 2, 3], 1, "position", 2),
        ([10, 20, 30], 1, None, "unknown_label"),
        ([10, 20, 30], 1, "position", 20),
        (["10", "20", "30"], 1, None, "20"),
        (["10", "20", "30"], "1", None, "20"),
        (["10", "20", "30"], 20, None, "20"),
        (["1", "2", "3"], "1", None, "ambiguous_label"),
        (["1", "2", "3"], 1, None, "ambiguous_label"),
        (["1", "2", "3"], "1", "text", "1"),
        (["1", "2", "3"], "1", "position", "2"),
        (["0", "1", "2"], "1", None, "1"),
        (["none", "1"], 1, None, "1"),
        (["1", "none"], 1, None, "ambiguous_label"),
        (["a", "b"], "1", "text", "unknown_label"),
    ],
)
def test_numbers_as_answers(
    options: list[Any], answer: object, answer_is: Any, expected: object
) -> None:
    mapping = _mapping(fields={"answer": "a", "options": "o"}, answer_is=answer_is)
    fields = map_row({"a": answer, "o": options}, mapping)
    found = fields.reason if isinstance(fields, BadRow) else fields["answer"]
    assert found == expected


@pytest.mark.parametrize(
    ("options", "plain"),
    [
        (["A. one", "B. two"], ["one", "two"]),
        (["(a) one", "(b) two"], ["one", "two"]),
        (["1) one", "2) two"], ["one", "two"]),
        (["A. one", "C. two"], ["A. one", "C. two"]),
        (["A. one"], ["A. one"]),
        (["A. one", "two"], ["A. one", "two"]),
        (["A", "B"], ["A", "B"]),
    ],
)
def test_marks_that_options_bring(options: list[str], plain: list[str]) -> None:
    mapping = _mapping(fields={"answer": "a", "options": "o"})
    assert map_row({"a": 0, "o": options}, mapping) == {"answer": plain[0], "options": plain}


@pytest.mark.parametrize(
    ("kind", "question"),
    [("cause", "T Why?"), ("effect", "T What then?"), ("other", None)],
)
def test_words_of_a_text(kind: str, question: str | None) -> None:
    words = {"kind": {"cause": "Why?", "effect": "What then?"}}
    mapping = _mapping(fields={"question": {"text": "{title} {kind}", "words": words}})
    assert map_row({"title": "T", "kind": kind}, mapping) == {"question": question}


def test_replacements_in_a_text_come_in_order() -> None:
    text = {"text": "{q}", "replace": {"@blank": "_", "_ _": "_"}}
    assert map_row({"q": "@blank @blank is"}, _mapping(fields={"question": text})) == {
        "question": "_ is"
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ({"text": "{q}", "words": {"kind": {"a": "b"}}}, "'kind' is not in the text"),
        ({"text": "{q}", "replace": {"": "x"}}, "the text to replace is empty"),
    ],
)
def test_texts_that_cannot_be_meant(text: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        _mapping(fields={"question": text})


def test_the_old_name_of_explode_is_read() -> None:
    assert _mapping(fields={"question": "q"}, each="qas").explode == "qas"


@pytest.mark.parametrize(
    ("optional", "complaint"),
    [
        ({"contxt": "closed_book_qa"}, "did you mean 'context'"),
        ({"context": "closed_bok_qa"}, "did you mean 'closed_book_qa'"),
    ],
)
def test_optional_fields_that_cannot_be_meant(optional: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        _mapping(fields={"question": "q", "context": "c"}, optional=optional)


def test_required_fields() -> None:
    mapping = _mapping(fields={"context": "none", "answer": "title"}, required=["context"])
    assert map_row(_ROW, mapping) == BadRow("empty_field", "context is empty or missing")


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, True),
        ({"title": "T"}, True),
        ({"title": ["S", "T"]}, True),
        ({"title": "t"}, False),
        ({"n": 3}, True),
        ({"n": "3"}, False),
        ({"yes": True}, True),
        ({"yes": 1}, False),
        ({"none": "x"}, False),
        ({"nested.deep.k": "v", "n": [1, 2]}, False),
    ],
)
def test_filters(filters: dict[str, Any], kept: bool) -> None:
    assert passes(_ROW, filters) is kept


_TICKET = {
    "text": "Die Rechnung ist doppelt.",
    "reply": "  ",
    "score": "0.75",
    "stars": 4,
    "lang": "de",
    "zh": "我的账单重复了",
    "gone": None,
}


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"text": {"min_words": 4}}, True),
        ({"text": {"min_words": 5}}, False),
        ({"text": {"max_words": 3}}, False),
        ({"zh": {"min_words": 7}}, True),
        ({"zh": {"min_words": 8}}, False),
        ({"text": {"empty": False}}, True),
        ({"reply": {"empty": False}}, False),
        ({"reply": {"empty": True}}, True),
        ({"gone": {"empty": True}, "text": {"empty": False}}, True),
        ({"missing": {"min_words": 0}}, False),
        ({"score": {"at_least": 0.75}}, True),
        ({"score": {"at_least": 0.76}}, False),
        ({"stars": {"at_least": 2, "at_most": 4}}, True),
        ({"stars": {"at_most": 3.5}}, False),
        ({"text": {"at_least": 0}}, False),
        ({"lang": {"none_of": ["en", "fr"]}}, True),
        ({"lang": {"none_of": ["en", "de"]}}, False),
        ({"text": {"matches": "(?i)rechnung|bill"}}, True),
        ({"text": {"matches": "^rechnung"}}, False),
        ({"text": {"min_words": 2, "matches": "xyz"}}, False),
    ],
)
def test_conditions(filters: dict[str, Any], kept: bool) -> None:
    assert passes(_TICKET, _mapping(fields={"text": "text"}, filters=filters).filters) is kept


@pytest.mark.parametrize(
    ("condition", "complaint"),
    [
        ({}, "no condition is given; known: empty, none_of"),
        ({"min_wrods": 5}, "Extra inputs"),
        ({"matches": "(a"}, "not a regular expression"),
        (None, "should be a valid"),
    ],
)
def test_conditions_that_cannot_be_meant(condition: Any, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        _mapping(fields={"text": "text"}, filters={"text": condition})


def test_filters_on_cells() -> None:
    assert passes({"n": "3", "b": "true"}, {"n": 3, "b": True})
    # A column of whole numbers with gaps has floats.
    assert passes({"n": 3.0}, {"n": 3})
    assert not passes({"n": 3.5}, {"n": 3})
    assert not passes({"n": 1.0}, {"n": True})


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"family": "summarisation"}, "did you mean 'summarization'"),
        ({"fields": {"question": {"text": "no braces"}}}, "braces"),
        ({"fields": {"question": {"extract": "a", "pattern": "("}}}, "not a regular expression"),
        ({"fields": {"question": {"extract": "a", "pattern": "a"}}}, "one group in parentheses"),
        ({"fields": {}}, "at least 1"),
    ],
)
def test_mistakes(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _mapping(**{"fields": {"answer": "a"}, **keys})


def test_keys_are_all_that_is_read() -> None:
    mapping = _mapping(
        fields={
            "question": {"text": "{title} {a.b}"},
            "options": {"keys": ["k1", "k2"]},
            "answer": "answer",
            "context": {"extract": "line", "pattern": "(.)"},
            "instruction": {"constant": "c"},
        },
        id="id",
        license_key="license",
        filters={"split": "train"},
        marks="marks",
    )
    assert mapping.keys == [
        *("title", "a.b", "k1", "k2", "answer", "line"),
        *("split", "id", "license", "marks"),
    ]


@pytest.mark.parametrize(
    ("options", "answer", "expected"),
    [
        (["A) red", "B) blue"], "blue", "blue"),
        (["A) red", "B) blue"], "B) blue", "blue"),
        (["A) 1", "B) 0"], "1", "0"),
        (["red", "B) blue"], "blue", "unknown_label"),
    ],
)
def test_answers_without_the_marks_of_options(
    options: list[str], answer: str, expected: str
) -> None:
    fields = map_row({"a": answer, "o": options}, _mapping(fields={"answer": "a", "options": "o"}))
    assert (fields.reason if isinstance(fields, BadRow) else fields["answer"]) == expected
