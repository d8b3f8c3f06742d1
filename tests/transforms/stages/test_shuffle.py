"""An engine's shuffle carries rows: the same bytes, and linearly many requests to an object store.

The runs of stages that are run without Beam are read section by section, as on a local disk.
"""

import hashlib
import runpy
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.runners.worker.bundle_processor import BundleProcessor
from apache_beam.testing.test_pipeline import TestPipeline

from pipelines.building.assemble import assemble
from pipelines.building.stages import STAGES
from tests.fake_store import FakeStore
from tests.transforms.stage_runs import MakeJob, MakeRecord
from tfrecords_schema import filesystem
from transforms import job as jobs
from transforms.job import Job, write_job
from transforms.records.record_store import RecordFile
from transforms.runtime.exchange import Run, read_sections, run_with_content, write_run
from transforms.settings import Deduplicate, Mixture, NearDuplicates, Output, Validation
from transforms.snapshots import kept_records
from transforms.stages import transform
from transforms.stages.execution import run_item, run_stages
from transforms.stages.output import Output as StageOutput
from transforms.stages.wiring import Way, Wired
from transforms.stages.work import Work

UNWRITTEN = {
    *("select", "list_records", "read_records", "records"),
    *("render", "write"),
}


class _LostError(Exception):
    """A worker that vanished."""


@dataclass
class _Replays:
    """Runs every work item twice, as an engine may; of one in ten, the first attempt fails.

    A failed attempt has written its other files, but no run, and what an attempt yields first is
    lost. An engine uses the output of one attempt alone.
    """

    lost: int = 0
    failed: int = 0

    def run_item(self, wired: Wired, item: int, *told: Any, **how: Any) -> Iterator[Run]:
        """Stand for the function of this name."""

        def fail(work: Work) -> StageOutput:
            wired.stage.run(work)
            self.failed += 1
            raise _LostError

        self.lost += 1
        fails = self.lost % 10 == 0
        stage = replace(wired.stage, run=fail) if fails else wired.stage
        with suppress(_LostError):
            list(run_item(replace(wired, stage=stage), item, *told, **how))
        yield from run_item(wired, item, *told, **how)


Objects = dict[str, bytes]
Carrier = Callable[[str, Job], None]
# How many times the record files of the smallest job.
SIZES = (1, 4, 16)


def _by_files(work: str, _: Job) -> None:
    run_stages(STAGES, work)


def _by_shuffle(work: str, job: Job) -> None:
    with TestPipeline() as pipeline:
        assemble(pipeline, work, job, carrier="shuffle")


def _with_replays(work: str, job: Job) -> None:
    replays = _Replays()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transform, "run_item", replays.run_item)
        _by_shuffle(work, job)
    assert replays.lost > 50
    # A finished run is taken as it is, so that its attempt cannot fail.
    assert replays.lost / 20 < replays.failed <= replays.lost / 10


class _Unreliable(FnApiRunner):
    """Runs every bundle of the graph twice, and lets the first attempt of one in ten fail.

    It fails when all its elements are processed and what they yield has been sent, as late as a
    bundle can. The runner takes the output of the second attempt.
    """

    def __init__(self) -> None:
        super().__init__(bundle_repeat=1)
        self.bundles = self.failed = 0
        self.fails = False

    def _run_bundle_multiple_times_for_testing(self, *bundle: Any) -> None:
        self.bundles += 1
        self.fails = self.bundles % 10 == 0
        try:
            super()._run_bundle_multiple_times_for_testing(*bundle)  # type: ignore[no-untyped-call]
        except _LostError:
            self.failed += 1
        finally:
            self.fails = False


def _with_bundles_replayed(work: str, job: Job) -> None:
    runner = _Unreliable()
    process_bundle = BundleProcessor.process_bundle

    def process(*bundle: Any) -> Any:
        output = process_bundle(*bundle)
        if runner.fails:
            raise _LostError
        return output

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BundleProcessor, "process_bundle", process)
        with beam.Pipeline(runner) as pipeline:
            assemble(pipeline, work, job, carrier="shuffle")
    assert runner.bundles > 40
    assert runner.failed == runner.bundles // 10


def _in_small_pieces(work: str, job: Job) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transform, "PIECE_BYTES", 50)
        _by_shuffle(work, job)


