"""Records, jobs and stages that have run, for the tests of all stages."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.transforms import stage_runs
from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from tfrecords_schema.manifest import SourceInfo, VocabularyInfo
from transforms.job import Job, write_job
from transforms.records.record_store import RecordFile, encode_record
from transforms.settings import CorpusSettings
from transforms.sources.source import Piece, Source
from transforms.stable_random import stable_id
from transforms.types import FieldValue, Record, Rejection, Task

settings.register_profile("flanbeam", derandomize=True, deadline=None, database=None)
settings.load_profile("flanbeam")

FAMILY = "closed_book_qa"


@pytest.fixture(scope="session")
def make_record() -> MakeRecord:
    """Return `make_record(3, task="t", fields={…})`: a record whose id and question come from 3."""

    def make(
        number: int = 0,
        task: str = "t",
        fields: Mapping[str, FieldValue] | None = None,
        source: str = "s",
        collection: str = "c",
        own_id: str | None = None,
    ) -> Record:
        if fields is None:
            question = f"What is the number of item {number} in the list of {task}?"
            fields = {"question": question, "answer": f"It is {number}."}
        identity = own_id or stable_id(task, number)
        return Record(
            id=identity,
            source=source,
            collection=collection,
            task=task,
            license="CC0-1.0",
            fields=fields,
        )

    return make


def _record_files(
    directory: Path, records: Sequence[Record], records_per_file: int
) -> list[RecordFile]:
    """Write record files below `directory`: by source, in order of appearance."""
    files: list[RecordFile] = []
    for rank, source in enumerate(dict.fromkeys(record.source for record in records)):
        rows = [record for record in records if record.source == source]
        for start in range(0, len(rows), records_per_file):
            batch = rows[start : start + records_per_file]
            path = directory / f"{len(files):03d}.jsonl"
            path.write_bytes(b"".join(map(encode_record, batch)))
            file = RecordFile(
                index=len(files),
                path=str(path),
                source=source,
                collection=batch[0].collection,
                source_rank=rank,
                records=len(batch),
            )
            files.append(file)
    return files


def _tasks(records: Iterable[Record], family: str) -> list[Task]:
    names = {record.task: record for record in records}
    return [
        Task(name=name, source=r.source, collection=r.collection, family=family)
        for name, r in sorted(names.items())
    ]


def _sources(records: Iterable[Record]) -> list[SourceInfo]:
    """Return one source of each name, by order of appearance."""
    return [
        SourceInfo(
            name=name,
            format="jsonl",
            collection="c",
            fingerprint=name,
            files=[],
            records=count,
            licenses={"CC0-1.0": count},
        )
        for name, count in Counter(record.source for record in records).items()
    ]


@pytest.fixture(scope="session")
def make_job(tmp_path_factory: pytest.TempPathFactory) -> MakeJob:
    """Return `make_job(records, mixture=Mixture(…))`: (work directory, job), both on disk.

    Each call has a directory of its own. Keywords are keys of `CorpusSettings`.
    """

    def make(
        records: Sequence[Record],
        tasks: list[Task] | None = None,
        held_out: Sequence[Record] = (),
        records_per_file: int = 1000,
        **changes: Any,
    ) -> tuple[str, Job]:
        root = tmp_path_factory.mktemp("job")
        for directory in ("work", "records", "held_out"):
            (root / directory).mkdir()
        job = Job(
            name="tiny",
            version="1.0.0",
            fingerprint="f" * 64,
            settings=CorpusSettings(**changes),
            recipe={"name": "tiny"},
            software={},
            staging=str(root / "snapshot"),
            sources=_sources([*records, *held_out]),
            ingest_ledger=[],
            ingest_rejections=[],
            tasks=tasks or _tasks(records, FAMILY),
            files=_record_files(root / "records", records, records_per_file),
            held_out=_record_files(root / "held_out", held_out, records_per_file),
            held_out_tasks=_tasks(held_out, FAMILY),
            vocabulary=VocabularyInfo(kind="bytes", size=259, extra_ids=0),
            vocabulary_path=None,
        )
        write_job(str(root / "work"), job)
        return str(root / "work"), job

    return make


@pytest.fixture(scope="session")
def run_stages() -> RunStages:
    """Return `run_stages(work, job, up_to=RANK)`: the runs of all stages, or of those up to one."""
    return stage_runs.run_stages


@pytest.fixture
def read_source(tmp_path: Path) -> Callable[..., list[Record | Rejection]]:
    """Return `read_source(source, data)`: what the source reads from a file that holds `data`.

    The first element must be the task, all others belong to it, ids are hashes.
    """

    def read(source: Source, data: bytes, name: str = "file.txt") -> list[Record | Rejection]:
        path = tmp_path / name
        path.write_bytes(data)
        task, *elements = source.read("some_source", Piece(path=str(path), relative=name))
        assert isinstance(task, Task)
        for element in elements:
            assert isinstance(element, (Record, Rejection))
            assert (element.task, element.source) == (task.name, "some_source")
            assert len(bytes.fromhex(element.id)) == 16
        return elements  # type: ignore[return-value]

    return read


@pytest.fixture(scope="session")
def assert_proportions() -> Callable[..., None]:
    """Return `assert_proportions(counts, weights)`, which fails by chance 1 in 10⁴ times.

    It is a chi-squared test.

    Draws are deterministic: a failure stays one.
    """

    def check(counts: Sequence[int], weights: Sequence[float] | None = None) -> None:
        weights = weights or [1.0] * len(counts)
        expected = [sum(counts) * weight / sum(weights) for weight in weights]
        assert min(expected) >= 5, "too few draws for a chi-squared test"
        statistic = sum((c - e) ** 2 / e for c, e in zip(counts, expected, strict=True))
        freedom = len(counts) - 1
        # Wilson and Hilferty's cube: the 1 - 10⁻⁴ quantile of chi-squared.
        limit = freedom * (1 - 2 / (9 * freedom) + 3.719 * sqrt(2 / (9 * freedom))) ** 3
        assert statistic < limit, f"{statistic:.1f} ≥ {limit:.1f}: {counts}"

    return check
