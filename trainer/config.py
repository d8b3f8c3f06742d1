"""What one training run is told; imports no JAX, so that checking a file starts no backend."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat

from trainer.models.computation import Computation
from trainer.models.t5.sizes import ModelDims, SizeName


class TrainConfig(BaseModel):
    """The settings of a run; lengths are tokens of a packed row, EOS included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: SizeName | ModelDims
    initial_weights: str | None = Field(
        default=None,
        description="a Hugging Face T5 1.1, or a checkpoint or run of ours; null: random weights",
    )
    steps: int = Field(gt=0, description="optimizer steps in all, those before a resume included")
    batch_rows: int = Field(gt=0, description="packed rows of a global batch")
    accumulate: int = Field(
        default=1, gt=0, description="micro-batches that a batch is computed in, one after another"
    )
    input_length: int = Field(gt=0)
    target_length: int = Field(gt=0)
    learning_rate: float = Field(gt=0, description="constant, relative to each parameter's scale")
    dropout: float = Field(default=0.0, ge=0, lt=1)
    z_loss: float = Field(default=1e-4, ge=0)
    loss_normalizer: Literal["tokens", "examples"] | PositiveFloat = Field(
        default="tokens", description="what the loss is a mean over, or a number to divide it by"
    )
    seed: int = Field(default=0, ge=0, lt=2**32)
    dtype: Literal["float32", "bfloat16"] = Field(
        default="float32", description="of activations; parameters are float32"
    )
    attention: Literal["xla", "cudnn"] = Field(
        default="xla", description="cudnn: NVIDIA GPUs in bfloat16; no dropout of its weights"
    )
    remat: bool = Field(
        default=False, description="compute blocks again for the gradient, to save memory"
    )
    sharding: Literal["data", "full"] = Field(
        default="data", description="full: parameters and optimizer state split over all devices"
    )
    model_devices: int = Field(
        default=1, gt=0, description="devices that share each layer (the mesh's model axis)"
    )
    devices: int | None = Field(
        default=None, gt=0, description="CPU devices to force; null: all devices JAX finds"
    )
    coordinator: str | None = Field(
        default=None, description="host:port of process 0, or auto (TPU slices, Slurm)"
    )
    processes: int | None = Field(default=None, gt=0)
    process_id: int | None = Field(default=None, ge=0)
    input_workers: int = Field(
        default=0, ge=0, description="processes that build batches; 0: a thread"
    )
    log_every: int = Field(default=1, gt=0, description="steps between lines of metrics.jsonl")
    checkpoint_every: int | None = Field(
        default=None, gt=0, description="steps between checkpoints; null: at the end alone"
    )
    keep_checkpoints: int = Field(default=2, gt=0, description="newest ones kept, beside the best")
    held_in_examples: int = Field(
        default=0,
        ge=0,
        description="examples whose loss is taken at each checkpoint: of the validation split, "
        "else kept out of training",
    )
    tensorboard: bool = Field(default=False, description="write event files beside metrics.jsonl")

    @property
    def computation(self) -> Computation:
        """Return how the model is computed."""
        return Computation(
            dropout_rate=self.dropout,
            compute_dtype=self.dtype,
            attention=self.attention,
            remat=self.remat,
        )
