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
from dataclasses import replace
from pathlib import Path

from pipelines.building.build import make_job
from pipelines.building.ingest import Ingested
from pipelines.building.source_cache import SourceCache
from pipelines.building.sources import find_sources
from pipelines.building.stages import STAGES
from pipelines.recipe import Recipe, load_recipe
from pipelines.stores.store import BuildDirectories, Store
from tfrecords_schema.manifest import ShardInfo
from transforms.job import Job, write_job
from transforms.runtime.exchange import Run
from transforms.snapshots.writing import WRITE_SHARDS, WriteNotes
from transforms.sources.reading import read_piece
from transforms.stages.execution import run_in_turn
from transforms.stages.output import decode_notes, decode_summary

Seconds = dict[str, float]


def ingested_job(recipe: Recipe, out: str, every: int, seconds: Seconds) -> Job:
    """Return the job over every N-th record file; all raw files are read."""
    sources = find_sources(recipe, Store.at(out))
    began = time.process_time()
    for source in sources.train:
        for piece in source.pieces:
            read_piece(piece, source.directory)
    seconds["ingest"] = time.process_time() - began
    read = [SourceCache(source).collect() for source in sources.train]
    job = make_job(recipe, sources, Ingested(read, [], [], []), BuildDirectories(out))
    files = [replace(file, index=index) for index, file in enumerate(job.files[::every])]
    return job.model_copy(update={"files": files})


def assemble(work: str, seconds: Seconds) -> list[ShardInfo]:
    """Run all stages one after the other; return the shards written."""
    began, written = time.process_time(), []
    for name, runs in run_in_turn(STAGES, work):
        seconds[name] = time.process_time() - began
        if name == WRITE_SHARDS.name:
            written = [_shard(run) for run in runs]
        began = time.process_time()
    return written


def _shard(run: Run) -> ShardInfo:
    notes: WriteNotes = decode_notes(WriteNotes, decode_summary(run.summary).notes)
    return notes.shard


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
        work = BuildDirectories(out).work
        write_job(work, job)
        read = sum(source.records for source in job.sources)
        written = assemble(work, seconds)
        examples = sum(shard.rows for shard in written)
        per = {"ingest": read, "render": examples, "write": examples}
        document = {
            "records_read": read,
            "records_assembled": job.num_records,
            "examples": examples,
            "microseconds": {
                stage: round(1e6 * spent / per.get(stage, job.num_records), 1)
                for stage, spent in seconds.items()
            },
            "bytes_an_example": round(sum(shard.bytes for shard in written) / examples),
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
