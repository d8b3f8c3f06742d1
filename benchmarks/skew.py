"""CPU time and peak memory of corpora that are not even, as ratios to an even one.

    python -m benchmarks.skew [--records 1000000]
    python -m benchmarks.skew --flink .flink [--carrier shuffle] [--records 100000]

A corpus in which one task has half of the records, one in which a fifth of the records are equal
(one bucket of keys), and one with a task for every 20 records, against 20 tasks of the same size.
Records are made up, and each tenth is rendered. Every case is a process of its own, in which the
stages run one work item after the other. Prints JSON: ratios, then the seconds by stage.

With --flink, every case is a job of its own cluster of two task managers (deploy/flink), which has
run a small job before the clock starts; wall seconds, CPU seconds and peaks of memory are those of
the cluster. Task managers take the memory that they may have before they collect what is unused:
the peak of the Python workers says more.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.dedup import make_texts
from benchmarks.flink_cluster import beam_options, cpu_seconds, flink_cluster, memory_peaks
from pipelines.building.assemble import run_assembly
from pipelines.building.running import RunnerOptions
from pipelines.building.stages import STAGES
from tfrecords_schema.manifest import SourceInfo, VocabularyInfo
from transforms.job import Job, load_job, write_job
from transforms.records.record_store import RecordFile, encode_record
from transforms.settings import CorpusSettings, Mixture
from transforms.stable_random import stable_id
from transforms.stages.execution import run_in_turn
from transforms.stages.wiring import Carrier
from transforms.types import Record, Task

_WORDS, _RECORDS_A_FILE, _TASKS, _OF_SMALL_TASK = 20, 10_000, 20, 20
_OF_FIRST_JOB = 2_000


def _even(number: int, _: int) -> tuple[int, bool]:
    return number % _TASKS, False


def _half(number: int, _: int) -> tuple[int, bool]:
    return (0 if number % 2 else 1 + number // 2 % (_TASKS - 1)), False


def _equal(number: int, _: int) -> tuple[int, bool]:
    return number % _TASKS, number // _TASKS % 5 == 0


def _small(number: int, count: int) -> tuple[int, bool]:
    return number % (count // _OF_SMALL_TASK), False


# (number of a record, number of records) → its task, and whether it is equal to others.
CASES: dict[str, Callable[[int, int], tuple[int, bool]]] = {
    "even": _even,
    "one task has half": _half,
    "a fifth is equal": _equal,
    "tasks of 20": _small,
}


def make_job(case: str, count: int, root: Path) -> str:
    """Write the record files of a case, and its job; return the work directory."""
    files: list[RecordFile] = []
    lines: list[bytes] = []
    tasks = 0
    for number, text in enumerate(make_texts(count, _WORDS)):
        task, is_equal = CASES[case](number, count)
        tasks = max(tasks, task + 1)
        record = Record(
            id=stable_id("skew", number),
            source="s",
            collection="c",
            task=f"t{task}",
            license="MIT",
            fields={"question": "Which one is it?" if is_equal else text, "answer": "yes"},
        )
        lines.append(encode_record(record))
        if len(lines) == _RECORDS_A_FILE or number == count - 1:
            path = root / f"{len(files):04d}.jsonl"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"".join(lines))
            files.append(
                RecordFile(
                    index=len(files),
                    path=str(path),
                    source="s",
                    collection="c",
                    source_rank=0,
                    records=len(lines),
                )
            )
            lines = []
    job = Job(
        name="skew",
        version="1.0.0",
        fingerprint="0" * 64,
        recipe={"name": "skew"},
        software={},
        staging=str(root / "snapshot"),
        sources=[
            SourceInfo(
                name="s",
                format="jsonl",
                collection="c",
                fingerprint="s",
                files=[],
                records=count,
                licenses={"MIT": count},
            )
        ],
        ingest_ledger=[],
        ingest_rejections=[],
        tasks=[
            Task(name=f"t{task}", source="s", collection="c", family="closed_book_qa")
            for task in range(tasks)
        ],
        files=files,
        held_out=[],
        held_out_tasks=[],
        vocabulary=VocabularyInfo(kind="bytes", size=259, extra_ids=0),
        vocabulary_path=None,
        settings=CorpusSettings(mixture=Mixture(examples=count // 10)),
    )
    write_job(str(root / "work"), job)
    return str(root / "work")


def run_case(case: str, count: int) -> dict[str, Any]:
    """Run the stages of a case; return seconds of CPU by stage and the peak of memory."""
    with tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as directory:
        work = make_job(case, count, Path(directory))
        # The peak of making the data does not count.
        Path("/proc/self/clear_refs").write_text("5")
        seconds, began = {}, time.process_time()
        for name, _ in run_in_turn(STAGES, work):
            seconds[name] = time.process_time() - began
            began = time.process_time()
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return {"cpu_seconds": sum(seconds.values()), "megabytes": peak // 1024, "stages": seconds}


def run_on_flink(case: str, count: int, flink: str, carrier: Carrier) -> dict[str, Any]:
    """Run a case on a new cluster; return wall and CPU seconds and peaks of memory in MiB."""
    with (
        tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as directory,
        flink_cluster(flink) as run,
    ):
        options = RunnerOptions(beam_options=beam_options(run), carrier=carrier)
        _run_job("even", _OF_FIRST_JOB, Path(directory, "first"), options)
        work = make_job(case, count, Path(directory, "measured"))
        began, cpu = time.perf_counter(), cpu_seconds(run)
        with memory_peaks(run) as peaks:
            run_assembly(work, load_job(work), options)
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "cpu_seconds": cpu_seconds(run) - cpu, **peaks}


def _run_job(case: str, count: int, root: Path, options: RunnerOptions) -> None:
    work = make_job(case, count, root)
    run_assembly(work, load_job(work), options)


def _apart(case: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of a case, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.skew", "--case", case]
    command += ["--records", str(arguments.records), "--carrier", arguments.carrier]
    if arguments.flink:
        command += ["--flink", arguments.flink]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Run all cases, or one of them, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--case", choices=tuple(CASES), help="this one alone, without ratios")
    parser.add_argument("--flink", help="run on Flink; what deploy/flink/fetch.sh filled")
    parser.add_argument("--carrier", choices=("files", "shuffle"), default="files")
    arguments = parser.parse_args()
    if arguments.case:
        case, count = arguments.case, arguments.records
        flink, carrier = arguments.flink, arguments.carrier
        one = run_on_flink(case, count, flink, carrier) if flink else run_case(case, count)
        print(json.dumps(one))
        return
    figures = {case: _apart(case, arguments) for case in CASES}
    ratios = {
        case: {
            name: round(value / even, 2)
            for name, value in of_case.items()
            if isinstance(even := figures["even"][name], (int, float))
        }
        for case, of_case in figures.items()
    }
    spent = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    document = {"ratios": ratios, "figures": figures, "cpu_seconds_of_all": round(spent)}
    print(json.dumps(document, indent=2, default=lambda it: round(it, 2)))


if __name__ == "__main__":
    main()
