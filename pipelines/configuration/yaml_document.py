"""YAML with the place of every value, so that messages can name file and line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from tfrecords_schema.errors import ConfigurationError
from transforms import yaml_limits

Path = tuple[str | int, ...]
# Beginning of the place of a value from the command line.
SET = "--set "
# Mappings in which null removes a value together with its dependents.
REMOVABLE: frozenset[Path] = frozenset({("sources",), ("held_out",), ("mixture", "collections")})


@dataclass(kw_only=True)
class Document:
    """A parsed YAML file: its value, and where each key and item is stated.

    Attributes:
      files: the file that states a value, for the paths in it.
      removed: entries that null removes but that messages still need (sources, held-out sets and
        collections), with the place of the null.
    """

    name: str
    value: dict[str, Any]
    places: dict[Path, str] = field(default_factory=dict)
    files: dict[Path, str] = field(default_factory=dict)
    removed: dict[Path, str] = field(default_factory=dict)

    def place(self, path: Path) -> str:
        """Return `file:line` (or `--set key`) of the nearest known ancestor of `path`."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return self.name

    def note_files(self) -> None:
        """Record that everything so far is stated in this file."""
        self.files[()] = self.name

    def file_of(self, path: Path) -> str:
        """Return the file that states the value at `path`."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.files:
                return self.files[path[:length]]
        return self.name

    def remove(self, path: Path, place: str) -> None:
        """Remove the value at `path`, as stated at `place`.

        Sources, held-out sets and collections are only marked as removed, because their dependents
        have to be removed as well.
        """
        if path[:-1] in REMOVABLE:
            self.removed[path] = place
            return
        target: Any = self.value
        for part in path[:-1]:
            target = target[part]
        del target[path[-1]]
        self._forget(path)
        self.places[path] = place

    def _forget(self, path: Path) -> None:
        for noted in (self.places, self.files):
            for known in [known for known in noted if known[: len(path)] == path]:
                del noted[known]

    def take_places(self, other: "Document", path: Path) -> None:
        """Record that the value at `path` is stated where `other` states it."""
        self._forget(path)
        self.places |= {p: where for p, where in other.places.items() if p[: len(path)] == path}
        self.files[path] = other.file_of(path)

    def set(self, assignment: str, place: str | None = None) -> None:
        """Apply one `key.to.value=YAML` from the command line; messages call it `place`.

        Raises:
          ConfigurationError: not an assignment, or the key leads through a value that is not a
          mapping.
        """
        key, equals, text = assignment.partition("=")
        if not equals or not key.strip():
            raise ConfigurationError(f"--set {assignment}: write it as key=value, e.g. seed=7")
        try:
            value = yaml_limits.load(text)
        except (yaml.YAMLError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise ConfigurationError(f"--set {assignment}: not a YAML value: {reason}") from error
        parts, where = key.strip().split("."), place or SET + key.strip()
        if value is None and text.strip() and tuple(parts[:-1]) in REMOVABLE:
            self.remove(tuple(parts), where)
        else:
            self._assign(parts, value, where)

    def _assign(self, parts: Sequence[str], value: Any, place: str) -> None:
        target = self.value
        for depth, part in enumerate(parts[:-1], start=1):
            if part not in target:
                self.places[tuple(parts[:depth])] = place
            target = target.setdefault(part, {})
            if not isinstance(target, dict):
                where = ".".join(parts[:depth])
                raise ConfigurationError(f"{place}: {where} is not a mapping")
        target[parts[-1]] = value
        path = tuple(parts)
        self._forget(path)
        self.removed.pop(path, None)
        self.places[path] = place


@dataclass
class _Converter:
    """Builds values from YAML nodes and records the place of each."""

    loader: yaml.SafeLoader
    document: Document
    open_nodes: list[yaml.Node] = field(default_factory=list)
    # The keys that a mapping states itself: flattening adds those that it merges, for good.
    own_keys: dict[int, set[int]] = field(default_factory=dict)

    def convert(self, node: yaml.Node, path: Path) -> Any:
        """Return the value of `node`, which is at `path` in the document."""
        place = f"{self.document.name}:{node.start_mark.line + 1}"
        if any(node is parent for parent in self.open_nodes):
            raise ConfigurationError(f"{place}: the alias contains itself")
        self.document.places[path] = place
        self.open_nodes.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                items = enumerate(node.value)
                return [self.convert(item, (*path, index)) for index, item in items]
            return self.loader.construct_object(node, deep=True)
        except ValueError as error:
            raise ConfigurationError(f"{place}: not a valid value: {error}") from error
        finally:
            self.open_nodes.pop()

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str | int, Any]:
        own = self.own_keys.setdefault(id(node), {id(key) for key, _ in node.value})
        self.loader.flatten_mapping(node)
        value: dict[str | int, Any] = {}
        stated: set[str | int] = set()
        for key_node, value_node in node.value:
            key = self.loader.construct_object(key_node, deep=True)
            place = f"{self.document.name}:{key_node.start_mark.line + 1}"
            if isinstance(key, bool):
                # YAML 1.1 reads `no:` and `on:` as booleans; a key here is always a word.
                key = key_node.value
            if not isinstance(key, (str, int)):
                raise ConfigurationError(f"{place}: a key must be a word, not {key!r}")
            if id(key_node) in own:
                if key in stated:
                    raise ConfigurationError(f"{place}: key {key!r} appears twice; remove one")
                stated.add(key)
            value[key] = self.convert(value_node, (*path, key))
            self.document.places[(*path, key)] = place
        return value


def parse(text: str, name: str) -> Document:
    """Parse one YAML mapping; `name` is the file's name in messages.

    Raises:
      ConfigurationError: not YAML, not a mapping, or a key twice.
    """
    try:
        loader = yaml.SafeLoader(text)
        node = yaml_limits.compose(loader)
        if node is None:
            raise ConfigurationError(f"{name}: the file is empty")
        document = Document(name=name, value={})
        value = _Converter(loader, document).convert(node, ())
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{name}{line}: not valid YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = f":{text[: error.position].count(chr(10)) + 1}"
        raise ConfigurationError(f"{name}{line}: not valid YAML: {error.reason}") from error
    except RecursionError as error:
        raise ConfigurationError(f"{name}: not valid YAML: nested too deeply") from error
    if not isinstance(value, dict):
        raise ConfigurationError(f"{name}:1: expected keys and values, found {value!r:.60}")
    document.value = value
    return document


def read(path: str) -> Document:
    """Parse the YAML file at `path`.

    Raises:
      ConfigurationError: as `parse`, or the file cannot be read.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read(yaml_limits.MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror or error}") from error
    if len(data) > yaml_limits.MAX_BYTES:
        raise ConfigurationError(f"{path}: more than {yaml_limits.MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 text (byte {error.start})") from error
    # The same line ends as for files in text mode.
    return parse(text.replace("\r\n", "\n").replace("\r", "\n"), path)
