"""Lines on standard error fit the terminal, and are as they are elsewhere."""

import io
from contextlib import redirect_stderr

import pytest

from pipelines.console.progress import TrainingLine
from pipelines.console.terminal import fitting, folded

_HEADER = "2 devices (cpu), 344,064 parameters, 5,120 tokens a step; compiling"
_METRICS = {
    "step": 12,
    "loss": 6.5491,
    "examples_per_second": 13.2,
    "tokens_per_second": 7535.0,
    "mfu": None,
    "eta_seconds": 90,
}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    monkeypatch.setenv("COLUMNS", "40")
    return _Terminal()


def test_notes_are_broken_at_spaces(terminal: _Terminal) -> None:
    path = "/a/path/that/is/longer/than/the/terminal/is/wide"
    with redirect_stderr(terminal):
        header, place = folded(_HEADER), folded(f"see {path}\nnext")
    assert header.splitlines() == [
        "2 devices (cpu), 344,064 parameters,",
        "5,120 tokens a step; compiling",
    ]
    assert place.splitlines() == ["see", path, "next"]


def test_notes_in_files_and_pipes_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    with redirect_stderr(io.StringIO()):
        assert folded(_HEADER) == _HEADER


@pytest.mark.usefixtures("terminal")
def test_what_does_not_fit_is_left_out() -> None:
    assert fitting(["a" * 30, "b" * 10, "c" * 9]) == "a" * 30 + "c" * 9


def test_the_line_of_a_run_is_shorter_than_the_terminal(terminal: _Terminal) -> None:
    with redirect_stderr(terminal), TrainingLine(60) as line:
        line.update(_METRICS)
    shown = "train        step     12/60 loss   6.549"
    assert len(shown) == 40  # would fill the terminal, so the loss is left out
    assert terminal.getvalue().endswith(f"\r\x1b[K{shown.partition(' loss')[0]}\n")


def test_the_line_of_a_run_leaves_out_what_does_not_fit(
    terminal: _Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "78")
    with redirect_stderr(terminal), TrainingLine(60) as line:
        line.update(_METRICS)
    # Examples a second leave no room for tokens a second, which end in the 81st column.
    shown = "train        step     12/60 loss   6.549       13 examples/s  0:01:30 left"
    assert terminal.getvalue().endswith(f"\r\x1b[K{shown}\n")
