"""Peak memory of a whole local build, near-duplicates looked for, at several sizes.

    python -m benchmarks.memory --superni DIR --vocabulary spiece.model --examples 250000 1000000

The real inputs and outputs are repeated under new ids, half of their words replaced by others of
the same data, so that copies are no duplicates. Each build is a command of its own with 2 workers;
the memory of its whole process tree (proportional set size: shared pages once) is sampled five
times a second. A JSON line for each size, then what an example costs beyond the smallest build.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_ROWS_A_FILE = 50_000
_RECIPE = """
name: memory
sources:
  varied:
    format: jsonl
    path: {data}
    collection: varied
    license: CC0-1.0
    task: varied
    family: closed_book_qa
    id: id
    fields: {{question: question, answer: answer}}
deduplicate: {{near: {{enabled: true}}}}
mixture: {{collections: {{varied: {{template_types: {{zs_opt: 1, fs_opt: 1}}}}}}}}
few_shot: {{variants: [{{shots: 2}}]}}
vocabulary: {{kind: sentencepiece, path: {vocabulary}}}
"""


def _pairs(superni: Path) -> list[tuple[list[str], str]]:
    """Return (words of the input, output) of real instances, short enough to be kept in number."""
    pairs = []
    for path in sorted(superni.glob("*.json")):
        for instance in json.loads(path.read_text())["Instances"]:
            words = instance["input"].split()
            if 4 <= len(words) <= 120 and instance["output"]:
                pairs.append((words, instance["output"][0]))
    return pairs


def _varied(pairs: list[tuple[list[str], str]], count: int) -> Iterator[bytes]:
    """Yield `count` JSON rows, no two alike: every other word is another one of the same data."""
    draws = random.Random(0)
    vocabulary = [word for words, _ in pairs[::50] for word in words]
    for number in range(count):
        words, answer = pairs[number % len(pairs)]
        question = [draws.choice(vocabulary) if draws.random() < 0.5 else word for word in words]
        row = {"id": str(number), "question": " ".join(question), "answer": f"{answer} {number}"}
        yield json.dumps(row).encode() + b"\n"


def write_data(directory: Path, pairs: list[tuple[list[str], str]], count: int) -> None:
    """Write JSONL files of at most _ROWS_A_FILE rows."""
    rows = _varied(pairs, count)
    for number in range(-(-count // _ROWS_A_FILE)):
        of_file = min(_ROWS_A_FILE, count - number * _ROWS_A_FILE)
        with open(directory / f"{number:04d}.jsonl", "wb") as stream:
            stream.writelines(next(rows) for _ in range(of_file))


def _tree(root: int) -> list[int]:
    """Return the numbers of process `root` and of all below it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def proportional_bytes(process: int) -> int:
    """Return the memory of a process, its share of shared pages; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def peak_of(command: list[str]) -> tuple[int, str]:
    """Return (highest memory of the process tree in bytes, standard output) of one command."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    peak = 0

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, sum(map(proportional_bytes, _tree(process.pid))))
            time.sleep(0.2)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"the build ended with status {process.returncode}")
    return peak, output


def main() -> None:
    """Build at each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--superni", required=True, type=Path)
    parser.add_argument("--vocabulary", required=True, type=Path)
    parser.add_argument("--examples", type=int, nargs="+", default=[250_000, 1_000_000])
    arguments = parser.parse_args()
    pairs = _pairs(arguments.superni)
    measured: list[tuple[int, int]] = []
    for count in sorted(arguments.examples):
        with tempfile.TemporaryDirectory(prefix="flanbeam-memory-") as directory:
            data = Path(directory, "data")
            data.mkdir()
            write_data(data, pairs, count)
            recipe = Path(directory, "memory.yaml")
            recipe.write_text(_RECIPE.format(data=data, vocabulary=arguments.vocabulary.absolute()))
            began = time.perf_counter()
            command = [sys.executable, "-m", "pipelines.cli", "build", str(recipe)]
            command += ["--out", str(Path(directory, "out")), "--workers", "2", "--json"]
            peak, output = peak_of(command)
            examples = json.loads(output)["examples"]
            measured.append((examples, peak))
            row = {
                "examples": examples,
                "peak_mib": round(peak / 2**20),
                "seconds": round(time.perf_counter() - began),
            }
            print(json.dumps(row), flush=True)
    (fewest, base), (most, peak) = measured[0], measured[-1]
    if most > fewest:
        print(json.dumps({"bytes_an_example": round((peak - base) / (most - fewest), 1)}))


if __name__ == "__main__":
    main()
