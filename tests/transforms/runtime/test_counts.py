"""Nested tables of counts are summed key by key, in any order."""

from typing import Any

import pytest

from transforms.runtime.counts import merge_counts


@pytest.mark.parametrize(
    ("counts", "merged"),
    [
        ([], {}),
        ([{"a": 1}, {"a": 2, "b": {"c": 1}}], {"a": 3, "b": {"c": 1}}),
        ([{"b": {"c": 1}}, {"b": {"d": 2}}, {}], {"b": {"c": 1, "d": 2}}),
        ([{"a": 0}], {"a": 0}),
    ],
)
def test_merge_counts(counts: list[dict[str, Any]], merged: dict[str, Any]) -> None:
    before = repr(counts)
    assert merge_counts(counts) == merged
    assert merge_counts(reversed(counts)) == merged
    assert repr(counts) == before
