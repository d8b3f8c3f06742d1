"""MinHash band hashes of every record, kept beside its ingested record file.

A signature depends on the record's fields and the settings of its making alone, so a build with
other sources, weights or templates makes none again. What is exchanged is 24 bytes a band: the
hash, and a reference to the record.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job, load_job
from transforms.records.key_rows import KEY_ROW, KeyRows, bucket_of
from transforms.records.record_store import RecordFile, read_records
from transforms.runtime.exchange import Run, finished_run, group_rows, read_rows, write_run
from transforms.runtime.progress import report
from transforms.settings import Deduplicate
from transforms.stable_random import stable_id
from transforms.texts.comparison import folded_fields, task_salt

SIGN = "sign"
# One band of a record: `place` is its file and the offset in it, `id_low` half of its id.
BAND_ROW = np.dtype([("hash", "<u8"), ("id_low", "<u8"), ("place", "<u8")])
_OFFSET_BITS = np.uint64(40)
_RECORDS_AT_ONCE = 1_000
_OFFSETS, _HASHES = 0, 1


def place_of(rows: KeyRows) -> NDArray[np.uint64]:
    """File and offset of each row in 64 bits: 16 million files of a terabyte."""
    places: NDArray[np.uint64] = rows["file"].astype(np.uint64) << _OFFSET_BITS | rows["offset"]
    return places


def file_and_offset(places: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The inverse of `place_of`."""
    mask = (np.uint64(1) << _OFFSET_BITS) - np.uint64(1)
    return (places >> _OFFSET_BITS).astype(np.int64), places & mask


def signature_path(file: RecordFile, settings: Deduplicate) -> str:
    """Where the signatures of `file` are kept; another place for other settings or kernels."""
    from transforms.duplicates.minhash import SIGNATURE_VERSION

    made_of = settings.model_dump(include={"ignore_case", "ignore_punctuation", "ignore_width"})
    shape = settings.near.model_dump(include={"ngram", "bands", "rows"})
    fields = sorted(settings.fields)
    identity = stable_id(SIGNATURE_VERSION, repr(made_of), repr(shape), repr(fields))
    return f"{file.path}.{identity[:16]}.signatures"


def _signatures(file: RecordFile, settings: Deduplicate) -> Iterator[tuple[list[int], Any]]:
    """(offsets, [records, bands] hashes) of a thousand records at a time."""
    from transforms.duplicates.minhash import band_hashes, hash_documents, sign

    near = settings.near
    records = read_records(file)
    while batch := list(islice(records, _RECORDS_AT_ONCE)):
        named = [folded_fields(record, settings) for record, _, _ in batch]
        documents = hash_documents(named, settings.ignore_punctuation)
        signatures = sign(documents, near.ngram, near.bands * near.rows)
        yield [offset for _, offset, _ in batch], band_hashes(signatures, near.bands, near.rows)


def read_signatures(
    file: RecordFile, settings: Deduplicate
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """(offsets [records], hashes [records, bands]) of `file`, made if nothing has made them yet."""
    path = signature_path(file, settings)

    def make() -> Run:
        parts = list(_signatures(file, settings))
        offsets = np.array([offset for part, _ in parts for offset in part], dtype="<u8")
        hashes = np.concatenate([part for _, part in parts]).astype("<u8")
        sections = {_OFFSETS: offsets.tobytes(), _HASHES: hashes.tobytes()}
        report(SIGN, len(offsets))
        return write_run(path, 2, sections, {"records": len(offsets)})

    run = [finished_run(path, make)]
    offsets = read_rows(run, _OFFSETS, np.dtype("<u8"))
    return offsets, read_rows(run, _HASHES, np.dtype("<u8")).reshape(-1, settings.near.bands)


def band_rows(job: Job, rows: KeyRows, offsets: Any, hashes: Any) -> NDArray[Any]:
    """BAND_ROWs of the records of `rows`; those without n-grams have none."""
    hashes = hashes[np.searchsorted(offsets, rows["offset"])]
    salts = np.array([task_salt(task, job.deduplicate) for task in job.tasks], dtype=np.uint64)
    bands = np.zeros(hashes.shape, dtype=BAND_ROW)
    bands["hash"] = rehash(hashes ^ salts[rows["task"]][:, None], 0)
    bands["id_low"] = rows["id_low"][:, None]
    bands["place"] = place_of(rows)[:, None]
    signed: NDArray[Any] = bands[(hashes != 0).any(axis=1)].reshape(-1)
    return signed


def sign_file(index: int, work: str, unique: Iterable[Run]) -> Run:
    """Write the bands of the records of file `index` that are left, in buckets by their hash."""
    path = filesystem.join(work, SIGN, f"{index:06d}.run")

    def make() -> Run:
        job = load_job(work)
        rows = read_rows(unique, index, KEY_ROW)
        bands = np.zeros(0, dtype=BAND_ROW)
        if len(rows):
            bands = band_rows(job, rows, *read_signatures(job.files[index], job.deduplicate))
        sections = group_rows(bands, bucket_of(bands["hash"], job.num_buckets))
        return write_run(path, job.num_buckets, sections, {"bands": len(bands)})

    return finished_run(path, make)


@dataclass
class SignRecords(beam.PTransform):
    """Index of a record file → Run of the bands of its records."""

    work: str
    unique: beam.PCollection

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        unique = beam.pvalue.AsList(self.unique)
        return files | "Sign" >> beam.Map(sign_file, self.work, unique)
