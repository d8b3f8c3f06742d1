"""A snapshot with every record once is drawn by the manifest's weights, exactly and for ever."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema import manifest
from tfrecords_schema.snapshot import open_snapshot
from trainer.batches.inputs import open_inputs
from trainer.batches.weighting import Weighting, snapshot_weighting
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.models.t5.rows import EncoderDecoderRows


def _weighting(sizes: list[int], shares: list[float]) -> Weighting:
    ends = np.cumsum([0, *sizes])
    members = {f"t{i}": np.arange(ends[i], ends[i + 1]) for i in range(len(sizes))}
    return Weighting(members, tuple(shares), seed=5)


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0.01, 1)), min_size=1, max_size=5))
def test_every_epoch_has_the_shares_and_passes_go_on(drawn: list[tuple[int, float]]) -> None:
    sizes, shares = [size for size, _ in drawn], [share for _, share in drawn]
    weighting = _weighting(sizes, shares)
    total = sum(sizes)
    uses: Counter[int] = Counter()
    for number in range(3):
        epoch = weighting.epoch(number)
        assert len(epoch) == total
        for members, share in zip(weighting.members.values(), shares, strict=True):
            count = int(np.isin(epoch, members).sum())
            assert abs(count - total * share / sum(shares)) <= 1
        uses.update(epoch.tolist())
    for members in weighting.members.values():
        of_task = [uses[index] for index in members.tolist()]
        # No example comes a second time before all of its task have come once.
        assert max(of_task) - min(of_task) <= 1


def test_epochs_are_functions_of_their_number() -> None:
    one, other = (_weighting([30, 5], [0.5, 0.5]) for _ in range(2))
    late = one.epoch(7).tolist()
    assert [other.epoch(number).tolist() for number in (3, 7)][1] == late
    assert one.epoch(0).tolist() != one.epoch(1).tolist()


def _as_one_pass(path: str, weights: dict[str, float]) -> None:
    file = Path(path, "manifest.json")
    stated = manifest.load(file.read_bytes(), str(file))
    file.write_bytes(manifest.dump(stated.model_copy(update={"weights": weights})))


def test_a_run_on_one_pass_draws_by_weight(make_snapshot: Any, config: TrainConfig) -> None:
    path = make_snapshot(examples=60)
    snapshot = open_snapshot(path)
    names = sorted({str(row["_task_name"]) for row in snapshot.rows("train")})
    weights = dict.fromkeys(names, 0.0) | {names[0]: 0.75, names[1]: 0.25}
    _as_one_pass(path, weights)
    config = config.model_copy(update={"held_in_examples": 0})
    training = open_inputs(config, open_snapshot(path), EncoderDecoderRows(64, 16)).training
    tasks = {row["id"]: row["_task_name"] for row in snapshot.rows("train")}
    ids = [
        example
        for position in range(training.batches_in_epoch(0))
        for example in training.example_ids(position)
    ]
    assert Counter(tasks[example] for example in ids) == {names[0]: 45, names[1]: 15}


def test_without_any_weight_the_run_says_so(make_snapshot: Any) -> None:
    path = make_snapshot(examples=6)
    _as_one_pass(path, {"elsewhere": 1.0})
    with pytest.raises(TrainerError, match="no task with a weight"):
        snapshot_weighting(open_snapshot(path), "train", np.arange(6), 0)
