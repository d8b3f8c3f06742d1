"""The stages that remove records which other snapshots hold already, exactly or nearly.

known (once) → other_snapshots (record files). They come before deduplication within the corpus, so
a record that is known elsewhere never displaces one that is not. Whatever of a snapshot can be
compared is made of the records that it carries, under the settings of this recipe.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from transforms.duplicates.candidate_pairs import load_sets
from transforms.duplicates.exact import RemovalNotes, duplicate_key
from transforms.duplicates.signing import (
    BAND_ROW,
    band_rows,
    file_and_offset,
    place_of,
    read_signatures,
)
from transforms.job import Job, load_job
from transforms.records.key_rows import KEY_ROW, KeyRows, in_file_order
from transforms.records.record_store import decode_record, read_records
from transforms.runtime.exchange import Run, map_section
from transforms.settings import CorpusSettings
from transforms.stages.filtering import Verdict, filter_rows
from transforms.stages.output import Output
from transforms.stages.stage import ONCE, RECORD_FILES, ROWS, Stage
from transforms.stages.work import Work
from transforms.texts.comparison import normal_forms
from transforms.types import Record

KNOWN = "known"
IN_SNAPSHOT, NEAR_IN_SNAPSHOT = "in_other_snapshot", "near_in_other_snapshot"
# Columns of a snapshot's tables, uint64: duplicate keys, sorted, and where their records are; band
# hashes, sorted, and where theirs are.
_KEY_HIGH, _KEY_LOW, _KEY_PLACE, _BAND, _BAND_PLACE = range(5)
_COLUMNS = 5
_RECORDS_AT_ONCE = 1_000


def of_snapshot(job: Job, name: str) -> Job:
    """Return a job whose record files and tasks are those of another snapshot."""
    files = [file for file in job.known if file.source == name]
    tasks = [task for task in job.known_tasks if task.source == name]
    return job.model_copy(update={"files": files, "tasks": tasks})


@lru_cache(maxsize=16)
def _of_snapshot(directory: str, name: str) -> Job:
    return of_snapshot(load_job(directory), name)


def known_rows(known: Job) -> KeyRows:
    """Return a KEY_ROW with key, id and place of each record of another snapshot."""
    settings, numbers = known.settings.deduplicate, known.task_numbers
    shared = [
        {name: normal_forms(name, value, settings) for name, value in task.fields.items()}
        for task in known.tasks
    ]
    rows = [np.zeros(0, dtype=KEY_ROW)]
    for number, file in enumerate(known.files):
        of_file = np.zeros(file.records, dtype=KEY_ROW)
        for position, (record, offset, _) in enumerate(read_records(file)):
            row, task = of_file[position], numbers[record.task]
            record = replace(record, collection=known.tasks[task].collection)
            row["key_high"], row["key_low"] = duplicate_key(record, shared[task], settings)
            row["id_low"] = int(record.id[16:], 16)
            row["file"], row["offset"], row["task"] = number, offset, task
        rows.append(of_file)
    return np.concatenate(rows)


def _columns_of(known: Job) -> list[NDArray[Any]]:
    """Return the columns of the tables of one snapshot."""
    rows = known_rows(known)
    keys = rows[np.lexsort((place_of(rows), rows["key_low"], rows["key_high"]))]
    bands = [np.zeros(0, dtype=BAND_ROW)]
    if known.settings.deduplicate.near.enabled:
        for number, file in enumerate(known.files):
            signatures = read_signatures(file, known.settings.deduplicate)
            bands.append(band_rows(known, rows[rows["file"] == number], *signatures))
    joined = np.concatenate(bands)
    joined = joined[np.lexsort((joined["place"], joined["hash"]))]
    of_keys = [keys["key_high"], keys["key_low"], place_of(keys)]
    return [*of_keys, joined["hash"], joined["place"]]


def index_known(work: Work) -> Output:
    """Make the tables in which records are looked up."""
    columns = [
        column
        for name in work.job.known_snapshots
        for column in _columns_of(of_snapshot(work.job, name))
    ]
    return Output(
        sections={number: column.tobytes() for number, column in enumerate(columns)},
        num_sections=len(columns),
        done=sum(file.records for file in work.job.known),
    )


@lru_cache(maxsize=64)
def _tables(run: Run, snapshot: int) -> list[NDArray[Any]]:
    """Return the columns of the tables of snapshot number `snapshot`, mapped into memory."""
    first = _COLUMNS * snapshot
    return [map_section(run, first + column, np.dtype("<u8")) for column in range(_COLUMNS)]


def _record_at(known: Job, place: int) -> Record:
    files, offsets = file_and_offset(np.array([place], dtype=np.uint64))
    file = known.files[int(files[0])]
    with filesystem.open_read(file.path) as stream:
        stream.seek(int(offsets[0]))
        return decode_record(stream.readline(), file)


def _exact(rows: KeyRows, tables: Sequence[NDArray[Any]]) -> Iterator[tuple[int, int]]:
    """Yield (position of a row, place of a record with its key); of several, the first place."""
    # Both halves are uniform hashes: the high one narrows the search to a record or a few.
    start, end = _range_of(rows["key_high"], tables[_KEY_HIGH])
    for position in np.flatnonzero(start < end).tolist():
        found = slice(start[position], end[position])
        same = tables[_KEY_PLACE][found][tables[_KEY_LOW][found] == rows["key_low"][position]]
        if len(same):
            yield position, int(same.min())


def _range_of(
    values: NDArray[np.uint64], column: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each value begins and ends in a sorted column."""
    values = np.ascontiguousarray(values)
    return np.searchsorted(column, values), np.searchsorted(column, values, side="right")


