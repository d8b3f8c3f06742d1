"""CPU time and peak memory of corpora that are not even, as ratios to an even one.

    python -m benchmarks.skew [--records 1000000]

A corpus in which one task has half of the records, one in which a fifth of the records are equal
(one bucket of keys), and one with a task for every 20 records, against 20 tasks of the same size.
Records are made up, and each tenth is rendered. Every case is a process of its own, in which the
stages run one work item after the other. Prints JSON: ratios, then the seconds by stage.
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
from pipelines.building.stages import STAGES
from tfrecords_schema.manifest import SourceInfo, VocabularyInfo
from transforms.job import Job, write_job
from transforms.records.record_store import RecordFile, encode_record
from transforms.settings import CorpusSettings, Mixture
from transforms.stable_random import stable_id
from transforms.stages.execution import run_in_turn
from transforms.types import Record, Task

_WORDS, _RECORDS_A_FILE, _TASKS, _OF_SMALL_TASK = 20, 10_000, 20, 20


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


def _apart(case: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.skew", "--case", case, "--records", str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Run all cases, or one of them, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--case", choices=tuple(CASES), help="this one alone, without ratios")
    arguments = parser.parse_args()
    if arguments.case:
        print(json.dumps(run_case(arguments.case, arguments.records)))
        return
    figures = {case: _apart(case, arguments.records) for case in CASES}
    even = figures["even"]
    ratios = {
        case: {
            "cpu": round(of_case["cpu_seconds"] / even["cpu_seconds"], 2),
            "memory": round(of_case["megabytes"] / even["megabytes"], 2),
        }
        for case, of_case in figures.items()
    }
    spent = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    document = {"ratios": ratios, "figures": figures, "cpu_seconds_of_all": round(spent)}
    print(json.dumps(document, indent=2, default=lambda it: round(it, 2)))


if __name__ == "__main__":
    main()
