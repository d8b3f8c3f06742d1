"""The format `made_up`: tasks and records in pieces, settings that are refused."""

import pytest
from pydantic import ValidationError

from transforms.sources.formats.made_up import MadeUp
from transforms.sources.made_up.operations import shown
from transforms.sources.source import UnreadableFileError
from transforms.types import Record, Task


def _source(**settings: object) -> MadeUp:
    return MadeUp.model_validate({"format": "made_up", **settings})


def _elements(source: MadeUp) -> list[Task | Record]:
    pieces = source.work(str(source.path), {"": 1})
    return [element for piece in pieces for element in source.read("made", piece)]  # type: ignore[misc]


def test_tasks_come_before_their_records_whatever_the_pieces() -> None:
    elements = _elements(_source(tasks=300, records=2))
    tasks = [element for element in elements if isinstance(element, Task)]
    assert len({task.name for task in tasks}) == 300
    assert {task.family for task in tasks} == {"made_up", "made_up_invertible"}
    current = ""
    for element in elements:
        if isinstance(element, Task):
            current = element.name
        else:
            assert element.task == current
            assert element.license == "Apache-2.0"


def test_too_many_tasks_are_refused() -> None:
    source = _source(tasks=3, operations=["reverse"], most_operations=1)
    with pytest.raises(UnreadableFileError, match="source made: there are only 2 such tasks"):
        _elements(source)


def test_one_operation() -> None:
    source = _source(tasks=2, records=5, operations=["reverse"], most_operations=1)
    records = [e for e in _elements(source) if isinstance(e, Record)]
    assert len(records) == 10
    for record in records:
        assert record.fields["answer"] == shown(list(reversed(str(record.fields["input"]).split())))
        assert record.task in ("made_up_letters_reverse", "made_up_numbers_reverse")


def test_parts_share_no_input() -> None:
    def inputs(part: str) -> set[object]:
        elements = _elements(_source(tasks=20, records=20, part=part))
        return {(e.task, e.fields["input"]) for e in elements if isinstance(e, Record)}

    assert not inputs("train") & inputs("test")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"operations": ["revers"]}, "no operation 'revers'; did you mean 'reverse'"),
        ({"split": "test"}, "split"),
        ({"most_operations": 4}, "most_operations"),
        ({"tasks": 0}, "tasks"),
        ({"operations": []}, "operations"),
    ],
)
def test_settings_that_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _source(**settings)
