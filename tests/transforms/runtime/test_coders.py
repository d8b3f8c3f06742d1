"""Dataclasses come back from their bytes, and Beam uses our coder for them."""

from typing import Any

import apache_beam as beam
import pytest
from pydantic import ValidationError

from transforms.mixture.mixing import Plan, Quota
from transforms.runtime.coders import DataclassCoder
from transforms.snapshots.writing import ShardRange
from transforms.sources.reading import WorkItem
from transforms.sources.source import Piece

QUOTA = Quota("t", "c", "", 9, None, 0.1, 1 / 3, 1, {"zs_opt": 1}, {"zs_opt": 1 / 3}, {"zs_opt": 0})


@pytest.mark.parametrize(
    "element",
    [
        Plan({"t": QUOTA}),
        Plan({}),
        WorkItem(3, 7, Piece("gs://b/ä", "ä", 5, None, "t")),
        ShardRange("train", 0, 4, 0, 16),
    ],
)
def test_elements_come_back(element: Any) -> None:
    coder = beam.coders.registry.get_coder(type(element))
    assert isinstance(coder, DataclassCoder)
    assert coder.decode(coder.encode(element)) == element
    assert coder.is_deterministic()


def test_bytes_of_another_form_are_refused() -> None:
    coder = DataclassCoder(WorkItem)
    with pytest.raises(ValidationError, match="source"):
        coder.decode(coder.encode(ShardRange("train", 0, 4, 0, 16)))
