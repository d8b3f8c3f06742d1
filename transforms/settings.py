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


class NearDuplicates(Settings):
    """Near-duplicate removal: MinHash finds candidates, the sets of n-grams themselves decide."""

    enabled: bool = Field(False, description="Whether near-duplicates are removed.")
    measure: Literal["jaccard", "containment"] = Field(
        "jaccard", description="Shared n-grams as a share of both sets, or of the smaller one."
    )
    threshold: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8, description="Least similarity of every field of two near-duplicates."
    )
    ngram: int = Field(3, ge=1, le=16, description="Words of an n-gram.")
    bands: int = Field(20, ge=1, le=256, description="Bands; records that share one are compared.")
    rows: int = Field(6, ge=1, le=64, description="MinHash rows of a band.")
    max_comparisons: int = Field(
        64, ge=4, description="Most comparisons of one record within one band."
    )


class Deduplicate(Settings):
    """Deduplication of raw fields: exact after normalisation, then near."""

    enabled: bool = Field(True, description="Whether duplicates are removed.")
    scope: Literal["task", "collection", "corpus"] = Field(
        "corpus", description="Within what two records can be duplicates."
    )
    fields: list[str] = Field(
        default_factory=list,
        description="Compare these fields alone, where a record has one of them; empty: all.",
    )
    ignore_case: bool = Field(True, description="Compare case-folded texts.")
    ignore_punctuation: bool = Field(
        True, description="Ignore sentence punctuation and quotation marks at the edges of words."
    )
    ignore_width: bool = Field(True, description="Compare texts in Unicode normal form NFKC.")
    ignore_space: bool = Field(True, description="Any white space between words is the same.")
    near: NearDuplicates = Field(default_factory=NearDuplicates)  # type: ignore[arg-type]
    against: tuple[str, ...] = Field(
        (),
        description="Other snapshots, as directories or STORE@CHANNEL: records that they hold are "
        "left out, near-duplicates too where `near` is enabled.",
    )

    @model_validator(mode="after")
    def _near_follows_exact(self) -> "Deduplicate":
        if self.against and not self.enabled:
            raise ValueError("`against` compares as deduplication does: set enabled: true")
        if self.near.enabled and not self.enabled:
            raise ValueError("`near` works on what exact deduplication leaves: set enabled: true")
        return self


class Decontaminate(Settings):
    """Records that contain an item of a held-out set."""

    mode: Literal["drop", "report"] = Field(
        "drop", description="Whether such records are left out, or only reported."
    )
    ngram: int = Field(5, ge=3, le=16, description="Words in a row that are looked up.")
    threshold: Annotated[float, Field(gt=0, le=1)] = Field(
        0.92,
        description="Share of the words of a longer item, weighted by rarity, that must be there.",
    )
    whole_words: int = Field(
        19, ge=0, description="Texts of at most so many words match only as a whole."
    )
    max_unsearchable: Share = Field(
        0.01, description="Largest share of a set's items that may have too little to search for."
    )
    min_words: int = Field(
        5, ge=1, description="Shorter questions match only with their options, passage or answer."
    )
    against: tuple[str, ...] = Field(
        (),
        description="Other snapshots, as directories or STORE@CHANNEL: their records are searched "
        "for like items of held-out sets.",
    )


TypeShares = dict[TemplateType, Weight]


def _has_a_share(shares: TypeShares | None) -> TypeShares | None:
    if shares is not None and sum(shares.values()) <= 0:
        raise ValueError("at least one template type needs a share above 0")
    return shares


class FewShotVariant(Settings):
    """One kind of few-shot prompt: how many exemplars, from where, and how they are laid out."""

    share: Weight = Field(1.0, description="Share among the variants that a prompt can have.")
    shots: PositiveInt | list[PositiveInt] = Field(
        description="Number of exemplars, or numbers of which one is drawn."
    )
    mixed: bool = Field(
        False,
        description="Whether each part has a template and an instruction of its own; otherwise "
        "the instruction is said once and all parts have one layout.",
    )
    own: bool = Field(
        False,
        description="Whether exemplars are the examples that came with the task, explanations "
        "included; only for tasks that have such.",
    )
    negative: int = Field(
        0, ge=0, le=8, description="Number of wrong examples of the task after the others."
    )
    types: list[Literal["fs_opt", "fs_noopt"]] = Field(
        default_factory=list, description="Template types that it is for; empty: both."
    )

    @model_validator(mode="after")
    def _shots_are_there(self) -> "FewShotVariant":
        if self.shots == []:
            raise ValueError("`shots` needs at least one number")
        if self.own and self.mixed:
            raise ValueError(
                "examples that came with a task have one layout: drop `mixed` or `own`"
            )
        if self.negative and not self.own:
            raise ValueError("`negative` examples come with the task: set `own: true`")
        return self


