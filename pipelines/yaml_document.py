"""YAML with the place of every value, so that a complaint can name file and line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from tfrecords_schema.errors import ConfigurationError

Path = tuple[str | int, ...]
# How the place of a value from the command line begins.
SET = "--set "


@dataclass
class Document:
    """A parsed YAML file: its value, and where each key and item stands."""

    name: str
    value: dict[str, Any]
    places: dict[Path, str] = field(default_factory=dict)

    def place(self, path: Path) -> str:
        """`file:line` (or `--set key`) of the nearest known ancestor of `path`."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return self.name

    def set(self, assignment: str) -> None:
        """Apply one `key.to.value=YAML` from the command line.

        Raises:
          ConfigurationError: not an assignment, or it leads through something that is no mapping.
        """
        key, equals, text = assignment.partition("=")
        if not equals or not key.strip():
            raise ConfigurationError(f"--set {assignment}: write it as key=value, e.g. seed=7")
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ConfigurationError(f"--set {assignment}: not a YAML value: {error}") from error
        parts = key.strip().split(".")
        self._assign(parts, value, SET + key.strip())

    def _assign(self, parts: Sequence[str], value: Any, place: str) -> None:
        target = self.value
        for depth, part in enumerate(parts[:-1]):
            target = target.setdefault(part, {})
            if not isinstance(target, dict):
                where = ".".join(parts[: depth + 1])
                raise ConfigurationError(f"{place}: {where} is not a mapping")
        target[parts[-1]] = value
        stale = [known for known in self.places if known[: len(parts)] == tuple(parts)]
        for known in stale:
            del self.places[known]
        self.places[tuple(parts)] = place


def _convert(loader: yaml.SafeLoader, node: yaml.Node, path: Path, document: Document) -> Any:
    document.places[path] = f"{document.name}:{node.start_mark.line + 1}"
    if isinstance(node, yaml.MappingNode):
        value: dict[Any, Any] = {}
        loader.flatten_mapping(node)
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if isinstance(key, bool):
                # YAML 1.1 reads `no:` and `on:` as booleans; a key here is always a word.
                key = key_node.value
            place = f"{document.name}:{key_node.start_mark.line + 1}"
            if not isinstance(key, (str, int)):
                raise ConfigurationError(f"{place}: a key must be a word, not {key!r}")
            if key in value:
                raise ConfigurationError(f"{place}: key {key!r} is there twice; remove one")
            value[key] = _convert(loader, value_node, (*path, key), document)
            document.places[(*path, key)] = place
        return value
    if isinstance(node, yaml.SequenceNode):
        return [
            _convert(loader, item, (*path, index), document)
            for index, item in enumerate(node.value)
        ]
    return loader.construct_object(node, deep=True)


def parse(text: str, name: str) -> Document:
    """Parse one YAML mapping; `name` is what messages call the file.

    Raises:
      ConfigurationError: not YAML, not a mapping, or a key twice.
    """
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise ConfigurationError(f"{name}: the file is empty")
        document = Document(name, {})
        value = _convert(loader, node, (), document)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{name}{line}: not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{name}: not valid YAML: {error}") from error
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
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 text (byte {error.start})") from error
    return parse(text, path)
