"""Records → finished snapshot, against hand-written programs with two processes.

    python -m benchmarks.build --superni DIR --cot DIR --vocabulary spiece.model \
        [--every N] [--few-shot] [--ingest] [--to FILE]

The peers (benchmarks/peers.py) are those of commit cbae28f, with the code of that commit: they
render and tokenize the same records in the same way and write them unsorted, without
deduplication, quotas, order, index or manifest. One uses `multiprocessing.Pool`, with sentencepiece
or with our encoder, one `datasets.map`. The peer of ingest is a loop over the same files with the
same readers that writes the same record lines: no counts, no rejections, no digests, no cache.

All run with two processes, one after the other. Ratios are of examples a second, and of examples a
CPU-second, which other programs on the machine disturb less but in which waiting costs nothing.
`--every N` reads every N-th file of Super-Natural Instructions; `--ingest` compares ingest alone.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.recording import record
from pipelines.building.build import build, make_job
from pipelines.building.ingest import ingest
from pipelines.building.running import RunnerOptions
from pipelines.building.sources import find_sources
from pipelines.recipe import Recipe, load_recipe
from pipelines.stores.store import BuildDirectories, Store
from transforms.records.record_store import encode_record
from transforms.sources.source import SourcePiece
from transforms.types import Record

_WORKERS = 2
_PEERS = "cbae28f"
_OUR_ENCODER = ("compiled.py", "word_encoder.py", "word_kernels.py")
_ROOT = Path(__file__).parent.parent
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


def in_pool(work: Callable[[Any], int], items: Iterable[Any]) -> int:
    """Sum what `work` returns for each item, in the peer's processes."""
    with multiprocessing.Pool(_WORKERS) as pool:
        return sum(pool.imap_unordered(work, items))


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """Return (what `work` returns, its wall and CPU seconds, those of its children included)."""
    began, wall = os.times(), time.perf_counter()
    result = work()
    seconds = time.perf_counter() - wall
    spent = sum(now - then for now, then in zip(os.times()[:4], began[:4], strict=True))
    return result, {"seconds": round(seconds, 2), "cpu_seconds": round(spent, 2)}


def run_peers(asked: dict[str, Any], out: str) -> dict[str, Any]:
    """Run benchmarks/peers.py with the code of its commit."""
    code = Path(out, "code")
    code.mkdir()
    archive = subprocess.run(
        ["git", "archive", _PEERS], cwd=_ROOT, capture_output=True, check=True
    ).stdout
    subprocess.run(["tar", "x"], cwd=code, input=archive, check=True)
    for name in _OUR_ENCODER:
        shutil.copy(_ROOT / "tfrecords_schema" / name, code / "tfrecords_schema" / name)
    done = subprocess.run(
        [sys.executable, "-P", str(_ROOT / "benchmarks" / "peers.py"), json.dumps(asked)],
        cwd=code,
        env=os.environ | {"PYTHONPATH": str(code)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    peers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return peers


def measure_ingest(recipe: Recipe, out: str) -> dict[str, Any]:
    """Time ingest and its peer."""
    options = RunnerOptions(_WORKERS)
    sources = find_sources(recipe, Store.at(out))
    raw = [piece for source in sources.train for piece in source.pieces]
    Path(f"{out}/plain").mkdir()
    ingest_peer = partial(ingest_plainly, out=f"{out}/plain")
    plain_rows, plain = timed(lambda: in_pool(ingest_peer, raw))
    ingested, reading = timed(lambda: ingest(recipe, sources, options))
    records = make_job(recipe, sources, ingested, BuildDirectories(out)).num_records
    return {
        "plain_loop": {"records": plain_rows} | plain,
        "ingest": {"records": records} | reading,
    }


def measure_build(recipe: Recipe, out: str) -> dict[str, Any]:
    """Time the build from the cache of ingest."""
    result, building = timed(lambda: build(recipe, out, RunnerOptions(_WORKERS)))
    return {"build": {"examples": result.manifest.splits["train"].rows} | building}


def ratios(found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return how many times as fast as each peer we are, a second and a CPU-second."""
    pairs = {name: ("build", name) for name in found if name not in ("plain_loop", "ingest")}
    pairs |= {"plain_loop": ("ingest", "plain_loop")}
    pairs.pop("build", None)

    def rate(name: str, unit: str) -> float:
        return float(found[name].get("examples", found[name].get("records"))) / found[name][unit]

    return {
        unit: {name: round(rate(a, unit) / rate(b, unit), 3) for name, (a, b) in pairs.items()}
        for unit in ("seconds", "cpu_seconds")
    }


def main() -> None:
    """Measure superni_cot, every record once, in a directory that is removed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--vocabulary", required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--few-shot", action="store_true", help="few-shot prompts alone")
    parser.add_argument("--ingest", action="store_true", help="ingest and its peer alone")
    parser.add_argument("--to", type=Path, help="also write the results to this file")
    arguments = parser.parse_args()
    types = "{fs_opt: 1}" if arguments.few_shot else "{zs_opt: 1, fs_opt: 1}"
    settings = [
        "vocabulary.kind=sentencepiece",
        f"vocabulary.path={Path(arguments.vocabulary).absolute()}",
        "limits={max_input_tokens: 2048, max_target_tokens: 512}",
        # Every record once, as the peer does.
        f"mixture.collections.natural_instructions={{template_types: {types}}}",
        f"mixture.collections.cot={{template_types: {types}}}",
    ]
    with tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as out:
        for name in ("tasks", "ours", "peers"):
            Path(out, name).mkdir()
        for file in sorted(Path(arguments.superni).glob("*.json"))[:: arguments.every]:
            shutil.copy(file, Path(out, "tasks"))
        paths = {"superni": f"{out}/tasks", "cot": str(Path(arguments.cot).absolute())}
        asked = {"settings": settings, "paths": paths, "out": f"{out}/peers"}
        recipe = load_recipe("superni_cot", settings, paths, None)
        found = measure_ingest(recipe, f"{out}/ours")
        if not arguments.ingest:
            found |= measure_build(recipe, f"{out}/ours")
            found |= run_peers(asked | {"few_shot": arguments.few_shot}, out)
    results = {"every": arguments.every, "few_shot_only": arguments.few_shot}
    results |= {"measured": found, "ratios": ratios(found)}
    print(json.dumps(results, indent=2))
    if arguments.to:
        record(arguments.to, results)


if __name__ == "__main__":
    main()
