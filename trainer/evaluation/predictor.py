"""Ask a model many questions at once: score targets, or generate greedy answers.

Questions are sorted by length and padded to powers of two, so that few programs are compiled and
there is little padding. Empty rows in the last batch have no weight.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
from flax import nnx
from jax.sharding import Mesh

from tfrecords_schema.vocabulary import EOS_ID, Vocabulary
from trainer.checkpointing.stored_weights import open_weights
from trainer.checkpointing.vocabulary import StoredVocabulary
from trainer.compilation import use_compilation_cache
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.evaluation.scoring import target_log_likelihoods
from trainer.models.computation import Computation
from trainer.models.model import Arrays, Model, Params, TokenQuestion, abstract_network
from trainer.models.rows import power_of_two
from trainer.sharding import (
    DATA_AXIS,
    Layout,
    abstract_arrays,
    make_mesh,
    parameter_shardings,
    place_batch,
)

Score = tuple[float, int]  # log-likelihood in nats, tokens


@dataclass(frozen=True, kw_only=True)
class Predictor:
    """A model that answers questions. Inputs and targets are token ids without EOS."""

    model: Model
    graph: nnx.GraphDef[Any]
    params: Params
    stored_vocabulary: StoredVocabulary
    vocabulary: Vocabulary
    mesh: Mesh
    batch_rows: int
    max_target_tokens: int

    def score(
        self, inputs: Sequence[list[int]], targets: Sequence[Sequence[list[int]]]
    ) -> list[list[Score]]:
        """Return log-likelihood and length of each target of each input, EOS included."""
        most = power_of_two(max(len(group) for group in targets), shortest=1)
        scores: dict[int, list[Score]] = {}
        for indices in self._batches([len(ids) for ids in inputs]):
            batch = self._batch([_question(inputs[index], targets[index]) for index in indices])
            scored = _score(self.model, self.graph, self.params, batch, most)
            summed, counts = jax.device_get(scored)
            for row, index in enumerate(indices):
                pairs = zip(summed[row].tolist(), counts[row].tolist(), strict=True)
                of_row = [(float(nats), int(count)) for nats, count in pairs]
                scores[index] = of_row[: len(targets[index])]
        return [scores[index] for index in range(len(inputs))]

    def generate(self, inputs: Sequence[list[int]]) -> list[str]:
        """Return the greedy answer to each input."""
        answers: dict[int, str] = {}
        for indices in self._batches([len(ids) for ids in inputs]):
            batch = self._batch([_question(inputs[index], [[]]) for index in indices])
            length = self.max_target_tokens
            made = _generate(self.model, self.graph, self.params, batch, length)
            for index, ids in zip(indices, jax.device_get(made).tolist(), strict=False):
                answers[index] = self.vocabulary.decode([token for token in ids if token])
        return [answers[index] for index in range(len(inputs))]

    def _batches(self, lengths: list[int]) -> Iterator[list[int]]:
        """Yield the indices of questions, similar lengths together."""
        order = np.argsort(lengths, kind="stable").tolist()
        for start in range(0, len(order), self.batch_rows):
            yield order[start : start + self.batch_rows]

    def _batch(self, questions: list[TokenQuestion]) -> Arrays:
        arrays = self.model.question_arrays(questions, self.batch_rows)
        return place_batch(arrays, self.batch_rows, self.mesh)


def open_predictor(
    config: TrainConfig, weights: str, say: Callable[[str], None] | None = None
) -> Predictor:
    """Load the model of a run, a checkpoint or a Hugging Face directory.

    It computes as the configuration says. `say` receives a line for each damaged checkpoint that
    is passed over.

    Raises:
        TrainerError: there are no weights, or they have no vocabulary.
    """
    use_compilation_cache()
    layout = Layout(make_mesh(config.devices, config.model_devices), config.sharding == "full")
    stored = open_weights(Path(weights), say)
    vocabulary = stored.vocabulary()
    if vocabulary is None:
        raise TrainerError(
            f"{stored.place} has no vocabulary: put the model's SentencePiece file (spiece.model) "
            "or tokenizer.json beside its config.json, and import it again if it was imported"
        )
    model = stored.model(Computation(compute_dtype=config.dtype))
    graph, shapes = nnx.split(abstract_network(model), nnx.Param)
    placed = abstract_arrays(shapes, parameter_shardings(shapes, layout))
    parts = layout.mesh.shape[DATA_AXIS]
    return Predictor(
        model=model,
        graph=graph,
        params=stored.params(placed),
        stored_vocabulary=vocabulary,
        vocabulary=vocabulary.open(),
        mesh=layout.mesh,
        batch_rows=-(-config.batch_rows // parts) * parts,
        max_target_tokens=config.target_length,
    )


@partial(jax.jit, static_argnames=("model", "graph", "most"))
def _score(
    model: Model, graph: nnx.GraphDef[Any], params: Params, batch: Arrays, most: int
) -> tuple[jax.Array, jax.Array]:
    logits = model.question_logits(nnx.merge(graph, params), batch)
    return target_log_likelihoods(logits, batch, most)


@partial(jax.jit, static_argnames=("model", "graph", "length"))
def _generate(
    model: Model, graph: nnx.GraphDef[Any], params: Params, batch: Arrays, length: int
) -> jax.Array:
    return model.generate(nnx.merge(graph, params), batch, length)


def _question(inputs: list[int], targets: Sequence[list[int]]) -> TokenQuestion:
    """Append EOS to an input and to its targets."""
    ended = [np.array([*ids, EOS_ID], np.int32) for ids in (inputs, *targets)]
    return ended[0], ended[1:]
