"""Tasks over data sets that TFDS prepares, and collections of them."""

import inspect
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from types import ModuleType

from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

_BUILDER = re.compile(r"(?P<path>\w+(?:/[\w.+-]+)?):(?P<version>\d+\.\d+\.\d+)")


def builder_directory(builder: str) -> str:
    """Return where TFDS puts a data set: "glue/cola:2.0.0" → "glue/cola/2.0.0".

    The path is relative to the data directory.

    Raises:
      ValueError: no version, or not a builder's name.
    """
    match = _BUILDER.fullmatch(builder)
    if match is None:
        raise ValueError(
            f"{builder!r} is no builder with its version; write e.g. 'glue/cola:2.0.0'"
        )
    return f"{match['path']}/{match['version']}"


@dataclass(frozen=True, kw_only=True)
class TfdsTask:
    """A task: a builder with its version pinned, and how its rows become records.

    Attributes:
      builder: as `tfds.load` takes it, the config spelled out: "glue/cola:2.0.0".
      train, evaluation: splits in TFDS syntax, with nothing in common.
      license: SPDX where the data set states one that has an identifier.
      languages: BCP 47 tags.
      domain: what kind of text its records are, e.g. "news".
      prepare: what the mapping cannot say; a row gives any number of rows.
    """

    name: str
    builder: str
    mapping: RowMapping
    train: str = "train"
    evaluation: str = "validation"
    license: str = "Unknown"
    languages: tuple[str, ...] = ("en",)
    domain: str = ""
    prepare: Callable[[Row], Iterable[Row]] | None = None

    @property
    def directory(self) -> str:
        """Where its prepared data lie below TFDS's data directory."""
        return builder_directory(self.builder)


@dataclass(frozen=True)
class Collection:
    """A published collection: its title, its tasks and the modules that define them."""

    title: str
    tasks: tuple[TfdsTask, ...]
    modules: tuple[ModuleType, ...]

    @cached_property
    def by_name(self) -> dict[str, TfdsTask]:
        """The tasks by their names."""
        return {task.name: task for task in self.tasks}

    @cached_property
    def digest(self) -> str:
        """64 hex digits that change with any mapping or row function: ingest then runs again."""
        modules = (sys.modules[__name__], *self.modules)
        text = "\x00".join(inspect.getsource(module) for module in modules)
        return sha256(text.encode()).hexdigest()
