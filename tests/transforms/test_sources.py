"""rejections whose reason misleads, and a dialog of one text that is no dialog."""

from collections.abc import Callable

import orjson
import pytest

from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.types import Record, Rejection

Read = Callable[..., list[Record | Rejection]]


@pytest.mark.parametrize("instance", [{"input": "x"}, {"input": "x", "output": None}])
def test_a_missing_output_is_an_empty_field(read_source: Read, instance: dict[str, object]) -> None:
    # It says "wrong_type: output is list, not text or a list of texts".
    document = {"Definition": "Do it.", "Instances": [instance]}
    (bad,) = read_source(SuperNi(format="super_ni"), orjson.dumps(document), "task001_x.json")
    assert isinstance(bad, Rejection)
    assert bad.reason == "empty_field"


def test_turns_in_one_text_are_rejected_at_ingest(read_source: Read) -> None:
    # `len(fields["turns"]) < MIN_TURNS` counts the characters of a text.
    source = Tabular.model_validate(
        {
            "format": "jsonl",
            "collection": "c",
            "task": "t",
            "family": "dialog_response",
            "fields": {"turns": "turns"},
        }
    )
    (bad,) = read_source(source, b'{"turns": "hello"}')
    assert isinstance(bad, Rejection)
