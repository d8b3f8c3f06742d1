"""Plan a refresh: find the nodes that would change, and the data that would have to be read.

Every raw file is hashed (1.7 GB per second on one core); names, sizes and times are not used. A
file that cannot be hashed stops the plan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pipelines.building.fingerprints import snapshot_nodes
from pipelines.building.losses import Loss, large_losses
from pipelines.building.nodes import (
    EVALUATION,
    SNAPSHOT,
    SOURCE,
    TASK,
    Node,
    differences,
    documents,
    order_of,
    read_nodes,
    task_node,
)
from pipelines.building.source_cache import IngestedSource, SourceCache
from pipelines.building.sources import FingerprintedSource, find_sources
from pipelines.checks.damage import damage_of
from pipelines.publishing.channels import last_manifest
from pipelines.recipe import Recipe
from pipelines.stores.store import Store
from tfrecords_schema.channels import Pointer
from tfrecords_schema.errors import ConfigurationError, nearest
from tfrecords_schema.manifest import Manifest
from transforms.sources.source import INGEST

State = Literal["hit", "new", "changed", "removed"]
_MOST_REASONS = 3


@dataclass(frozen=True, kw_only=True)
class PlannedNode:
    """One node, compared with the snapshot that the channel points at.

    Attributes:
      why: the differences, for `changed`.
      rows: its number of records, if known.
      bytes_to_read: size of the raw files that the cache does not have.
    """

    kind: str
    name: str
    state: State
    why: str = ""
    rows: int | None = None
    bytes_to_read: int = 0


@dataclass(frozen=True, kw_only=True)
class RefreshPlan:
    """The effect of a refresh.

    `old` and `new` are the documents of all nodes; `errors` are sources left out of the plan;
    `damage` is what is wrong with the snapshot that the channel points at; `losses` are rows left
    out of the sources that were read before.
    """

    fingerprint: str
    pointer: Pointer | None
    nodes: list[PlannedNode]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    errors: list[str]
    damage: str | None = None
    losses: list[Loss] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        """Whether the channel already points at the snapshot that would be built."""
        is_same = self.pointer is not None and self.pointer.fingerprint == self.fingerprint
        return is_same and self.damage is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether the snapshot that would be built was rolled back."""
        return self.pointer is not None and self.fingerprint in self.pointer.withdrawn

    @property
    def has_work(self) -> bool:
        """Whether a refresh would build or publish anything."""
        return not self.is_current and not self.is_withdrawn

    def explain(self, key: str) -> list[tuple[str, Any, Any]]:
        """List (part, old, new) for each difference between the two versions of node `key`.

        Raises:
          ConfigurationError: neither has such a node.
        """
        if key not in {*self.old, *self.new}:
            hint = nearest(key, {*self.old, *self.new})
            raise ConfigurationError(f"--explain {key}: no such node; {hint}")
        return differences(_content(self.old.get(key)), _content(self.new.get(key)))


def plan_refresh(recipe: Recipe, store: Store, channel: str) -> RefreshPlan:
    """Compare the snapshot that `recipe` would give with that of `channel`; read no record.

    Raises:
      ConfigurationError, DataError: a source cannot be found.
    """
    sources = find_sources(recipe, store)
    nodes = snapshot_nodes(recipe, sources)
    pointer = store.current(channel)
    damage = damage_of(store.snapshot(pointer.snapshot)) if pointer else None
    before = last_manifest(store, channel)
    old = read_nodes(store.snapshot(pointer.snapshot)) if pointer and not damage else {}
    caches = [SourceCache(source) for source in sources.all]
    cached = {cache.source.name: cache.collect() for cache in caches if cache.is_sealed}
    new = documents([*nodes, *_task_nodes(sources.train, cached, old)])
    keys = sorted({*old, *new}, key=lambda key: _order({**old, **new}[key]))
    rows = _rows(cached, before)
    to_read = {s.node.fingerprint: 0 if s.name in cached else s.bytes for s in sources.all}
    planned = [_planned(old.get(key), new.get(key), rows.get(key), to_read) for key in keys]
    fingerprint = nodes[-1].fingerprint
    read = [cached[source.name] for source in sources.train if source.name in cached]
    return RefreshPlan(
        fingerprint=fingerprint,
        pointer=pointer,
        nodes=planned,
        old=old,
        new=new,
        errors=sources.errors,
        damage=damage,
        losses=large_losses(recipe, read),
    )


def _task_nodes(
    sources: list[FingerprintedSource],
    cached: Mapping[str, IngestedSource],
    old: Mapping[str, Any],
) -> Iterator[Node]:
    """Yield the tasks of ingested sources; for other sources, the state of their former tasks."""
    for source in sources:
        if source.name in cached:
            files = cached[source.name].task_files
        else:
            files = {
                node["name"]: list(node["parts"]["files"])
                for node in old.values()
                if node["kind"] == TASK and node["parts"]["source"] == source.name
            }
        here = source.node.parts["files"]
        for task, held in files.items():
            if left := [file for file in held if file in here]:
                yield task_node(task, source.node, left)


def _rows(cached: Mapping[str, IngestedSource], before: Manifest | None) -> dict[str, int]:
    """Return source, evaluation set or task, by key → its records, newest knowledge first."""
    ledger = [e for e in before.ledger if e.stage == INGEST] if before else []
    sources = {source.name: source.records for source in before.sources} if before else {}
    for source in cached.values():
        ledger += source.ledger
        sources[source.source.name] = source.info().records
    rows = {f"{TASK}:{entry.task}": entry.kept for entry in ledger}
    for name, count in sources.items():
        rows |= {f"{kind}:{name}": count for kind in (SOURCE, EVALUATION, SNAPSHOT)}
    return rows


def _order(node: Mapping[str, Any]) -> tuple[int, str]:
    return order_of(node["kind"], node["name"])


def _planned(
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    rows: int | None,
    to_read: Mapping[str, int],
) -> PlannedNode:
    node = new or old or {}
    planned = PlannedNode(kind=node["kind"], name=node["name"], state="hit", rows=rows)
    if new is None:
        return replace(planned, state="removed")
    planned = replace(planned, bytes_to_read=to_read.get(new["fingerprint"], 0))
    if old is None:
        return replace(planned, state="new")
    if old["fingerprint"] == new["fingerprint"]:
        return planned
    return replace(planned, state="changed", why=_why(old, new))


def _content(node: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if node is None else {**node["parts"], **node["inputs"]}


def _why(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Name the first few of the parts that differ: `files.a.json; seed; 4 more`."""
    paths = [path for path, _, _ in differences(_content(old), _content(new))]
    shown = paths[:_MOST_REASONS]
    rest = len(paths) - len(shown)
    return "; ".join([*shown, f"{rest} more"] if rest else shown)
