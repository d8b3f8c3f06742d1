"""Finished examples of a snapshot, with the raw records that they were made of."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.checks.record_texts import RecordText, find_texts
from pipelines.showing.row_filter import RowFilter, check_names, rows_of
from tfrecords_schema.features import ID, INPUTS, INPUTS_TEXT, RECORD_ID, TARGETS, TARGETS_TEXT, Row
from tfrecords_schema.prompt_parts import Part, parts_of
from tfrecords_schema.snapshot import Snapshot
from transforms.stable_random import stable_digest


@dataclass(frozen=True, kw_only=True)
class ShownExample:
    """One example as written.

    Attributes:
      facts: its features but texts and tokens.
      raw: the record that it was made of; None where the store no longer holds it.
    """

    id: str
    inputs: str
    targets: str
    parts: list[Part]
    input_tokens: int
    target_tokens: int
    facts: Mapping[str, object]
    raw: RecordText | None


def shown_examples(
    snapshot: Snapshot, wanted: RowFilter, split: str | None, count: int, seed: int | None
) -> list[ShownExample]:
    """Return the first `count` examples that a filter accepts, or with a seed a random sample.

    Raises:
      ConfigurationError: the snapshot has no such task or collection.
      DataError: it has no such split, or cannot be read.
    """
    check_names(snapshot, wanted)
    splits = [split] if split else list(snapshot.manifest.splits)
    rows = rows_of(snapshot, splits, wanted)
    if seed is None:
        chosen = [row for _, row in zip(range(count), rows, strict=False)]
    else:
        drawn = ((stable_digest(seed, "show", str(row[ID])), row) for row in rows)
        chosen = [row for _, row in heapq.nsmallest(count, drawn, key=lambda pair: pair[0])]
    texts = find_texts(snapshot, {str(row[RECORD_ID]) for row in chosen})
    return list(_shown(chosen, texts))


def _shown(rows: list[Row], texts: Mapping[str, RecordText]) -> Iterator[ShownExample]:
    apart = {ID, INPUTS, TARGETS, INPUTS_TEXT, TARGETS_TEXT, "prompt_parts"}
    for row in rows:
        yield ShownExample(
            id=str(row[ID]),
            inputs=str(row[INPUTS_TEXT]),
            targets=str(row[TARGETS_TEXT]),
            parts=parts_of(row),
            input_tokens=len(row[INPUTS]),  # type: ignore[arg-type]
            target_tokens=len(row[TARGETS]),  # type: ignore[arg-type]
            facts={name: value for name, value in row.items() if name not in apart},
            raw=texts.get(str(row[RECORD_ID])),
        )
