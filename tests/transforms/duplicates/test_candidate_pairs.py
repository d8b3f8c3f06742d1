"""Candidates are the records that share a band, and a huge group passes in fixed memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord
from transforms.duplicates.candidate_pairs import candidate_groups
from transforms.duplicates.signing import BAND_ROW, file_and_offset, place_of
from transforms.records.key_rows import KEY_ROW
from transforms.settings import Deduplicate, NearDuplicates
from transforms.stable_random import Draws


def test_groups_are_the_bands_that_several_share() -> None:
    bands = np.array(
        [(5, 3, 30), (7, 1, 10), (5, 1, 10), (9, 2, 20), (9, 3, 30), (9, 1, 10)], dtype=BAND_ROW
    )
    for order in (slice(None), slice(None, None, -1)):
        rows, bounds = candidate_groups(bands[order])
        assert rows.tolist() == [(5, 1, 10), (5, 3, 30), (9, 1, 10), (9, 2, 20), (9, 3, 30)]
        assert bounds.tolist() == [0, 2, 5]
    rows, bounds = candidate_groups(bands[:2])
    assert len(rows) == 0
    assert bounds.tolist() == [0]


def test_places_hold_large_files() -> None:
    rows = np.zeros(2, dtype=KEY_ROW)
    rows["file"], rows["offset"] = [0, 2**24 - 1], [2**40 - 1, 0]
    files, offsets = file_and_offset(place_of(rows))
    assert files.tolist() == rows["file"].tolist()
    assert offsets.tolist() == rows["offset"].tolist()


def _words(draws: Draws, count: int) -> list[str]:
    return [f"w{draws.below(10**6)}" for _ in range(count)]


_HOT = """
import resource, sys
import numpy as np
from transforms.duplicates import candidate_pairs
from transforms.job import load_job
from transforms.duplicates.signing import BAND_ROW, place_of
from transforms.records.record_store import read_records
job = load_job(sys.argv[1])
rows = []
for file in job.files:
    for record, offset, _ in read_records(file):
        rows.append((7, int(record.id[16:], 16), file.index << 40 | offset))
bands = np.array(rows, dtype=BAND_ROW)
del rows
candidate_pairs.verified_edges(job, bands[:100])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
edges = candidate_pairs.verified_edges(job, bands)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(edges), (after - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("distinct", [False, True])
def test_a_bucket_of_200_000_members_passes_in_fixed_memory(
    make_job: MakeJob, make_record: MakeRecord, distinct: bool
) -> None:
    template = " ".join(f"t{i}" for i in range(60))
    settings = Deduplicate(near=NearDuplicates(enabled=True))
    records = []
    for i in range(200_000):
        tail = " ".join(_words(Draws("hot", i), 40)) if distinct else f"n{i}"
        records.append(make_record(i, fields={"question": f"{template} {tail}", "answer": "a"}))
    work, _ = make_job(records, records_per_file=10_000, deduplicate=settings)
    del records
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _HOT, work], check=True, cwd=root, capture_output=True, text=True
    )
    edges, megabytes = map(int, done.stdout.split())
    assert edges == (0 if distinct else 199_999)
    assert megabytes < 256
