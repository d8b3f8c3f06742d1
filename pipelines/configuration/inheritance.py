"""A document that states only what differs from another one, its base.

`base: NAME` or a path names the base. Mappings are merged key by key. Any other value, and a source
of another format, replaces that of the base. Null removes a value of the base.
"""

import os
from collections.abc import Mapping
from typing import Any

from pipelines.configuration import yaml_document
from pipelines.configuration.shipped import find_file
from pipelines.configuration.variables import expanded
from pipelines.configuration.yaml_document import REMOVABLE, Document, Path
from tfrecords_schema.errors import ConfigurationError

BASE = "base"
# Key that states the kind of a mapping: two kinds have no common keys to merge.
_KIND = "format"


def read(path: str, shipped: dict[str, str], kind: str) -> Document:
    """Return the document at `path`, merged with its base, the base of that, and so on.

    Args:
      shipped: name → path of the documents that come with the package, such as a `kind`.

    Raises:
      ConfigurationError: as `yaml_document.read`; a base is missing, or is based on itself.
    """
    return _read(path, shipped, kind, ())


def _read(path: str, shipped: dict[str, str], kind: str, heirs: tuple[str, ...]) -> Document:
    document = yaml_document.read(path)
    document.note_files()
    if BASE not in document.value:
        return document
    place = document.place((BASE,))
    named = document.value.pop(BASE)
    if not isinstance(named, str) or not named:
        raise ConfigurationError(
            f"{place}: base: {named} is not the name of a shipped {kind} or a file"
        )
    beside = os.path.join(os.path.dirname(path), expanded(named, f"{place}: base"))
    try:
        base_path = find_file(beside if os.path.isfile(beside) else named, shipped, kind)
    except ConfigurationError as error:
        raise ConfigurationError(f"{place}: base: {error}") from error
    known = (*heirs, os.path.realpath(path))
    if os.path.realpath(base_path) in known:
        raise ConfigurationError(f"{place}: base: {named} is itself based on this file")
    base = _read(base_path, shipped, kind, known)
    _merge(base, document, (), base.value, document.value)
    base.name = document.name
    return base


def _merge(
    base: Document, heir: Document, path: Path, ours: dict[str, Any], theirs: Mapping[str, Any]
) -> None:
    """Put the values of `heir` at `path` into `base`."""
    for key, value in theirs.items():
        here = (*path, key)
        old = ours.get(key)
        if value is None and (key in ours or path in REMOVABLE):
            base.remove(here, heir.place(here))
            continue
        base.removed.pop(here, None)
        if isinstance(old, dict) and _are_mergeable(old, value):
            base.places[here] = heir.place(here)
            _merge(base, heir, here, old, value)
        else:
            ours[key] = value
            base.take_places(heir, here)


def _are_mergeable(old: Mapping[str, Any], new: object) -> bool:
    """Return whether `new` is a mapping of the same kind."""
    return isinstance(new, dict) and (_KIND not in new or new[_KIND] == old.get(_KIND))
