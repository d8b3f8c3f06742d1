"""Open weights wherever they are: in a run, in one of its checkpoints, in a Hugging Face model."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jax
from flax import nnx

from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard
from trainer.checkpointing.vocabulary import (
    TOKENIZER,
    StoredVocabulary,
    hugging_face_vocabulary,
    run_vocabulary,
)
from trainer.checkpointing.weights import load_hugging_face
from trainer.errors import TrainerError
from trainer.models import choice
from trainer.models.computation import Computation
from trainer.models.model import Model, Params, abstract_network
from trainer.models.safetensors_files import most_frequent, read_json, stored_dtypes


@dataclass(frozen=True, kw_only=True)
class StoredWeights:
    """Weights on disk, not yet read."""

    place: Path  # a checkpoint, or the directory of a Hugging Face model
    card: ModelCard
    is_hugging_face: bool

    def model(self, computation: Computation | None = None) -> Model:
        """Return the model of the weights, with its own computation or another.

        Raises:
            TrainerError: the card does not describe a model.
        """
        try:
            return choice.described_model(self.card.architecture, computation)
        except TypeError as error:
            raise TrainerError(
                f"{self.place / 'model'} does not describe a model ({error}): use another "
                "checkpoint"
            ) from error

    def params(self, placed: Params) -> Params:
        """Read the weights, placed as in `placed`.

        Raises:
            TrainerError: they cannot be read.
        """
        if not self.is_hugging_face:
            return checkpoints.read_params(self.place, placed)
        model = self.model()
        network = abstract_network(model)
        load_hugging_face(network, model.hugging_face, self.place)
        # Each process reads whole arrays and keeps the parts of its devices.
        loaded: Params = jax.tree.map(_place, nnx.state(network, nnx.Param), placed)
        return loaded

    def vocabulary(self) -> StoredVocabulary | None:
        """Return the vocabulary of the weights; None if they have none."""
        if self.is_hugging_face:
            return hugging_face_vocabulary(self.place, self.model().hugging_face)
        return run_vocabulary(self.card.vocabulary, self.place.parent.parent)

    @property
    def tokenizer_files(self) -> Path:
        """Return the directory of the files with which transformers loads the tokenizer."""
        return self.place if self.is_hugging_face else self.place.parent.parent / TOKENIZER


def open_weights(path: Path, say: Callable[[str], None] | None = None) -> StoredWeights:
    """Open the weights at `path`: of a run its best checkpoint, else its newest.

    Args:
        path: a Hugging Face model, a run, or a checkpoint of one.
        say: receives a line for each damaged checkpoint that is passed over.

    Raises:
        TrainerError: there are no weights, or they are damaged.
    """
    if (path / "config.json").is_file():
        return _open_hugging_face(path)
    place = checkpoints.find_checkpoint(path, say)
    return StoredWeights(place=place, card=checkpoints.read_card(place), is_hugging_face=False)


def _open_hugging_face(directory: Path) -> StoredWeights:
    model = choice.hugging_face_model(directory)
    names = model.hugging_face
    dtypes = stored_dtypes(directory)
    origin = {
        "config": read_json(directory / "config.json"),
        "dtype": most_frequent(dtypes),
        "dtypes": {name: dtype for name, dtype in dtypes.items() if name not in names.unused},
        "copies": [copy for copy in names.copies if copy in dtypes],
    }
    vocabulary = hugging_face_vocabulary(directory, names)
    described = None if vocabulary is None else vocabulary.info.model_dump()
    card = ModelCard(model.architecture, described, origin)
    return StoredWeights(place=directory, card=card, is_hugging_face=True)


def _place(array: jax.Array, placed: jax.ShapeDtypeStruct) -> jax.Array:
    return jax.make_array_from_callback(array.shape, placed.sharding, array.__getitem__)
