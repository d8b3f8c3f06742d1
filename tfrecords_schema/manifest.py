"""`manifest.json`: the contents of a snapshot, its sources, and the reasons of rejections.

The file is a pure function of inputs, recipe, seed and code, byte for byte; clock times and paths
of the machine are in `run.json`.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, FEATURES_1, Feature

FORMAT_VERSION = 2
# Reasons under which format version 1 counted usable records that were not drawn.
_UNDRAWN_1 = ("over_cap", "not_sampled", "validation_surplus")
# Stages whose entries in the ledger count items of evaluation sets, not records of the corpus.
HELD_OUT = "held_out"
ITEM_STAGES = (HELD_OUT, "index")
# Elements of a list that are written together.
_AT_ONCE = 10_000
SPLITS = (TRAIN, VALIDATION) = ("train", "validation")


def _below(path: str) -> str:
    """Check that a path does not lead out of the snapshot, and return it.

    A snapshot may be untrusted, and the files that its manifest names are read and copied.
    """
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or "\0" in path or {"", ".", ".."} & {*parts}:
        raise ValueError("the path leads out of the snapshot")
    return path


RelativePath = Annotated[str, AfterValidator(_below)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def trusted(cls, values: dict[str, Any]) -> Self:
        """Return a model of values that are known to be right, of all fields in their order.

        Of a corpus with many tasks there are half a million: this takes a third of the time of
        `model_construct`. Models whose fields are set one by one share the table of their names,
        which halves their memory; `vars` would make a dictionary for each.
        """
        model = cls.__new__(cls)
        for name, value in values.items():
            object.__setattr__(model, name, value)
        object.__setattr__(model, "__pydantic_fields_set__", _names_of(cls))
        object.__setattr__(model, "__pydantic_extra__", None)
        object.__setattr__(model, "__pydantic_private__", None)
        return model


@cache
def _names_of(kind: type[BaseModel]) -> set[str]:
    return set(kind.model_fields)


class SourceFile(_Model):
    """One raw input file: path below the source's root, size and digest."""

    path: str
    bytes: int
    sha256: str


class SourceInfo(_Model):
    """One source at the time of reading."""

    name: str
    format: str
    collection: str
    fingerprint: str
    files: list[SourceFile]
    records: int
    licenses: dict[str, int]


class VocabularyInfo(_Model):
    """The vocabulary that made the token ids; `file` is relative to the snapshot."""

    kind: Literal["bytes", "sentencepiece"]
    size: int
    extra_ids: int
    pad_id: int = 0
    eos_id: int = 1
    unk_id: int = 2
    file: RelativePath | None = None
    sha256: str | None = None


class ParquetFile(_Model):
    """The examples of a shard in the same order as Parquet; `path` is relative to the snapshot."""

    path: RelativePath
    bytes: int
    sha256: str


class ShardInfo(_Model):
    """One shard; `path` is relative to the snapshot."""

    path: RelativePath
    rows: int
    bytes: int
    sha256: str
    index_sha256: str
    lengths_sha256: str
    input_tokens: int
    target_tokens: int
    parquet: ParquetFile | None = None


class SplitInfo(_Model):
    """One split: its shards in the global order."""

    rows: int
    shards: list[ShardInfo]


class MixtureEntry(_Model):
    """Requested and realized examples of one split, task and template type."""

    split: str = TRAIN
    collection: str
    task: str
    template_type: str
    available: int
    cap: int | None
    requested: float
    planned: int
    # Spelled as in format version 1.
    realised: int