def _candidates(
    bands: NDArray[Any], tables: Sequence[NDArray[Any]], most: int
) -> Iterator[tuple[int, int]]:
    """Yield (place of a record, place of a known one) that share bands, `most` of each record.

    Those that share the most bands come first.
    """
    start, end = _range_of(bands["hash"], tables[_BAND])
    # A band that very many share says little: others lead to what is really alike.
    end = np.minimum(end, start + most)
    counts: Counter[tuple[int, int]] = Counter()
    for band in np.flatnonzero(start < end).tolist():
        own = int(bands["place"][band])
        for place in tables[_BAND_PLACE][start[band] : end[band]].tolist():
            counts[own, place] += 1
    pairs = sorted(counts, key=lambda pair: (pair[0], -counts[pair], pair[1]))
    for _, of_record in groupby(pairs, itemgetter(0)):
        yield from list(of_record)[:most]


def _near(
    job: Job, known: Job, rows: KeyRows, tables: Sequence[NDArray[Any]]
) -> Iterator[tuple[int, int, float]]:
    """Yield (position of a row, place of the known record most like it, their similarity)."""
    from transforms.duplicates.ngram_sets import join_sets, similarity

    near = job.settings.deduplicate.near
    contained = near.measure == "containment"
    file = job.files[int(rows["file"][0])]
    bands = band_rows(job, rows, *read_signatures(file, job.settings.deduplicate))
    pairs = np.array(
        list(_candidates(bands, tables, near.max_comparisons)), dtype=np.uint64
    ).reshape(-1, 2)
    positions = {place: position for position, place in enumerate(place_of(rows).tolist())}
    owners = np.unique(pairs[:, 0])
    for first in range(0, len(owners), _RECORDS_AT_ONCE):
        own = owners[first : first + _RECORDS_AT_ONCE]
        batch = pairs[np.isin(pairs[:, 0], own)]
        others = np.unique(batch[:, 1])
        both = [load_sets(job, own), load_sets(known, others)]
        sets = join_sets(both, [0] * (len(own) + len(others)))
        best: dict[int, tuple[float, int]] = {}
        for one, other in batch.tolist():
            i, j = int(np.searchsorted(own, one)), int(np.searchsorted(others, other))
            score = similarity(*sets.arrays, i, len(own) + j, contained, near.threshold)
            if score > best.get(one, (0.0, 0))[0]:
                best[one] = (score, other)
        for one, (score, other) in best.items():
            yield positions[one], other, score


