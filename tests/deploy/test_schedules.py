"""What cron and systemd run: the right command, and exit status 10 is no failure."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = [DEPLOY / "systemd" / f"flanbeam-refresh.{kind}" for kind in ("service", "timer")]


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    """Make the directory of a `flanbeam` that says its arguments and ends as $STATUS says."""
    path = tmp_path / "bin" / "flanbeam"
    path.parent.mkdir()
    path.write_text('#!/bin/sh\necho "$@"\nexit $STATUS\n')
    path.chmod(0o755)
    return path.parent


def _run(command: str, fake: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{fake}:{os.environ['PATH']}", **variables}
    return subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, check=False
    )


def _unit(path: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(path)
    return parsed


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_units() -> None:
    # The user need not exist here; whatever else there is to say is a mistake.
    command = ["systemd-analyze", "verify", *map(str, UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "flanbeam" in line]
    assert (done.returncode, said) == (0, [])


def test_the_service_refreshes_and_ten_is_success(fake: Path) -> None:
    service = _unit(UNITS[0])["Service"]
    assert service["Type"] == "oneshot"
    assert service["SuccessExitStatus"] == "10"
    variables = {"RECIPE": "mine.yaml", "STORE": "/srv/store", "OPTIONS": "--workers 4"}
    done = _run(service["ExecStart"], fake, STATUS="10", **variables)
    assert done.stdout == "refresh mine.yaml --store /srv/store --workers 4\n"
    assert done.returncode == 10


def test_the_timer_starts_the_service_every_night() -> None:
    timer = _unit(UNITS[1])
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:00:00"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert UNITS[0].stem == UNITS[1].stem, "a timer starts the service of its name"


@pytest.mark.parametrize(("status", "ends", "mails"), [(0, 0, False), (10, 0, False), (3, 3, True)])
def test_the_cron_line(fake: Path, tmp_path: Path, status: int, ends: int, mails: bool) -> None:
    lines = (DEPLOY / "cron" / "flanbeam").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("0 3 * * * "))
    assert "%" not in line, "cron reads it as the end of a line"
    user, command = line.removeprefix("0 3 * * * ").split(" ", 1)
    assert user == "flanbeam"
    stated = {line.split("=", 1)[0] for line in lines if re.match("[A-Z]+=", line)}
    assert {"RECIPE", "STORE", "LOG", "PATH", "SHELL"} <= stated
    log = tmp_path / "refresh.log"
    variables = {"RECIPE": "my recipe.yaml", "STORE": "/srv/store", "LOG": str(log)}
    done = _run(command, fake, STATUS=str(status), **variables)
    assert log.read_text() == "refresh my recipe.yaml --store /srv/store\n"
    assert done.returncode == ends
    assert bool(done.stdout) is mails
