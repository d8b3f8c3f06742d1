"""Elements come back from their bytes, and Beam uses our coders for them."""

from typing import Any

import apache_beam as beam
import pytest
from pydantic import ValidationError

import transforms.sources.transform  # noqa: F401  registers the coder of WorkItem
from transforms.runtime.coders import DataclassCoder, RunCoder
from transforms.runtime.exchange import Run
from transforms.sources.source import Piece
from transforms.sources.work_items import WorkItem


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        (
            WorkItem(3, 7, Piece(path="gs://b/ä", relative="ä", start=5, end=None, task="t")),
            DataclassCoder,
        ),
        (WorkItem(0, 0, Piece(path="/a", relative="a")), DataclassCoder),
        (Run("gs://b/ä.run"), RunCoder),
    ],
)
def test_elements_come_back(element: Any, kind: type) -> None:
    coder = beam.coders.registry.get_coder(type(element))
    assert isinstance(coder, kind)
    assert coder.decode(coder.encode(element)) == element
    assert coder.is_deterministic()


def test_a_run_travels_as_its_path_alone() -> None:
    assert RunCoder().encode(Run("/work/0.run", b'{"rows":1}')) == b"/work/0.run"
    assert RunCoder().decode(b"/work/0.run").stated is None


def test_bytes_of_another_form_are_refused() -> None:
    with pytest.raises(ValidationError, match="source"):
        DataclassCoder(WorkItem).decode(
            DataclassCoder(Piece).encode(Piece(path="/a", relative="a"))
        )
