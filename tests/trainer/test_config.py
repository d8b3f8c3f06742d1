"""Configurations: the shipped ones are valid, unknown keys are refused, JAX stays out."""

import subprocess
import sys
from importlib import resources
from importlib.resources.abc import Traversable

import pytest
import yaml
from pydantic import ValidationError

from trainer.config import TrainConfig
from trainer.models.t5.sizes import SIZES, ModelDims, configured

SHIPPED = [
    path for path in resources.files("trainer").joinpath("configs").iterdir() if path.is_file()
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_configurations_are_valid(path: Traversable) -> None:
    config = TrainConfig.model_validate(yaml.safe_load(path.read_text()))
    assert isinstance(config.model, ModelDims) or config.model in SIZES


def test_unknown_keys_are_refused() -> None:
    content = yaml.safe_load(SHIPPED[0].read_text())
    with pytest.raises(ValidationError, match="learning_rat"):
        TrainConfig.model_validate(content | {"learning_rat": 0.1})


def test_vocabulary_is_rounded_up_and_dimensions_may_be_given() -> None:
    content = yaml.safe_load(SHIPPED[0].read_text())
    dims = {"model_dim": 8, "head_dim": 4, "num_heads": 2, "mlp_dim": 16}
    model = ModelDims.model_validate(dims | {"encoder_layers": 1, "decoder_layers": 2})
    config = TrainConfig.model_validate(content | {"model": model.model_dump(), "dropout": 0.25})
    built = configured(config.model, 259, config.computation)
    assert (built.vocab_size, built.model_dim, built.decoder_layers) == (384, 8, 2)
    assert built.dropout_rate == 0.25


def test_the_configuration_imports_no_jax_and_training_no_tensorflow() -> None:
    check = "import sys, {0}; sys.exit({1!r} in sys.modules)"
    for module, forbidden in (("trainer.config", "jax"), ("trainer.train", "tensorflow")):
        subprocess.run([sys.executable, "-c", check.format(module, forbidden)], check=True)
