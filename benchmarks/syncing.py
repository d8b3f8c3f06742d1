"""What waiting for the disk costs a build: fsync calls, and CPU seconds with and without them.

    python -m benchmarks.syncing --superni DIR --cot DIR [--examples 20000] [--pairs 10]

Builds the same corpus again and again, each time in a process and a store of its own, with
`os.fsync` as it is and with one that does nothing in turn. Prints as JSON the calls by kind of
file, calls per 100,000 examples, and of the CPU seconds (process and children) the medians and the
differences within pairs with the interval that holds their median with 95% (order statistics).
"""

import argparse
import json
import os
import resource
import stat
import subprocess
import sys
import tempfile
from collections import Counter
from statistics import median
from typing import Any

from scipy.stats import binom


def build_once(arguments: argparse.Namespace) -> None:
    """Build, and print what it took; `--without` has nothing wait for the disk."""
    from pipelines.building.build import build
    from pipelines.building.running import RunnerOptions
    from pipelines.recipe import load_recipe

    calls: Counter[str] = Counter()
    really = os.fsync

    def counted(descriptor: int) -> None:
        calls["directories" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "files"] += 1
        if not arguments.without:
            really(descriptor)

    os.fsync = counted
    paths = {"superni": arguments.superni, "cot": arguments.cot}
    settings = [f"mixture.examples={arguments.examples}"]
    recipe = load_recipe("superni_cot", settings, paths, None)
    with tempfile.TemporaryDirectory(dir=arguments.directory) as store:
        built = build(recipe, store, RunnerOptions())
        examples = sum(split.rows for split in built.manifest.splits.values())
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in usage)
    print(json.dumps({"calls": calls, "cpu_seconds": round(seconds, 2), "examples": examples}))


def interval_of_median(values: list[float]) -> tuple[float, float]:
    """Return the pair of order statistics that holds the median with at least 95%."""
    ordered, count = sorted(values), len(values)
    rank = max((r for r in range(count // 2) if 2 * binom.cdf(r, count, 0.5) <= 0.05), default=0)
    return ordered[rank], ordered[-1 - rank]


def _run(argv: list[str], without: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.syncing", "--once", *argv]
    done = subprocess.run(
        [*command, "--without"] if without else command,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main(argv: list[str]) -> None:
    """Run the pairs, the first of each by turns, and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--directory", help="where the stores are, for another disk")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--without", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.once:
        build_once(arguments)
        return
    synced, unsynced = [], []
    for pair in range(arguments.pairs):
        for without in (False, True) if pair % 2 == 0 else (True, False):
            (unsynced if without else synced).append(_run(argv, without))
    seconds = [[run["cpu_seconds"] for run in runs] for runs in (synced, unsynced)]
    differences = [a - b for a, b in zip(*seconds, strict=True)]
    examples, calls = synced[0]["examples"], synced[0]["calls"]
    print(
        json.dumps(
            {
                "examples": examples,
                "fsync_calls": calls,
                "fsync_calls_per_100000_examples": round(1e5 * sum(calls.values()) / examples, 1),
                "cpu_seconds_with": median(seconds[0]),
                "cpu_seconds_without": median(seconds[1]),
                "difference_median": round(median(differences), 2),
                "difference_interval": [round(end, 2) for end in interval_of_median(differences)],
                "pairs": arguments.pairs,
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
