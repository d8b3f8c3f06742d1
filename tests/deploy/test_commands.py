"""The `flanbeam` commands that deploy/ shows are such as the command understands."""

import re
import shlex
from pathlib import Path

import pytest

from pipelines.cli import _split_beam_options, parser_of_commands

DEPLOY = Path(__file__).parents[2] / "deploy"
_FENCE = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def _shown() -> list[str]:
    """Return every line of a console block that begins with the command, continued lines joined."""
    blocks = [block for readme in DEPLOY.rglob("README.md") for block in _blocks(readme)]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("flanbeam ")]


def _blocks(readme: Path) -> list[str]:
    return _FENCE.findall(readme.read_text())


_SCHEDULED = [
    "flanbeam refresh RECIPE --store STORE --workers 4",
    "flanbeam plan --refresh STORE RECIPE",
    "flanbeam build RECIPE --store STORE --workers 4",
    "flanbeam build RECIPE --store STORE -- --runner=DataflowRunner",
    "flanbeam verify SNAPSHOT",
    "flanbeam publish SNAPSHOT --channel CHANNEL",
    "flanbeam train CONFIG --snapshot STORE@CHANNEL --out RUN",
]


def test_there_are_some() -> None:
    assert len(_shown()) >= 2


@pytest.mark.parametrize("command", [*_shown(), *_SCHEDULED])
def test_the_command_understands(command: str) -> None:
    words, _ = _split_beam_options(shlex.split(command, comments=True)[1:])
    assert parser_of_commands().parse_args(words).command == words[0]
