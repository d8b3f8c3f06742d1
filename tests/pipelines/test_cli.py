"""The command's contract: what goes where, and the exit statuses."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli
from pipelines.subcommands.recipes import RECIPES
from tfrecords_schema import __version__

COMMANDS = sorted(command.name for command in cli.COMMANDS)


def test_commands_of_the_contract_are_there() -> None:
    assert {"build", "demo", "preview", "recipes", "schema", "train", "verify"} <= set(COMMANDS)


@pytest.mark.parametrize(
    "command", ["build", "demo", "preview", "recipes", "schema", "train", "verify"]
)
def test_help_names_the_options_of_the_contract(flanbeam: Any, command: str) -> None:
    outcome = flanbeam(command, "--help")
    assert outcome.status == 0
    assert outcome.err == ""
    recipe = ["RECIPE", "--source", "--set", "--seed"]
    promised = {
        "build": [*recipe, "--out", "--workers", "--runner=FlinkRunner"],
        "preview": [*recipe, "--task", "--type", "-n"],
        "verify": ["SNAPSHOT"],
        "train": ["CONFIG", "--snapshot", "--out", "--set"],
    }
    for word in [f"usage: flanbeam {command}", "--json", "--verbose", *promised.get(command, [])]:
        assert word in outcome.out


def test_help_lists_every_command(flanbeam: Any) -> None:
    outcome = flanbeam("--help")
    assert outcome.status == 0
    for command in COMMANDS:
        assert re.search(rf"^ +{command} ", outcome.out, re.M)


def test_version(flanbeam: Any) -> None:
    assert flanbeam("--version").out == f"flanbeam {__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["bild"],
        ["build"],
        ["build", "quickstart"],
        ["build", "quickstart", "--out"],
        ["build", "quickstart", "--out", "x", "--workers", "two"],
        ["build", "quickstart", "--out", "x", "--seed", "one"],
        ["build", "quickstart", "--out", "x", "--nonsense"],
        ["preview", "quickstart", "--type", "fs"],
        ["preview", "quickstart", "-n", "some"],
        ["verify"],
        ["train", "quickstart", "--snapshot", "x"],
        ["recipes", "extra"],
        ["build", "quickstart", "--out", "x", "--workers", "0"],
        ["preview", "quickstart", "-n", "0"],
        ["preview", "quickstart", "--", "--runner=DirectRunner"],
        ["recipes", "--", "--x"],
        ["train", "nothing", "--snapshot", "x", "--out", "y"],
        ["train", "quickstart", "--snapshot", "x", "--out", "y", "--set", "stepz=3"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2_on_standard_error(
    flanbeam: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = flanbeam(*argv)
    assert outcome.status == 2
    assert outcome.out == ""
    assert re.match(r"flanbeam( \w+)?: ", outcome.err.splitlines()[-1])
    assert "Traceback" not in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (["preview", "quickstar"], 2, "did you mean 'quickstart'"),
        (["preview", "quickstart", "--set", "sede=1"], 2, "did you mean 'seed'"),
        (["preview", "quickstart", "--task", "dialog"], 2, "did you mean 'dialogs'"),
        (["build", "quickstart", "--out", "x", "--workers", "0"], 2, "--workers 0"),
        (["build", "superni_cot", "--out", "x"], 2, "--source superni=PATH"),
        (["verify", "nowhere"], 3, "not a snapshot"),
        (["train", "quickstart", "--snapshot", "no", "--out", "x"], 3, "not a snapshot"),
        (["train", "nothing", "--snapshot", "no", "--out", "x"], 2, "known: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_error_is_one_json_document_as_well(
    flanbeam: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    status: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = flanbeam(*argv, "--json")
    assert outcome.status == status
    assert outcome.document["exit_status"] == status
    assert message in outcome.document["error"]
    assert outcome.err == f"flanbeam {argv[0]}: {outcome.document['error']}\n"


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("what was that"), "ValueError: what was that"),
        (KeyboardInterrupt(), "interrupted"),
    ],
)
def test_anything_else_is_status_1_without_a_traceback(
    flanbeam: Any,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    message: str,
    verbose: bool,
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "COMMANDS", (replace(RECIPES, run=fail),))
    outcome = flanbeam("recipes", "--json", *(["--verbose"] if verbose else []))
    assert outcome.status == 1
    assert outcome.document["exit_status"] == 1
    assert message in outcome.document["error"]
    assert ("Traceback" in outcome.err) == (verbose and isinstance(error, ValueError))


def test_words_after_two_dashes_go_to_beam() -> None:
    words = ["build", "r", "--out", "o", "--", "--runner=X", "--", "y"]
    assert cli._split_beam_options(words) == (words[:4], ["--runner=X", "--", "y"])
    assert cli._split_beam_options(words[:4]) == (words[:4], [])
    assert cli._split_beam_options([*words[:4], "--"]) == (words[:4], [])


def test_unknown_runner_is_told_without_a_traceback(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "o", "--", "--runner=Nothing")
    assert outcome.status in (1, 2)
    assert "Nothing" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    "argv", [["build", "quickstart", "--json"], ["--json"], ["preview", "q", "-n", "x", "--json"]]
)
def test_wrong_usage_is_one_json_document_as_well(flanbeam: Any, argv: list[str]) -> None:
    """argparse by itself ends the process before anybody looks at --json."""
    outcome = flanbeam(*argv)
    assert outcome.status == 2
    assert outcome.document["exit_status"] == 2


def test_misspelt_beam_option_is_refused(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    """Beam would drop it, with a warning that is silenced."""
    argv = ["build", corpus.recipe, "--out", tmp_path / "o", "--", "--direct_num_wokers=2"]
    outcome = flanbeam(*argv)
    assert outcome.status == 2
    assert "--direct_num_wokers" in outcome.err


def test_unknown_runner_is_wrong_usage(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    argv = ["build", corpus.recipe, "--out", tmp_path / "o", "--", "--runner=Nothing"]
    assert flanbeam(*argv).status == 2
