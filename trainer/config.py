"""Training configuration. Does not import JAX, so validating a file initializes no backend."""

import math
from typing import Any, Literal

from pydantic import Field, PositiveFloat, field_validator

from trainer.models.computation import Computation
from trainer.models.sizes import ModelSize
from trainer.settings import Settings


class TrainConfig(Settings):
    """The settings of a run. Lengths are in tokens of a packed row, EOS included."""

    model: ModelSize = Field(description="named size of T5 1.1, or its dimensions")
    initial_weights: str | None = Field(
        default=None,
        description="path or URL of a Hugging Face T5 1.1, a checkpoint or a run; null: random "
        "weights",
    )
    steps: int = Field(gt=0, description="total optimizer steps, including those before a resume")
    batch_rows: int = Field(gt=0, description="packed rows in a global batch")
    accumulate: int = Field(
        default=1,
        gt=0,
        description="micro-batches to split a batch into, to save memory",
    )
    input_length: int = Field(gt=0, description="input tokens in a packed row")
    target_length: int = Field(gt=0, description="target tokens in a packed row")
    learning_rate: float = Field(gt=0, description="constant, relative to each parameter's scale")
    dropout: float = Field(default=0.0, ge=0, lt=1, description="dropout rate")
    z_loss: float = Field(default=1e-4, ge=0, description="coefficient of the z-loss")
    loss_normalizer: Literal["tokens", "examples"] | PositiveFloat = Field(
        default="tokens",
        description="mean over tokens or examples, or a number to divide by",
    )
    seed: int = Field(
        default=0, ge=0, lt=2**32, description="seed of weights, dropout and order of batches"
    )
    dtype: Literal["float32", "bfloat16"] = Field(
        default="float32", description="type of activations; parameters are always float32"
    )
    attention: Literal["xla", "cudnn"] = Field(
        default="xla",
        description="cudnn needs NVIDIA GPUs and bfloat16, and does not drop attention weights",
    )
    remat: bool = Field(
        default=False, description="recompute blocks for the gradient, to save memory"
    )
    sharding: Literal["data", "full"] = Field(
        default="data", description="full: also split parameters and optimizer state over devices"
    )
    model_devices: int = Field(
        default=1, gt=0, description="devices that each layer is split over (the mesh's model axis)"
    )
    devices: int | None = Field(
        default=None,
        gt=0,
        description="CPU devices to use; null: all devices that JAX finds",
    )
    coordinator: str | None = Field(
        default=None, description="host:port of process 0, or auto on TPU slices and Slurm"
    )
    processes: int | None = Field(default=None, gt=0, description="number of processes of the run")
    process_id: int | None = Field(default=None, ge=0, description="index of this process, from 0")
    input_workers: int = Field(
        default=0, ge=0, description="processes that prepare batches; 0: one thread"
    )
    log_every: int = Field(default=1, gt=0, description="steps between lines in metrics.jsonl")
    checkpoint_every: int | None = Field(
        default=None,
        gt=0,
        description="steps between checkpoints; null: checkpoint_minutes decides",
    )
    checkpoint_minutes: float = Field(
        default=5.0, gt=0, description="minutes between checkpoints if checkpoint_every is null"
    )
    keep_checkpoints: int = Field(
        default=2, gt=0, description="newest checkpoints to keep, besides the best"
    )
    held_in_examples: int = Field(
        default=0,
        ge=0,
        description="examples to measure the loss on at each checkpoint: from the validation "
        "split, or, if there is none, kept out of training",
    )
    tensorboard: bool = Field(default=False, description="also write TensorBoard event files")
    mlflow: bool = Field(default=False, description="also log to MLflow")
    wandb: bool = Field(default=False, description="also log to Weights & Biases")

    @field_validator("loss_normalizer", mode="before")
    @classmethod
    def _check_normalizer(cls, value: Any) -> Any:
        is_number = isinstance(value, int | float)
        if is_number and (isinstance(value, bool) or not 0 < value < math.inf):
            raise ValueError("should be tokens, examples or a finite number greater than 0")
        return value

    @property
    def computation(self) -> Computation:
        """Return how the model is computed."""
        return Computation(
            dropout_rate=self.dropout,
            compute_dtype=self.dtype,
            attention=self.attention,
            remat=self.remat,
        )
