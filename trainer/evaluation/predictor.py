"""A model with its vocabulary, asked many questions at once: scores of targets, greedy answers.

Questions are sorted by length and padded to powers of two, so that few programs are compiled and
little is padding; what fills up the last batch weighs nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
from flax import nnx
from jax.sharding import Mesh

from tfrecords_schema.vocabulary import EOS_ID, Vocabulary
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard
from trainer.checkpointing.initial_state import abstract_model
from trainer.checkpointing.vocabulary import open_vocabulary
from trainer.config import TrainConfig
from trainer.evaluation.generate import generate_greedily
from trainer.evaluation.scoring import target_log_likelihoods
from trainer.models.t5.rows import EncoderDecoderRows
from trainer.models.t5.sizes import T5Config
from trainer.sharding import DATA_AXIS, Layout, make_mesh, parameter_shardings, place_batch
from trainer.train_step import Params

_SHORTEST = 32
_NO_INPUTS = np.zeros(0, np.int32)

Score = tuple[float, int]  # log-likelihood in nats, tokens


@dataclass(frozen=True, kw_only=True)
class Predictor:
    """Answers questions; inputs and targets are token ids without EOS."""

    graph: nnx.GraphDef[Any]
    params: Params
    card: ModelCard
    vocabulary: Vocabulary
    mesh: Mesh
    batch_rows: int
    max_target_tokens: int

    def score(
        self, inputs: Sequence[list[int]], targets: Sequence[Sequence[list[int]]]
    ) -> list[list[Score]]:
        """Log-likelihood and length of each target of each input, EOS included in both."""
        most = _bucket(max(len(group) for group in targets), 1)
        found: dict[int, list[Score]] = {}
        for indices in self._batches([len(ids) for ids in inputs]):
            rows = [_scored_row(inputs[index], targets[index]) for index in indices]
            batch = self._batch(rows)
            summed, counts = jax.device_get(_score(self.graph, self.params, batch, most))
            for row, index in enumerate(indices):
                pairs = zip(summed[row].tolist(), counts[row].tolist(), strict=True)
                scores = [(float(nats), int(count)) for nats, count in pairs]
                found[index] = scores[: len(targets[index])]
        return [found[index] for index in range(len(inputs))]

    def generate(self, inputs: Sequence[list[int]]) -> list[str]:
        """The greedy answer to each input."""
        found: dict[int, str] = {}
        for indices in self._batches([len(ids) for ids in inputs]):
            batch = self._batch([_scored_row(inputs[index], [[]]) for index in indices])
            made = _generate(
                self.graph,
                self.params,
                batch["encoder_input_tokens"],
                batch["encoder_segment_ids"],
                self.max_target_tokens,
            )
            for index, ids in zip(indices, jax.device_get(made).tolist(), strict=False):
                found[index] = self.vocabulary.decode([token for token in ids if token])
        return [found[index] for index in range(len(inputs))]

    def _batches(self, lengths: list[int]) -> Iterator[list[int]]:
        """Indices of questions, those of like length together."""
        order = np.argsort(lengths, kind="stable").tolist()
        for start in range(0, len(order), self.batch_rows):
            yield order[start : start + self.batch_rows]

    def _batch(self, rows: list[list[tuple[Any, Any]]]) -> dict[str, jax.Array]:
        longest = [max(sum(len(pair[side]) for pair in row) for row in rows) for side in (0, 1)]
        row_format = EncoderDecoderRows(*(_bucket(length, _SHORTEST) for length in longest))
        arrays = row_format.fill(rows, self.batch_rows)
        return place_batch(arrays, range(self.batch_rows), self.batch_rows, self.mesh)


def open_predictor(config: TrainConfig, checkpoint: str) -> Predictor:
    """The model of a checkpoint or run, computing as the configuration says.

    Raises:
        TrainerError: there is no checkpoint, or its vocabulary is missing.
    """
    layout = Layout(make_mesh(config.devices, config.model_devices), config.sharding == "full")
    found = checkpoints.find_checkpoint(Path(checkpoint))
    card = checkpoints.read_card(found)
    own = T5Config(**card.architecture)
    model = replace(own, compute_dtype=config.dtype, attention="xla", remat=False, dropout_rate=0.0)
    abstract = abstract_model(model)
    shapes = nnx.state(abstract, nnx.Param)
    params = checkpoints.read_params(
        found,
        jax.tree.map(
            lambda leaf, placed: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=placed),
            shapes,
            parameter_shardings(shapes, layout),
        ),
    )
    parts = layout.mesh.shape[DATA_AXIS]
    return Predictor(
        graph=nnx.graphdef(abstract),
        params=params,
        card=card,
        vocabulary=open_vocabulary(card.vocabulary, found.parent.parent),
        mesh=layout.mesh,
        batch_rows=-(-config.batch_rows // parts) * parts,
        max_target_tokens=config.target_length,
    )


@partial(jax.jit, static_argnames=("graph", "most"))
def _score(
    graph: nnx.GraphDef[Any], params: Params, batch: dict[str, jax.Array], most: int
) -> tuple[jax.Array, jax.Array]:
    return target_log_likelihoods(nnx.merge(graph, params), batch, most)


@partial(jax.jit, static_argnames=("graph", "length"))
def _generate(
    graph: nnx.GraphDef[Any], params: Params, tokens: jax.Array, segments: jax.Array, length: int
) -> jax.Array:
    return generate_greedily(nnx.merge(graph, params), tokens, segments, length)


def _scored_row(inputs: list[int], targets: Sequence[list[int]]) -> list[tuple[Any, Any]]:
    """One input and several targets as a packed row: the input lies with the first target."""
    ended = [np.array([*target, EOS_ID], np.int32) for target in targets]
    first = np.array([*inputs, EOS_ID], np.int32)
    return [(_NO_INPUTS if place else first, target) for place, target in enumerate(ended)]


def _bucket(length: int, shortest: int) -> int:
    """The next power of two: 5 -> 8."""
    return max(1 << (length - 1).bit_length(), shortest)
