"""Data sets of the Hugging Face hub in its local cache: Parquet files at a pinned revision.

Layout: `<cache>/datasets--<owner>--<name>/snapshots/<revision>/<config>/<split>-*.parquet`, where
<cache> is $HF_HUB_CACHE, $HF_HOME/hub or ~/.cache/huggingface/hub.
"""

import os
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, ClassVar, Literal

import yaml
from pydantic import Field

from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError
from transforms.sources.files.label_names import label_names_in
from transforms.sources.files.row import BadRow, Rows
from transforms.sources.formats.tabular import MappedRows
from transforms.sources.source import Element, Piece, UnreadableFileError

# Metadata key under which `datasets` writes the features into a Parquet file's schema.
_CARD = "README.md"


def _hub_cache() -> str:
    home = os.environ.get("HF_HOME") or os.path.join("~", ".cache", "huggingface")
    return os.path.expanduser(os.environ.get("HF_HUB_CACHE") or os.path.join(home, "hub"))


class Hf(MappedRows):
    """One task of rows of a data set of the hub; labels are given by name."""

    creates_path: ClassVar[bool] = True
    obtained: ClassVar[str] = (
        "Hugging Face hub: set download: true, or run the command that is named"
    )

    format: Literal["hf"]
    path: str | None = Field(
        default_factory=_hub_cache,
        description="Directory of the hub's cache; if left out, that of `huggingface_hub`.",
    )
    dataset: str = Field(
        pattern=r"^\w[\w.-]*(/\w[\w.-]*)?$", description="Name of the data set, e.g. nyu-mll/glue."
    )
    config: str | None = Field(None, description="Configuration of the data set, e.g. cola.")
    revision: str = Field(
        pattern=r"^[0-9a-f]{40}$",
        description="Commit to read, 40 hex digits; a branch such as main would move.",
    )
    download: bool = Field(
        False, description="Fetch files from the hub that the cache does not have."
    )

    @property
    def patterns(self) -> tuple[str, ...]:
        """Return the patterns of a split's files below the snapshot, by the hub's conventions."""
        names = (f"{self.split}-*.parquet", f"{self.split}/*.parquet", f"{self.split}.parquet")
        folders = [self.config] if self.config else ["data", "default"]
        below = [f"{folder}/{name}" for folder in folders for name in names]
        return (*below, *(() if self.config else names))

    @property
    def snapshot(self) -> str:
        """Return the directory of the revision below the cache."""
        return f"datasets--{self.dataset.replace('/', '--')}/snapshots/{self.revision}"

    def find_files(self, root: str) -> list[str]:
        """Return the Parquet files of the split, relative to `root`, sorted.

        Raises:
          ConfigurationError: they are not in the cache and cannot be fetched.
        """
        files = self._cached(root)
        if not files and self.download:
            self._fetch(root)
            files = self._cached(root)
        if not files:
            includes = " ".join(f"--include '{pattern}'" for pattern in self.file_patterns)
            raise ConfigurationError(
                f"{self.dataset}, {self.split} at {self.revision[:12]}: not in {root}; set "
                f"download: true, or run `hf download {self.dataset} --repo-type dataset "
                f"--revision {self.revision} --cache-dir {root} --include {_CARD} {includes}`"
            )
        return files

    def _cached(self, root: str) -> list[str]:
        directory = os.path.join(root, self.snapshot)
        files = [
            os.path.relpath(os.path.join(folder, name), directory)
            for folder, _, names in os.walk(directory)
            for name in names
        ]
        wanted = [file for file in files if any(fnmatchcase(file, p) for p in self.file_patterns)]
        return sorted(f"{self.snapshot}/{file}" for file in wanted)

    def _fetch(self, root: str) -> None:
        try:
            from huggingface_hub import snapshot_download
        except ImportError as error:
            raise ConfigurationError(
                "download: true needs huggingface_hub: pip install huggingface_hub"
            ) from error
        try:
            snapshot_download(
                self.dataset,
                repo_type="dataset",
                revision=self.revision,
                cache_dir=root,
                allow_patterns=[*self.file_patterns, _CARD],
            )
        except Exception as error:
            # The library's transport has errors of its own for a connection that ends early.
            cause = " ".join(str(error).split())[:300]
            raise UnreadableFileError(f"{self.dataset}: cannot be fetched: {cause}") from error

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        from transforms.sources.files.parquet import parquet_pieces

        return parquet_pieces(path, relative)

    def files_beside(self) -> list[str]:
        # The card may name the labels.
        card = f"{self.snapshot}/{_CARD}"
        return [card] if filesystem.exists(self.beside(card)) else []

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        """Read as any mapped rows; the names of an answer's labels are the options."""
        answer, reader = self.fields.get("answer"), self
        if isinstance(answer, str) and not (
            self.labels or self.label_of or "options" in self.fields
        ):
            names = self._names(piece).get(answer)
            reader = self.model_copy(update={"labels": list(names)}) if names else self
        yield from MappedRows.read(reader, name, piece)

    def _names(self, piece: Piece) -> dict[str, tuple[str, ...]]:
        root = piece.path.removesuffix(piece.relative)
        return label_names(piece.path, os.path.join(root, self.snapshot, _CARD), self.config)

    def rows(self, piece: Piece) -> Rows:
        from transforms.sources.files.parquet import read_parquet

        names = self._names(piece)
        for where, row in read_parquet(piece, self.keys):
            if isinstance(row, BadRow):
                yield where, row
                continue
            yield (
                where,
                {
                    key: _named(value, names[key]) if key in names else value
                    for key, value in row.items()
                },
            )


def _named(label: Any, names: tuple[str, ...]) -> Any:
    """Return the name of a label, or of each label of a list; -1 means none."""
    if isinstance(label, list):
        return [_named(item, names) for item in label]
    if isinstance(label, int) and 0 <= label < len(names):
        return names[label]
    return None if label == -1 else label


@lru_cache(maxsize=256)
def label_names(parquet: str, card: str, config: str | None) -> dict[str, tuple[str, ...]]:
    """Return the names of the labels of each column that holds any.

    They are in the schema of the Parquet file, or in the header of the data set's card.
    """
    if in_schema := label_names_in(parquet, "parquet"):
        return in_schema
    named = dict(_names_of_card(card, config))
    return {name: tuple(names) for name, names in named.items() if names}


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _names_of_card(card: str, config: str | None) -> Iterator[tuple[str, list[str]]]:
    if not os.path.exists(card):
        return
    with open(card, encoding="utf-8", errors="replace") as stream:
        head = stream.read().split("---\n")
    try:
        stated = yaml.safe_load(head[1]) if len(head) > 2 else None
    except yaml.YAMLError:
        return
    infos = stated.get("dataset_info") if isinstance(stated, Mapping) else None
    for info in infos if isinstance(infos, list) else [infos]:
        if not isinstance(info, Mapping) or (config and info.get("config_name") != config):
            continue
        for feature in info.get("features") or []:
            names = _mapping(_mapping(feature.get("dtype"), "class_label"), "names")
            in_order = sorted(names.items(), key=lambda item: int(item[0]))
            yield str(feature.get("name")), [str(name) for _, name in in_order]
