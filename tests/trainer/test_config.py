"""Configurations: the shipped ones are valid, unknown keys are refused, JAX stays out."""

import subprocess
import sys
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from pipelines.subcommands.train import train_config
from tfrecords_schema.errors import ConfigurationError
from trainer.config import TrainConfig
from trainer.models.t5.sizes import SIZES, ModelDims, configured

SHIPPED = [
    path for path in resources.files("trainer").joinpath("configs").iterdir() if path.is_file()
]
_SHORT = """\
model: tiny
steps: 4
batch_rows: 2
input_length: 64
target_length: 32
learning_rate: 0.1
"""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_configurations_are_valid(path: Traversable) -> None:
    config = TrainConfig.model_validate(yaml.safe_load(path.read_text()))
    assert isinstance(config.model, ModelDims) or config.model in SIZES


def test_unknown_keys_are_refused() -> None:
    content = yaml.safe_load(SHIPPED[0].read_text())
    with pytest.raises(ValidationError, match="learning_rat"):
        TrainConfig.model_validate(content | {"learning_rat": 0.1})


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("learning_rate: .nan", "nan: should be a finite number"),
        ("learning_rate: .inf", "inf: should be a finite number"),
        ("learning_rate: -0.1", "-0.1: should be greater than 0"),
        ("learning_rate: 0", "0: should be greater than 0"),
        ("learning_rate: true", "True: should be a number, not true or false"),
        ("steps: yes", "True: should be a number, not true or false"),
        ("steps: 0", "0: should be greater than 0"),
        ("devices: true", "True: should be a number, not true or false"),
        ("checkpoint_every: false", "False: should be a number, not true or false"),
        ("checkpoint_minutes: .inf", "inf: should be a finite number"),
        ("z_loss: .inf", "inf: should be a finite number"),
        ("dropout: 1", "1: should be less than 1"),
        ("loss_normalizer: .nan", "nan: should be tokens, examples or a finite number greater"),
        ("loss_normalizer: true", "True: should be tokens, examples or a finite number greater"),
        ("loss_normalizer: 0", "0: should be tokens, examples or a finite number greater than 0"),
        ("loss_normalizer: example", "did you mean 'examples'?"),
        ("initial_weights: true", "expected text, but YAML reads True"),
    ],
)
def test_a_number_that_cannot_be_meant_is_named(setting: str, message: str, tmp_path: Path) -> None:
    key = setting.partition(":")[0]
    lines = (line for line in _SHORT.splitlines() if not line.startswith(key))
    path = tmp_path / "mine.yaml"
    path.write_text("\n".join([setting, *lines]))
    with pytest.raises(ConfigurationError) as refused:
        train_config(str(path), [])
    assert str(refused.value).startswith(f"{path}:1: {key}: ")
    assert message in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_mistaken_dimensions_are_named_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    dims = "{model_dim: 8, head_dim: 4, num_heads: true, mlp_dim: 16, encoder_layers: 1}"
    path.write_text(_SHORT.replace("tiny", dims))
    with pytest.raises(ConfigurationError) as refused:
        train_config(str(path), [])
    assert str(refused.value).splitlines() == [
        f"{path}:1: model.num_heads: True: should be a number, not true or false",
        f"{path}:1: model.decoder_layers: this key is missing",
    ]


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
