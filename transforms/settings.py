"""Settings of the stages, the keys of a recipe; each stage reads its own."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from transforms.types import TemplateType

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


def _equal_shares() -> dict[TemplateType, float]:
    return {"zs_opt": 1.0, "zs_noopt": 1.0, "fs_opt": 1.0, "fs_noopt": 1.0}


class Settings(BaseModel):
    """Base of all settings: immutable, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Licenses(Settings):
    """Licenses that may be used; `deny` takes precedence over `allow`."""

    allow: list[str] = Field(
        default_factory=list,
        description="Accept only these licenses, by full name; an empty list accepts all.",
    )
    deny: list[str] = Field(
        default_factory=list,
        description="Reject licenses whose name contains one of these parts, e.g. NC or Unknown.",
    )


class NearDuplicates(Settings):
    """Near-duplicate removal: MinHash finds candidates, comparing their n-gram sets decides."""

    enabled: bool = Field(False, description="Remove near-duplicates.")
    measure: Literal["jaccard", "containment"] = Field(
        "jaccard",
        description="Divide the number of shared n-grams by the size of the union (jaccard) or of "
        "the smaller set (containment).",
    )
    threshold: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8,
        description="Minimum similarity: two records are near-duplicates if each of their fields "
        "reaches it.",
    )
    ngram: int = Field(3, ge=1, le=16, description="Words in an n-gram.")
    bands: int = Field(
        20,
        ge=1,
        le=256,
        description="Number of MinHash bands; records that agree in a band are compared.",
    )
    rows: int = Field(6, ge=1, le=64, description="MinHash rows in a band.")
    max_comparisons: int = Field(
        64, ge=4, description="Maximum number of comparisons of a record within a band."
    )
    at_once: int = Field(
        20_000_000,
        ge=0,
        description="Records of a corpus up to which one process chooses the record to keep of "
        "each group; above, an engine's shuffle chooses in rounds. The result is the same.",
    )
    rounds: int = Field(
        24,
        ge=1,
        le=64,
        description="Maximum number of rounds; n rounds suffice for chains of about 2^n records.",
    )


class Deduplicate(Settings):
    """Deduplication of raw fields: exact after normalization, then near."""

    enabled: bool = Field(True, description="Remove duplicates.")
    scope: Literal["task", "collection", "corpus"] = Field(
        "corpus",
        description="Scope of deduplication: only two records of the same task, collection or "
        "corpus can be duplicates.",
    )
    fields: list[str] = Field(
        default_factory=list,
        description="Compare only these fields in records that have at least one of them; an empty "
        "list compares all fields.",
    )
    ignore_case: bool = Field(True, description="Ignore case.")
    ignore_punctuation: bool = Field(
        True, description="Ignore sentence punctuation and quotation marks at the edges of words."
    )
    ignore_width: bool = Field(
        True,
        description="Compare texts in Unicode normal form NFKC, which unifies full-width and "
        "half-width characters, and without invisible characters.",
    )
    ignore_space: bool = Field(
        True, description="Treat every run of white space between words as one space."
    )
    near: NearDuplicates = Field(default_factory=NearDuplicates)  # type: ignore[arg-type]
    against: tuple[str, ...] = Field(
        (),
        description="Other snapshots, as directories or STORE@CHANNEL, whose records are removed "
        "from this corpus, and with `near` enabled also their near-duplicates.",
    )

    @model_validator(mode="after")
    def _near_follows_exact(self) -> "Deduplicate":
        if self.against and not self.enabled:
            raise ValueError("`against` compares as deduplication does: set enabled: true")
        if self.near.enabled and not self.enabled:
            raise ValueError(
                "`near` needs exact deduplication, which runs before it: set enabled: true"
            )
        return self


class Decontaminate(Settings):
    """Decontamination: what to do with records that contain an item of a held-out set."""

    mode: Literal["drop", "report"] = Field(
        "drop",
        description="drop: remove records that contain a held-out item; report: keep them and "
        "report them.",
    )
    ngram: int = Field(
        5, ge=3, le=16, description="Length in words of the n-grams that are looked up."
    )
    threshold: Annotated[float, Field(gt=0, le=1)] = Field(
        0.92,
        description="Share of the words of a longer item, weighted by rarity, that a record must "
        "contain to match.",
    )
    whole_words: int = Field(
        19, ge=0, description="Items with at most this many words must match in full."
    )
    max_unsearchable: Share = Field(
        0.01,
        description="Maximum share of a set's items that may be too short to search for; more stop "
        "the build.",
    )
    min_words: int = Field(
        5,
        ge=1,
        description="Questions with fewer words match only together with their options, passage or "
        "answer.",
    )
    against: tuple[str, ...] = Field(
        (),
        description="Other snapshots, as directories or STORE@CHANNEL, whose records are treated "
        "as items of held-out sets.",
    )


TypeShares = dict[TemplateType, Weight]


