"""Near-duplicate removal against its peers: signatures on one core, and the whole stage.

    python -m benchmarks.dedup signatures
    python -m benchmarks.dedup stage --records 100000
    python -m benchmarks.dedup text-dedup --records 100000
    python -m benchmarks.dedup datatrove --records 100000 --python /path/with/datatrove/bin/python

Each prints one JSON line. Times are of one process; memory is its peak. The corpus is the same for
all: texts of 60 random words, of which a tenth are copies with a few words changed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

WORDS, CHANGED, VOCABULARY = 60, 3, 50_000
PERMUTATIONS, BANDS, ROWS, NGRAM, THRESHOLD = 120, 20, 6, 3, 0.8


def make_texts(count: int, words: int = WORDS) -> Iterator[str]:
    """Yield texts of which every tenth repeats the one nine before it, but for its last words."""
    generator = np.random.default_rng(7)
    # Letters only: datatrove takes all numbers for the same.
    table = ["".join(chr(97 + n // 26**k % 26) for k in range(6)) for n in range(VOCABULARY)]
    earlier: list[str] = []
    for number in range(count):
        text = [table[i] for i in generator.integers(0, VOCABULARY, words)]
        if number % 10 == 9:
            text = earlier[: words - CHANGED] + text[:CHANGED]
        elif number % 10 == 0:
            earlier = text
        yield " ".join(text).capitalize() + "."


def _peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def signatures(count: int) -> dict[str, Any]:
    """Measure CPU seconds of ours and of datasketch: text in, signature of 128 permutations out."""
    from datasketch import MinHash

    from transforms.duplicates.minhash import hash_documents, sign
    from transforms.texts.normalization import fold_text, words

    texts = list(make_texts(count, 200))

    def ours(batch: list[str]) -> None:
        for start in range(0, len(batch), 1000):
            named = [[("text", fold_text(text))] for text in batch[start : start + 1000]]
            sign(hash_documents(named), 5, 128)

    def theirs(batch: list[str]) -> None:
        for text in batch:
            tokens = words(text)
            grams = [" ".join(tokens[i : i + 5]).encode() for i in range(len(tokens) - 4)]
            MinHash(num_perm=128).update_batch(grams)

    def theirs_without_normalization(batch: list[str]) -> None:
        for text in batch:
            tokens = text.lower().split()
            grams = [" ".join(tokens[i : i + 5]).encode() for i in range(len(tokens) - 4)]
            MinHash(num_perm=128).update_batch(grams)

    ours(texts[:1000])
    speeds = {}
    for name, run, part in (
        ("flanbeam", ours, texts),
        ("datasketch", theirs, texts[: count // 10]),
        ("datasketch_lower_split", theirs_without_normalization, texts[: count // 10]),
    ):
        before = time.process_time()
        run(part)
        speeds[name] = round(len(part) / (time.process_time() - before))
    ratio = speeds["flanbeam"] / speeds["datasketch_lower_split"]
    return {"texts_per_cpu_second": speeds, "ratio": round(ratio, 1)}


def make_job(count: int, root: Path) -> str:
    """Make a work directory whose records are the corpus; ingest is not measured."""
    from tfrecords_schema.manifest import VocabularyInfo
    from transforms import settings
    from transforms.job import Job, write_job
    from transforms.records.record_store import RecordFile, encode_record
    from transforms.stable_random import stable_id
    from transforms.types import Record, Task

    files: list[RecordFile] = []
    lines: list[bytes] = []
    for number, text in enumerate(make_texts(count), start=1):
        fields = {"question": text, "answer": "yes"}
        record = Record(
            id=stable_id("bench", number),
            source="s",
            collection="c",
            task="t",
            license="MIT",
            fields=fields,
        )
        lines.append(encode_record(record))
        if len(lines) == 10_000 or number == count:
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
    near = settings.NearDuplicates(
        enabled=True, threshold=THRESHOLD, ngram=NGRAM, bands=BANDS, rows=ROWS
    )
    job = Job(
        name="bench", version="1.0.0", fingerprint="0" * 64, recipe={}, software={},
        staging=str(root / "snapshot"), sources=[], ingest_ledger=[], ingest_rejections=[],
        tasks=[Task(name="t", source="s", collection="c", family="closed_book_qa")],
        files=files, held_out=[],
        held_out_tasks=[], vocabulary=VocabularyInfo(kind="bytes", size=259, extra_ids=0),
        vocabulary_path=None,
        settings=settings.CorpusSettings(deduplicate=settings.Deduplicate(near=near)),
    )  # fmt: skip
    write_job(str(root), job)
    return str(root)


def stage(count: int) -> dict[str, Any]:
    """Run all stages from the record files to the rows that stay, in this process."""
    from pipelines.building.stages import STAGES
    from transforms.duplicates.near_duplicates import APPLY, REMOVE_NEAR_DUPLICATES
    from transforms.runtime.exchange import Run
    from transforms.stages.execution import run_in_turn
    from transforms.stages.output import decode_summary, sum_counts

    with tempfile.TemporaryDirectory() as directory:
        work, seconds = make_job(count, Path(directory)), {}
        base = _peak_megabytes()
        began = time.perf_counter(), time.process_time()
        done: dict[str, list[Run]] = {}
        for name, runs in run_in_turn(STAGES, work, up_to=APPLY):
            wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
            done[name] = runs
            seconds[name] = {"wall": round(wall, 2), "cpu": round(cpu, 2)}
            began = time.perf_counter(), time.process_time()
        kept = sum_counts(decode_summary(run.summary).counts for run in done[APPLY.name]).kept["t"]
    near = sum(seconds[one.name]["cpu"] for one in REMOVE_NEAR_DUPLICATES)
    return {
        "removed": count - kept,
        "seconds": seconds,
        "records_per_cpu_second": round(count / max(near, 0.01)),
        "peak_megabytes": _peak_megabytes(),
        "base_megabytes": base,
    }


def text_dedup(count: int) -> dict[str, Any]:
    """Run text-dedup's method: numpy signatures, band tables in memory, no verification."""
    import re
    from hashlib import sha1

    base = _peak_megabytes()
    texts = list(make_texts(count))
    began, cpu = time.perf_counter(), time.process_time()
    generator = np.random.default_rng(42)
    prime, top = np.uint64((1 << 61) - 1), np.uint64((1 << 32) - 1)
    a = generator.integers(1, prime, PERMUTATIONS, dtype=np.uint64)
    b = generator.integers(0, prime, PERMUTATIONS, dtype=np.uint64)
    tables: list[dict[bytes, int]] = [{} for _ in range(BANDS)]
    parents = list(range(count))

    def find(node: int) -> int:
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for number, text in enumerate(texts):
        tokens = re.split(r"\W", text.lower())
        grams = {" ".join(tokens[i : i + NGRAM]) for i in range(len(tokens) - NGRAM + 1)}
        hashes = [int.from_bytes(sha1(g.encode()).digest()[:4], "little") for g in grams]
        values = (np.array(hashes, dtype=np.uint64)[:, None] * a + b) % prime & top
        minima = values.min(axis=0)
        for band, table in enumerate(tables):
            key = minima[band * ROWS : (band + 1) * ROWS].byteswap().tobytes()
            first, own = find(table.setdefault(key, number)), find(number)
            parents[max(first, own)] = min(first, own)
    left = sum(find(number) == number for number in range(count))
    return _peer_result(count, left, began, cpu, base)


