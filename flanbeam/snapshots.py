"""Open a snapshot and go through its examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypedDict

from flanbeam.tables import html_table
from tfrecords_schema import snapshot as stored
from tfrecords_schema.channels import resolve
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.features import INPUTS, INPUTS_TEXT, TARGETS, TARGETS_TEXT
from tfrecords_schema.kept_records import KeptRecord, kept_record
from tfrecords_schema.manifest import Manifest

_TOKENS = {INPUTS: "input_tokens", TARGETS: "target_tokens"}
_TEXTS = {INPUTS_TEXT: "inputs", TARGETS_TEXT: "targets"}


class Example(TypedDict, total=False):
    """One example: prompt and answer as text and as token ids, and where it is from.

    The vocabulary's end-of-sequence id is no part of the tokens.
    """

    id: str
    record_id: str
    inputs: str
    targets: str
    input_tokens: list[int]
    target_tokens: list[int]
    options: list[str]
    answer_index: int
    template_id: str
    template_type: str
    template_idx: int
    num_shots: int
    inversion: str
    prompt_parts: list[int]
    task_name: str
    task_source: str
    collection: str
    source: str
    split: str
    license: str


def _example(row: dict[str, Any]) -> Example:
    """Return a stored row under the names of `Example`."""
    names = {name: _TOKENS.get(name) or _TEXTS.get(name) or name.lstrip("_") for name in row}
    return {names[n]: list(v) if n in _TOKENS else v for n, v in row.items()}  # type: ignore[return-value]


@dataclass(frozen=True)
class Split(Sequence[Example]):
    """The examples of one split, by number and in order."""

    name: str
    of: stored.Snapshot = field(repr=False)

    @cached_property
    def _reader(self) -> stored.ShardedReader:
        return self.of.reader(self.name)

    def __len__(self) -> int:
        return len(self._reader)

    def __getitem__(self, index: Any) -> Any:
        """Return one example, or a list of them for a slice.

        Raises:
          IndexError: there is no such example.
        """
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return _example(self._reader.row(index + len(self) if index < 0 else index))

    def __iter__(self) -> Iterator[Example]:
        return (_example(row) for row in self.of.rows(self.name))

    def to_pandas(self) -> Any:
        """Return all examples as a `pandas.DataFrame`, a row each.

        Raises:
          ConfigurationError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise ConfigurationError("to_pandas needs pandas: pip install pandas") from error
        return pandas.DataFrame(list(self))

    def to_datasets(self) -> Any:
        """Return all examples as a `datasets.Dataset`; they go through files, not memory.

        Raises:
          ConfigurationError: datasets is not installed.
        """
        try:
            import datasets
        except ImportError as error:
            raise ConfigurationError("to_datasets needs datasets: pip install datasets") from error
        return datasets.Dataset.from_generator(lambda: iter(self))

    def __repr__(self) -> str:
        return f"<Split {self.name}: {len(self):,} examples>"

    def _repr_html_(self) -> str:
        shown = self[:5]
        rows = [(e["task_name"], e["template_type"], e["inputs"], e["targets"]) for e in shown]
        title = f"{self.name}: the first {len(rows)} of {len(self):,} examples"
        return html_table(title, ("task", "type", "inputs", "targets"), rows)


@dataclass(frozen=True)
class Snapshot:
    """A built corpus: `snapshot["train"]` has its examples, `manifest` what it is made of."""

    of: stored.Snapshot = field(repr=False)

    @property
    def path(self) -> str:
        """Return the directory of the snapshot."""
        return self.of.path

    @property
    def manifest(self) -> Manifest:
        """Return the manifest: recipe, ledger, sources, vocabulary and digests of all files."""
        return self.of.manifest

    @property
    def splits(self) -> dict[str, int]:
        """Return the examples of each split."""
        return {name: split.rows for name, split in self.manifest.splits.items()}

    def record(self, record_id: str) -> KeptRecord:
        """Return the record that an example was made of, by the example's `record_id`.

        Each call looks through the files of `records/` until it finds the record.

        Raises:
          DataError: the snapshot does not keep such a record.
        """
        return kept_record(self.of, record_id)

    def __getitem__(self, split: str) -> Split:
        """Return the examples of a split.

        Raises:
          DataError: there is no such split.
        """
        self.of.split(split)
        return Split(split, self.of)

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {rows:,}" for name, rows in self.splits.items())
        return f"<Snapshot {self.manifest.name} {self.manifest.version}: {counts}>"

    def _repr_html_(self) -> str:
        title = f"{self.manifest.name} {self.manifest.version}, {self.path}"
        return html_table(title, ("split", "examples"), self.splits.items())


def open_snapshot(address: str) -> Snapshot:
    """Open a snapshot by its directory, by STORE@CHANNEL or by its URL.

    Raises:
      DataError: there is no snapshot. ConfigurationError: nothing was published in the channel.
    """
    return Snapshot(stored.open_snapshot(resolve(str(address))))
