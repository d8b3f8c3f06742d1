"""Train T5 on a snapshot, and measure the result."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flanbeam.missing import needs_flanbeam
from flanbeam.snapshots import Snapshot
from tfrecords_schema.channels import resolve

if TYPE_CHECKING:
    from trainer.evaluation.results import SuiteResult
    from trainer.train import TrainResult


def _address(snapshot: Snapshot | str) -> str:
    return snapshot.path if isinstance(snapshot, Snapshot) else resolve(str(snapshot))


def _assignments(settings: Mapping[str, object] | None) -> list[str]:
    return [f"{key}={value}" for key, value in (settings or {}).items()]


def train(
    config: str, snapshot: Snapshot | str, out: str, settings: Mapping[str, object] | None = None
) -> "TrainResult":
    """Fine-tune T5 on the train split of a snapshot; an interrupted run continues.

    Args:
      config: a configuration that ships with flanbeam, or a YAML file.
      snapshot: an open one, its directory or STORE@CHANNEL.
      out: the directory of the run.
      settings: keys and values that override the configuration's, e.g. {"steps": 100}.

    Raises:
      ConfigurationError: the configuration is wrong, or does not fit the snapshot.
    """
    try:
        from pipelines.subcommands.train import train_config
        from trainer.train import train as run
    except ImportError as error:
        raise needs_flanbeam(error) from error
    return run(train_config(config, _assignments(settings)), _address(snapshot), str(out))


def evaluate(
    config: str,
    checkpoint: str,
    suites: Sequence[str],
    snapshot: Snapshot | str | None = None,
    data: str | None = None,
    limit: int | None = None,
    settings: Mapping[str, object] | None = None,
) -> "list[SuiteResult]":
    """Ask a checkpoint the questions of some suites; tables are written to CHECKPOINT/eval.

    Args:
      config: the configuration of the run.
      checkpoint: the directory of a run, one of its checkpoints, or a Hugging Face T5.
      suites: held_in, mmlu, mmlu_5shot, bbh, bbh_cot, superni or jsonl=PATH.
      snapshot: for held_in, the one that the run read.
      data: directory with mmlu/, bbh/ and superni/.
      limit: questions of each task at most.

    Raises:
      ConfigurationError: the configuration is wrong, or there is no such suite.
      DataError: the data of a suite, or the checkpoint, are missing or damaged.
    """
    try:
        from pipelines.subcommands.train import train_config
        from trainer.evaluation.evaluate import EvalRequest
        from trainer.evaluation.evaluate import evaluate as run
    except ImportError as error:
        raise needs_flanbeam(error) from error
    request = EvalRequest(
        checkpoint=str(checkpoint),
        suites=tuple(suites),
        out=os.path.join(checkpoint, "eval"),
        data=data,
        snapshot=None if snapshot is None else _address(snapshot),
        limit=limit,
    )
    return run(train_config(config, _assignments(settings)), request)
