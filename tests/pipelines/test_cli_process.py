"""The command as a process of its own: quiet, quick to start, one line where it fails."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from tests.pipelines.refreshed_store import RefreshedStore
from tfrecords_schema.snapshot import open_snapshot


def test_process_is_quiet_but_for_progress(flanbeam_process: Any, tmp_path: Path) -> None:
    outcome = flanbeam_process("build", "quickstart", "--out", tmp_path)
    assert outcome.status == 0
    assert (Path(outcome.last_line) / "manifest.json").is_file()
    assert outcome.is_quiet
    again = flanbeam_process("verify", outcome.last_line)
    assert (again.status, again.is_quiet) == (0, True)


def test_process_fails_in_one_line(flanbeam_process: Any, tmp_path: Path) -> None:
    outcome = flanbeam_process("build", "quickstart", "--out", tmp_path, "--set", "sede=1")
    assert outcome.status == 2
    assert outcome.out == ""
    [line] = outcome.err.splitlines()
    assert line == "flanbeam build: --set sede: unknown key; did you mean 'seed'?"


def test_output_that_lacks_a_character_shows_a_question_mark(
    start_flanbeam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = start_flanbeam("preview", "quickstart", "-n", "1")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "? " in out  # the arrow before the answer


def test_reader_that_goes_away_is_no_error_message(start_flanbeam: Any) -> None:
    process = start_flanbeam("schema")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(timeout=60)


# Ends with the status of the command, or with the libraries that it should have done without.
_LIGHT = (
    "import sys; from pipelines.cli import main; status = main(sys.argv[1:]); "
    "heavy = {'apache_beam', 'numba', 'tensorflow', 'jax', 'seqio'} & set(sys.modules); "
    "sys.exit(f'imported {heavy}' if heavy else status)"
)


def test_cheap_commands_import_no_heavy_library(flanbeam_process: Any) -> None:
    outcome = flanbeam_process("recipes", script=_LIGHT)
    assert (outcome.status, outcome.err) == (0, "")


def test_preview_imports_no_heavy_library(flanbeam_process: Any) -> None:
    outcome = flanbeam_process("preview", "quickstart", "-n", "1", script=_LIGHT)
    assert outcome.status == 0, outcome.err


def test_explain_imports_no_heavy_library(flanbeam_process: Any, quickstart: BuildResult) -> None:
    row = next(iter(open_snapshot(quickstart.path).rows("train")))
    outcome = flanbeam_process("explain", quickstart.path, row["id"], script=_LIGHT)
    assert outcome.status == 0, outcome.err


def test_refresh_with_nothing_to_do_imports_no_heavy_library(
    flanbeam_process: Any, store: RefreshedStore
) -> None:
    store.refresh()
    for command, option in (("refresh", "--store"), ("plan", "--refresh")):
        words = (command, store.corpus.recipe, option, store.root, "--workers", "2")
        outcome = flanbeam_process(*words, script=_LIGHT)
        assert outcome.status == 10, outcome.err


@pytest.mark.slow
def test_two_workers_are_quiet_as_well(flanbeam_process: Any, corpus: Any, tmp_path: Path) -> None:
    """By itself each worker process writes some 20 lines of INFO and WARNING."""
    outcome = flanbeam_process("build", corpus.recipe, "--out", tmp_path / "o", "--workers", "2")
    assert outcome.status == 0
    assert outcome.is_quiet


_COMPLETE = """
eval "$(python -m argcomplete.scripts.register_python_argcomplete flanbeam)"
complete -p flanbeam > /dev/null
for COMP_LINE in "$@"; do
    COMP_POINT=${#COMP_LINE} COMP_TYPE=9
    _python_argcomplete flanbeam
    echo "${COMPREPLY[*]}"
done
"""


def test_the_shell_completes_commands_options_and_shipped_names() -> None:
    pytest.importorskip("argcomplete", reason="needs argcomplete")
    lines = ["flanbeam ver", "flanbeam export x --form", "flanbeam export x --format sh",
             "flanbeam build quick", "flanbeam train flan_t5_b"]  # fmt: skip
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", _COMPLETE, "bash", *lines],
        env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["verify"], ["--format"], ["sharegpt"], ["quickstart"], ["flan_t5_base"]
    ], done.stderr  # fmt: skip
