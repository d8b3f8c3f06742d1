"""When a run saves."""

from pathlib import Path
from typing import Any

import pytest

from trainer.checkpointing import saving
from trainer.checkpointing.saving import SaveClock, Saver
from trainer.config import TrainConfig
from trainer.stopping import StopRequest
from trainer.train import train


def _saver(every: int | None) -> Saver:
    nothing: Any = None
    return Saver(
        manager=nothing,
        card=nothing,
        before=nothing,
        batches=nothing,
        log=nothing,
        every=every,
        clock=nothing,
        held_in=None,
        is_own=False,
    )


@pytest.mark.parametrize(("every", "due"), [(1, [1, 2, 3, 4]), (3, [3])])
def test_every_so_many_steps(every: int | None, due: list[int]) -> None:
    saver = _saver(every)
    for _ in range(2):  # asking changes nothing
        assert [position for position in range(1, 5) if saver.is_due(position)] == due


def test_the_clock_has_a_checkpoint_every_so_many_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps take 60 s first (compilation), then 1 s, then 5 s from step 30 on.

    A step is chosen by the speed so far, so a slower speed is noticed once, at step 31.
    """
    now = 0.0
    monkeypatch.setattr(saving, "perf_counter", lambda: now)
    clock, due = SaveClock(10.0, position=0), []
    for position in range(1, 41):
        now += 60.0 if position == 1 else 1.0 if position < 30 else 5.0
        if clock.is_due(position):
            due.append(position)
    assert due == [1, 11, 21, 31, 33, 35, 37, 39]


@pytest.mark.slow
def test_a_stop_saves_once_whatever_the_schedule(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def reached(_: StopRequest, step: int) -> bool:
        asked.append(step)
        return step == 3

    monkeypatch.setattr(StopRequest, "reached", reached)
    result = train(config, make_snapshot(), str(tmp_path / "run"))
    assert (result.stopped, result.steps, asked) == (True, 3, [1, 2, 3])
    steps = {path.name for path in (tmp_path / "run" / "checkpoints").iterdir()}
    assert steps == {"3"}
