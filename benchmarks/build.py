"""Records → finished snapshot, against a hand-written `multiprocessing.Pool(2)` program.

    python -m benchmarks.build --superni DIR --cot DIR --vocabulary spiece.model

The peer renders and tokenizes the same records in the same way and writes unsorted TFRecords: no
deduplication, no quotas, no order, no index, no manifest. The peer of ingest is a loop over the
same files with the same readers that writes the same record lines: no counts, no rejections, no
digests, no cache. All run with two processes in one run; rates a second and their ratios are
printed as JSON.
"""

import argparse
import json
import multiprocessing
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

from pipelines.build import build, find_sources, ingest, make_job
from pipelines.recipe import load_recipe
from pipelines.running import RunnerOptions
from tfrecords_schema.codec import encode_row
from tfrecords_schema.tfrecord import frame
from tfrecords_schema.vocabulary import load_vocabulary
from transforms.fitting import Fitted, fit
from transforms.job import Job
from transforms.prompting import Prompting, draft_prompt
from transforms.reading import RawFile
from transforms.record_store import RecordFile, encode_record, read_records
from transforms.rendering import example_row
from transforms.stable_random import Draws, stable_id
from transforms.types import Example, Record

_WORKERS = 2


def ingest_plainly(file: RawFile, out: str) -> int:
    """The peer's work on one raw file: the same records in the same lines, and nothing else."""
    written = 0
    with open(f"{out}/{file.name}-{file.index}.jsonl", "wb") as stream:
        for element in file.source.read(file.name, file.piece):
            if isinstance(element, Record):
                stream.write(encode_record(element))
                written += 1
    return written


def render_plainly(file: RecordFile, job: Job, out: str) -> int:
    """The peer's work on one file: every record once, types in turn, exemplars from the file."""
    vocabulary = load_vocabulary(job.vocabulary, job.vocabulary_path)
    tasks = {task.name: task for task in job.tasks}
    records = [record for record, _, _ in read_records(file)]
    pool = records[: job.few_shot.pool]
    written = 0
    with open(f"{out}/{file.index}.tfrecord", "wb") as stream:
        for number, record in enumerate(records):
            context = Prompting(tasks[record.task], pool, job.few_shot, job.options)
            draws = Draws(job.seed, record.id)
            draft = draft_prompt(record, ("zs_opt", "fs_opt")[number % 2], context, draws)
            fitted = fit(draft, vocabulary, job.limits) if draft else None
            if isinstance(fitted, Fitted):
                example = Example(
                    stable_id(record.id),
                    "train",
                    record.task,
                    record,
                    fitted.prompt,
                    fitted.inputs,
                    fitted.targets,
                )
                stream.write(frame(encode_row(example_row(example, record.collection))))
                written += 1
    return written


def main() -> None:
    """Ingest once, then time the peer and the build of all records, both from the same cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--vocabulary", required=True)
    arguments = parser.parse_args()
    recipe = load_recipe(
        "superni_cot",
        [
            "vocabulary.kind=sentencepiece",
            f"vocabulary.path={Path(arguments.vocabulary).absolute()}",
            "limits.max_input_tokens=2048",
            "limits.max_target_tokens=512",
            # Every record once, as the peer does.
            "mixture.collections.natural_instructions={template_types: {zs_opt: 1, fs_opt: 1}}",
            "mixture.collections.cot={template_types: {zs_opt: 1, fs_opt: 1}}",
        ],
        {"superni": arguments.superni, "cot": arguments.cot},
        None,
    )
    out = tempfile.mkdtemp(prefix="flanbeam-benchmark-")
    options = RunnerOptions(_WORKERS)
    found, _, _ = find_sources(recipe, out)
    raw = [file for source in found for file in source.raw_files]
    Path(f"{out}/plain").mkdir()
    began = time.perf_counter()
    with multiprocessing.Pool(_WORKERS) as pool:
        plain_rows = sum(pool.imap_unordered(partial(ingest_plainly, out=f"{out}/plain"), raw))
    plain_seconds = time.perf_counter() - began
    began = time.perf_counter()
    ingested, _ = ingest(recipe, found, options)
    ingest_seconds = time.perf_counter() - began
    job = make_job(recipe, ingested, [], out)

    Path(f"{out}/peer").mkdir()
    began = time.perf_counter()
    with multiprocessing.Pool(_WORKERS) as pool:
        work = partial(render_plainly, job=job, out=f"{out}/peer")
        peer_examples = sum(pool.imap_unordered(work, job.files))
    peer_seconds = time.perf_counter() - began

    began = time.perf_counter()
    result = build(recipe, out, options)
    seconds = time.perf_counter() - began
    examples = result.manifest.splits["train"].rows
    shutil.rmtree(out)
    print(
        json.dumps(
            {
                "records": job.num_records,
                "plain_rows_per_second": round(plain_rows / plain_seconds),
                "ingest_records_per_second": round(job.num_records / ingest_seconds),
                "ingest_ratio": round(
                    (job.num_records / ingest_seconds) / (plain_rows / plain_seconds), 3
                ),
                "peer_examples_per_second": round(peer_examples / peer_seconds),
                "build_examples_per_second": round(examples / seconds),
                "ratio": round((examples / seconds) / (peer_examples / peer_seconds), 3),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
