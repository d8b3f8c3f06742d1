"""Sum nested tables of counts, which work items report."""

from collections.abc import Iterable, Mapping
from typing import Any

Counts = Mapping[str, Any]


def merge_counts(counts: Iterable[Counts]) -> dict[str, Any]:
    """Sum nested tables of counts: {"a": 1} + {"a": 2, "b": {"c": 1}} → {"a": 3, "b": {"c": 1}}."""
    merged: dict[str, Any] = {}
    for table in counts:
        add_counts(merged, table)
    return merged


def add_counts(merged: dict[str, Any], table: Counts) -> None:
    """Add a nested table of counts to another, which is changed."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            add_counts(merged.setdefault(key, {}), value)
        else:
            merged[key] = merged.get(key, 0) + value
