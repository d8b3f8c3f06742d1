"""Wall and CPU time of a build on Flink, as ratios to the local runner with two workers.

    python -m benchmarks.engines --flink .flink [--recipe superni_cot] [--repeat 2] [--to FILE]

A cluster of two task managers (deploy/flink) is started once, and has built `quickstart` before the
clock starts. Then local builds and builds on Flink take turns, each into an empty store, so that
what else the machine does disturbs both. Ratios are of medians. The CPU time of Flink includes its
task managers, job manager and job server and all Python workers; that of the machine's other
programs is not counted, but makes wall times longer. Prints JSON.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.flink_cluster import beam_options, cpu_seconds, flink_cluster
from benchmarks.recording import record

_ROOT = Path(__file__).parent.parent


def _build(recipe: str, words: Sequence[str], run: Path) -> dict[str, float]:
    """Build a recipe into an empty store; return its wall and CPU seconds."""
    with tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as out:
        command = [sys.executable, "-m", "pipelines.cli", "build", recipe, "--out", out]
        began = time.perf_counter()
        before = cpu_seconds(run) + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        subprocess.run([*command, *words], check=True, stdout=subprocess.DEVNULL, cwd=_ROOT)
        wall = time.perf_counter() - began
        spent = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) + cpu_seconds(run) - before
    return {"seconds": round(wall, 1), "cpu_seconds": round(spent, 1)}


def measure(flink: str, recipe: str, repeat: int) -> dict[str, Any]:
    """Return the seconds of each build by engine, and the ratios of their medians."""
    with flink_cluster(flink) as run:
        on_flink = ["--", *beam_options(run)]
        _build("quickstart", on_flink, run)
        engines = {"local": ["--workers", "2"], "flink": on_flink}
        taken: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
        for _ in range(repeat):
            for name, words in engines.items():
                taken[name].append(_build(recipe, words, run))
    medians = {
        name: {what: median(one[what] for one in builds) for what in builds[0]}
        for name, builds in taken.items()
    }
    local, engine = medians["local"], medians["flink"]
    ratios = {what: round(engine[what] / local[what], 2) for what in local}
    return {"recipe": recipe, "ratios": ratios, "builds": taken}


def main() -> None:
    """Measure, print, and record if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flink", required=True, help="what deploy/flink/fetch.sh filled")
    parser.add_argument("--recipe", default="superni_cot")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--to", type=Path)
    asked = parser.parse_args()
    results = measure(asked.flink, asked.recipe, asked.repeat)
    print(json.dumps(results, indent=2))
    if asked.to:
        record(asked.to, results)


if __name__ == "__main__":
    main()
