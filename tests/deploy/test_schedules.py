"""What cron and systemd run: the right command, and what they make of each exit status."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tfrecords_schema.errors import ExitStatus

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


def test_the_service_refreshes(fake: Path) -> None:
    service = _unit(UNITS[0])["Service"]
    assert service["Type"] == "oneshot"
    variables = {"RECIPE": "mine.yaml", "STORE": "/srv/store", "OPTIONS": "--workers 4"}
    done = _run(service["ExecStart"], fake, STATUS="10", **variables)
    assert done.stdout == "refresh mine.yaml --store /srv/store --workers 4\n"
    assert done.returncode == 10


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        *((ExitStatus.DONE, "succeeds"), (ExitStatus.NOTHING_TO_DO, "succeeds")),
        *((ExitStatus.LOCKED, "succeeds"), (ExitStatus.FAILED, "starts again")),
        *((ExitStatus.WRONG_USAGE, "fails"), (ExitStatus.BAD_DATA, "fails")),
        (-9, "starts again"),
    ],
)
def test_what_the_service_makes_of_a_status(status: int, ends: str) -> None:
    # As systemd.service(5) has it: success is 0 and SuccessExitStatus; on-failure restarts for any
    # other status and for signals, unless RestartPreventExitStatus names them.
    service, unit = _unit(UNITS[0])["Service"], _unit(UNITS[0])["Unit"]
    succeeds = {0, *map(int, service["SuccessExitStatus"].split())}
    final = {*map(int, service["RestartPreventExitStatus"].split())}
    assert service["Restart"] == "on-failure"
    assert int(unit["StartLimitBurst"]) == 3
    found = "succeeds" if status in succeeds else "fails" if status in final else "starts again"
    assert found == ends


def test_the_timer_starts_the_service_every_night() -> None:
    timer = _unit(UNITS[1])
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:00:00"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert UNITS[0].stem == UNITS[1].stem, "a timer starts the service of its name"


def _cron_line() -> tuple[str, set[str]]:
    """Return the command of the line for cron, and the variables that are set above it."""
    lines = (DEPLOY / "cron" / "flanbeam").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("0 3 * * * "))
    assert "%" not in line, "cron reads it as the end of a line"
    user, command = line.removeprefix("0 3 * * * ").split(" ", 1)
    assert user == "flanbeam"
    return command, {line.split("=", 1)[0] for line in lines if re.match("[A-Z]+=", line)}


def _cron(fake: Path, log: Path, status: str) -> subprocess.CompletedProcess[str]:
    command, stated = _cron_line()
    assert {"RECIPE", "STORE", "LOG", "PATH", "SHELL"} <= stated
    variables = {"RECIPE": "my recipe.yaml", "STORE": "/srv/store", "LOG": str(log)}
    path = f"{fake}:{DEPLOY / 'cron'}:{os.environ['PATH']}"
    return _run(command, fake, STATUS=status, RETRY_SECONDS="0", PATH=path, **variables)


@pytest.mark.parametrize(
    ("status", "ends", "calls"),
    [(0, 0, 1), (10, 0, 1), (4, 0, 1), (2, 2, 1), (3, 3, 1), (1, 1, 2), (137, 137, 2)],
)
def test_the_cron_line(fake: Path, tmp_path: Path, status: int, ends: int, calls: int) -> None:
    log = tmp_path / "refresh.log"
    done = _cron(fake, log, str(status))
    ran = [line for line in log.read_text().splitlines() if line.startswith("refresh ")]
    assert ran == calls * ["refresh my recipe.yaml --store /srv/store"]
    assert done.returncode == ends
    assert bool(done.stdout) is (ends != 0), "cron mails what is printed"
    assert f"exit status {status}" in log.read_text()


def test_a_second_try_that_succeeds_is_no_mail(fake: Path, tmp_path: Path) -> None:
    log = tmp_path / "refresh.log"
    (fake / "flanbeam").write_text(
        f"#!/bin/sh\ntest -e {tmp_path}/tried && exit 0\ntouch {tmp_path}/tried\nexit 1\n"
    )
    done = _cron(fake, log, "")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_log_that_cannot_be_written_is_a_mail(fake: Path, tmp_path: Path) -> None:
    done = _cron(fake, tmp_path / "nowhere" / "refresh.log", "0")
    assert done.returncode == 1
    assert "No such file" in done.stderr
