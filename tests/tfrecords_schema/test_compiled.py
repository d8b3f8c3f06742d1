"""Functions are compiled wherever flanbeam is installed."""

from typing import Any

from tfrecords_schema.compiled import compiled


def test_code_that_cannot_be_cached_is_compiled_all_the_same() -> None:
    """As in a read-only installation without a home directory: code of no file has no cache."""
    scope: dict[str, Any] = {}
    exec("def twice(number):\n    return number * 2\n", scope)
    assert compiled(scope["twice"])(21) == 42
