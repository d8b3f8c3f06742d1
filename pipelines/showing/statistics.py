"""Statistics of a snapshot: rows, tokens and lengths by collection and task.

Lengths come from the files of lengths beside the shards, tasks from the examples; no token is
decoded. Tokens that the vocabulary does not know are counted when a snapshot is built.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.snapshot import Snapshot

QUANTILES = (0.5, 0.9, 0.99, 1.0)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Statistics of some examples; lengths in tokens with EOS.

    Attributes:
      input_lengths, target_lengths: at the quantiles 0.5, 0.9, 0.99 and 1.
      unknown_tokens: tokens that the vocabulary does not know, in all splits.
    """

    name: str
    rows: int
    input_tokens: int
    target_tokens: int
    input_lengths: tuple[int, ...]
    target_lengths: tuple[int, ...]
    unknown_tokens: int


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Statistics of a snapshot.

    Attributes:
      truncated: prompts that lost something to fit the limits, by what they lost.
    """

    snapshot: str
    split: str
    limits: tuple[int, int]
    total: Counts
    collections: list[Counts]
    tasks: list[Counts]
    truncated: dict[str, int]


def statistics(snapshot: Snapshot, split: str) -> Statistics:
    """Return the statistics of one split.

    Raises:
      DataError: there is no such split, or a file cannot be read.
    """
    manifest = snapshot.manifest
    collections = {entry.task: entry.collection for entry in manifest.mixture}
    tasks = sorted(collections)
    lengths, numbers = snapshot.lengths(split), snapshot.task_numbers(split, tasks)
    unknown = {
        task: lost.get("unknown_tokens", 0) for task, lost in manifest.vocabulary_losses.items()
    }
    of_tasks = [
        _counts(task, lengths[numbers == number], unknown.get(task, 0))
        for number, task in enumerate(tasks)
    ]
    names = sorted({*collections.values()})
    of = np.array([names.index(collections[task]) for task in tasks], np.int64)
    in_collection = of[numbers] if len(tasks) else np.zeros(0, np.int64)
    of_collections = [
        _counts(
            name,
            lengths[in_collection == number],
            sum(unknown.get(task, 0) for task in tasks if collections[task] == name),
        )
        for number, name in enumerate(names)
    ]
    limits = manifest.recipe.get("limits") or {}
    return Statistics(
        snapshot=snapshot.path,
        split=split,
        limits=(int(limits.get("max_input_tokens", 0)), int(limits.get("max_target_tokens", 0))),
        total=_counts("all", lengths, sum(unknown.values())),
        collections=[counts for counts in of_collections if counts.rows],
        tasks=[counts for counts in of_tasks if counts.rows],
        truncated=dict(manifest.fitting),
    )


def _counts(name: str, lengths: NDArray[np.int32], unknown: int) -> Counts:
    """Return the statistics of examples of these lengths, [examples, 2]."""
    inputs, targets = lengths[:, 0], lengths[:, 1]
    return Counts(
        name=name,
        rows=len(lengths),
        input_tokens=int(inputs.sum(dtype=np.int64)),
        target_tokens=int(targets.sum(dtype=np.int64)),
        input_lengths=_quantiles(inputs),
        target_lengths=_quantiles(targets),
        unknown_tokens=unknown,
    )


def _quantiles(lengths: NDArray[np.int32]) -> tuple[int, ...]:
    """Return the lengths that shares of the examples do not exceed: of those that occur."""
    if not len(lengths):
        return (0,) * len(QUANTILES)
    return tuple(int(n) for n in np.quantile(lengths, QUANTILES, method="inverted_cdf"))
