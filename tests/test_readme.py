"""The README's commands exist and say what the command-line parser understands."""

import re
import shlex
from pathlib import Path

import pytest

from pipelines.cli import _split_beam_options, parser_of_commands
from pipelines.configuration.shipped import shipped_files
from pipelines.recipe import shipped_recipes

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def _commands(program: str) -> list[str]:
    """Return the commands of `program` in the console and bash blocks, continued lines joined."""
    blocks = [text for language, text in FENCE.findall(README) if language in ("console", "bash")]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    stripped = [line.strip().removeprefix("$ ") for line in lines]
    return [line for line in stripped if line.split(" ")[0].rpartition("/")[2] == program]


def _words(command: str) -> list[str]:
    """Return the words of a command, no comment, up to a pipe, redirection or next command."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;>")
    lexer.whitespace_split = True
    words = []
    for word in lexer:
        if set(word) <= set("|&;>"):
            break
        words.append(word)
    return words


FLANBEAM, MAKE = _commands("flanbeam"), _commands("make")


def test_readme_shows_commands() -> None:
    assert FLANBEAM
    assert MAKE


def test_two_commands_make_the_demo_and_the_tests() -> None:
    words = [word for command in MAKE for word in _words(command)[1:]]
    assert {"demo", "test"} <= set(words)


@pytest.mark.parametrize("command", FLANBEAM)
def test_command_is_understood(command: str) -> None:
    words, _ = _split_beam_options(_words(command)[1:])
    arguments = parser_of_commands().parse_args(words)
    if recipe := getattr(arguments, "recipe", None):
        assert recipe in shipped_recipes() or recipe.endswith(".yaml")
    if config := getattr(arguments, "config", None):
        assert config in shipped_files("trainer", "configs") or config.endswith(".yaml")


@pytest.mark.parametrize("command", MAKE)
def test_make_target_exists(command: str) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    for word in _words(command)[1:]:
        if not word.startswith("-") and "=" not in word:
            assert word in targets


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((?!https?:|#)([^)#\s]+)", README))))
def test_linked_file_exists(path: str) -> None:
    assert (ROOT / path).exists()
