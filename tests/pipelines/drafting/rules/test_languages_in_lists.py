"""Translations in lists: the languages beside the texts say which text is which."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError


def _of_lists(languages: list[str], texts: list[str]) -> dict[str, Any]:
    return {"translation": {"language": languages, "translation": texts}}


def _of_objects(languages: list[str], texts: list[str]) -> dict[str, Any]:
    pairs = zip(languages, texts, strict=True)
    return {"texts": [{"lang": code, "text": text} for code, text in pairs]}


@pytest.mark.parametrize("make", [_of_lists, _of_objects])
def test_the_first_two_languages_are_a_pair(make: Any, draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: make(["de", "en", "fr"], [f"Satz {n}.", text, f"Phrase {n}."])
    )
    assert records[1] == {
        "text": "Satz 1.",
        "answer": "Great kettle, boils fast.",
        "source_language": "German",
        "target_language": "English",
    }
    assert "translations into fr: a second source can learn them" in source.guess.unknown


@pytest.mark.parametrize("make", [_of_lists, _of_objects])
def test_rows_with_other_languages_are_left_out(make: Any, draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: make(["de", "fr" if n == 3 else "en"], [f"Satz {n}.", text])
    )
    assert [record["text"] for record in records] == [f"Satz {n}." for n in range(8) if n != 3]


def test_a_language_with_two_texts(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: _of_lists(["de", "de", "en"], [f"Satz {n}.", "Nein.", text])
    )
    assert records[0]["answer"] == "The parcel came late."


@pytest.mark.parametrize("make", [_of_lists, _of_objects])
def test_languages_that_differ_from_row_to_row_are_refused(make: Any, draft_of: DraftOf) -> None:
    pairs = [["de", "en"], ["fr", "en"], ["cs", "it"], ["nl", "pl"]]
    with pytest.raises(DataError, match="their languages, which differ from row to row"):
        draft_of(lambda n, text: make(pairs[n % 4], [f"Satz {n}.", text]))
