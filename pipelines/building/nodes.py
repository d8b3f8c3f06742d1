"""The nodes of a snapshot, whose fingerprints cover contents: texts, digests, code.

A node's fingerprint is the sha256 of its parts and of the fingerprints of the nodes before it, as
canonical JSON. Each stage is a node: its parts are its code and the settings that it names, and it
follows the stages that it reads from. The last stage's fingerprint is the snapshot's. The nodes of
tasks are not part of this chain; they state which files each task comes from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson

from pipelines.building.code_digest import code_digest
from pipelines.building.stages import STAGES
from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import NODES, open_snapshot
from transforms.settings import CorpusSettings
from transforms.stages.stage import Stage
from transforms.stages.wiring import Wired, wire
from transforms.templates.template import Family

SOURCE, EVALUATION, SNAPSHOT, TASK = "source", "evaluation", "snapshot", "task"
KINDS = (SOURCE, EVALUATION, SNAPSHOT, TASK, *(stage.name for stage in STAGES))


def digest(value: Any) -> str:
    """Return the sha256 of `value` as canonical JSON."""
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True)
class Node:
    """One node: its own parts, and the fingerprints of the nodes that it follows, by key."""

    kind: str
    name: str
    parts: Mapping[str, Any]
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return `source:NAME`, or the kind alone for a stage, of which there is one."""
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @cached_property
    def fingerprint(self) -> str:
        """Return 64 hex digits; the kind is not covered, so a set is read once for both uses."""
        return digest({"parts": self.parts, "inputs": self.inputs})

    def document(self) -> dict[str, Any]:
        """Return the entry of the node in `nodes.json`."""
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
    *,
    settings: Mapping[str, Any],
    files: Mapping[str, str],
    beside: Mapping[str, Any],
    families: Mapping[str, Any],
    code: Mapping[str, Any],
) -> Node:
    """Return the node of a source: reader, mapping and digests; `files` are path → sha256.

    `families` are the parts of the tasks' template families that reading depends on.
    """
    parts = {
        "code": dict(code),
        "families": dict(families),
        "name": name,
        "settings": dict(settings),
        "files": dict(files),
        "beside": dict(beside),
    }
    return Node(kind, name, parts)


def task_node(task: str, source: Node, files: Iterable[str]) -> Node:
    """Return the node of a task: the reader and mapping of `source`, and the files of the task."""
    settings = {name: part for name, part in source.parts.items() if name != "files"}
    held = source.parts["files"]
    parts = {"source": source.name, "settings": digest(settings)}
    return Node(TASK, task, {**parts, "files": {file: held[file] for file in sorted(set(files))}})


@dataclass(frozen=True, kw_only=True)
class Ingredients:
    """All data that the stages of a recipe can depend on.

    Attributes:
      stated: the recipe as in the manifest.
      settings: its keys that stages read.
      vocabulary: the manifest's description of the vocabulary, including the digest of its model.
      known: the records of the snapshots under `deduplicate.against`.
      families, held_out_families: the template families that its tasks use.
    """

    stated: Mapping[str, Any]
    settings: CorpusSettings
    vocabulary: Mapping[str, Any]
    sources: Sequence[Node]
    evaluations: Sequence[Node]
    families: Sequence[Family]
    held_out_families: Sequence[Family]
    known: Sequence[Node] = ()


def stage_nodes(ingredients: Ingredients, stages: Sequence[Stage] = STAGES) -> dict[str, Node]:
    """Return the node of each enabled stage by name, in order.

    A recipe key that no stage names belongs to the first stage, so that a new setting makes every
    stage run again until a stage names it. A key named only by disabled stages belongs to the last
    stage, because the manifest repeats it.
    """
    nodes: dict[str, Node] = {}
    every = wire(stages, ingredients.settings)
    unnamed = unnamed_keys(ingredients.stated, stages)
    idle = unnamed_keys(ingredients.stated, [wired.stage for wired in every])
    for number, wired in enumerate(every):
        keys = list(wired.stage.settings)
        if number == 0:
            keys += unnamed
        if number == len(every) - 1:
            keys += [key for key in idle if key not in unnamed]
        nodes[wired.stage.name] = _stage_node(wired, keys, ingredients, nodes)
    return nodes


def unnamed_keys(stated: Mapping[str, Any], stages: Sequence[Stage]) -> list[str]:
    """Return the keys of a recipe, dotted, that none of `stages` names."""
    named = {key for stage in stages for key in stage.settings}
    return [key for key in _leaves(stated, named) if key not in named]


