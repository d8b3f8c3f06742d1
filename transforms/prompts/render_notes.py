"""Counts of rendered examples, for the manifest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.manifest import SPLITS
from transforms.job import Job
from transforms.prompts.example_rows import ONE_CUE, PARSED, READ_BACK, SHORTENED, Rows
from transforms.types import TEMPLATE_TYPES

_IS_FEW_SHOT = np.array([name.startswith("fs") for name in TEMPLATE_TYPES])
_HAS_OPTIONS = np.array([name.endswith("_opt") for name in TEMPLATE_TYPES])


@dataclass(kw_only=True)
class RenderNotes:
    """Examples rendered.

    Attributes:
      by_type: {split: {task: {template type: examples}}}.
      fitting: how often prompts lost something to fit, by what they lost.
      audit: {family: {what was audited: examples}}, see transforms/prompts/audit.py.
      missing: {family: {field: examples that do not show it}}.
      bytes: of encoded examples, by split.
      lost: {task: what its texts lost in encoding}, see `count_losses`.
    """

    by_type: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {split: {} for split in SPLITS}
    )
    fitting: Counter[str] = field(default_factory=Counter)
    audit: dict[str, Counter[str]] = field(default_factory=dict)
    missing: dict[str, Counter[str]] = field(default_factory=dict)
    bytes: Counter[str] = field(default_factory=Counter)
    lost: dict[str, Counter[str]] = field(default_factory=dict)

    def count_missing(self, family: str, missing: Sequence[str]) -> None:
        """Count an example of a family that does not show some fields."""
        if missing:
            self.missing.setdefault(family, Counter()).update({*missing})
            self.audit.setdefault(family, Counter())["shows_all"] -= 1

    def count(self, job: Job, uses: NDArray[Any], rows: Rows) -> Counter[str]:
        """Count examples: SELECTED_ROWs that asked for them, and their rows; return how many
        there are of each task.
        """
        self._count_types(job, uses["task"], rows)
        self._count_fitting(uses["template_type"], rows)
        # Of many tasks there may be one example each: no step below is taken for each task.
        numbers, places, counts = np.unique(uses["task"], return_inverse=True, return_counts=True)
        tasks = [job.tasks[number] for number in numbers.tolist()]
        families, of_tasks = np.unique([task.family for task in tasks], return_inverse=True)
        for number, family in enumerate(families.tolist()):
            self._count_audit(family, rows["flags"][of_tasks[places] == number])
        if job.vocabulary.kind != "bytes":
            losses = _losses(rows, places, len(tasks))
            self.lost = {task.name: of for task, of in zip(tasks, losses, strict=True)}
        for number, split in enumerate(SPLITS):
            if size := int(rows["size"][rows["split"] == number].sum(dtype=np.int64)):
                self.bytes[split] += size
        names = [task.name for task in tasks]
        return Counter(dict(zip(names, counts.tolist(), strict=True)))

    def _count_types(self, job: Job, tasks: NDArray[Any], rows: Rows) -> None:
        keys = np.stack([rows["split"], tasks, rows["template_type"]], axis=1)
        found, numbers = np.unique(keys, axis=0, return_counts=True)
        for (split, task, kind), number in zip(found.tolist(), numbers.tolist(), strict=True):
            of_split = self.by_type[SPLITS[split]]
            of_split.setdefault(job.tasks[task].name, Counter())[TEMPLATE_TYPES[kind]] = number

    def _count_fitting(self, asked: NDArray[Any], rows: Rows) -> None:
        got = rows["template_type"]
        self.fitting.update(
            exemplars_dropped=_sum(rows["exemplars_dropped"]),
            context_shortened=_sum((rows["flags"] & SHORTENED) != 0),
            fell_back_to_zero_shot=_sum(_IS_FEW_SHOT[asked] != _IS_FEW_SHOT[got]),
            options_needed=_sum(~_HAS_OPTIONS[asked] & _HAS_OPTIONS[got]),
        )

    def _count_audit(self, family: str, flags: NDArray[Any]) -> None:
        """Count examples of a family; those with something missing are taken off elsewhere."""
        self.audit.setdefault(family, Counter()).update(
            examples=len(flags),
            shows_all=len(flags),
            one_cue=_sum((flags & ONE_CUE) != 0),
            parsed=_sum((flags & PARSED) != 0),
            read_back=_sum((flags & READ_BACK) != 0),
        )


def _sum(values: NDArray[Any]) -> int:
    return int(values.sum(dtype=np.int64))


def _losses(rows: Rows, tasks: NDArray[np.intp], count: int) -> list[Counter[str]]:
    """Return what the vocabulary cannot express of the examples of each of `count` tasks.

    Args:
      tasks: number of the task of each row, in [0, count).
    """
    names: Mapping[str, tuple[str, ...]] = {
        "tokens": ("input_tokens", "target_tokens"),
        "unknown_tokens": ("unknown_tokens",),
        "newlines": ("newlines",),
        "lost_newlines": ("lost_newlines",),
    }
    # Sums of 64-bit floats are exact up to 2^53.
    sums = [sum(np.bincount(tasks, rows[of], count) for of in parts) for parts in names.values()]
    table = np.array(sums, dtype=np.int64).T.tolist()
    return [Counter(dict(zip(names, of_task, strict=True))) for of_task in table]