def _has_a_share(shares: TypeShares | None) -> TypeShares | None:
    if shares is not None and sum(shares.values()) <= 0:
        raise ValueError("at least one template type needs a share above 0")
    return shares


class FewShotVariant(Settings):
    """One kind of few-shot prompt: the number, origin and layout of its exemplars."""

    share: Weight = Field(1.0, description="Relative share among the variants that fit a prompt.")
    shots: PositiveInt | list[PositiveInt] = Field(
        description="Number of exemplars, or a list of numbers from which one is drawn."
    )
    mixed: bool = Field(
        False,
        description="Give the query and each exemplar its own template and instruction. Otherwise "
        "the instruction appears once and all share one layout.",
    )
    own: bool = Field(
        False,
        description="Use the examples that came with the task as exemplars, with their "
        "explanations. Applies only to tasks that have such examples.",
    )
    negative: int = Field(
        0,
        ge=0,
        le=8,
        description="Number of the task's negative examples to show after the positive ones.",
    )
    types: list[Literal["fs_opt", "fs_noopt"]] = Field(
        default_factory=list,
        description="Template types that the variant applies to; an empty list means both.",
    )

    @model_validator(mode="after")
    def _shots_are_there(self) -> "FewShotVariant":
        if self.shots == []:
            raise ValueError("`shots` needs at least one number")
        if self.own and self.mixed:
            raise ValueError(
                "`own` examples share one layout, so `mixed` cannot apply: remove `mixed` or `own`"
            )
        if self.negative and not self.own:
            raise ValueError(
                "`negative` needs the examples that came with the task: set `own: true`"
            )
        return self


def _flan_variants() -> list[FewShotVariant]:
    """Return the variants of the Flan Collection, and one with the task's own examples."""
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
                f"no variant of {name} without `own` has a share above 0, and tasks without "
                "examples of their own need one: add it"
            )
    return variants


def _with_few_shot(shares: TypeShares, share: float) -> TypeShares:
    """Return `shares` with few-shot types making up `share`; those with options keep theirs."""
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
    """Settings of one task in its collection; keys left out have the collection's values."""

    weight: Weight | None = Field(
        None, description="Share in the collection; if left out, proportional to the capped size."
    )
    cap: PositiveInt | None = Field(
        None, description="Maximum number of records that the task counts for."
    )
    template_types: TypeShares | None = Field(
        None, description="Relative shares of the template types."
    )

    _some_share = field_validator("template_types")(_has_a_share)

    def balanced(self, balance: str) -> "TaskMix":
        """Return the settings without a cap; keep the weight only for unimax or if it is 0."""
        weight = self.weight if balance == "unimax" or self.weight == 0 else None
        return self.model_copy(update={"cap": None, "weight": weight})

    def with_few_shot(self, share: float) -> "TaskMix":
        """Return the settings with few-shot types making up `share` of its own types, if any."""
        if self.template_types is None:
            return self
        types = _with_few_shot(self.template_types, share)
        return self.model_copy(update={"template_types": types})


class CollectionMix(Settings):
    """Settings of one collection in the mixture."""

    weight: Weight | None = Field(
        None,
        description="Share among collections (normalized); if left out, proportional to the capped "
        "size.",
    )
    cap: PositiveInt | None = Field(
        None, description="Maximum number of records that each task counts for."
    )
    template_types: TypeShares = Field(
        default_factory=_equal_shares,
        description="Relative shares of the template types.",
    )
    inversion: Share = Field(
        0.0,
        description="Rate of each task's input inversion, relative to the rate of the task itself.",
    )
    few_shot: list[FewShotVariant] | None = Field(
        None, description="Kinds of few-shot prompts; if left out, those of `few_shot.variants`."
    )
    task_source: str | None = Field(
        None, description="Published name for `_task_source`; if left out, the collection's name."
    )

    tasks: dict[str, TaskMix] = Field(
        default_factory=dict, description="Settings of individual tasks, by name."
    )

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

    def of_tasks(self, tasks: Iterable[str]) -> dict[str, TaskMix]:
        """Return `of_task` of each; tasks without settings of their own share one object."""
        of_others = self.of_task("")
        return {name: self.of_task(name) if name in self.tasks else of_others for name in tasks}


