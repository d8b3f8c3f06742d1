"""The features of a prompted example, declared once: encoder, decoder, metadata derive from it.

Names follow seqio (`inputs`, `targets`, `*_pretokenized`) and the public dumps of the Flan
Collection (`_template_idx`, `_template_type`, `_task_name`, `_task_source`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

# Names of the features.
ID = "id"
RECORD_ID = "record_id"
INPUTS_TEXT = "inputs_pretokenized"
TARGETS_TEXT = "targets_pretokenized"
INPUTS = "inputs"
TARGETS = "targets"
OPTIONS = "options"
ANSWER_INDEX = "answer_index"
TEMPLATE_ID = "template_id"
NUM_SHOTS = "num_shots"
INVERSION = "inversion"
COLLECTION = "collection"
SOURCE = "source"
SPLIT = "split"
LICENSE = "license"
TEMPLATE_INDEX = "_template_idx"
TEMPLATE_TYPE = "_template_type"
TASK_NAME = "_task_name"
TASK_SOURCE = "_task_source"
PARTS = "prompt_parts"

Value = str | int | Sequence[str] | Sequence[int]
Row = Mapping[str, Value]
# A row to write, whose token ids may be arrays, or packed already (codec.py).
NewRow = Mapping[str, Value | NDArray[np.int32] | bytes]


_TFDS_CLASSES = "tensorflow_datasets.core.features"


def _tfds(class_name: str, kind: str, **content: object) -> dict[str, object]:
    return {"pythonClassName": f"{_TFDS_CLASSES}.{class_name}", kind: content}


_TFDS_TEXT = _tfds("text_feature.Text", "text")
_TFDS_SCALAR = _tfds("scalar.Scalar", "tensor", dtype="int32", encoding="none", shape={})


@dataclass(frozen=True)
class Feature:
    """One feature: its name, its type in the tf.train.Example, and whether it is a list."""

    name: str
    kind: Literal["string", "int64"]
    repeated: bool = False
    description: str = ""

    @property
    def seqio_info(self) -> dict[str, object]:
        """Entry `{"dtype", "shape"}` in seqio's `info.<split>.json`."""
        dtype = "string" if self.kind == "string" else "int32"
        return {"dtype": dtype, "shape": [None] if self.repeated else []}

    @property
    def tfds_feature(self) -> dict[str, object]:
        """Entry in TFDS's `features.json`."""
        one = _TFDS_TEXT if self.kind == "string" else _TFDS_SCALAR
        return (
            _tfds("sequence_feature.Sequence", "sequence", feature=one, length="-1")
            if self.repeated
            else one
        )


# The features of format version 1; never changed.
FEATURES_1: tuple[Feature, ...] = (
    Feature(ID, "string", description="32 hex digits; unique in the snapshot"),
    Feature(RECORD_ID, "string", description="32 hex digits of the raw record"),
    Feature(INPUTS_TEXT, "string", description="the prompt"),
    Feature(TARGETS_TEXT, "string", description="the expected answer"),
    Feature(INPUTS, "int64", repeated=True, description="token ids of the prompt, no EOS"),
    Feature(TARGETS, "int64", repeated=True, description="token ids of the answer, no EOS"),
    Feature(OPTIONS, "string", repeated=True, description="answer options in drawn order"),
    Feature(ANSWER_INDEX, "int64", description="the right option's position, -1 if none"),
    Feature(TEMPLATE_ID, "string", description="family and digest of the template's text"),
    Feature(NUM_SHOTS, "int64", description="exemplars in the prompt"),
    Feature(INVERSION, "string", description="kind of input inversion, empty if none"),
    Feature(COLLECTION, "string"),
    Feature(SOURCE, "string"),
    Feature(SPLIT, "string"),
    Feature(LICENSE, "string"),
    Feature(TEMPLATE_INDEX, "int64", description="position of the template in its family"),
    Feature(TEMPLATE_TYPE, "string", description="zs_opt, zs_noopt, fs_opt or fs_noopt"),
    Feature(TASK_NAME, "string"),
    Feature(TASK_SOURCE, "string", description="the collection's published name"),
)
# The current features; add a new one after those of format version 1.
FEATURES: tuple[Feature, ...] = (
    *FEATURES_1,
    Feature(
        PARTS,
        "int64",
        repeated=True,
        description="role, start and end of each part of the prompt, in characters",
    ),
)


def seqio_features() -> dict[str, dict[str, object]]:
    """Return the `features` object of seqio's `info.<split>.json`."""
    return {feature.name: feature.seqio_info for feature in FEATURES}


def tfds_features() -> dict[str, object]:
    """Return the content of TFDS's `features.json`."""
    features = {feature.name: feature.tfds_feature for feature in FEATURES}
    return _tfds("features_dict.FeaturesDict", "featuresDict", features=features)