def _peer_result(count: int, left: int, began: float, cpu: float, base: int) -> dict[str, Any]:
    spent = time.process_time() - cpu
    return {
        "removed": count - left,
        "seconds": {"wall": round(time.perf_counter() - began, 2), "cpu": round(spent, 2)},
        "records_per_cpu_second": round(count / spent),
        "peak_megabytes": _peak_megabytes(),
        "base_megabytes": base,
    }


_DATATROVE = """
import json, resource, sys, time
from datatrove.data import Document
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.utils.hashing import HashConfig

root, corpus, bands, rows, ngram = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
config = MinhashConfig(n_grams=ngram, num_buckets=bands, hashes_per_bucket=rows,
                       hash_config=HashConfig(precision=64))

def documents():
    with open(corpus) as stream:
        for number, line in enumerate(stream):
            yield Document(text=line.rstrip("\\n"), id=str(number))

began, cpu = time.perf_counter(), time.process_time()
MinhashDedupSignature(f"{root}/sign", config=config).run(documents(), 0, 1)
for bucket in range(bands):
    MinhashDedupBuckets(f"{root}/sign", f"{root}/buckets", config=config).run(None, bucket, bands)
MinhashDedupCluster(f"{root}/buckets", f"{root}/remove", config=config).run(None, 0, 1)
left = sum(1 for _ in MinhashDedupFilter(f"{root}/remove").run(documents(), 0, 1))
spent = time.process_time() - cpu
print(json.dumps({"left": left, "wall": time.perf_counter() - began, "cpu": spent,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def datatrove(count: int, python: str) -> dict[str, Any]:
    """Run datatrove's four steps, one task each, in the environment of `python`."""
    with tempfile.TemporaryDirectory() as directory:
        corpus = Path(directory, "corpus.txt")
        corpus.write_text("".join(f"{text}\n" for text in make_texts(count)))
        arguments = [directory, str(corpus), str(BANDS), str(ROWS), str(NGRAM)]
        done = subprocess.run(
            [python, "-c", _DATATROVE, *arguments], check=True, stdout=subprocess.PIPE, text=True
        )
    result = json.loads(done.stdout.splitlines()[-1])
    return {
        "removed": count - result["left"],
        "seconds": {"wall": round(result["wall"], 2), "cpu": round(result["cpu"], 2)},
        "records_per_cpu_second": round(count / result["cpu"]),
        "peak_megabytes": result["peak"],
    }


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["signatures", "stage", "text-dedup", "datatrove"])
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--python", default=sys.executable, help="of the peer's environment")
    arguments = parser.parse_args()
    run = {
        "signatures": signatures,
        "stage": stage,
        "text-dedup": text_dedup,
        "datatrove": lambda count: datatrove(count, arguments.python),
    }[arguments.what]
    result = run(arguments.records)
    load = round(os.getloadavg()[0], 1)
    what = {"what": arguments.what, "records": arguments.records, "load_average": load}
    print(json.dumps({**what, **result}))


if __name__ == "__main__":
    main()
