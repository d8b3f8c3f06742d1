"""Which lists of objects are conversations: passages beside a question have no speakers."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf


@pytest.mark.parametrize(
    ("key", "text", "field", "values"),
    [
        ("ctxs", "text", "score", ("1.0", "0.5")),
        ("documents", "content", "source", ("web", "wiki")),
        ("passages", "text", "type", ("gold", "noise")),
        ("contexts", "text", "label", ("relevant", "irrelevant")),
        ("docs", "text", "section", ("body", "notes")),
        ("documents", "text", "doc_id", ("d01", "d02")),
        ("documents", "text", "author", ("Ann", "Ben")),
        ("docs", "text", "lang", ("de", "en")),
    ],
)
@pytest.mark.parametrize("asked", ["question", "query"])
def test_passages_beside_a_question_are_no_speakers(
    key: str, text: str, field: str, values: tuple[str, str], asked: str, draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, said: {
            asked: said,
            key: [{field: values[0], text: f"It is {n}."}, {field: values[1], text: f"No {n}."}],
            "answer": f"So {n}.",
        }
    )
    assert source.keys["family"] == "reading_comprehension"
    assert [record["answer"] for record in records] == [f"So {n}." for n in range(8)]
    assert all(f"It is {n}." in record["context"] for n, record in enumerate(records))


@pytest.mark.parametrize("role", ["role", "who"])
def test_speakers_without_a_question(role: str, draft_of: DraftOf) -> None:
    def make(n: int, said: str) -> dict[str, Any]:
        return {"talk": [{role: "Ann", "text": said}, {role: "Ben", "text": f"So {n}."}]}

    _, records = draft_of(make)
    assert records[0] == {"instruction": "The parcel came late.", "output": "So 0."}