def _in_rounds(work: str, job: Job) -> None:
    near = job.settings.deduplicate.near.model_copy(update={"at_once": 0, "rounds": 4})
    deduplicate = job.settings.deduplicate.model_copy(update={"near": near})
    settings = job.settings.model_copy(update={"deduplicate": deduplicate})
    _by_shuffle(work, job.model_copy(update={"settings": settings}))


def _on_store(made: tuple[str, Job], name: str) -> tuple[str, Job]:
    """Move a job and its record files to the object store."""
    _, job = made
    root = f"fakestore://bucket/{name}"
    moved: dict[str, list[RecordFile]] = {}
    for kind in ("files", "held_out"):
        moved[kind] = []
        for file in getattr(job, kind):
            path = f"{root}/{kind}/{file.index}.jsonl"
            filesystem.write_bytes(path, Path(file.path).read_bytes())
            moved[kind].append(replace(file, path=path))
    job = job.model_copy(update={**moved, "staging": f"{root}/snapshot"})
    write_job(f"{root}/work", job)
    return f"{root}/work", job


def _made(objects: Objects, name: str) -> Objects:
    """Return what was made, by relative name; the job file states where it is."""
    root = f"fakestore://bucket/{name}/"
    found = {p.removeprefix(root): data for p, data in objects.items() if p.startswith(root)}
    return {path: data for path, data in found.items() if not path.endswith("job.json")}


@pytest.mark.parametrize(
    ("by_engine", "unwritten"),
    [
        (_by_shuffle, UNWRITTEN),
        (_with_replays, UNWRITTEN),
        (_with_bundles_replayed, UNWRITTEN),
        (_in_small_pieces, UNWRITTEN),
        (_in_rounds, UNWRITTEN | {"choose_survivors"}),
    ],
)
def test_both_carriers_leave_the_same_bytes(
    by_engine: Carrier,
    unwritten: set[str],
    object_store: Objects,
    make_job: MakeJob,
    make_record: MakeRecord,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "_RECORDS_PER_BUCKET", 20)
    records = [make_record(i, task=f"t{i % 3}", source=f"s{i % 3}") for i in range(60)]
    # Chains of near-duplicates, in other files and tasks.
    for start in range(4):
        words = [_words(100 * start + number) for number in range(12)]
        records += [
            make_record(
                1000 + 10 * start + i,
                task=f"t{i % 3}",
                source=f"s{i % 3}",
                fields={"question": " ".join(words[i : i + 8]), "answer": "yes"},
            )
            for i in range(4)
        ]
    # Equal to others, in other files.
    records += [make_record(i, task=f"t{i % 3}", own_id=f"{i:032x}") for i in range(0, 60, 7)]
    settings: dict[str, Any] = {
        "held_out": [make_record(i, task="eval") for i in (7, 8)],
        "deduplicate": Deduplicate(
            near=NearDuplicates(enabled=True, threshold=0.6, bands=40, rows=4)
        ),
        "mixture": Mixture(examples=80, max_epochs=2),
        "validation": Validation(fraction=0.1),
        "output": Output(shard_bytes=10_000, parquet=True),
        "records_per_file": 9,
    }
    made = make_job(records, **settings)
    for name, carry in {"files": _by_files, "shuffle": by_engine}.items():
        carry(*_on_store(made, name))
    by_files, by_shuffle = _made(object_store, "files"), _made(object_store, "shuffle")
    assert {path for path in by_shuffle if by_shuffle[path] != by_files[path]} == set()
    # The shuffle leaves no runs of stages whose runs neither the cache nor every work item reads.
    left_out = by_files.keys() - by_shuffle.keys()
    assert {path.split("/")[-2] for path in left_out} == unwritten
    assert not {path for path in by_shuffle if path.split("/")[-2] in unwritten and "work" in path}
    assert b"; jaccard " in b"".join(by_shuffle.values()), "there are near-duplicates"
    assert sum("/write/" in path for path in by_files) > 2
    assert sum("/deduplicate/" in path for path in by_shuffle) > 2


@dataclass(frozen=True)
class Counted:
    """A job's record files, buckets and shards, and the requests for it by kind."""

    files: int
    buckets: int
    shards: int
    requests: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.requests.values())


