"""`manifest.json`: what a snapshot holds, where it came from, and what was left out and why.

The file is a pure function of inputs, recipe, seed and code, byte for byte; clock times and paths
of the machine live in `run.json` beside it.
"""

from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from tfrecords_schema.errors import DataError

FORMAT_VERSION = 1
SPLITS = (TRAIN, VALIDATION) = ("train", "validation")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(_Model):
    """One raw input file: path below the source's root, size and digest."""

    path: str
    bytes: int
    sha256: str


class SourceInfo(_Model):
    """One source as it was read."""

    name: str
    format: str
    collection: str
    fingerprint: str
    files: list[SourceFile]
    records: int
    licenses: dict[str, int]
    error: str | None = None


class VocabularyInfo(_Model):
    """The vocabulary that made the token ids; `file` lies in the snapshot."""

    kind: Literal["bytes", "sentencepiece"]
    size: int
    extra_ids: int
    pad_id: int = 0
    eos_id: int = 1
    unk_id: int = 2
    file: str | None = None
    sha256: str | None = None


class ParquetFile(_Model):
    """The examples of a shard in the same order as Parquet; `path` is relative to the snapshot."""

    path: str
    bytes: int
    sha256: str


class ShardInfo(_Model):
    """One shard; `path` is relative to the snapshot."""

    path: str
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
    """Requested against realised, for one split, task and template type."""

    split: str = TRAIN
    collection: str
    task: str
    template_type: str
    available: int
    cap: int | None
    requested: float
    planned: int
    realised: int


class LedgerEntry(_Model):
    """Conservation for one stage and task: entered = left + sum of rejected."""

    stage: str
    task: str
    entered: int
    left: int
    rejected: dict[str, int]

    @property
    def balances(self) -> bool:
        """Whether every record is accounted for."""
        return self.entered == self.left + sum(self.rejected.values())


class MetadataFile(_Model):
    """A file that other readers use, relative to the snapshot."""

    path: str
    sha256: str


class RejectionFile(_Model):
    """A file of rows (rejections: one a line), relative to the snapshot."""

    path: str
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
    data_dir: str
    vocabulary: VocabularyInfo
    sources: list[SourceInfo]
    splits: dict[str, SplitInfo]
    # Shares of the tasks to draw by in training; empty where the examples are mixed already.
    weights: dict[str, float] = {}
    fitting: dict[str, int]
    mixture: list[MixtureEntry]
    ledger: list[LedgerEntry]
    metadata: list[MetadataFile]
    rejections: list[RejectionFile]
    reports: list[RejectionFile] = []

    @property
    def files(self) -> list[str]:
        """Every file of the snapshot that the manifest names, shards first."""
        shards = [shard for split in self.splits.values() for shard in split.shards]
        paths = [f"{s.path}{suffix}" for s in shards for suffix in ("", ".index", ".lengths")]
        paths += [shard.parquet.path for shard in shards if shard.parquet]
        paths += [file.path for file in self.metadata]
        return paths + [file.path for file in [*self.rejections, *self.reports]]


def dump(manifest: Manifest) -> bytes:
    """Canonical JSON: sorted keys, two spaces, a newline at the end."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(manifest.model_dump(mode="json"), option=options)


def _check_version(version: object, where: str) -> None:
    if version != FORMAT_VERSION:
        raise DataError(
            f"{where}: format_version is {version}, this version reads {FORMAT_VERSION}"
        )


def _first_problem(error: ValidationError) -> str:
    """Key and problem, without the input, which may be the whole manifest."""
    first = error.errors(include_input=False, include_url=False)[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))


def load(data: bytes, where: str) -> Manifest:
    """Parse a manifest.

    Raises:
      DataError: not JSON, or not a manifest of this format version.
    """
    try:
        document = orjson.loads(data)
        version = (
            document.get("format_version", FORMAT_VERSION) if isinstance(document, dict) else 0
        )
        if isinstance(document, dict) and version != FORMAT_VERSION:
            raise DataError(
                f"{where}: format_version {version}; this version reads {FORMAT_VERSION}"
            )
        return Manifest.model_validate(document)
    except (orjson.JSONDecodeError, ValidationError) as error:
        reason = _first_problem(error) if isinstance(error, ValidationError) else str(error)
        raise DataError(
            f"{where}: not a manifest that this version reads: {reason}; "
            "restore it, or delete the snapshot and build it again"
        ) from error
