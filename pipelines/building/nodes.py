"""What a snapshot is made of, as nodes whose fingerprints cover contents: texts, digests, settings.

A node's fingerprint is the sha256 of its parts and of the fingerprints of the nodes before it, as
canonical JSON. `sources → dedup → decontaminate → render → mixture` is a chain, and `evaluation`
sets join it at `decontaminate`: the fingerprint of `mixture` is the snapshot's. The nodes of tasks
stand beside the chain; they say which files each task comes from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import NODES, open_snapshot
from transforms.templates.catalog import CATALOG

SOURCE, EVALUATION, TASK = "source", "evaluation", "task"
DEDUP, DECONTAMINATE, RENDER, MIXTURE = "dedup", "decontaminate", "render", "mixture"
_RENDER_KEYS = ("seed", "templates", "few_shot", "options", "limits", "vocabulary")
_MIXTURE_KEYS = (
    *("name", "version", "description", "on_source_error", "mixture", "validation", "output"),
)
KINDS = (SOURCE, EVALUATION, TASK, DEDUP, DECONTAMINATE, RENDER, MIXTURE)


def digest(value: Any) -> str:
    """sha256 of `value` as canonical JSON."""
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True)
class Node:
    """One node: parts that are its own, and fingerprints of the nodes that it follows, by key."""

    kind: str
    name: str
    parts: Mapping[str, Any]
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """`source:NAME`; a stage, of which there is one, has its kind alone."""
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @cached_property
    def fingerprint(self) -> str:
        """64 hex digits; the kind is no part of it, so a set may be read once for both uses."""
        return digest({"parts": self.parts, "inputs": self.inputs})

    def document(self) -> dict[str, Any]:
        """What `nodes.json` holds of it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "fingerprint": self.fingerprint,
            "parts": dict(self.parts),
            "inputs": dict(self.inputs),
        }


def source_node(
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    files: Mapping[str, str],
    beside: Mapping[str, Any],
    readers: int,
) -> Node:
    """A source: reader, mapping and digests; `files` are path → sha256."""
    parts = {
        "readers": readers,
        "name": name,
        "settings": dict(settings),
        "files": dict(files),
        "beside": dict(beside),
    }
    return Node(kind, name, parts)


def task_node(task: str, source: Node, files: Iterable[str]) -> Node:
    """A task of `source`: the same reader and mapping, and the files that it was found in."""
    settings = {name: part for name, part in source.parts.items() if name != "files"}
    held = source.parts["files"]
    parts = {"source": source.name, "settings": digest(settings)}
    return Node(TASK, task, {**parts, "files": {file: held[file] for file in sorted(set(files))}})


def stage_nodes(
    stated: Mapping[str, Any],
    vocabulary: Mapping[str, Any],
    code: Mapping[str, str],
    sources: list[Node],
    evaluations: list[Node],
) -> list[Node]:
    """The chain after the sources, of a recipe as `stated`.

    Every key of the recipe is in some node. One that is not listed here is in the first, so that
    a new setting invalidates every cached stage until it is given its place.
    """
    later = ("decontaminate", *_RENDER_KEYS, *_MIXTURE_KEYS, "sources", "held_out")
    dedup = Node(
        DEDUP,
        "",
        {
            "code": dict(code),
            # No template shows them in a prompt, and no search for held-out items reads them.
            "targets": {name: list(family.targets) for name, family in CATALOG.items()},
            # The sources that are named first win over duplicates.
            "order": [source.name for source in sources],
            **{name: part for name, part in stated.items() if name not in later},
        },
        {source.key: source.fingerprint for source in sources},
    )
    decontaminate = Node(
        DECONTAMINATE,
        "",
        {"order": [node.name for node in evaluations], "decontaminate": stated["decontaminate"]},
        {node.key: node.fingerprint for node in [dedup, *evaluations]},
    )
    render = Node(
        RENDER,
        "",
        {
            "catalog": _catalog(),
            "vocabulary_file": dict(vocabulary),
            **{name: stated[name] for name in _RENDER_KEYS},
        },
        {decontaminate.key: decontaminate.fingerprint},
    )
    # What the sources' settings say is in their nodes, but for notes, which the manifest repeats.
    about = {
        group: {name: source.get("about") for name, source in stated[group].items()}
        for group in ("sources", "held_out")
    }
    last = {name: stated[name] for name in _MIXTURE_KEYS}
    mixture = Node(MIXTURE, "", {**last, "about": about}, {render.key: render.fingerprint})
    return [dedup, decontaminate, render, mixture]


def _catalog() -> dict[str, list[Any]]:
    """Everything about every template family that a prompt depends on."""
    return {
        name: [
            [family.context, family.context_keeps, family.is_bare],
            *([t.instruction, t.inputs, t.targets, t.inversion] for t in family.templates),
        ]
        for name, family in CATALOG.items()
    }


def documents(nodes: Iterable[Node]) -> dict[str, dict[str, Any]]:
    """The contents of `nodes.json`: key → node."""
    return {node.key: node.document() for node in nodes}


def read_nodes(snapshot: str) -> dict[str, dict[str, Any]]:
    """The nodes that the snapshot at a path is made of, by key.

    Raises:
      DataError: there is no snapshot, or they are not what its manifest was written with.
    """
    path = filesystem.join(snapshot, NODES)
    stated = {file.path: file.sha256 for file in open_snapshot(snapshot).manifest.metadata}
    data = filesystem.read_bytes(path) if filesystem.exists(path) else b""
    if sha256(data).hexdigest() != stated.get(NODES):
        raise DataError(
            f"{path}: missing, or its sha256 differs; roll back or publish another snapshot, and "
            "delete this one"
        )
    nodes: dict[str, dict[str, Any]] = orjson.loads(data)
    return nodes


def differences(old: Any, new: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """(path of a part, old value, new value) wherever the two differ; None stands for no value.

    >>> differences({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2})
    [('a.b', 1, 3)]
    """
    if old == new:
        return []
    a, b = _parts(old), _parts(new)
    if a is None or b is None or isinstance(old, list) is not isinstance(new, list):
        return [(path, old, new)]
    return [
        found
        for key in {**a, **b}
        for found in differences(a.get(key), b.get(key), f"{path}.{key}" if path else key)
    ]


def _parts(value: Any) -> dict[str, Any] | None:
    """What `value` consists of, by key or position; None if it is one thing."""
    if isinstance(value, list):
        return {str(position): part for position, part in enumerate(value)}
    return {key: value[key] for key in sorted(value)} if isinstance(value, Mapping) else None
