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
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pipelines.building.build import build, make_job
from pipelines.building.ingest import ingest
from pipelines.building.running import RunnerOptions
from pipelines.building.sources import find_sources
from pipelines.recipe import Recipe, load_recipe
from pipelines.stores.store import BuildDirectories, Store
from tfrecords_schema.codec import encode_row
from tfrecords_schema.tfrecord import frame
from tfrecords_schema.vocabulary import load_vocabulary
from transforms.job import Job
from transforms.prompts.fitting import Fitted, fit
from transforms.prompts.prompting import Prompting, draft_prompt
from transforms.prompts.rendering import example_row
from transforms.records.record_store import RecordFile, encode_record, read_records
from transforms.sources.source import SourcePiece
from transforms.stable_random import Draws, stable_id
from transforms.types import Example, Record

_WORKERS = 2
T = TypeVar("T")


def ingest_plainly(file: SourcePiece, out: str) -> int:
    """Do the peer's work on one raw file: the same records in the same lines, and nothing else."""
    written = 0
    with open(f"{out}/{file.source_name}-{file.index}.jsonl", "wb") as stream:
        for element in file.source.read(file.source_name, file.piece):
            if isinstance(element, Record):
                stream.write(encode_record(element))
                written += 1
    return written


def render_plainly(file: RecordFile, job: Job, out: str) -> int:
    """Do the peer's work on one file: every record once, types in turn, exemplars from the file."""
    vocabulary = load_vocabulary(job.vocabulary, job.vocabulary_path)
    tasks = {task.name: task for task in job.tasks}
    records = [record for record, _, _ in read_records(file)]
    settings = job.settings
    pool = records[: settings.few_shot.pool]
    written = 0
    with open(f"{out}/{file.index}.tfrecord", "wb") as stream:
        for number, record in enumerate(records):
            context = Prompting(
                tasks[record.task], pool, settings.few_shot.variants, settings.options
            )
            draws = Draws(settings.seed, record.id)
            draft = draft_prompt(record, ("zs_opt", "fs_opt")[number % 2], context, draws)
            fitted = fit(draft, vocabulary, settings.limits) if draft else None
            if isinstance(fitted, Fitted):
                example = Example(
                    id=stable_id(record.id),
                    split="train",
                    task=record.task,
                    record=record,
                    prompt=fitted.prompt,
                    inputs=fitted.inputs,
                    targets=fitted.targets,
                )
                stream.write(frame(encode_row(example_row(example, record.collection))))
                written += 1
    return written


def in_pool(work: Callable[[Any], int], items: Iterable[Any]) -> int:
    """Sum what `work` returns for each item, in the peer's processes."""
    with multiprocessing.Pool(_WORKERS) as pool:
        return sum(pool.imap_unordered(work, items))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return (what `work` returns, how many seconds it took)."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def measure(recipe: Recipe, out: str) -> dict[str, float]:
    """Time ingest, the build from its cache, and the peer of each."""
    options = RunnerOptions(_WORKERS)
    sources = find_sources(recipe, Store.at(out))
    raw = [piece for source in sources.train for piece in source.pieces]
    for peer in ("plain", "peer"):
        Path(f"{out}/{peer}").mkdir()

    ingest_peer = partial(ingest_plainly, out=f"{out}/plain")
    plain_rows, plain_seconds = timed(lambda: in_pool(ingest_peer, raw))
    ingested, ingest_seconds = timed(lambda: ingest(recipe, sources, options))
    job = make_job(recipe, sources, ingested, BuildDirectories(out))

    build_peer = partial(render_plainly, job=job, out=f"{out}/peer")
    peer_examples, peer_seconds = timed(lambda: in_pool(build_peer, job.files))
    result, build_seconds = timed(lambda: build(recipe, out, options))

    plain_rate = plain_rows / plain_seconds
    ingest_rate = job.num_records / ingest_seconds
    peer_rate = peer_examples / peer_seconds
    build_rate = result.manifest.splits["train"].rows / build_seconds
    return {
        "records": job.num_records,
        "plain_rows_per_second": round(plain_rate),
        "ingest_records_per_second": round(ingest_rate),
        "ingest_ratio": round(ingest_rate / plain_rate, 3),
        "peer_examples_per_second": round(peer_rate),
        "build_examples_per_second": round(build_rate),
        "ratio": round(build_rate / peer_rate, 3),
    }


def main() -> None:
    """Measure superni_cot, every record once, in a directory that is removed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--vocabulary", required=True)
    arguments = parser.parse_args()
    settings = [
        "vocabulary.kind=sentencepiece",
        f"vocabulary.path={Path(arguments.vocabulary).absolute()}",
        "limits={max_input_tokens: 2048, max_target_tokens: 512}",
        # Every record once, as the peer does.
        "mixture.collections.natural_instructions={template_types: {zs_opt: 1, fs_opt: 1}}",
        "mixture.collections.cot={template_types: {zs_opt: 1, fs_opt: 1}}",
    ]
    paths = {"superni": arguments.superni, "cot": arguments.cot}
    recipe = load_recipe("superni_cot", settings, paths, None)
    with tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as out:
        print(json.dumps(measure(recipe, out), indent=2))


if __name__ == "__main__":
    main()
