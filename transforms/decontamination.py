"""Find records that contain an item of a held-out evaluation set.

An item is the words of its question (or its other input fields), without any template. It is found
in a record when `ngram` words in a row agree, or all of its words where it has fewer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from transforms.fields import DERIVED
from transforms.job import load_job
from transforms.normalization import words
from transforms.record_store import read_records
from transforms.settings import Decontaminate
from transforms.templates.families import FAMILIES
from transforms.types import FieldValue, Record

_NOT_CONTENT = {"options"}


def content_words(fields: Mapping[str, FieldValue], targets: Iterable[str]) -> list[str]:
    """The words of all input fields of a record, in the order of the fields' names."""
    hidden = _NOT_CONTENT | {target for target in targets if target not in DERIVED}
    texts = []
    for name in sorted(set(fields) - hidden):
        value = fields[name]
        texts.append(value if isinstance(value, str) else "\n".join(value))
    return words("\n".join(texts))


@dataclass(frozen=True)
class HeldOutIndex:
    """Word n-grams of held-out items: for each length, n-gram → number of its item."""

    items: tuple[str, ...]
    by_length: Mapping[int, Mapping[str, int]]

    def find(self, text: list[str]) -> int | None:
        """The number of the first item found in `text`, or None."""
        for length, table in self.by_length.items():
            for start in range(len(text) - length + 1):
                item = table.get(" ".join(text[start : start + length]))
                if item is not None:
                    return item
        return None


def build_index(records: Iterable[tuple[Record, str]], settings: Decontaminate) -> HeldOutIndex:
    """Index (held-out record, its family) pairs; items are named `task/id`."""
    items: list[str] = []
    by_length: dict[int, dict[str, int]] = {}
    for record, family in records:
        text = content_words(record.fields, FAMILIES[family].targets)
        if len(text) < settings.min_words:
            continue
        length = min(settings.ngram, len(text))
        table = by_length.setdefault(length, {})
        for start in range(len(text) - length + 1):
            table.setdefault(" ".join(text[start : start + length]), len(items))
        items.append(f"{record.task}/{record.id}")
    return HeldOutIndex(tuple(items), by_length)


@lru_cache(maxsize=4)
def load_held_out_index(work: str) -> HeldOutIndex:
    """The index over all held-out records of the job; built once a process."""
    job = load_job(work)
    families = {task.name: task.family for task in job.held_out_tasks}

    def records() -> Iterator[tuple[Record, str]]:
        for file in job.held_out:
            for record, _, _ in read_records(file):
                yield record, families[record.task]

    return build_index(records(), job.decontaminate)
