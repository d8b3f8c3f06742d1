"""The stage that computes MinHash band hashes of every record, cached with its record file.

A signature depends only on the record's fields and the MinHash settings, so a build with
other sources, weights or templates reuses it. Stages exchange 24 bytes per band: the
hash, and a reference to the record.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job
from transforms.records.key_rows import KeyRows
from transforms.records.record_store import RecordFile, read_fields
from transforms.runtime.exchange import Run, is_whole, read_rows, write_run
from transforms.settings import CorpusSettings, Deduplicate
from transforms.stable_random import stable_id
from transforms.stages.output import Output
from transforms.stages.stage import RECORD_FILES, ROWS, Stage
from transforms.stages.work import Work
from transforms.texts.comparison import folded_fields, task_salt

# One band of a record: `place` is its file and the offset in it, `id_low` half of its id.
BAND_ROW = np.dtype([("hash", "<u8"), ("id_low", "<u8"), ("place", "<u8")])
_OFFSET_BITS = np.uint64(40)
_RECORDS_AT_ONCE = 1_000
_OFFSETS, _HASHES = 0, 1
BANDS = "bands"


def place_of(rows: KeyRows) -> NDArray[np.uint64]:
    """Pack file and offset of each row into 64 bits: 16 million files of a terabyte."""
    places: NDArray[np.uint64] = rows["file"].astype(np.uint64) << _OFFSET_BITS | rows["offset"]
    return places


def file_and_offset(places: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return file and offset, the inverse of `place_of`."""
    mask = (np.uint64(1) << _OFFSET_BITS) - np.uint64(1)
    return (places >> _OFFSET_BITS).astype(np.int64), places & mask


def signature_path(file: RecordFile, settings: Deduplicate) -> str:
    """Return the path of the signatures of `file`, which depends on settings and kernels."""
    from transforms.duplicates.minhash import SIGNATURE_VERSION

    made_of = settings.model_dump(include={"ignore_case", "ignore_punctuation", "ignore_width"})
    shape = settings.near.model_dump(include={"ngram", "bands", "rows"})
    fields = sorted(settings.fields)
    identity = stable_id(SIGNATURE_VERSION, repr(made_of), repr(shape), repr(fields))
    return f"{file.path}.{identity[:16]}.signatures"


def _signatures(file: RecordFile, settings: Deduplicate) -> Iterator[tuple[list[int], Any]]:
    """Yield (offsets, [records, bands] hashes) of a thousand records at a time."""
    from transforms.duplicates.minhash import band_hashes, hash_documents, sign

    near = settings.near
    records = read_fields(file)
    while batch := list(islice(records, _RECORDS_AT_ONCE)):
        named = [folded_fields(fields, settings) for fields, _ in batch]
        documents = hash_documents(named, settings.ignore_punctuation)
        signatures = sign(documents, near.ngram, near.bands * near.rows)
        yield [offset for _, offset in batch], band_hashes(signatures, near.bands, near.rows)


def read_signatures(
    file: RecordFile, settings: Deduplicate
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return (offsets [records], hashes [records, bands]) of `file`; compute them if missing."""
    path = signature_path(file, settings)
    if not is_whole(path):
        parts = list(_signatures(file, settings))
        offsets = np.array([offset for part, _ in parts for offset in part], dtype="<u8")
        hashes = np.concatenate([part for _, part in parts]).astype("<u8")
        sections = {_OFFSETS: offsets.tobytes(), _HASHES: hashes.tobytes()}
        write_run(path, 2, sections, b"{}")
    run = [Run(path)]
    offsets = read_rows(run, _OFFSETS, np.dtype("<u8"))
    return offsets, read_rows(run, _HASHES, np.dtype("<u8")).reshape(-1, settings.near.bands)


def band_rows(job: Job, rows: KeyRows, offsets: Any, hashes: Any) -> NDArray[Any]:
    """Return the BAND_ROWs of the records of `rows`; those without n-grams have none."""
    hashes = hashes[np.searchsorted(offsets, rows["offset"])]
    signed = hashes.any(axis=1)
    rows, hashes = rows[signed], hashes[signed]
    settings = job.settings.deduplicate
    tasks, of = np.unique(rows["task"], return_inverse=True)
    salts = [task_salt(job.tasks[number], settings) for number in tasks.tolist()]
    bands = np.empty(hashes.shape, dtype=BAND_ROW)
    bands["hash"] = rehash(hashes ^ np.array(salts, dtype=np.uint64)[of][:, None], 0)
    bands["id_low"] = rows["id_low"][:, None]
    bands["place"] = place_of(rows)[:, None]
    return bands.reshape(-1)


def sign_file(work: Work) -> Output:
    """Compute the bands of the remaining records of one file."""
    job, rows = work.job, work.read(ROWS).rows()
    bands = np.zeros(0, dtype=BAND_ROW)
    if len(rows):
        signatures = read_signatures(job.files[work.item], job.settings.deduplicate)
        bands = band_rows(job, rows, *signatures)
    return Output(rows=bands, done=len(rows))


def near_is_enabled(settings: CorpusSettings) -> bool:
    """Return whether the recipe enables near-deduplication."""
    return settings.deduplicate.near.enabled


SIGN = Stage(
    name="sign",
    run=sign_file,
    items=RECORD_FILES,
    reads=(ROWS,),
    yields=BANDS,
    dtype=BAND_ROW,
    settings=(
        *("deduplicate.near.enabled", "deduplicate.near.ngram"),
        *("deduplicate.near.bands", "deduplicate.near.rows"),
    ),
    is_kept=True,
    is_enabled=near_is_enabled,
)
