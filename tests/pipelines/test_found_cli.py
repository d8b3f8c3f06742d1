"""Found: where the command's contract does not hold."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.running import RunnerOptions, run_pipeline


@pytest.mark.parametrize(
    "argv", [["build", "quickstart", "--json"], ["--json"], ["preview", "q", "-n", "x", "--json"]]
)
def test_wrong_usage_is_one_json_document_as_well(flanbeam: Any, argv: list[str]) -> None:
    """argparse ends the process before anybody looks at --json."""
    outcome = flanbeam(*argv)
    assert outcome.status == 2
    assert outcome.document["exit_status"] == 2


def test_two_workers_are_quiet_as_well(flanbeam_process: Any, corpus: Any, tmp_path: Path) -> None:
    """Each worker process writes some 20 lines of INFO and WARNING."""
    outcome = flanbeam_process("build", corpus.recipe, "--out", tmp_path / "o", "--workers", "2")
    assert outcome.status == 0
    assert [line for line in outcome.err.splitlines() if " records " not in line] == []


def test_misspelt_beam_option_is_refused(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    """Beam drops options that it does not know; its warning is silenced."""
    argv = ["build", corpus.recipe, "--out", tmp_path / "o", "--", "--direct_num_wokers=2"]
    outcome = flanbeam(*argv)
    assert outcome.status == 2
    assert "--direct_num_wokers" in outcome.err


def test_unknown_runner_is_wrong_usage(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    """It is `RuntimeError: ValueError: …`, exit status 1."""
    argv = ["build", corpus.recipe, "--out", tmp_path / "o", "--", "--runner=Nothing"]
    assert flanbeam(*argv).status == 2


def test_failure_while_the_graph_is_built_gives_one_line() -> None:
    """Where the error's text does not look like `SomeError: message`, its last lines are shown."""

    def construct(_: object) -> None:
        raise ValueError("first line\nsecond line")

    with pytest.raises(RuntimeError) as raised:
        run_pipeline(construct, RunnerOptions())
    assert len(str(raised.value).splitlines()) == 1
