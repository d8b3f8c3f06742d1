"""Tables without known names: a text and what a column says of it."""

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError

_TEXTS = ["The weather is nice in the city today.", "Das Wetter ist heute in der Stadt schön."]


@pytest.mark.parametrize(
    ("column", "values", "attribute"),
    [
        ("language", ["English", "German"], "language"),
        ("lang", ["en", "de"], "language"),
        ("language_code", ["en", "de"], "language code"),
    ],
)
def test_a_text_is_classified_by_its_language(
    column: str, values: list[str], attribute: str, draft_of: DraftOf
) -> None:
    source, records = draft_of(
        # Two of three texts are in German.
        lambda n, _: {"text": f"{_TEXTS[n % 3 > 0]} {n}", column: values[n % 3 > 0]},
        rows=24,
    )
    assert source.keys["family"] == "classification"
    assert "languages" not in source.keys
    assert records[1]["attribute"] == attribute
    assert records[1]["answer"] == values[1]


def test_a_language_beside_a_label_is_none(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {"text": text, "lang": ["en", "de"][n % 2], "urgent": ["yes", "no"][n % 2]}
    )
    assert records[0]["attribute"] == "urgent"


def test_who_wrote_a_text_does_not_answer_it(draft_of: DraftOf) -> None:
    with pytest.raises(DataError, match="no task can be seen in the keys text, author"):
        draft_of(lambda n, text: {"text": f"{text} {n}", "author": ["Ann", "Bob"][n % 2]}, rows=24)
