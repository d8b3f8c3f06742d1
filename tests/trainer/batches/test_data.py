"""Batches: a pure function of their position, every example once an epoch."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tfrecords_schema.snapshot import TokenizedExample, open_snapshot
from trainer.batches.data import PackedBatches, shuffled
from trainer.batches.inputs import open_inputs
from trainer.batches.packing import BEST_FIT, FIRST_FIT
from trainer.batches.prefetch import prefetched
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.models.t5.rows import EncoderDecoderRows


class FakeReader:
    """Examples whose tokens are their own index."""

    def __init__(self, lengths: NDArray[np.int32]) -> None:
        self.lengths = lengths

    def __len__(self) -> int:
        return len(self.lengths)

    def read_tokens(self, indices: Sequence[int], /) -> list[TokenizedExample]:
        return [self._example(index) for index in indices]

    def _example(self, index: int) -> TokenizedExample:
        inputs, targets = (np.full(n, index + 3, np.int32) for n in self.lengths[index])
        return f"example-{index}", f"task-{index % 3}", inputs, targets


def _batches(examples: int = 50, **changes: Any) -> PackedBatches:
    random = np.random.default_rng(1)
    lengths = random.integers(1, [20, 6], (examples, 2), dtype=np.int32)
    settings: dict[str, Any] = {
        "seed": 0,
        "batch_rows": 4,
        "row_format": EncoderDecoderRows(32, 16),
    } | changes
    return PackedBatches(FakeReader(lengths), lengths, **settings)


def _epoch(batches: PackedBatches, epoch: int) -> list[list[str]]:
    positions = [p for p in range(100) if batches.locate(p)[0] == epoch]
    return [batches.example_ids(position) for position in positions]


def test_each_epoch_reads_every_example_once_in_another_order() -> None:
    batches = _batches()
    epochs = [_epoch(batches, epoch) for epoch in range(3)]
    for epoch in epochs:
        counts = Counter(example for batch in epoch for example in batch)
        assert counts == Counter(f"example-{index}" for index in range(50))
    assert epochs[0] != epochs[1]


def test_a_batch_depends_on_its_position_alone() -> None:
    forward, backward = _batches(), _batches()
    ahead = {position: forward.example_ids(position) for position in range(20)}
    behind = {position: backward.example_ids(position) for position in reversed(range(20))}
    assert ahead == behind
    assert all(forward.plan_hash(p) == backward.plan_hash(p) for p in (0, 19))


def test_the_last_batch_of_an_epoch_is_filled_with_empty_rows() -> None:
    batches = _batches(examples=1)
    batch = batches[0]
    assert batch.arrays["encoder_input_tokens"].shape == (4, 32)
    assert not batch.arrays["loss_weights"][1:].any()
    assert batch.tokens == np.count_nonzero(batch.arrays["encoder_segment_ids"]) + np.count_nonzero(
        batch.arrays["target_segment_ids"]
    )


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"batch_rows": 2}, {"row_format": EncoderDecoderRows(40, 16)}, {"examples": 51}],
)
def test_plan_hash_tells_other_plans_apart(change: dict[str, Any]) -> None:
    assert _batches(**change).plan_hash(0) != _batches().plan_hash(0)


def test_a_run_of_an_earlier_version_keeps_its_plan() -> None:
    batches = _batches(examples=2000)
    today = batches.plan_hash(0)
    batches.plan_as(FIRST_FIT)
    # Printed by the code before there were versions.
    assert batches.plan_hash(0) == (
        "1b3b5dc138249048a085c9a405af4e282c492ce4ec6168a6cc4361ddf71bbdbc"
    )
    assert today != batches.plan_hash(0)
    batches.plan_as(BEST_FIT)
    assert batches.plan_hash(0) == today
    with pytest.raises(TrainerError, match="version 9 of the packing plan is not known: use"):
        batches.plan_as(9)


def test_epochs_read_is_a_share() -> None:
    batches = _batches()
    count = len(_epoch(batches, 0))
    assert batches.epochs_read(0) == 0.0
    assert batches.epochs_read(count) == 1.0
    assert 0 < batches.epochs_read(1) < 1


def test_shuffled_is_a_stable_permutation() -> None:
    assert sorted(shuffled(1000, 7, "examples", 0).tolist()) == list(range(1000))
    assert shuffled(8, 7, "examples", 0).tolist() != shuffled(8, 7, "examples", 1).tolist()
    # Pinned: another order would break resuming from checkpoints already written.
    assert shuffled(8, 0, "rows", 0).tolist() == [4, 6, 3, 1, 7, 0, 2, 5]


def test_an_empty_split_is_refused() -> None:
    with pytest.raises(TrainerError, match="train split is empty"):
        _batches(examples=0)


def _load(position: int) -> int:
    if position == 5:
        raise ValueError("five")
    return position


def test_prefetch_keeps_order_and_raises_in_place() -> None:
    loaded = prefetched(_load, range(10))
    assert [next(loaded) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(loaded)


def test_parts_of_a_batch_are_the_batch_whatever_their_number() -> None:
    batches = _batches(tasks=["task-1", "task-2"])
    for position in range(len(_epoch(batches, 0))):
        whole = batches[position]
        for parts in (2, 4):
            size = 4 // parts
            loaded = [batches.load(position, range(n * size, (n + 1) * size)) for n in range(parts)]
            for name, array in whole.arrays.items():
                joined = np.concatenate([part.arrays[name] for part in loaded])
                np.testing.assert_array_equal(joined, array)
            assert {(part.tokens, part.examples) for part in loaded} == {
                (whole.tokens, whole.examples)
            }


def test_task_ids_lie_under_their_examples_targets() -> None:
    arrays = _batches(tasks=["task-0", "task-1", "task-2"])[0].arrays
    inside = arrays["target_segment_ids"] > 0
    example = arrays["target_tokens"] - 3  # the fake reader's tokens tell the example
    np.testing.assert_array_equal(arrays["task_ids"][inside], example[inside] % 3)
    assert not arrays["task_ids"][~inside].any()


def test_examples_left_out_are_never_read() -> None:
    batches = _batches(chosen=np.arange(10, 50))
    read = {example for batch in _epoch(batches, 1) for example in batch}
    assert read == {f"example-{index}" for index in range(10, 50)}


@pytest.mark.slow
def test_worker_processes_give_the_batches_of_a_thread(
    config: TrainConfig, make_snapshot: Any
) -> None:
    snapshot, row_format = open_snapshot(make_snapshot()), EncoderDecoderRows(64, 16)
    batches = open_inputs(config, snapshot, row_format).training
    load = partial(batches.load, rows=range(1, 3))
    in_thread, in_processes = (list(prefetched(load, range(6), workers)) for workers in (0, 2))
    for one, other in zip(in_thread, in_processes, strict=True):
        assert one.position == other.position
        for name, array in one.arrays.items():
            np.testing.assert_array_equal(array, other.arrays[name])
