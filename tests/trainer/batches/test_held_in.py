"""Held-in examples of a small corpus: a tenth, where a large corpus' number would be most of it."""

from dataclasses import dataclass, field

import pytest

from trainer.batches.held_in import held_in


@dataclass
class _Split:
    rows: int


@dataclass
class _Snapshot:
    """A snapshot with a train split alone."""

    rows: int
    splits: tuple[str, ...] = ("train",)
    manifest: "_Snapshot" = field(init=False)

    def __post_init__(self) -> None:
        self.manifest = self

    def split(self, _: str) -> _Split:
        return _Split(self.rows)


@pytest.mark.parametrize(
    ("rows", "count", "expected"), [(200, 2048, 20), (200, 101, 20), (200, 100, 100), (9, 5, 0)]
)
def test_how_many_are_held_in(rows: int, count: int, expected: int) -> None:
    held = held_in(_Snapshot(rows), count)  # type: ignore[arg-type]
    assert len(held.examples) == expected
    assert sorted([*held.examples, *held.train]) == list(range(rows))