def _leaves(value: Any, named: set[str], path: str = "") -> Iterable[str]:
    """Yield `path`, or the keys below it if some stage names one of them."""
    if path in named or not isinstance(value, Mapping):
        yield path
        return
    if path and not any(key.startswith(f"{path}.") for key in named):
        yield path
        return
    for key, part in value.items():
        yield from _leaves(part, named, f"{path}.{key}" if path else key)


def _stage_node(
    wired: Wired, keys: Sequence[str], ingredients: Ingredients, before: Mapping[str, Node]
) -> Node:
    stage = wired.stage
    parts: dict[str, Any] = {"version": stage.version, "code": code_digest(stage.run.__module__)}
    followed = [before[source.name] for source in wired.sources.values()]
    for key in keys:
        if key == "sources":
            # Of duplicates, the source named first keeps its record.
            parts[key] = [node.name for node in ingredients.sources]
            followed += ingredients.sources
        elif key == "held_out":
            parts[key] = [node.name for node in ingredients.evaluations]
            # Fields that a template asks for are not searched for.
            parts["roles"] = {
                f.name: [list(f.targets), dict(f.roles)] for f in ingredients.held_out_families
            }
            followed += ingredients.evaluations
        elif key == "deduplicate.against":
            parts[key] = [node.name for node in ingredients.known]
            followed += ingredients.known
        else:
            parts[key] = _value(ingredients, key)
            if key == "templates":
                parts["families"] = {f.name: _family(f) for f in ingredients.families}
            elif key == "vocabulary":
                parts["vocabulary_file"] = dict(ingredients.vocabulary)
    return Node(stage.name, "", parts, {node.key: node.fingerprint for node in followed})


def _value(ingredients: Ingredients, key: str) -> Any:
    """Return what the recipe states under a dotted key."""
    if key == "about":
        # The sources' other settings are in their nodes; the manifest repeats the notes.
        return {
            group: {name: source.get("about") for name, source in ingredients.stated[group].items()}
            for group in ("sources", "held_out")
        }
    value: Any = ingredients.stated
    for part in key.split("."):
        # A stage may name the key of a stage that was removed from the pipeline.
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _family(family: Family) -> list[Any]:
    """Return everything about a template family that a prompt depends on."""
    return [
        [family.context, family.context_keeps, family.is_bare, family.mixes, list(family.cues)],
        [family.instructs_alike],
        [sorted(family.not_essential or ()), sorted(family.apart), family.needs_options],
        [
            [labels.labels, dict(labels.wordings), labels.guessable, labels.strict]
            for labels in family.labels
        ],
        *(
            [
                *(t.instruction, t.inputs, t.targets, t.inversion, t.form, t.domain, t.weight),
                *(["is_terse"] if t.is_terse else []),
            ]
            for t in family.all_templates
        ),
        len(family.few_shot),
    ]


def order_of(kind: str, name: str) -> tuple[int, str]:
    """Return the sort key of a node in a listing; kinds of other versions come last."""
    place = KINDS.index(kind) if kind in KINDS else len(KINDS)
    return place, name


def documents(nodes: Iterable[Node]) -> dict[str, dict[str, Any]]:
    """Return the contents of `nodes.json`: key → node."""
    return {node.key: node.document() for node in nodes}


def read_nodes(snapshot: str) -> dict[str, dict[str, Any]]:
    """Read the nodes of the snapshot at a path, by key.

    Raises:
      DataError: there is no snapshot, or nodes.json does not match the manifest.
    """
    path = filesystem.join(snapshot, NODES)
    stated = {file.path: file.sha256 for file in open_snapshot(snapshot).manifest.metadata}
    data = filesystem.read_bytes(path) if filesystem.exists(path) else b""
    if sha256(data).hexdigest() != stated.get(NODES):
        raise DataError(
            f"{path}: missing, or its sha256 differs; roll back or publish another "
            "snapshot, then delete this one"
        )
    nodes: dict[str, dict[str, Any]] = orjson.loads(data)
    return nodes


def differences(old: Any, new: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """List (path of a part, old value, new value) wherever the two differ; None: no value.

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
    """Return the items of `value` by key or position; None if it is a scalar."""
    if isinstance(value, list):
        return {str(position): part for position, part in enumerate(value)}
    return {key: value[key] for key in sorted(value)} if isinstance(value, Mapping) else None