def _flan_variants() -> list[FewShotVariant]:
    """Return the variants of the Flan Collection, and one with examples of the task's own."""
    listed: list[dict[str, object]] = [
        {"shots": 5, "mixed": True, "types": ["fs_opt"]},
        {"shots": [2, 3], "types": ["fs_opt"]},
        {"shots": [2, 3], "types": ["fs_noopt"]},
        {"shots": 1, "own": True},
    ]
    return [FewShotVariant.model_validate(each) for each in listed]


def _has_a_variant(variants: list[FewShotVariant] | None) -> list[FewShotVariant] | None:
    for name in ("fs_opt", "fs_noopt"):
        shares = [
            each.share for each in variants or () if not each.own and name in (each.types or [name])
        ]
        if variants is not None and sum(shares) <= 0:
            raise ValueError(
                f"no variant of {name} has a share above 0; one that is not `own` is needed for "
                "tasks without examples of their own"
            )
    return variants


def _with_few_shot(shares: TypeShares, share: float) -> TypeShares:
    """Return `shares` with few-shot types making up `share`; those with options keep their part."""
    changed: TypeShares = {}
    forms: tuple[tuple[TemplateType, TemplateType], ...] = (
        ("zs_opt", "fs_opt"),
        ("zs_noopt", "fs_noopt"),
    )
    for zero_shot, few_shot in forms:
        both = shares.get(zero_shot, 0.0) + shares.get(few_shot, 0.0)
        changed |= {zero_shot: both * (1 - share), few_shot: both * share}
    return changed


class TaskMix(Settings):
    """One task's part in its collection; what is left out is as the collection has it."""

    weight: Weight | None = Field(
        None, description="Share in the collection; by capped size if left out."
    )
    cap: PositiveInt | None = Field(None, description="Most records that the task counts for.")
    template_types: TypeShares | None = Field(
        None, description="Relative shares of the template types."
    )

    _some_share = field_validator("template_types")(_has_a_share)

    def balanced(self, balance: str) -> "TaskMix":
        """Return the settings without a cap, and without a weight but 0 where nothing balances."""
        weight = self.weight if balance == "unimax" or self.weight == 0 else None
        return self.model_copy(update={"cap": None, "weight": weight})

    def with_few_shot(self, share: float) -> "TaskMix":
        """Return the settings with few-shot types making up `share` of its own types, if any."""
        if self.template_types is None:
            return self
        types = _with_few_shot(self.template_types, share)
        return self.model_copy(update={"template_types": types})


class CollectionMix(Settings):
    """One collection's part in the mixture."""

    weight: Weight | None = Field(
        None, description="Share among collections (normalised); by capped size if left out."
    )
    cap: PositiveInt | None = Field(None, description="Most records that one task counts for.")
    template_types: TypeShares = Field(
        default_factory=_equal_shares,
        description="Relative shares of the template types.",
    )
    inversion: Share = Field(
        0.0, description="Rate of each task's input inversion, relative to the task's own."
    )
    few_shot: list[FewShotVariant] | None = Field(
        None, description="Kinds of few-shot prompts; those of `few_shot.variants` if left out."
    )
    task_source: str | None = Field(
        None, description="Published name for `_task_source`; the collection's name if left out."
    )

    tasks: dict[str, TaskMix] = Field(default_factory=dict, description="Settings of single tasks.")

    _some_share = field_validator("template_types")(_has_a_share)
    _some_variant = field_validator("few_shot")(_has_a_variant)

    def of_task(self, task: str) -> TaskMix:
        """Return the settings of `task`, completed by the collection's."""
        own = self.tasks.get(task, TaskMix())  # type: ignore[call-arg]
        return TaskMix(
            weight=own.weight,
            cap=own.cap or self.cap,
            template_types=own.template_types or self.template_types,
        )