def _words(number: int) -> str:
    """Return twelve words that no other number has."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return " ".join(digest[start : start + 5] for start in range(0, 60, 5))


def _count(
    carry: Carrier,
    make_job: MakeJob,
    make_record: MakeRecord,
    records: int,
    records_per_file: int = 2,
    shards: int = 1,
) -> Counted:
    """Assemble a job of different records on the object store, near-duplicates looked for.

    A record file has records of as many buckets of tasks as it can.
    """
    rows = [
        make_record(i, task=f"t{i % 32}", fields={"question": _words(i), "answer": "yes"})
        for i in range(records)
    ]
    made = make_job(
        rows,
        held_out=[make_record(i, task="eval") for i in range(2)],
        records_per_file=records_per_file,
        deduplicate=Deduplicate(near=NearDuplicates(enabled=True)),
        output=Output(min_shards=shards),
    )
    work, job = _on_store(made, f"{carry.__name__}-{records}-{records_per_file}-{shards}")
    FakeStore.requests.clear()
    carry(work, job)
    return Counted(len(job.files), job.num_buckets, shards, FakeStore.requests.copy())


@pytest.mark.slow
@pytest.mark.parametrize("carry", [_by_files, _by_shuffle])
def test_requests_grow_with_the_records_where_the_shuffle_carries_them(
    carry: Carrier,
    object_store: Objects,
    make_job: MakeJob,
    make_record: MakeRecord,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "_RECORDS_PER_BUCKET", 4)
    monkeypatch.setattr(kept_records, "_RECORDS_PER_FILE", 2)
    counted = [
        _count(carry, make_job, make_record, records=4 * size, shards=size) for size in SIZES
    ]
    small, middle, large = (one.total for one in counted)
    # A straight line through the first two: from 4 to 16 times, four times as much is added.
    growth = (large - middle) / (middle - small) / 4
    if carry is _by_shuffle:
        assert growth < 1.1, counted
    else:
        assert growth > 1.5, f"reading each section of each run grows with the square: {counted}"


@pytest.mark.slow
def test_the_estimate_for_dataflow_agrees_with_the_requests(
    object_store: Objects,
    make_job: MakeJob,
    make_record: MakeRecord,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "_RECORDS_PER_BUCKET", 8)
    monkeypatch.setattr(kept_records, "_RECORDS_PER_FILE", 2)
    made = _count(_by_shuffle, make_job, make_record, records=64, records_per_file=2, shards=8)
    script = Path(__file__).parents[3] / "deploy" / "dataflow" / "estimate.py"
    stated = runpy.run_path(str(script))["requests"](made.files, made.buckets, made.shards)
    reads, writes = made.total - made.requests["write"], made.requests["write"]
    assert stated == pytest.approx((reads, writes), rel=0.1)


def test_a_run_is_read_once_for_all_its_sections(object_store: Objects) -> None:
    sections = {0: b"a", 2: b"bc", 3: b"d"}
    path = write_run("fakestore://bucket/a.run", 5, sections, b"{}").path
    FakeStore.requests.clear()
    assert list(read_sections(Run(path))) == [(0, b"a"), (2, b"bc"), (3, b"d")]
    assert FakeStore.requests["read"] == 2


def test_what_is_grouped_is_in_pieces_that_give_the_run_again() -> None:
    random, limit = Random(0), transform.PIECE_BYTES
    sizes = {0: 10, 2: limit, 3: 1, 4: 3 * limit + 1, 7: limit // 2, 8: limit // 2, 9: 5}
    sections = {number: random.randbytes(size) for number, size in sizes.items()}
    summary = b'{"note": "%s"}' % (b"a" * 2 * limit)
    run = run_with_content("work/rank/000006.run", 12, sections, summary)

    sent = [list(send(run)) for send in transform._SEND.values()]
    blocks = list(transform._divide(run))
    assert max(len(piece) for of_way in sent for _, (_, _, piece) in of_way) == limit
    assert max(sum(len(piece) for _, piece in block) for _, _, block in blocks) == limit
    # As few blocks as 4.5 pieces and some bytes allow, half of one being free at most.
    assert 6 <= len(blocks) <= 12

    for of_way in sent:
        random.shuffle(of_way)
    by_way = {
        way: {
            item: transform._join(piece for to, piece in of_way if to == item)
            for item in {to for to, _ in of_way}
        }
        for way, of_way in zip(transform._SEND, sent, strict=True)
    }
    assert by_way[Way.SECTIONS] == {n: [(run.path, data)] for n, data in sections.items()}
    assert by_way[Way.RUN] == {6: [(run.path, run.content)]}
    assert by_way[Way.SUMMARIES] == {0: [(run.path, summary)]}
    joined = b"".join(piece for _, _, block in blocks for _, piece in block)
    assert joined == b"".join(sections.values())
