"""What to do about rejected rows names settings that the format of their source has."""

from typing import Any

import pytest

from pipelines.building.losses import advice_on
from pipelines.recipe import Recipe

_FIELDS = {
    "format": "jsonl",
    "task": "t",
    "family": "topic",
    "fields": {"text": "a", "answer": "b"},
}


@pytest.mark.parametrize(
    ("source", "reason", "advice"),
    [
        (_FIELDS, "empty_field", "under `fields`"),
        (_FIELDS, "wrong_type", "under `fields`"),
        ({"format": "chat"}, "empty_field", "under `columns`"),
        ({"format": "chat"}, "wrong_type", "under `columns`"),
        ({"format": "chat"}, "unknown_role", "under `roles`"),
        ({"format": "alpaca"}, "empty_field", "under `columns`"),
        # Each of its files is one row.
        (
            {"format": "super_ni"},
            "wrong_type",
            "see `flanbeam rejections STORE --reason wrong_type`",
        ),
        ({"format": "chat"}, "no_parent", "see `flanbeam rejections STORE --reason no_parent`"),
    ],
)
def test_advice(source: dict[str, Any], reason: str, advice: str) -> None:
    stated = {"name": "x", "sources": {"s": {"path": "a", "collection": "c", **source}}}
    settings = type(Recipe.model_validate(stated).sources["s"]).model_fields
    assert advice in advice_on(reason, settings)
