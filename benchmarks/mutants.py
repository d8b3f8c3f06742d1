"""How many small faults the tests of a module find: its mutation score.

    pip install cosmic-ray
    python -m benchmarks.mutants [packing mixing …] [--at-most 60] [--seed 1] [--lines 97 104]

The faults are those of cosmic-ray's operators: another operator or comparison, a number one off, a
condition negated, a loop without turns, a decorator removed. At each place one fault of each kind
is drawn by seed, and of these at most `--at-most`. Left out are annotations and the arguments
`strict`, `frozen` and `kw_only`, which the type checker and the linter look after.

Each fault is written into a copy of the project, where the fast tests of the module run until one
fails. A process that has imported the large libraries forks for each, which takes about as long as
the tests.

Prints each fault that no test found, and a line of a table for each module.
"""

import argparse
import ast
import difflib
import gc
import importlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

MODULES = {
    "packing": "trainer/batches/packing.py",
    "mixing": "transforms/mixture/mixing.py",
    "selection": "transforms/mixture/selection.py",
    "fitting": "transforms/prompts/fitting.py",
    "locking": "pipelines/stores/locking.py",
    "candidate_pairs": "transforms/duplicates/candidate_pairs.py",
    "answers": "tfrecords_schema/answers.py",
}
# Tests of a module beside those in its own file.
MORE_TESTS = {
    "mixing": ["tests/transforms/test_mixing_laws.py"],
    "candidate_pairs": [
        "tests/transforms/duplicates/test_near_duplicates.py::"
        "test_numba_stays_away_where_nothing_needs_it"
    ],
}
OURS = {"benchmarks", "flanbeam", "pipelines", "tests", "tfrecords_schema", "trainer", "transforms"}
Position = tuple[int, int]  # line, column


def draw_mutants(source: str, at_most: int, draws: random.Random) -> list[tuple[int, str]]:
    """Return (line, faulty source) of the faults drawn, in the order of their lines."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    left_out, nodes = _left_out(source), list(ast_nodes(get_ast(source)))
    places = defaultdict(list)
    for name in operator_names():
        operator_class = get_operator(name)
        if operator_class.arguments():  # renames variables that one has to name
            continue
        operator, occurrence = operator_class(), 0
        for node in nodes:
            for start, end in operator.mutation_positions(node):
                if not any(first <= start and end <= last for first, last in left_out):
                    places[start, name.split("_")[0]].append((operator, occurrence))
                occurrence += 1
    drawn = [(start, *draws.choice(places[start, kind])) for start, kind in sorted(places)]
    drawn = sorted(draws.sample(drawn, min(at_most, len(drawn))), key=lambda one: one[0])
    return [(start[0], mutate_code(source, operator, n)) for start, operator, n in drawn]


def _left_out(source: str) -> list[tuple[Position, Position]]:
    nodes: list[Any] = []
    for node in ast.walk(ast.parse(source)):
        nodes += [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.keyword) and node.arg in ("strict", "frozen", "kw_only"):
            nodes.append(node)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        for node in nodes
        if node is not None
    ]


def _run_tests(tests: list[str], output: Path, cpu_seconds: int) -> bool:
    """Run tests in a fork until one fails; return whether all passed."""
    child = os.fork()
    if child == 0:
        os.setsid()
        stream = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        # A fault can loop, wait or allocate for ever.
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + 2**32, mapped + 2**32))
        signal.alarm(60 + 5 * cpu_seconds)
        # Earlier failures must not help, and the smallest failing input is of no interest.
        phases = [Phase.explicit, Phase.generate]
        settings.register_profile(
            "mutants", database=None, derandomize=True, deadline=None, phases=phases
        )
        settings.load_profile("mutants")
        status = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", *tests])
        os._exit(int(status))
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what it may have started
    return os.waitstatus_to_exitcode(status) == 0


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _warm_up(tests: list[str]) -> None:
    """Import what the tests import, and forget what is ours, so that a fork reads the fault."""
    for test in tests:
        importlib.import_module(test.split(".py")[0].replace("/", "."))
    for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
        del sys.modules[name]
    gc.freeze()


def score(name: str, arguments: argparse.Namespace) -> str:
    """Run the tests of a module on each of its faults; return its line of the table."""
    path = MODULES[name]
    package, file = path.rsplit("/", 1)
    tests = [f"tests/{package}/test_{file}", *MORE_TESTS.get(name, [])]
    module, output = Path(path), Path("output.txt")
    source, began = module.read_text(), _cpu_seconds()
    _warm_up(tests)
    if not _run_tests(tests, output, 600):
        sys.exit(f"{name}: its tests fail without a fault\n{output.read_text()[-3000:]}")
    limit = 10 + 3 * int(_cpu_seconds() - began)
    # Files of bytecode know a source by its second and size; faults may agree in both.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    shutil.rmtree(module.parent / "__pycache__", ignore_errors=True)
    mutants = draw_mutants(source, arguments.at_most, random.Random(arguments.seed))
    if arguments.lines:
        mutants = [(line, faulty) for line, faulty in mutants if line in arguments.lines]
    survivors = 0
    for line, faulty in mutants:
        module.write_text(faulty)
        if _run_tests(tests, output, limit):
            survivors += 1
            changed = [
                one
                for one in difflib.unified_diff(source.splitlines(), faulty.splitlines(), n=0)
                if one[:1] in "+-" and one[:3] not in ("+++", "---")
            ]
            print(f"{path}:{line}", *changed, sep="\n", flush=True)
    module.write_text(source)
    killed = len(mutants) - survivors
    share = f"{killed / max(1, len(mutants)):.0%}"
    return f"| {name} | {len(mutants)} | {killed} | {share} | {_cpu_seconds() - began:.0f} |"


def main(argv: list[str]) -> None:
    """Score modules, each in a process of its own, in a copy of the project."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=[*MODULES], metavar="MODULE")
    parser.add_argument("--at-most", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--lines", type=int, nargs="*", help="only the faults of these lines")
    arguments = parser.parse_args(argv)
    if arguments.here:
        print(score(arguments.modules[0], arguments), flush=True)
        return
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, stdout=subprocess.PIPE, text=True, check=True).stdout
    options = [f"--at-most={arguments.at_most}", f"--seed={arguments.seed}"]
    if arguments.lines:
        options += ["--lines", *map(str, arguments.lines)]
    for name in arguments.modules:
        with tempfile.TemporaryDirectory() as directory:
            for file in filter(os.path.isfile, files.splitlines()):
                copy = Path(directory, file)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, copy)
            subprocess.run(
                [sys.executable, "-m", "benchmarks.mutants", name, "--here", *options],
                cwd=directory,
                env=os.environ | {"PYTHONPATH": directory},
                check=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
