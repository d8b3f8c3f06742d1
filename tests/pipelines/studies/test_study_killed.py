"""A study that is killed while it builds, trains and measures ends with the same table.

So does one that runs several cells at a time.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

TEXT = """\
name: killed
recipe: made_up_tasks
set: {sources.made_up.tasks: 4, sources.made_up.records: 16, held_out: {}, mixture.inversion: 0}
config: made_up
train:
  batch_rows: 1
  checkpoint_every: 4
  log_every: 1
  model:
    {model_dim: 16, head_dim: 8, num_heads: 2, mlp_dim: 16, encoder_layers: 1, decoder_layers: 1}
tokens: 3840
seeds: [0]
base: mixed
arms:
  mixed: {}
  zero_shot: {set: {mixture.few_shot_share: 0}}
suites:
  asked:
    recipe: made_up_tasks
    set:
      {sources.made_up.tasks: 12, sources.made_up.records: 10, sources.made_up.part: test,
       held_out: {}, mixture.inversion: 0}
    limit: 2
"""


def _start(study: Path, out: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipelines.cli", "study", str(study), "--out", str(out)]
    command += options
    with (out.parent / f"{out.name}.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _kill_when(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 300
    while not ready():
        assert process.poll() is None, "ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _results(out: Path) -> object:
    document = json.loads((out / "results.json").read_text())
    assert len(document["lines"]) == 4
    return document


@pytest.mark.slow
def test_a_killed_study_ends_with_the_same_table(tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(TEXT)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    # Both cells at a time; the killed study runs one after the other.
    said = tmp_path / "whole.log"
    assert _start(study, whole, "--jobs", "2").wait(timeout=600) == 0, said.read_text()
    both = ["runs mixed, seed 0", "runs zero_shot, seed 0"]
    assert [line for line in said.read_text().splitlines() if line[:4] in ("runs", "done")][
        :2
    ] == both

    building = killed / "store" / "cache" / "building"
    _kill_when(_start(study, killed), lambda: building.is_dir() and any(building.iterdir()))
    assert not (killed / "cells").exists()
    checkpoint = killed / "cells" / "mixed" / "seed-0" / "run" / "checkpoints" / "4"
    _kill_when(_start(study, killed), checkpoint.is_dir)
    assert not (killed / "cells" / "zero_shot" / "seed-0" / "run").exists()
    trained = killed / "cells" / "zero_shot" / "seed-0" / "trained.json"
    _kill_when(_start(study, killed), trained.exists)
    assert not (killed / "results.json").exists()

    assert _start(study, killed).wait(timeout=600) == 0, (tmp_path / "killed.log").read_text()
    assert _results(killed) == _results(whole)
    assert (killed / "results.png").stat().st_size > 0
    assert "<svg" in (killed / "results.svg").read_text()
    assert "## What was run" in (killed / "results.md").read_text()
