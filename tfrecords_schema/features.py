"""The features of a prompted example, declared once: encoder, decoder, metadata derive from it.

Names follow seqio (`inputs`, `targets`, `*_pretokenized`) and the public dumps of the Flan
Collection (`_template_idx`, `_template_type`, `_task_name`, `_task_source`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Value = str | int | Sequence[str] | Sequence[int]
Row = Mapping[str, Value]


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
        """`{"dtype", "shape"}` as seqio's `info.<split>.json` has them."""
        dtype = "string" if self.kind == "string" else "int32"
        return {"dtype": dtype, "shape": [None] if self.repeated else []}

    @property
    def tfds_feature(self) -> dict[str, object]:
        """The feature as TFDS's `features.json` has it."""
        one = _TFDS_TEXT if self.kind == "string" else _TFDS_SCALAR
        return (
            _tfds("sequence_feature.Sequence", "sequence", feature=one, length="-1")
            if self.repeated
            else one
        )


FEATURES: tuple[Feature, ...] = (
    Feature("id", "string", description="32 hex digits; unique in the snapshot"),
    Feature("record_id", "string", description="32 hex digits of the raw record"),
    Feature("inputs_pretokenized", "string", description="the prompt"),
    Feature("targets_pretokenized", "string", description="the expected answer"),
    Feature("inputs", "int64", repeated=True, description="token ids of the prompt, no EOS"),
    Feature("targets", "int64", repeated=True, description="token ids of the answer, no EOS"),
    Feature("options", "string", repeated=True, description="answer options in drawn order"),
    Feature("answer_index", "int64", description="the right option's position, -1 if none"),
    Feature("template_id", "string", description="family and digest of the template's text"),
    Feature("num_shots", "int64", description="exemplars in the prompt"),
    Feature("inversion", "string", description="kind of input inversion, empty if none"),
    Feature("collection", "string"),
    Feature("source", "string"),
    Feature("split", "string"),
    Feature("license", "string"),
    Feature("_template_idx", "int64", description="position of the template in its family"),
    Feature("_template_type", "string", description="zs_opt, zs_noopt, fs_opt or fs_noopt"),
    Feature("_task_name", "string"),
    Feature("_task_source", "string", description="the collection's published name"),
)


def seqio_features() -> dict[str, dict[str, object]]:
    """The `features` object of seqio's `info.<split>.json`."""
    return {feature.name: feature.seqio_info for feature in FEATURES}


def tfds_features() -> dict[str, object]:
    """The content of TFDS's `features.json`."""
    features = {feature.name: feature.tfds_feature for feature in FEATURES}
    return _tfds("features_dict.FeaturesDict", "featuresDict", features=features)