class LedgerEntry(_Model):
    """Conservation for one stage and task: entered = kept + rejected + undrawn.

    `rejected` counts removed records by reason, each with a row below `rejections/`; `undrawn`
    counts usable records that the mixture did not need.
    """

    stage: str
    task: str
    entered: int
    kept: int
    rejected: dict[str, int]
    undrawn: dict[str, int] = {}

    @property
    def left_out(self) -> dict[str, int]:
        """Return the records that were rejected or not drawn, by reason."""
        return {**self.rejected, **self.undrawn}

    @property
    def counts_items(self) -> bool:
        """Return whether the entry counts items of an evaluation set, not records of the corpus."""
        return self.stage in ITEM_STAGES

    @property
    def balances(self) -> bool:
        """Return whether every record is accounted for."""
        left_out = sum(self.left_out.values()) if self.rejected or self.undrawn else 0
        return self.entered == self.kept + left_out


class PromptAudit(_Model):
    """Audit of the finished prompts of one template family, from a search of their texts.

    Attributes:
      shows_all: examples that show every essential field of their record.
      one_cue: few-shot prompts that end in one cue, and zero-shot ones that end in at most one.
      parsed: targets that evaluation parses; `read_back`: those from which it reads the answer.
      missing: numbers of examples without an essential field, by field.
    """

    family: str
    examples: int
    shows_all: int
    one_cue: int
    parsed: int
    read_back: int
    missing: dict[str, int] = {}


class FeatureInfo(_Model):
    """One feature of the examples, in the order in which rows have them."""

    name: str
    kind: Literal["string", "int64"]
    repeated: bool


class MetadataFile(_Model):
    """A file that other readers use, relative to the snapshot."""

    path: RelativePath
    sha256: str


class RowFile(_Model):
    """A file of rows (rejections: one per line), relative to the snapshot."""

    path: RelativePath
    rows: int
    sha256: str


class Manifest(_Model):
    """Everything a reader needs to trust a snapshot."""

    format_version: int = FORMAT_VERSION
    name: str
    version: str
    fingerprint: str
    seed: int
    software: dict[str, str]
    recipe: dict[str, Any]
    data_dir: RelativePath
    features: list[FeatureInfo]
    vocabulary: VocabularyInfo
    sources: list[SourceInfo]
    splits: dict[str, SplitInfo]
    # Shares of the tasks for drawing in training; empty if the examples are already mixed.
    weights: dict[str, float] = {}
    fitting: dict[str, int]
    # By task: tokens, unknown_tokens, newlines, lost_newlines; empty if nothing can be lost.
    vocabulary_losses: dict[str, dict[str, int]] = {}
    prompts: list[PromptAudit] = []
    mixture: list[MixtureEntry]
    ledger: list[LedgerEntry]
    # Texts of tasks with a held-out item, which are no records, so that the ledger does not count
    # them: {"own_examples" or "definitions": {evaluation set: {task: texts}}}.
    task_texts: dict[str, dict[str, dict[str, int]]] = {}
    metadata: list[MetadataFile]
    rejections: list[RowFile]
    reports: list[RowFile] = []
    # Records that it shows, compressed; none in snapshots of older versions.
    records: list[RowFile] = []

    def __repr__(self) -> str:
        """Return what it describes and its fields: their contents fill screens."""
        return f"<Manifest {self.name} {self.version}: {', '.join(type(self).model_fields)}>"

    @property
    def row_features(self) -> list[Feature]:
        """Return the features of its examples, by which rows are decoded."""
        return [Feature(f.name, f.kind, f.repeated) for f in self.features]

    @property
    def files(self) -> list[str]:
        """All files of the snapshot that the manifest names, shards first."""
        shards = [shard for split in self.splits.values() for shard in split.shards]
        paths = [f"{s.path}{suffix}" for s in shards for suffix in ("", ".index", ".lengths")]
        paths += [shard.parquet.path for shard in shards if shard.parquet]
        paths += [file.path for file in self.metadata]
        rows = [*self.rejections, *self.reports, *self.records]
        return paths + [file.path for file in rows]


def feature_infos(features: Sequence[Feature] = FEATURES) -> list[FeatureInfo]:
    """Return the manifest's entries of `features`."""
    return [FeatureInfo(name=f.name, kind=f.kind, repeated=f.repeated) for f in features]


