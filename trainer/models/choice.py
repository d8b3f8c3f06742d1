"""Choose a model, in this one place. T5 is the only one so far."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trainer.config import TrainConfig
from trainer.models.computation import Computation
from trainer.models.model import Model
from trainer.models.t5.hugging_face import read_config
from trainer.models.t5.sizes import T5Config, configured
from trainer.models.t5.t5_model import T5Model


def configured_model(config: TrainConfig, vocabulary_size: int) -> Model:
    """Return the model that a training configuration names, for a vocabulary of so many ids."""
    return T5Model(configured(config.model, vocabulary_size, config.computation))


def described_model(
    architecture: Mapping[str, Any], computation: Computation | None = None
) -> Model:
    """Return the model that a checkpoint describes, with its own computation or another."""
    changes = {} if computation is None else asdict(computation)
    return T5Model(T5Config(**{**architecture, **changes}))


def hugging_face_model(directory: Path, computation: Computation | None = None) -> Model:
    """Return the model of a directory saved by Hugging Face.

    Raises:
        TrainerError: the directory has no model that the trainer supports.
    """
    return described_model(asdict(read_config(directory)), computation)
