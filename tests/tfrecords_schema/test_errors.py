"""Hints name the nearest valid value, and exit statuses follow the kind of error."""

import pytest

from tfrecords_schema.errors import ConfigurationError, DataError, UserError, nearest


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("sentimnt", ["nli", "sentiment"], "did you mean 'sentiment'?"),
        ("xyz", ["nli", "cot"], "known: cot, nli"),
        ("xyz", [], ""),
    ],
)
def test_nearest(word: str, known: list[str], hint: str) -> None:
    assert nearest(word, known) == hint


def test_exit_statuses_differ() -> None:
    statuses = [error.exit_status for error in (UserError, ConfigurationError, DataError)]
    assert statuses == [1, 2, 3]
