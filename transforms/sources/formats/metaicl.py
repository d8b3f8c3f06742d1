"""MetaICL's rows: `task`, `input`, `output`, `options`; one directory per task, no instruction.

Layout: github.com/facebookresearch/MetaICL, `data/<task>/<task>_*_train.jsonl`; `config/*.json` has
the published splits of the tasks, `{"train": [names], "test": [names]}`.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import ClassVar, Literal

import orjson
from pydantic import Field

from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError
from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import Piece


class MetaIcl(Layout):
    """Inputs and outputs of tasks named after the files' directories."""

    families: ClassVar[dict[str, str]] = {MAIN: "demonstrations"}

    format: Literal["metaicl"]
    collection: str = Field("metaicl", description="Collection of the tasks.")

    config: str | None = Field(
        None,
        description="File of MetaICL's `config` directory that lists the tasks to read, relative "
        "to `path`; if left out, all.",
    )
    tasks_of: Literal["train", "test"] = Field(
        "train", description="Part of `config` whose tasks are read."
    )

    def files_beside(self) -> list[str]:
        return [self.config] if self.config else []

    def find_files(self, root: str) -> list[str]:
        """Return the files of the tasks that `config` lists, or of all tasks without `config`.

        Raises:
          ConfigurationError: `config` is missing, or not a file of this form.
        """
        files = super().find_files(root)
        if self.config is None:
            return files
        listed = _tasks_of(self.beside(self.config), self.tasks_of)
        return [file for file in files if PurePosixPath(file).parent.name in listed]

    @property
    def patterns(self) -> tuple[str, ...]:
        return (f"*_{self.split}.jsonl",)

    def task_name(self, name: str, piece: Piece) -> str:
        return self.task or PurePosixPath(piece.relative).parent.name or name

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        options = row.get("options") or []
        if not isinstance(options, list):
            yield BadRow("wrong_type", "options is not a list")
            return
        answer = text_of(row, "output")
        if options and answer not in options:
            yield BadRow("unknown_label", f"output {answer!r} is none of the options")
            return
        yield Draft({"input": text_of(row, "input"), "answer": answer, "options": options})


def _tasks_of(path: str, part: str) -> frozenset[str]:
    """Return the names under `part` of one of MetaICL's config files."""
    try:
        listed = orjson.loads(filesystem.read_bytes(path))[part]
        names = frozenset(name for name in listed if isinstance(name, str))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path}: no list of tasks under {part!r} ({error}); MetaICL has them in config/*.json"
        ) from error
    return names