def dump(manifest: Manifest) -> bytes:
    """Return canonical JSON: sorted keys, two spaces, a newline at the end."""
    return b"".join(dump_in_parts(manifest))


def dump_in_parts(manifest: Manifest) -> Iterator[bytes]:
    """Yield canonical JSON piece by piece: that of many tasks takes 100 MB."""
    before = b"{\n  "
    for name, value in sorted(vars(manifest).items()):
        yield before + orjson.dumps(name) + b": "
        before = b",\n  "
        if isinstance(value, list):
            yield from _dump_list(value)
        else:
            yield _dump_inside(value)
    yield b"\n}\n"


def _dump_list(values: list[Any]) -> Iterator[bytes]:
    """Yield a list that is the value of a field, some of its elements at a time."""
    before = b"["
    for start in range(0, len(values), _AT_ONCE):
        # Without the brackets around these elements.
        yield before + _dump_inside(values[start : start + _AT_ONCE])[1:-4]
        before = b","
    yield b"\n  ]" if values else b"[]"


def _dump_inside(value: Any) -> bytes:
    """Return a value as it looks one level below the whole; texts have no line ends in JSON."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    # Part by part: plain values of all entries at once would take as much memory as the manifest.
    return orjson.dumps(value, default=_fields_of, option=options).replace(b"\n", b"\n  ")


def _fields_of(model: Any) -> dict[str, Any]:
    """Return the fields of a part of the manifest; orjson asks for those of each part inside it.

    Raises:
      TypeError: it is no part of a manifest.
    """
    if not isinstance(model, _Model):
        raise TypeError(f"{type(model).__name__} in a manifest")
    names, values_of = _reader_of(type(model))
    return dict(zip(names, values_of(model), strict=True))


@cache
def _reader_of(kind: type[BaseModel]) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of the fields of a model, and a function that returns their values."""
    names = list(kind.model_fields)
    return names, attrgetter(*names)


def _first_problem(error: ValidationError) -> str:
    """Return key and problem, without the input, which may be the whole manifest."""
    first = error.errors(include_input=False, include_url=False)[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))


def load(data: bytes, where: str) -> Manifest:
    """Parse a manifest.

    Raises:
      DataError: not JSON, or not a manifest of a known format version.
    """
    try:
        document = orjson.loads(data)
        version = (
            document.get("format_version", FORMAT_VERSION) if isinstance(document, dict) else 0
        )
        if version == 1:
            document = _upgraded(document)
        elif isinstance(document, dict) and version != FORMAT_VERSION:
            raise DataError(
                f"{where}: format_version {version}; this version of flanbeam reads versions 1 "
                f"to {FORMAT_VERSION}: install a newer flanbeam"
            )
        return Manifest.model_validate(document)
    except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError, AttributeError) as error:
        reason = _first_problem(error) if isinstance(error, ValidationError) else str(error)
        raise DataError(
            f"{where}: not a valid manifest: {reason}; restore the file, or delete the "
            "snapshot and build it again"
        ) from error


def _upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """Convert a manifest of format version 1 to version 2."""
    sources = [
        {name: value for name, value in source.items() if name != "error"}
        for source in document["sources"]
    ]
    ledger = [
        {
            "stage": entry["stage"],
            "task": entry["task"],
            "entered": entry["entered"],
            "kept": entry["left"],
            "rejected": {k: v for k, v in entry["rejected"].items() if k not in _UNDRAWN_1},
            "undrawn": {k: v for k, v in entry["rejected"].items() if k in _UNDRAWN_1},
        }
        for entry in document["ledger"]
    ]
    features = [info.model_dump() for info in feature_infos(FEATURES_1)]
    return {
        **document,
        "format_version": FORMAT_VERSION,
        "features": features,
        "sources": sources,
        "ledger": ledger,
    }
