"""Warnings and errors have a color on a terminal, and nowhere else."""

import io
from contextlib import redirect_stderr

import pytest

from pipelines.cli import main
from pipelines.console.report import warn


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        """Be a terminal."""
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return _Terminal()


def test_warnings_are_yellow_and_errors_red(terminal: _Terminal) -> None:
    with redirect_stderr(terminal):
        warn("left out: a\x1b[2Jb")  # a stranger's control characters stay harmless
        assert terminal.getvalue() == "\x1b[33mleft out: a�[2Jb\x1b[0m\n"
        assert main(["verify", "nowhere"]) != 0
    assert "\x1b[31mflanbeam verify: nowhere" in terminal.getvalue()


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colors_are_refused(
    terminal: _Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with redirect_stderr(terminal):
        warn("plain")
    assert terminal.getvalue() == "plain\n"


def test_files_and_pipes_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    warn("plain")
    assert capsys.readouterr().err == "plain\n"
