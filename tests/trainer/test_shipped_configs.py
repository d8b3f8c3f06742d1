"""The configurations that ship take what a recipe with default limits lets through."""

import pytest

from pipelines.configuration.shipped import shipped_files
from pipelines.subcommands.train import train_config
from transforms.settings import Limits


# One task at a time, and made-up tasks, have limits of their own, which their recipes state.
@pytest.mark.parametrize(
    "name", sorted({*shipped_files("trainer", "configs")} - {"single_task", "made_up"})
)
def test_default_limits_fit(name: str) -> None:
    config = train_config(name, [])
    limits = Limits()  # type: ignore[call-arg]
    assert config.input_length >= limits.max_input_tokens
    assert config.target_length >= limits.max_target_tokens
