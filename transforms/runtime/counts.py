"""Sum nested tables of counts, which work items report."""

from collections.abc import Iterable, Mapping
from typing import Any

Counts = Mapping[str, Any]


def merge_counts(counts: Iterable[Counts]) -> dict[str, Any]:
    """Sum nested tables of counts: {"a": 1} + {"a": 2, "b": {"c": 1}} → {"a": 3, "b": {"c": 1}}."""
    merged: dict[str, Any] = {}
    for table in counts:
        for key, value in table.items():
            if isinstance(value, Mapping):
                merged[key] = merge_counts([merged.get(key, {}), value])
            else:
                merged[key] = merged.get(key, 0) + value
    return merged