def remove_known(work: Work) -> Output:
    """Keep the rows of one record file whose records no other snapshot has."""
    job, rows = work.job, in_file_order(work.read(ROWS).rows())
    (run,) = work.read(KNOWN).runs
    verdicts: dict[int, Verdict] = {}
    for number, name in enumerate(job.known_snapshots):
        known = _of_snapshot(work.directory, name)
        remaining = np.array([p for p in range(len(rows)) if p not in verdicts], dtype=np.int64)
        tables = _tables(run, number)
        for position, place in _exact(rows[remaining], tables):
            record = _record_at(known, place)
            verdicts[int(remaining[position])] = _verdict(IN_SNAPSHOT, record, "equal to", 1.0)
        remaining = np.array([p for p in remaining.tolist() if p not in verdicts], dtype=np.int64)
        if not (job.settings.deduplicate.near.enabled and len(remaining)):
            continue
        for position, place, score in _near(job, known, rows[remaining], tables):
            measure = f"{job.settings.deduplicate.near.measure} {score:.3f} with"
            verdict = _verdict(NEAR_IN_SNAPSHOT, _record_at(known, place), measure, score)
            verdicts[int(remaining[position])] = verdict
    output = filter_rows(work, rows, verdicts)
    output.notes = RemovalNotes(_pairs(job, rows, verdicts))
    return output


def _verdict(reason: str, other: Record, how: str, score: float) -> Verdict:
    place = f" ({other.place})" if other.place else ""
    detail = f"{how} {other.id}{place} of task {other.task} in snapshot {other.source}"
    return Verdict(
        reason=reason,
        detail=detail,
        other_id=other.id,
        other_source=other.source,
        score=round(score, 6),
    )


def _pairs(
    job: Job, rows: KeyRows, verdicts: dict[int, Verdict]
) -> dict[str, dict[str, dict[str, int]]]:
    """Return {reason: {snapshot: {source of the removed: rows}}}."""
    table: dict[str, dict[str, dict[str, int]]] = {}
    for position, verdict in verdicts.items():
        source = job.files[int(rows["file"][position])].source
        of_snapshot = table.setdefault(verdict.reason, {}).setdefault(verdict.other_source, {})
        of_snapshot[source] = of_snapshot.get(source, 0) + 1
    return table


def has_known(settings: CorpusSettings) -> bool:
    """Return whether the recipe names snapshots whose records are left out."""
    return bool(settings.deduplicate.against)


INDEX_KNOWN = Stage(
    name="known",
    run=index_known,
    items=ONCE,
    yields=KNOWN,
    settings=(
        *("deduplicate.against", "deduplicate.scope", "deduplicate.fields"),
        *("deduplicate.ignore_case", "deduplicate.ignore_punctuation"),
        *("deduplicate.ignore_width", "deduplicate.ignore_space"),
        *("deduplicate.near.enabled", "deduplicate.near.ngram"),
        *("deduplicate.near.bands", "deduplicate.near.rows"),
    ),
    is_kept=True,
    is_enabled=has_known,
)
LEAVE_OUT = Stage(
    name="other_snapshots",
    run=remove_known,
    items=RECORD_FILES,
    reads=(ROWS, KNOWN),
    yields=ROWS,
    dtype=KEY_ROW,
    settings=(
        *("deduplicate.near.measure", "deduplicate.near.threshold"),
        *("deduplicate.near.max_comparisons",),
    ),
    notes=RemovalNotes,
    is_kept=True,
    is_enabled=has_known,
)
REMOVE_KNOWN = (INDEX_KNOWN, LEAVE_OUT)