class Mixture(Settings):
    """The number of examples and their proportions."""

    examples: PositiveInt | Literal["max", "one_pass"] = Field(
        "max",
        description="Number of examples. max: as many as the weights allow without exceeding "
        "max_epochs. one_pass: every record under its cap once; the trainer applies "
        "the weights.",
    )
    max_epochs: PositiveInt = Field(
        1, description="Maximum number of uses of a record, each with a different prompt."
    )
    balance: Literal["none", "caps", "unimax"] = Field(
        "caps",
        description="caps: by weight and capped size. none: by size, without weights and caps. "
        "unimax: evenly over the tasks of a collection, each record at most max_epochs "
        "times (arXiv 2304.09151).",
    )
    temperature: Annotated[float, Field(ge=0.1, le=100)] = Field(
        1.0,
        description="Temperature: a task's rate in its collection is min(cap, "
        "records)^(1/temperature).",
    )
    tasks_fraction: Annotated[float, Field(gt=0, le=1)] = Field(
        1.0,
        description="Share of each collection's tasks to use, drawn by the seed. The tasks of a "
        "smaller share are a subset of those of a larger one.",
    )
    few_shot_share: Share | None = Field(
        None,
        description="Share of few-shot prompts in every collection; overrides the collections' "
        "settings.",
    )
    inversion: Share | None = Field(
        None,
        description="Rate of input inversion in every collection; overrides the collections' "
        "settings.",
    )
    collections: dict[str, CollectionMix] = Field(
        default_factory=dict,
        description="Settings by collection; other collections have the defaults.",
    )

    @model_validator(mode="after")
    def _unimax_has_a_budget(self) -> "Mixture":
        if self.balance != "unimax":
            return self
        if not isinstance(self.examples, int):
            raise ValueError(
                "balance: unimax divides a fixed number of examples: set `examples` to a number"
            )
        if self.temperature != 1.0:
            raise ValueError("balance: unimax does not use `temperature`: remove one of them")
        return self

    def of(self, collection: str) -> CollectionMix:
        """Return the settings of `collection`, with the mixture-wide overrides applied."""
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
    """Records of each task that are kept out of training as a validation split, chosen by hash."""

    fraction: Share = Field(0.0, description="Share of each task's records to hold out.")
    maximum: PositiveInt | None = Field(
        None, description="Maximum number of records to hold out per task."
    )


class Options(Settings):
    """How answer options are shown."""

    random_share: Share | dict[TemplateType, Share] = Field(
        0.5,
        description="Share of prompts whose options have a randomly drawn header and markers, "
        "overall or by template type; the others show a plain list.",
    )
    header: str | None = Field(
        None,
        min_length=1,
        description="Line above the options of every prompt, e.g. in the language of the corpus; "
        "if left out, `Options:` or one that is drawn.",
    )

    def share_of(self, template_type: str) -> float:
        """Return the share of prompts of a template type that show options in a random style."""
        if isinstance(self.random_share, float):
            return self.random_share
        return self.random_share.get(template_type, 0.0)  # type: ignore[call-overload,no-any-return]


class FewShot(Settings):
    """Exemplars of few-shot prompts."""

    pool: PositiveInt = Field(
        64, description="Number of records per task that exemplars are drawn from."
    )
    variants: list[FewShotVariant] = Field(
        default_factory=_flan_variants,
        description="Kinds of few-shot prompts; one is drawn for each prompt.",
    )

    _some_variant = field_validator("variants")(_has_a_variant)


class Limits(Settings):
    """Maximum lengths of inputs and targets, in tokens, EOS included."""

    max_input_tokens: PositiveInt = Field(
        2048, description="Maximum tokens of inputs, EOS included."
    )
    max_target_tokens: PositiveInt = Field(
        512, description="Maximum tokens of targets, EOS included."
    )


class VocabularySettings(Settings):
    """The vocabulary that encodes texts as token ids."""

    kind: Literal["bytes", "sentencepiece"] = Field(
        "bytes", description="Kind of vocabulary: UTF-8 bytes as in ByT5, or a SentencePiece model."
    )
    path: str | None = Field(None, description="SentencePiece model file, relative to the recipe.")
    extra_ids: int = Field(
        100, ge=0, le=100_000, description="Number of sentinel ids after the pieces."
    )

    @model_validator(mode="after")
    def _path_fits(self) -> "VocabularySettings":
        if (self.kind == "sentencepiece") != (self.path is not None):
            raise ValueError(
                "`path` is required with `kind: sentencepiece` and not allowed otherwise"
            )
        return self


class Output(Settings):
    """Size, number and format of the shards."""

    shard_bytes: int = Field(
        128 * 1024 * 1024, gt=0, le=2**40, description="Target size of a shard, in bytes."
    )
    min_shards: int = Field(
        1,
        ge=1,
        le=4096,
        description="Minimum number of shards per split; training hosts divide whole shards among "
        "themselves.",
    )
    parquet: bool = Field(False, description="Also write the examples as Parquet.")
    report: bool = Field(True, description="Whether to write report.html, a page about them.")


class CorpusSettings(Settings):
    """The keys of a recipe that stages depend on; each stage names its own (transforms/stages)."""

    seed: int = Field(0, ge=0, lt=2**63, description="Seed of all random choices.")
    licenses: Licenses = Field(
        default_factory=Licenses, description="Licenses of the records to use."
    )
    languages: list[str] = Field(
        default_factory=list,
        description="Use only tasks in these languages; an empty list means all.",
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
