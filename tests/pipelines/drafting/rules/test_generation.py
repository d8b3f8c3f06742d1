"""Programs and queries: the prompt has what they must be called, and what they are about."""

import pytest

from tests.pipelines.drafting.conftest import DraftOf


@pytest.mark.parametrize("key", ["signature", "starter_code"])
def test_a_signature_is_shown(key: str, draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "docstring": f"Return x plus {n}." if n else "",
            key: f"def add{n}(x):" if n > 1 else "",
            "code": f"    return x + {n}",
        }
    )
    assert source.keys["family"] == "program_synthesis"
    assert records[:2] == [
        {"question": "Return x plus 1.", "code": "    return x + 1"},
        {"question": "Return x plus 2.\n\ndef add2(x):", "code": "    return x + 2"},
    ]


def test_a_query_in_natural_language(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "nl_query": f"Who is {n}?",
            "db_schema": "CREATE TABLE cities (name TEXT)",
            "sql_query": f"SELECT name FROM cities LIMIT {n}",
        }
    )
    assert source.keys["family"] == "program_synthesis"
    assert records[1] == {
        "question": "Write an SQL query: Who is 1?\n\nSchema: CREATE TABLE cities (name TEXT)",
        "code": "SELECT name FROM cities LIMIT 1",
    }
