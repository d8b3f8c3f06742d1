"""Derive which stage reads from which, from their order and the names that they read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from transforms.settings import CorpusSettings
from transforms.stages.stage import EVERYTHING, ONCE, Items, Stage, whole

# How rows travel between stages.
Carrier = Literal["files", "shuffle"]


@dataclass(frozen=True, kw_only=True)
class Wired:
    """A stage in its pipeline.

    Attributes:
      sources: the stages that it reads from, by the names that it reads.
      readers: the work items among which its rows are divided; None if no reader needs this.
    """

    stage: Stage
    sources: Mapping[str, Stage]
    readers: Items | None


def is_aligned(source: Stage, reader: Stage) -> bool:
    """Return whether a work item of `reader` reads only the output of the same item of `source`.

    Items that are run in parts write several runs, which their readers share.
    """
    same = source.items is reader.items and source.items.count is not None
    return same and source.split is whole


def is_divided(source: Stage, reader: Stage) -> bool:
    """Return whether what `source` yields is divided among the work items of `reader`."""
    if source.dtype is None:
        return reader.items.by_section and source.items != ONCE
    return reader.items.divide is not None and not is_aligned(source, reader)


def is_written(stage: Stage) -> bool:
    """Return whether runs of `stage` are written where an engine's shuffle carries the rows.

    The store's cache keeps them, or every work item of a later stage reads the one run.
    """
    return stage.is_kept or stage.items == ONCE


class Way(Enum):
    """What an engine's shuffle brings of the runs of one stage to a work item of another."""

    SECTIONS = "its section of every run"
    RANGE = "its range of sections of every run"
    RUN = "the run of the same item"
    SUMMARIES = "the summary of every run"
    PATH = "the path of the only run"


def way_of(name: str, source: Stage, reader: Stage) -> Way:
    """Return how `source`, which `reader` reads as `name`, gets to it.

    Raises:
      ValueError: every work item would need all runs.
    """
    if reader.ranges is not None and reader.ranges.name == name:
        return Way.RANGE
    if is_divided(source, reader):
        return Way.SECTIONS
    if source.items == ONCE:
        return Way.PATH
    if is_aligned(source, reader):
        return Way.RUN
    if reader.items == ONCE:
        return Way.SUMMARIES
    raise ValueError(
        f"stage {reader.name} needs all runs of stage {source.name} in each of its "
        f"{reader.items.name}; an engine's shuffle cannot carry that"
    )


def wire(
    stages: Sequence[Stage], settings: CorpusSettings, up_to: Stage | None = None
) -> list[Wired]:
    """Connect the stages that `settings` enable, in order.

    Stages after `up_to` are omitted, but rows are divided as if they followed.

    Raises:
      ValueError: two stages have the same name, a stage reads what no earlier stage yields, two
        stages that read the same rows divide them differently, or `up_to` is not enabled.
    """
    enabled = [stage for stage in stages if stage.is_enabled(settings)]
    names = [stage.name for stage in enabled]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"two stages have the name {twice[0]}; names must be unique, as run files and "
            "the ledger use them"
        )
    if up_to is not None and up_to not in enabled:
        raise ValueError(f"stage {up_to.name} is not among those that the recipe enables")
    sources: dict[str, Mapping[str, Stage]] = {}
    latest: dict[str, Stage] = {}
    for position, stage in enumerate(enabled):
        if EVERYTHING in stage.reads:
            sources[stage.name] = {earlier.name: earlier for earlier in enabled[:position]}
        else:
            if missing := [name for name in stage.reads if name not in latest]:
                raise ValueError(
                    f"stage {stage.name} reads {missing}, which no earlier stage yields"
                )
            sources[stage.name] = {name: latest[name] for name in stage.reads}
        if stage.yields:
            latest[stage.yields] = stage
    last = enabled.index(up_to) if up_to else len(enabled)
    return [
        Wired(
            stage=stage,
            sources=sources[stage.name],
            readers=_readers(stage, [s for s in enabled if stage in sources[s.name].values()]),
        )
        for stage in enabled[: last + 1]
    ]


def _readers(stage: Stage, readers: Sequence[Stage]) -> Items | None:
    dividing = {reader.items.name: reader for reader in readers if is_divided(stage, reader)}
    if len(dividing) > 1:
        raise ValueError(
            f"the rows of stage {stage.name} are divided by {' and by '.join(sorted(dividing))}: "
            f"{', '.join(reader.name for reader in dividing.values())}"
        )
    return next((reader.items for reader in dividing.values()), None)
