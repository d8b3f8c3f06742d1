"""A refresh that publishes nothing tells whom the command line names; the list tells ages."""

import json
import shlex
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from pipelines.subcommands.snapshots import age


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """Return (a command that keeps what it is told, what it was told so far)."""
    kept = tmp_path / "told.jsonl"
    program = f"import sys; open({str(kept)!r}, 'a').write(sys.stdin.read() + chr(10))"
    command = shlex.join([sys.executable, "-c", program])

    def so_far() -> list[Any]:
        return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []

    return command, so_far


def test_failed_and_refused_refreshes_tell(
    flanbeam: Any, corpus: Any, tmp_path: Path, told: Any
) -> None:
    command, so_far = told
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store", "--notify", command)
    assert flanbeam(*argv, "--set", "gates.min_examples=31").status == 3
    assert flanbeam(*argv, "--source", "questions=/nowhere").status == 2
    refused, failed = so_far()
    assert refused == {
        "recipe": str(corpus.recipe),
        "store": str(tmp_path / "store"),
        "channel": "latest",
        "exit_status": 3,
        "reasons": ["min_examples: 30 examples, but at least 31 are required"],
    }
    assert failed["exit_status"] == 2
    assert "/nowhere does not exist" in failed["reasons"][0]
    assert flanbeam(*argv).status == 0
    assert flanbeam(*argv).status == 10
    with StoreLock(Store.at(str(tmp_path / "store")), "channel-latest", "another"):
        assert flanbeam(*argv).status == 4
    assert len(so_far()) == 2
    listed = flanbeam("snapshots", tmp_path / "store")
    assert "latest: its last good snapshot was published less than a minute ago" in listed.out


@pytest.mark.parametrize("command", ["/nowhere/at/all", "false", "'", " "])
def test_a_command_that_fails_changes_nothing(
    flanbeam: Any, corpus: Any, tmp_path: Path, command: str
) -> None:
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store", "--notify", command)
    outcome = flanbeam(*argv, "--source", "questions=/nowhere")
    assert outcome.status == 2
    assert f"--notify {command}: " in outcome.err
    assert "/nowhere does not exist" in outcome.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        ({"days": 3, "hours": 2, "minutes": 5}, "3 days 2 hours"),
        ({"hours": 1, "minutes": 1}, "1 hour 1 minute"),
        ({"seconds": 5}, "less than a minute"),
        ({"days": -1}, "less than a minute"),
    ],
)
def test_ages(passed: dict[str, int], words: str) -> None:
    assert age((datetime.now(UTC) - timedelta(**passed)).isoformat(timespec="seconds")) == words
