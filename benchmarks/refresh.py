"""Refreshes with nothing to do, another weight, template or source, against the first, full one.

    python -m benchmarks.refresh --superni DIR --cot DIR [--workers 2] [--tasks 141] [--cap 5000]

Copies the data, so that it can be edited; prints JSON: seconds, seconds of CPU with those of worker
processes and their share of the full build's, raw bytes that were hashed and read, and for the
edited source the examples that differ.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from pipelines.building.running import RunnerOptions
from pipelines.building.sources import find_sources
from pipelines.checks.difference import diff
from pipelines.publishing.refresh import Refreshed, refresh
from pipelines.recipe import Recipe, load_recipe
from pipelines.stores.store import Store


def size_of(recipe: Recipe, store: Store) -> int:
    """Return the bytes of all raw files."""
    return sum(source.bytes for source in find_sources(recipe, store).all)


def timed_refresh(recipe: Recipe, store: Store, workers: int) -> tuple[Refreshed, dict[str, Any]]:
    """Run one refresh; return it, and what it took."""
    began, before = time.perf_counter(), sum(os.times()[:4])
    done = refresh(recipe, store, "latest", RunnerOptions(workers))
    figures = {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(sum(os.times()[:4]) - before, 1),
        "bytes_hashed": size_of(recipe, store),
        "bytes_read": sum(node.bytes_to_read for node in done.plan.nodes),
    }
    return done, figures


def edit_one_file(directory: Path) -> str:
    """Rewrite some answers of the first chain-of-thought file; its name."""
    file = sorted(directory.rglob("*_train.tsv"))[0]
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([f"Once more: {line}" for line in lines[:100]] + lines[100:]))
    return file.name


def copy_tasks(superni: Path, to: Path, most: int | None) -> None:
    """Copy the first so many files of tasks, all if None."""
    to.mkdir()
    for file in sorted(superni.glob("*.json"))[:most]:
        shutil.copy(file, to)


_WEIGHT = "mixture.collections.cot.weight=0.21"
_TEMPLATE = (
    "templates={cot_gsm8k: "
    "[{inputs: 'Solve this: {question}', targets: '{rationale} The answer is {answer}.'}]}"
)


def main() -> None:
    """Run five refreshes of superni_cot in one store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tasks", type=int, help="files of Super-Natural Instructions, of all")
    parser.add_argument("--cap", type=int, help="examples of a task, in place of the recipe's caps")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as directory:
        root = Path(directory)
        copy_tasks(Path(arguments.superni), root / "superni", arguments.tasks)
        shutil.copytree(arguments.cot, root / "cot")
        places = {"superni": str(root / "superni"), "cot": str(root / "cot")}
        names = ("natural_instructions", "cot")
        caps = [f"mixture.collections.{name}.cap={arguments.cap}" for name in names]
        settings = caps if arguments.cap else []
        recipe = load_recipe("superni_cot", settings, places, None)
        store = Store.at(str(root / "store"))
        full, figures = timed_refresh(recipe, store, arguments.workers)
        results = {"full": figures}
        _, results["nothing changed"] = timed_refresh(recipe, store, arguments.workers)
        for name, setting in (("one weight changed", _WEIGHT), ("one template added", _TEMPLATE)):
            changed = load_recipe("superni_cot", [*settings, setting], places, None)
            _, results[name] = timed_refresh(changed, store, arguments.workers)
        edited = edit_one_file(root / "cot")
        one, figures = timed_refresh(recipe, store, arguments.workers)
        assert full.built
        assert one.built
        began = time.perf_counter()
        found = diff(full.built.path, one.built.path)
        figures |= {"file": edited, "sources_read": one.built.sources_read}
        figures |= {"examples": found.examples}
        results["100 rows edited"] = figures
        for figures in results.values():
            figures["share"] = round(figures["cpu_seconds"] / results["full"]["cpu_seconds"], 3)
        results["diff"] = {"seconds": round(time.perf_counter() - began, 1)}
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
