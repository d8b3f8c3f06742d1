"""What a question is about is in its prompt, whatever its key is called."""

from typing import Any

import pytest

from pipelines.drafting.material import is_material
from tests.pipelines.drafting.conftest import DraftOf

_CREATE = "CREATE TABLE cities (name TEXT, year INT)"
_QUERY = "SELECT name FROM cities"
_CELLS = {"header": ["Year", "City"], "rows": [["1990", "Oslo"]]}
_TABLE = "Year | City\n1990 | Oslo"
_PASSAGE = "Ann walked to the harbor, and saw the ships."


@pytest.mark.parametrize(
    ("row", "family", "fields"),
    [
        (
            {"query": _QUERY, "schema": _CREATE},
            "program_synthesis",
            {"question": f"Write an SQL query: Who 1?\n\nSchema: {_CREATE}", "code": _QUERY},
        ),
        (
            {"answer": _QUERY, "context": _CREATE, "hint": "Years are numbers."},
            "program_synthesis",
            {
                "question": f"Write an SQL query: Who 1?\n\nSchema: {_CREATE}\n\n"
                "Hint: Years are numbers.",
                "code": _QUERY,
            },
        ),
        (
            {"table": {**_CELLS, "name": "x/1.csv"}, "sql": {"human_readable": _QUERY, "sel": 1}},
            "program_synthesis",
            {"question": f"Write an SQL query: Who 1?\n\nTable:\n{_TABLE}", "code": _QUERY},
        ),
        (
            {"answers": ["Oslo", "Rome"], "table": _CELLS},
            "structured_knowledge",
            {"context": _TABLE, "question": "Who 1?", "answer": ["Oslo", "Rome"]},
        ),
        (
            {**_CELLS, "answer": "Oslo"},
            "structured_knowledge",
            {"context": _TABLE, "question": "Who 1?", "answer": "Oslo"},
        ),
        (
            {"table_page_title": "Norway", "table_array": [["Year"], ["1990"]], "answer": "So."},
            "structured_knowledge",
            {"context": "Norway\n\nYear\n1990", "question": "Who 1?", "answer": "So."},
        ),
        (
            {"context": _CELLS, "answer": "Oslo"},
            "structured_knowledge",
            {"context": _TABLE, "question": "Who 1?", "answer": "Oslo"},
        ),
        (
            {"title": "Ships", "context": _PASSAGE, "answer": "Ann"},
            "reading_comprehension",
            {"context": f"Ships\n\n{_PASSAGE}", "question": "Who 1?", "answer": "Ann"},
        ),
        (
            {"knowledge": _PASSAGE, "answer": "Ann"},
            "reading_comprehension",
            {"context": _PASSAGE, "question": "Who 1?", "answer": "Ann"},
        ),
        (
            {"hint": "A name.", "answer": "Ann"},
            "reading_comprehension",
            {"context": "Hint: A name.", "question": "Who 1?", "answer": "Ann"},
        ),
        (
            {"title": "Ships", "answer": "Ann"},
            "closed_book_qa",
            {"question": "Ships\nWho 1?", "answer": "Ann"},
        ),
        (
            {"facts": ["Ann is tall.", "Bo is not."], "answer": True},
            "yes_no_qa",
            {
                "context": "Facts:\nAnn is tall.\nBo is not.",
                "question": "Who 1?",
                "answer": "yes",
                "options": ["no", "yes"],
            },
        ),
        (
            {"choices": ["Ann", "Bo"], "answer": 1, "fact1": "Bo is tall."},
            "multiple_choice_qa",
            {
                "context": "Fact: Bo is tall.",
                "question": "Who 1?",
                "answer": "Bo",
                "options": ["Ann", "Bo"],
            },
        ),
        (
            {"context": _PASSAGE, "rationale": "She did.", "answer": "Ann"},
            "chain_of_thought",
            {"question": f"{_PASSAGE}\n\nWho 1?", "rationale": "She did.", "answer": "Ann"},
        ),
    ],
)
def test_questions(
    row: dict[str, Any], family: str, fields: dict[str, Any], draft_of: DraftOf
) -> None:
    # Yes and no need rows with both.
    source, records = draft_of(
        lambda n, text: {
            "question": f"Who {n}?",
            **row,
            **({"answer": n != 2} if row.get("answer") is True else {}),
        }
    )
    assert source.keys["family"] == family
    assert records[1] == fields
    assert not any("not shown" in said for said in source.guess.unknown)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"evidence": ["Ships sank.", "Ann saw it."]}, "evidence:\nShips sank.\nAnn saw it."),
        (
            {"evidence": [{"page": "Ships", "text": "They sank."}]},
            "evidence:\npage | text\nShips | They sank.",
        ),
        (
            {"table_text": "Year#City", "table_caption": "Norway"},
            "table text: Year#City\ntable caption: Norway",
        ),
        (
            {"title": "Ships", "abstract": ["Ships sank.", "Ann saw it."]},
            "title: Ships\nabstract:\nShips sank.\nAnn saw it.",
        ),
    ],
)
def test_claims(row: dict[str, Any], text: str, draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, claim: {"claim": claim, **row, "label": ["SUPPORTS", "REFUTES"][n % 2]}
    )
    assert source.keys["family"] == "classification"
    assert source.keys["domain"] == "record"
    assert records[1]["text"] == f"claim: Great kettle, boils fast.\n{text}"
    assert records[1]["answer"] == "REFUTES"


