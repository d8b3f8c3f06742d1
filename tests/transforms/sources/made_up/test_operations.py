"""Operations do what their names say: every expected value is worked out by hand."""

import pytest

from transforms.sources.made_up.operations import OPERATIONS, Items

CASES: list[tuple[str, Items, Items, Items]] = [
    ("reverse", ("a", "b", "c"), (), ("c", "b", "a")),
    ("rotate", ("a", "b", "c", "d"), (1,), ("b", "c", "d", "a")),
    ("rotate", ("a", "b"), (3,), ("b", "a")),
    ("drop_first", (4, 5, 6), (2,), (6,)),
    ("drop_first", (4, 5), (3,), ()),
    ("keep_first", (4, 5, 6), (2,), (4, 5)),
    ("sort", (10, 9, 2), (), (2, 9, 10)),
    ("sort", ("c", "a", "b"), (), ("a", "b", "c")),
    ("replace", ("a", "b", "a"), ("a", "c"), ("c", "b", "c")),
    ("exchange", ("a", "b", "a", "c"), ("a", "b"), ("b", "a", "b", "c")),
    ("remove", ("a", "b", "a"), ("a",), ("b",)),
    ("double", ("a", "b"), (), ("a", "a", "b", "b")),
    ("exchange_ends", (1, 2, 3), (), (3, 2, 1)),
    ("exchange_ends", (1, 2, 3, 4), (), (4, 2, 3, 1)),
    ("append", ("a",), ("b",), ("a", "b")),
    ("add", (1, 20), (5,), (6, 25)),
    ("shift", ("a", "x"), (1,), ("b", "a")),
    ("count", ("a", "b", "a"), ("a",), (2,)),
    ("count", ("a",), ("b",), (0,)),
    ("first", ("a", "b"), (), ("a",)),
    ("last", ("a", "b"), (), ("b",)),
    ("length", (7, 7, 7), (), (3,)),
    ("contains", ("a", "b"), ("b",), ("yes",)),
    ("contains", ("a", "b"), ("c",), ("no",)),
]


@pytest.mark.parametrize(("name", "items", "parameters", "output"), CASES)
def test_operation(name: str, items: Items, parameters: Items, output: Items) -> None:
    assert OPERATIONS[name].apply(items, *parameters) == output


@pytest.mark.parametrize(
    ("name", "items", "parameters", "output"),
    [case for case in CASES if OPERATIONS[case[0]].undo is not None],
)
def test_inverse(name: str, items: Items, parameters: Items, output: Items) -> None:
    undo = OPERATIONS[name].undo
    assert undo is not None
    assert undo(output, *parameters) == items


def test_every_operation_is_tested() -> None:
    assert {case[0] for case in CASES} == set(OPERATIONS)
