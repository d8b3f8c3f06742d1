"""The seam for models: a second, decoder-only one goes through the whole trainer.

Only trainer/models/choice.py is told about it. It trains, is split over devices, resumes, is
evaluated and exported by the code that T5 uses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from tfrecords_schema.vocabulary import EOS_ID, PAD_ID
from trainer.checkpointing import checkpoints
from trainer.checkpointing.conversion import export_weights, import_weights
from trainer.checkpointing.initial_state import abstract_state
from trainer.config import TrainConfig
from trainer.evaluation.predictor import open_predictor
from trainer.metrics import read_metrics
from trainer.models import choice
from trainer.models.axes import FEATURES, HIDDEN, VOCABULARY
from trainer.models.computation import Computation
from trainer.models.hugging_face import HuggingFaceFormat
from trainer.models.model import Arrays, Params, TokenQuestion, abstract_params
from trainer.models.rows import Example, RowArrays, TokenArray, lay_out, power_of_two
from trainer.models.safetensors_files import read_json
from trainer.optimizer import adafactor
from trainer.sharding import Layout, make_mesh
from trainer.train import train


@dataclass(frozen=True)
class OneSequence:
    """Rows of one sequence: the input of an example, then its target."""

    row_length: int

    @property
    def limits(self) -> dict[str, int]:
        return {"row_length": self.row_length}

    def needed(self, lengths: TokenArray) -> TokenArray:
        return lengths.sum(axis=1, keepdims=True, dtype=np.int32)

    def fill(self, rows: Sequence[Sequence[Example]], num_rows: int) -> RowArrays:
        joined = [[np.concatenate(example) for example in row] for row in rows]
        weights = [
            [np.concatenate([np.zeros_like(i), np.ones_like(t)]) for i, t in row] for row in rows
        ]
        tokens, segments, starts = lay_out(joined, num_rows, self.row_length)
        before = np.roll(tokens, 1)
        before.ravel()[starts] = PAD_ID
        return {
            "tokens_before": before,
            "target_tokens": tokens,
            "target_segment_ids": segments,
            "loss_weights": lay_out(weights, num_rows, self.row_length)[0].astype(np.float32),
        }


class Bag(nnx.Module):
    """Predict a token from the mean embedding of the tokens before it in its segment."""

    def __init__(self, model: "BagModel", *, rngs: nnx.Rngs) -> None:
        shape = (model.vocabulary_size, model.dim)
        embedding = nnx.initializers.normal(1.0)(rngs.params(), shape)
        self.embedding = nnx.Param(embedding, axes=(VOCABULARY, FEATURES))

        def linear(lengths: tuple[int, int], axes: tuple[str, str]) -> nnx.Linear:
            metadata = {"axes": axes}
            return nnx.Linear(*lengths, use_bias=False, kernel_metadata=metadata, rngs=rngs)

        self.first = linear((model.dim, 2 * model.dim), (FEATURES, HIDDEN))
        self.second = linear((2 * model.dim, model.dim), (HIDDEN, FEATURES))
        self.dropout = nnx.Dropout(model.computation.dropout_rate)

    def __call__(self, batch: Arrays, rngs: nnx.Rngs | None = None) -> jax.Array:
        segments = batch["target_segment_ids"]
        length = segments.shape[1]
        seen = (segments[:, :, None] == segments[:, None, :]) & jnp.tri(length, dtype=bool)
        summed = jnp.einsum("btk,bkd->btd", seen.astype(jnp.float32), self.embed(batch))
        return self.logits(summed / seen.sum(2, keepdims=True), rngs)

    def embed(self, batch: Arrays) -> jax.Array:
        return self.embedding[...][batch["tokens_before"]]

    def logits(self, mean: jax.Array, rngs: nnx.Rngs | None = None) -> jax.Array:
        hidden = self.dropout(nnx.relu(self.first(mean)), deterministic=rngs is None, rngs=rngs)
        return (mean + self.second(hidden)) @ self.embedding[...].T


@dataclass(frozen=True)
class BagModel:
    """What the trainer needs to know about `Bag`."""

    vocabulary_size: int
    computation: Computation
    dim: int = 32
    checkpoint_fields: frozenset[str] = frozenset()

    @property
    def architecture(self) -> dict[str, Any]:
        sizes = {"vocabulary_size": self.vocabulary_size, "dim": self.dim}
        return sizes | asdict(self.computation)

    @property
    def hugging_face(self) -> HuggingFaceFormat:
        return HuggingFaceFormat(
            tensors={
                ("embedding",): "embed.weight",
                ("first", "kernel"): "up.weight",
                ("second", "kernel"): "down.weight",
            },
            config={"model_type": "bag", "vocab_size": self.vocabulary_size},
            default_config={},
            vocabulary_file="tokenizer.model",
            extra_ids=0,
        )

    def build(self, rngs: nnx.Rngs) -> Bag:
        return Bag(self, rngs=rngs)

    def row_format(self, input_length: int, target_length: int) -> OneSequence:
        return OneSequence(input_length + target_length)

    def training_flops_per_row(self, limits: Mapping[str, int]) -> float:
        return 6.0 * limits["row_length"] * self.dim * (4 * self.dim + self.vocabulary_size)

    def question_arrays(self, questions: Sequence[TokenQuestion], num_rows: int) -> RowArrays:
        rows = [[(inputs, target) for target in targets] for inputs, targets in questions]
        longest = max(sum(len(i) + len(t) for i, t in row) for row in rows)
        return OneSequence(power_of_two(longest, 8)).fill(rows, num_rows)

    def question_logits(self, network: Bag, batch: Arrays) -> jax.Array:
        return network(batch)

    def generate(self, network: Bag, batch: Arrays, max_target_tokens: int) -> jax.Array:
        weights = jnp.cumsum(batch["loss_weights"], axis=1)
        seen = (batch["target_segment_ids"] > 0) & (weights <= 1)  # up to the first target

        def step(carry: Any, _: None) -> tuple[Any, jax.Array]:
            summed, count, ended = carry
            best = network.logits(summed / count[:, None]).argmax(-1).astype(jnp.int32)
            token = jnp.where(ended, PAD_ID, best)
            summed = summed + network.embedding[...][token]
            return (summed, count + 1, ended | (token == EOS_ID)), token

        count = seen.sum(1)
        start = (network.embed(batch) * seen[..., None]).sum(1), count, count == 0
        return jax.lax.scan(step, start, length=max_target_tokens)[1].T


@pytest.fixture(autouse=True)
def _choose_the_second_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def described(
        architecture: Mapping[str, Any], computation: Computation | None = None
    ) -> BagModel:
        stored = Computation(**{name: architecture[name] for name in asdict(Computation())})
        return BagModel(architecture["vocabulary_size"], computation or stored)

    monkeypatch.setattr(
        choice, "configured_model", lambda config, size: BagModel(size, config.computation)
    )
    monkeypatch.setattr(choice, "described_model", described)
    monkeypatch.setattr(
        choice,
        "hugging_face_model",
        lambda path: BagModel(read_json(path / "config.json")["vocab_size"], Computation()),
    )


def _with(config: TrainConfig, **changes: object) -> TrainConfig:
    return TrainConfig.model_validate(config.model_dump() | changes)


def _losses(run: Path) -> list[float]:
    return [line["loss"] for line in read_metrics(run / "metrics.jsonl")]


def test_it_trains_split_over_devices_and_resumes(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot = make_snapshot()
    split = _with(config, devices=8, model_devices=2, sharding="full", accumulate=1)
    whole = train(split, snapshot, str(tmp_path / "whole"))
    assert whole.mean_last_loss < whole.mean_first_loss - 1.0
    train(_with(split, steps=5), snapshot, str(tmp_path / "parts"))
    train(split, snapshot, str(tmp_path / "parts"))
    assert _losses(tmp_path / "parts") == _losses(tmp_path / "whole")
    train(_with(config, devices=1), snapshot, str(tmp_path / "one"))
    np.testing.assert_allclose(_losses(tmp_path / "one"), _losses(tmp_path / "whole"), rtol=2e-5)


def test_its_parameters_are_split_as_it_declares() -> None:
    layout = Layout(make_mesh(8, 2), fully_sharded=True)
    state = abstract_state(BagModel(256, Computation()), adafactor(0.1), layout)
    specs = {
        path[0]: tuple(variable.get_value().sharding.spec)
        for path, variable in nnx.to_flat_state(state.params)
    }
    assert specs == {
        "embedding": ("model", "data"),
        "first": ("data", "model"),
        "second": ("model", "data"),
    }


def _nats(params: Params, inputs: list[int], target: list[int]) -> float:
    """Return the log-likelihood of a target after its input, written out in NumPy."""
    embedding, first, second = (
        np.asarray(value, np.float64)
        for value in (
            params["embedding"][...],
            params["first"]["kernel"][...],
            params["second"]["kernel"][...],
        )
    )
    before, nats = [PAD_ID, *inputs, EOS_ID], 0.0
    for token in [*target, EOS_ID]:
        mean = embedding[before].mean(axis=0)
        logits = (mean + np.maximum(mean @ first, 0) @ second) @ embedding.T
        nats += logits[token] - np.log(np.exp(logits).sum())
        before.append(token)
    return nats


def test_it_is_asked_and_exported(config: TrainConfig, make_snapshot: Any, tmp_path: Path) -> None:
    config = _with(config, devices=1, steps=2, held_in_examples=6)
    run = tmp_path / "run"
    train(config, make_snapshot(), str(run))
    predictor = open_predictor(config, str(run))
    inputs, targets = [[101, 102], [104]], [[[101], [102, 103]], [[105]]]
    expected = [
        [(pytest.approx(_nats(predictor.params, i, t), rel=1e-4), len(t) + 1) for t in of_input]
        for i, of_input in zip(inputs, targets, strict=True)
    ]
    assert predictor.score(inputs, targets) == expected
    assert len(predictor.generate(inputs)) == 2

    export_weights(str(run), str(tmp_path / "exported"))
    imported = import_weights(str(tmp_path / "exported"), str(tmp_path / "imported"))
    again = checkpoints.read_params(imported, abstract_params(BagModel(259, Computation())))
    jax.tree.map(np.testing.assert_array_equal, predictor.params, again)
