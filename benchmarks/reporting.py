"""What the page of a snapshot costs a build: CPU seconds with and without `output.report`.

    python -m benchmarks.reporting --superni DIR --cot DIR [--examples 20000] [--pairs 5]

Builds quickstart and superni_cot again and again, each time in a process and a store of its own,
with and without `report.html` in turn. Prints as JSON for each recipe the examples, the medians,
and the median of the differences within pairs with its interval (benchmarks.syncing).
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from statistics import median
from typing import Any

from benchmarks.syncing import interval_of_median


def build_once(arguments: argparse.Namespace) -> None:
    """Build, and print what it took."""
    from pipelines.building.build import build
    from pipelines.building.running import RunnerOptions
    from pipelines.recipe import load_recipe

    settings, paths = [f"output.report={json.dumps(not arguments.without)}"], {}
    if arguments.once == "superni_cot":
        settings.append(f"mixture.examples={arguments.examples}")
        paths = {"superni": arguments.superni, "cot": arguments.cot}
    recipe = load_recipe(arguments.once, settings, paths, None)
    with tempfile.TemporaryDirectory() as store:
        built = build(recipe, store, RunnerOptions())
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in usage)
    examples = sum(split.rows for split in built.manifest.splits.values())
    print(json.dumps({"cpu_seconds": seconds, "examples": examples}))


def _run(argv: list[str], recipe: str, without: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.reporting", "--once", recipe, *argv]
    done = subprocess.run(
        [*command, "--without"] if without else command,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _pairs(argv: list[str], recipe: str, pairs: int) -> dict[str, Any]:
    """Run the pairs of a recipe, the first of each by turns, and return what they took."""
    runs: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for pair in range(pairs):
        for without in (False, True) if pair % 2 == 0 else (True, False):
            runs[without].append(_run(argv, recipe, without))
    seconds = {without: [run["cpu_seconds"] for run in of] for without, of in runs.items()}
    differences = [a - b for a, b in zip(seconds[False], seconds[True], strict=True)]
    return {
        "examples": runs[False][0]["examples"],
        "cpu_seconds_with": round(median(seconds[False]), 2),
        "cpu_seconds_without": round(median(seconds[True]), 2),
        "difference_median": round(median(differences), 2),
        "difference_interval": [round(end, 2) for end in interval_of_median(differences)],
        "pairs": pairs,
    }


def main(argv: list[str]) -> None:
    """Print what the pairs of both recipes took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    parser.add_argument("--without", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.once:
        build_once(arguments)
        return
    recipes = ("quickstart", "superni_cot")
    print(json.dumps({one: _pairs(argv, one, arguments.pairs) for one in recipes}, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