def test_prompts(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"prompt": text, "context": _PASSAGE, "completion": f"So {n}."}
    )
    assert source.keys["family"] == "prompted"
    assert records[1] == {"input": f"{_PASSAGE}\n\nGreat kettle, boils fast.", "answer": "So 1."}


def test_instructions(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "instruction": f"Do {n}.",
            "input": text if n else "",
            "context": _PASSAGE if n else None,
            "output": f"So {n}.",
        }
    )
    given = f"{_PASSAGE}\n\nGreat kettle, boils fast."
    assert records[:2] == [
        {"instruction": "Do 0.", "output": "So 0."},
        {"instruction": "Do 1.", "input": given, "output": "So 1."},
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "I."}]},
        {"tools": [], "system": "Be kind.", "prompt": "Who?", "response": "I."},
        {"question": "Who?", "chosen": "I.", "rejected": "You."},
    ],
)
def test_conversations(row: dict[str, Any], draft_of: DraftOf) -> None:
    _, records = draft_of(lambda n, text: {**row, "context": f"Ann {n}."})
    kind = "Be kind.\n" if "system" in row else ""
    assert records[1]["history"] == [f"System: {kind}Ann 1."]
    assert (records[1]["input"], records[1]["output"]) == ("Who?", "I.")


@pytest.mark.parametrize(
    ("more", "less", "shown"),
    [
        ("knowledge", "persona", "Ships are large.\n\nPersona: I row."),
        ("context", "background", "Ships are large.\n\nBackground: I row."),
    ],
)
def test_conversations_show_all_that_they_are_about(
    more: str, less: str, shown: str, draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, text: {
            less: f"I row. {n}" if n > 1 else "I row." if n else None,
            "history": ["Hi", "Hello"],
            "query": text,
            more: "Ships are large.",
            "response": f"So {n}.",
        }
    )
    assert [record["history"][0] for record in records[:2]] == [
        "System: Ships are large.",
        f"System: {shown}",
    ]
    assert "is not shown" not in str(source.guess.unknown)


def test_a_table_beside_paragraphs_that_are_objects(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "question": text,
            "table": {"uid": f"u{n}", "table": [["", "2019"], ["Revenue", "20"]]},
            "paragraphs": [{"uid": f"p{n}", "text": f"It grew by {n}."}],
            "answer": f"So {n}.",
        }
    )
    assert source.keys["family"] == "structured_knowledge"
    assert records[1]["context"] == (
        "It grew by 1.\n\nTable:\nuid: u1\ntable:\n | 2019\nRevenue | 20"
    )


def test_rows_without_it_are_kept_as_a_task_of_their_own(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "question": text,
            "knowledge": _PASSAGE if n else None,
            "answer": f"So {n}.",
        }
    )
    assert records[0] == {"question": "The parcel came late.", "answer": "So 0."}
    assert records[1]["context"] == _PASSAGE


def test_a_row_without_a_question_is_left_out(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {"question": text if n else "", "query": _QUERY, "schema": _CREATE}
    )
    assert len(records) == 7


@pytest.mark.parametrize(
    ("key", "values"),
    [
        # Where it is, and not what it says.
        ("document", "doc_{n}"),
        ("evidence", "https://example.org/{n}"),
        ("table", "csv/{n}.csv"),
        # What kind of question it is.
        ("facts", "travel"),
        # The answer, and a part of the question.
        ("evidence", "So {n}."),
        ("knowledge", "Who {n}"),
    ],
)
def test_what_is_no_material(key: str, values: str, draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"question": f"Who {n}?", key: values.format(n=n), "answer": f"So {n}."}
    )
    assert source.keys["family"] == "closed_book_qa"
    assert records[1] == {"question": "Who 1?", "answer": "So 1."}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("evidence", [[[92206, 104971, "Soul_Food", 6]]]),
        ("supporting_facts", {"title": ["Parcels"], "sent_id": [1]}),
    ],
)
def test_places_of_evidence_are_no_evidence(key: str, value: Any, draft_of: DraftOf) -> None:
    source, _ = draft_of(lambda n, text: {"question": text, key: value, "answer": f"So {n}."})
    assert source.keys["family"] == "closed_book_qa"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("db_schema", True),
        ("tableText", True),
        ("fact1", True),
        ("sql_context", True),
        ("ddl", True),
        ("inputs.passage", True),
        ("evidence_sentence", True),
        ("table_id", False),
        ("context_length", False),
        ("text", False),
        ("notes", False),
    ],
)
def test_names(key: str, *, expected: bool) -> None:
    assert is_material(key) == expected
