"""When a run saves."""

from pathlib import Path
from typing import Any

import pytest

from trainer.checkpointing.saving import Saver
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
        held_in=None,
    )


@pytest.mark.parametrize(("every", "due"), [(None, []), (1, [1, 2, 3, 4]), (3, [3])])
def test_every_so_many_steps(every: int | None, due: list[int]) -> None:
    saver = _saver(every)
    for _ in range(2):  # asking changes nothing
        assert [position for position in range(1, 5) if saver.is_due(position)] == due


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
