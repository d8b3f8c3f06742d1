"""CPU time of each stage, a record, in one process: what an estimate of a large build rests on.

    python -m benchmarks.stages --superni DIR --cot DIR --vocabulary spiece.model [--every N]

Every N-th record file of both collections goes through the stages as a worker runs them, one work
item after the other. Microseconds a record (or example) and megabytes are printed as JSON.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipelines.building.build import find_sources, make_job
from pipelines.building.ingest import collect
from pipelines.recipe import Recipe, load_recipe
from transforms.duplicates.candidate_pairs import verify_bucket
from transforms.duplicates.exact import deduplicate_bucket
from transforms.duplicates.near_duplicates import apply_removals, choose_all
from transforms.duplicates.signing import sign_file
from transforms.job import Job, write_job
from transforms.mixture.mixing import plan_from_runs
from transforms.mixture.ranking import rank_bucket
from transforms.mixture.selection import select_bucket
from transforms.prompts.rendering import render_file
from transforms.runtime.exchange import Run
from transforms.scan.scanning import scan_file
from transforms.snapshots.writing import plan_shards, write_shard
from transforms.sources.reading import read_raw_file

T = TypeVar("T")
Seconds = dict[str, float]


def timed(seconds: Seconds, stage: str, act: Callable[[T], Run], items: Iterable[T]) -> list[Run]:
    """The runs of a stage; its CPU time is added to `seconds`."""
    began = time.process_time()
    runs = [act(item) for item in items]
    seconds[stage] = seconds.get(stage, 0.0) + time.process_time() - began
    return runs


def ingested_job(recipe: Recipe, out: str, every: int, seconds: Seconds) -> Job:
    """The job over every N-th record file; all raw files are read."""
    found, _, _ = find_sources(recipe, out)
    for source in found:
        read = partial(read_raw_file, out=source.directory)
        timed(seconds, "ingest", read, source.raw_files)
    job = make_job(recipe, [collect(source) for source in found], [], out)
    files = [replace(file, index=index) for index, file in enumerate(job.files[::every])]
    return job.model_copy(update={"files": files})


def assemble(work: str, job: Job, seconds: Seconds) -> list[Run]:
    """All stages one after the other; the runs of the shards written."""
    files, buckets = range(len(job.files)), range(job.num_buckets)
    scanned = timed(seconds, "scan", lambda i: scan_file(i, work), files)
    unique = timed(seconds, "deduplicate", lambda b: deduplicate_bucket(b, work, scanned), buckets)
    signed = timed(seconds, "near", lambda i: sign_file(i, work, unique), files)
    verified = timed(seconds, "near", lambda b: verify_bucket(b, work, signed), buckets)
    (chosen,) = timed(seconds, "near", lambda _: choose_all(None, work, unique, verified), [0])
    kept = timed(seconds, "near", lambda i: apply_removals(i, work, unique, chosen), files)
    ranked = timed(seconds, "rank", lambda b: rank_bucket(b, work, kept), buckets)
    plan = plan_from_runs(ranked, work)
    selected = timed(seconds, "select", lambda b: select_bucket(b, work, plan), buckets)
    parts = timed(seconds, "render", lambda i: list(render_file(i, work, selected)), files)
    rendered = [run for part in parts for run in part]
    shards = plan_shards(rendered, work)
    return timed(seconds, "write", lambda s: write_shard(s, work, rendered), shards)


def main() -> None:
    """Run all stages and print what each costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--vocabulary", required=True)
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    settings = [
        "vocabulary.kind=sentencepiece",
        f"vocabulary.path={Path(arguments.vocabulary).absolute()}",
        "limits={max_input_tokens: 2048, max_target_tokens: 512}",
        "deduplicate.near.enabled=true",
        # Every record once, in all four template types.
        "mixture={examples: max, collections: {}}",
    ]
    paths = {"superni": arguments.superni, "cot": arguments.cot}
    recipe = load_recipe("superni_cot", settings, paths, None)
    seconds: Seconds = {}
    with tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as out:
        job = ingested_job(recipe, out, arguments.every, seconds)
        work = f"{out}/work"
        write_job(work, job)
        read = sum(source.records for source in job.sources)
        written = assemble(work, job, seconds)
        examples = sum(run.summary["rows"] for run in written)
        per = {"ingest": read, "render": examples, "write": examples}
        document = {
            "records_read": read,
            "records_assembled": job.num_records,
            "examples": examples,
            "microseconds": {
                stage: round(1e6 * spent / per.get(stage, job.num_records), 1)
                for stage, spent in seconds.items()
            },
            "bytes_an_example": round(sum(run.summary["bytes"] for run in written) / examples),
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
