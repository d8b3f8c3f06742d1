"""Refreshes with nothing to do, an edited template, an edited source, against the first, full one.

    python -m benchmarks.refresh --superni DIR --cot DIR [--workers 2]

Copies the data, so that it can be edited; prints JSON: seconds, seconds of CPU with those of worker
processes, raw bytes that were hashed and read, and for the edited source the examples that differ.
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


_TEMPLATE = (
    "templates={cot_gsm8k: "
    "[{inputs: 'Solve this: {question}', targets: '{rationale} The answer is {answer}.'}]}"
)


def main() -> None:
    """Run four refreshes of superni_cot in one store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True)
    parser.add_argument("--cot", required=True)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flanbeam-benchmark-") as directory:
        root = Path(directory)
        shutil.copytree(arguments.superni, root / "superni")
        shutil.copytree(arguments.cot, root / "cot")
        places = {"superni": str(root / "superni"), "cot": str(root / "cot")}
        recipe = load_recipe("superni_cot", [], places, None)
        edited_recipe = load_recipe("superni_cot", [_TEMPLATE], places, None)
        store = Store.at(str(root / "store"))
        full, figures = timed_refresh(recipe, store, arguments.workers)
        results = {"full": figures}
        _, results["nothing changed"] = timed_refresh(recipe, store, arguments.workers)
        _, results["template added"] = timed_refresh(edited_recipe, store, arguments.workers)
        edited = edit_one_file(root / "cot")
        one, figures = timed_refresh(recipe, store, arguments.workers)
        assert full.built
        assert one.built
        began = time.perf_counter()
        found = diff(full.built.path, one.built.path)
        figures |= {"file": edited, "sources_read": one.built.sources_read}
        figures |= {"examples": found.examples}
        results["one file edited"] = figures
        results["diff"] = {"seconds": round(time.perf_counter() - began, 1)}
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
