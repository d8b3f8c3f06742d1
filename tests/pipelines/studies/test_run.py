"""What `run_study` refuses before it trains."""

from pathlib import Path

import pytest

from pipelines.cli import main

TEXT = """\
name: twins
recipe: made_up_tasks
set: {sources.made_up.tasks: 2, sources.made_up.records: 8, held_out: {}, mixture.inversion: 0}
config: made_up
tokens: 3840
seeds: [0]
base: caps
arms:
  caps: {}
  zero_shot: {set: {mixture.few_shot_share: 0}}
  longer: {tokens: 7680}
  proportional: {set: {mixture.balance: none}}
suites:
  asked:
    recipe: made_up_tasks
    set:
      sources.made_up.part: test
      sources.made_up.tasks: 2
      sources.made_up.records: 8
      held_out: {}
"""


def test_arms_that_are_the_same_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Both tasks have 8 records, so nothing is capped and there is nothing to balance.
    study = tmp_path / "study.yaml"
    study.write_text(TEXT)
    assert main(["study", str(study), "--out", str(tmp_path / "out")]) == 2
    assert "the arms caps, proportional have the same examples" in capsys.readouterr().err
    assert not (tmp_path / "out" / "cells").exists()