class Mixture(Settings):
    """How many examples, and in which proportions."""

    examples: PositiveInt | Literal["max", "one_pass"] = Field(
        "max",
        description="Number of examples; max: as many as the weights allow without exceeding "
        "max_epochs; one_pass: every record under its cap once, the weights left to training.",
    )
    max_epochs: PositiveInt = Field(
        1, description="How often one record may be used, each time prompted another way."
    )
    balance: Literal["none", "caps", "unimax"] = Field(
        "caps",
        description="caps: by weight and by capped size; none: every task by its size, without "
        "weights and caps; unimax: evenly over the tasks of a collection, none more than "
        "max_epochs times (arXiv 2304.09151).",
    )
    temperature: Annotated[float, Field(ge=0.1, le=100)] = Field(
        1.0, description="A task's rate in its collection is min(cap, records)^(1/temperature)."
    )
    tasks_fraction: Annotated[float, Field(gt=0, le=1)] = Field(
        1.0,
        description="Share of each collection's tasks that is used, drawn by the seed; a smaller "
        "share is a part of a larger one.",
    )
    few_shot_share: Share | None = Field(
        None, description="Share of few-shot prompts in every collection, instead of its own."
    )
    inversion: Share | None = Field(
        None, description="Rate of input inversion in every collection, instead of its own."
    )
    collections: dict[str, CollectionMix] = Field(
        default_factory=dict, description="Settings by collection; defaults for the others."
    )

    @model_validator(mode="after")
    def _unimax_has_a_budget(self) -> "Mixture":
        if self.balance != "unimax":
            return self
        if not isinstance(self.examples, int):
            raise ValueError("balance: unimax shares out a number of examples: state `examples`")
        if self.temperature != 1.0:
            raise ValueError("balance: unimax has no temperature: leave one of them out")
        return self

    def of(self, collection: str) -> CollectionMix:
        """Return the settings of `collection`, with those for all collections in place."""
        mix = self.collections.get(collection, CollectionMix())  # type: ignore[call-arg]
        update: dict[str, object] = {}
        if self.balance != "caps":
            update["cap"] = None
            update["tasks"] = {
                name: task.balanced(self.balance) for name, task in mix.tasks.items()
            }
        if self.balance == "none":
            update["weight"] = None
        if self.inversion is not None:
            update["inversion"] = self.inversion
        if (share := self.few_shot_share) is not None:
            update["template_types"] = _with_few_shot(mix.template_types, share)
            tasks = update.get("tasks", mix.tasks)
            update["tasks"] = {name: task.with_few_shot(share) for name, task in tasks.items()}  # type: ignore[attr-defined]
        return mix.model_copy(update=update) if update else mix


class Validation(Settings):
    """Records of each task that are kept out of training, to measure on; chosen by hash."""

    fraction: Share = Field(0.0, description="Share of each task's records.")
    maximum: PositiveInt | None = Field(None, description="Most records of one task.")


class Options(Settings):
    """How answer options are shown."""

    random_share: Share | dict[TemplateType, Share] = Field(
        0.5,
        description="Share of prompts with a drawn header and markers, of all or by template type; "
        "the rest: a plain list.",
    )

    def share_of(self, template_type: str) -> float:
        """Return the share of prompts of a template type whose options have a drawn look."""
        if isinstance(self.random_share, float):
            return self.random_share
        return self.random_share.get(template_type, 0.0)  # type: ignore[call-overload,no-any-return]


class FewShot(Settings):
    """Exemplars of few-shot prompts."""

    pool: PositiveInt = Field(64, description="Records of each task that exemplars come from.")
    variants: list[FewShotVariant] = Field(
        default_factory=_flan_variants,
        description="Kinds of few-shot prompts; one is drawn for each prompt.",
    )

    _some_variant = field_validator("variants")(_has_a_variant)


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
    min_shards: int = Field(
        1,
        ge=1,
        le=4096,
        description="Least number of shards of a split; hosts share whole ones.",
    )
    parquet: bool = Field(False, description="Whether to write the examples as Parquet as well.")
    report: bool = Field(True, description="Whether to write report.html, a page about them.")


class CorpusSettings(Settings):
    """The keys of a recipe that stages depend on; each stage says which (transforms/stages)."""

    seed: int = Field(0, ge=0, lt=2**63, description="Seed of everything that is drawn.")
    licenses: Licenses = Field(
        default_factory=Licenses, description="What may be used, by license."
    )
    languages: list[str] = Field(
        default_factory=list, description="Only tasks in these languages; empty: all."
    )
    deduplicate: Deduplicate = Field(default_factory=Deduplicate)  # type: ignore[arg-type]
    decontaminate: Decontaminate = Field(default_factory=Decontaminate)  # type: ignore[arg-type]
    mixture: Mixture = Field(default_factory=Mixture)  # type: ignore[arg-type]
    validation: Validation = Field(default_factory=Validation)  # type: ignore[arg-type]
    options: Options = Field(default_factory=Options)  # type: ignore[arg-type]
    few_shot: FewShot = Field(default_factory=FewShot)  # type: ignore[arg-type]
    limits: Limits = Field(default_factory=Limits)  # type: ignore[arg-type]
    vocabulary: VocabularySettings = Field(default_factory=VocabularySettings)  # type: ignore[arg-type]
    output: Output = Field(default_factory=Output)  # type: ignore[arg-type]
