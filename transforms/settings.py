"""Settings of the stages, as a recipe states them; each stage reads its own."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from transforms.types import TemplateType

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


def _equal_shares() -> dict[TemplateType, float]:
    return {"zs_opt": 1.0, "zs_noopt": 1.0, "fs_opt": 1.0, "fs_noopt": 1.0}


class Settings(BaseModel):
    """Unknown keys are errors; values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Licenses(Settings):
    """Which licenses may be used; `deny` wins."""

    allow: list[str] = Field(
        default_factory=list, description="Only these, whole names; empty: all."
    )
    deny: list[str] = Field(
        default_factory=list, description="None with such a part, e.g. NC or Unknown."
    )


class Policy(Settings):
    """What may be used at all."""

    licenses: Licenses
    languages: list[str]


class Deduplicate(Settings):
    """Exact deduplication of raw fields after normalisation."""

    enabled: bool = Field(True, description="Whether duplicates are removed.")
    scope: Literal["task", "collection", "corpus"] = Field(
        "corpus", description="Within what two records can be duplicates."
    )
    ignore_case: bool = Field(True, description="Compare case-folded texts.")
    ignore_punctuation: bool = Field(
        True, description="Ignore sentence punctuation that stands not between digits."
    )


class Decontaminate(Settings):
    """Removal of records that contain an item of a held-out set."""

    ngram: int = Field(13, ge=3, le=50, description="Words in a row that count as a match.")
    min_words: int = Field(
        5, ge=1, description="Shorter items are not searched for; others match as a whole."
    )


class CollectionMix(Settings):
    """One collection's part in the mixture."""

    weight: Weight | None = Field(
        None, description="Share among collections (normalised); by capped size if left out."
    )
    cap: PositiveInt | None = Field(None, description="Most records that one task counts for.")
    template_types: dict[TemplateType, Weight] = Field(
        default_factory=_equal_shares,
        description="Relative shares of the template types.",
    )
    task_source: str | None = Field(
        None, description="Published name for `_task_source`; the collection's name if left out."
    )

    @field_validator("template_types")
    @classmethod
    def _some_share(cls, shares: dict[str, float]) -> dict[str, float]:
        if sum(shares.values()) <= 0:
            raise ValueError("at least one template type needs a share above 0")
        return shares


class Mixture(Settings):
    """How many examples, and in which proportions."""

    examples: PositiveInt | Literal["max"] = Field(
        "max", description="Number of examples, or as many as fit without exceeding max_epochs."
    )
    max_epochs: PositiveInt = Field(
        1, description="How often one record may be used, each time prompted another way."
    )
    temperature: Annotated[float, Field(ge=0.01, le=100)] = Field(
        1.0, description="A task's rate in its collection is min(cap, records)^(1/temperature)."
    )
    collections: dict[str, CollectionMix] = Field(
        default_factory=dict, description="Settings by collection; defaults for the others."
    )

    def of(self, collection: str) -> CollectionMix:
        """The settings of `collection`."""
        return self.collections.get(collection, CollectionMix())  # type: ignore[call-arg]


class Options(Settings):
    """How answer options are shown."""

    random_share: Share = Field(
        0.5, description="Share of prompts with a drawn header and markers; the rest: a plain list."
    )


class FewShot(Settings):
    """Exemplars of few-shot prompts."""

    pool: PositiveInt = Field(64, description="Records of each task that exemplars come from.")
    shots: dict[PositiveInt, Weight] = Field(
        default_factory=lambda: {2: 1.0, 3: 1.0, 5: 1.0},
        description="Relative shares of the numbers of exemplars.",
    )

    @field_validator("shots")
    @classmethod
    def _some_share(cls, shots: dict[int, float]) -> dict[int, float]:
        if sum(shots.values()) <= 0:
            raise ValueError("at least one number of shots needs a share above 0")
        return shots


class Limits(Settings):
    """Longest inputs and targets, in tokens with EOS."""

    max_input_tokens: PositiveInt = Field(2048, description="Tokens of inputs, EOS included.")
    max_target_tokens: PositiveInt = Field(512, description="Tokens of targets, EOS included.")


class VocabularySettings(Settings):
    """Which vocabulary makes the token ids."""

    kind: Literal["bytes", "sentencepiece"] = Field("bytes", description="Kind of vocabulary.")
    path: str | None = Field(None, description="SentencePiece model file; relative to the recipe.")
    extra_ids: int = Field(100, ge=0, le=100_000, description="Sentinel ids after the pieces.")

    @model_validator(mode="after")
    def _path_fits(self) -> "VocabularySettings":
        if (self.kind == "sentencepiece") != (self.path is not None):
            raise ValueError("`path` goes with `kind: sentencepiece`, and only with it")
        return self


class Output(Settings):
    """What the shards look like."""

    shard_bytes: int = Field(
        128 * 1024 * 1024, gt=0, le=2**40, description="Target size of one shard."
    )
