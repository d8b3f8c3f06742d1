"""The command's contract: what goes where, and the exit statuses."""

import errno
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli
from pipelines.checks.environment import requirement_findings
from pipelines.subcommands.examples import EXAMPLES
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
        ["plot", "run", "--out", "o.pdf"],
        ["plot", "run", "--out", "o"],
        ["plot", "run", "--smoothing", "half"],
        ["eval", "quickstart", "--checkpoint", "x", "--suite", "held_in"],
        ["eval", "quickstart", "--checkpoint", "x", "--suite", "jsonl"],
        ["weights", "exprt", "x", "--out", "y"],
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


@pytest.mark.parametrize(
    "argv",
    [
        ["train", "quickstart", "--snapshot", "x", "--out", "FILE"],
        ["train", "quickstart", "--snapshot", "x", "--out", "FILE/below"],
        ["eval", "quickstart", "--checkpoint", "x", "--suite", "mmlu", "--out", "FILE"],
        ["weights", "export", "x", "--out", "FILE"],
        ["study", "made_up_levers", "--out", "FILE"],
        ["demo", "--out", "FILE"],
        ["export", "x", "--format", "text", "--to", "FILE"],
        ["export", "x", "--format", "text", "--to", "FILE/x.jsonl"],
        ["report", "x", "--to", "FILE/x.html"],
        ["plot", "x", "--out", "FILE/x.png"],
        ["compare", "x", "y", "--out", "FILE/x"],
    ],
    ids=" ".join,
)
def test_a_file_where_a_directory_belongs_is_wrong_usage(
    flanbeam: Any, tmp_path: Path, argv: list[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    outcome = flanbeam(*(word.replace("FILE", str(file)) for word in argv))
    assert outcome.status == 2
    assert f"{file} is a file: give a" in outcome.err


@pytest.mark.parametrize(
    "argv",
    [
        ["export", "x", "--format", "text", "--to", "x.jsonl"],
        ["report", "x", "--to", "x.jsonl"],
        ["plot", "x", "--out", "x.png"],
        ["compare", "x", "y", "--out", "x"],
    ],
    ids=" ".join,
)
def test_a_directory_where_a_file_belongs_is_wrong_usage(
    flanbeam: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("x.jsonl", "x.png"):
        (tmp_path / name).mkdir()
    outcome = flanbeam(*argv)
    assert outcome.status == 2
    assert "is a directory: give a file" in outcome.err


@pytest.mark.parametrize("command", ["show", "stats", "export"])
def test_a_mistyped_split_is_wrong_usage(
    flanbeam: Any, quickstart: Any, tmp_path: Path, command: str
) -> None:
    more = ["--format", "text", "--to", tmp_path / "x.jsonl"] if command == "export" else []
    outcome = flanbeam(command, quickstart.path, "--split", "trian", *more)
    assert outcome.status == 2
    assert "has no such split; did you mean 'train'?" in outcome.err


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied", "a/b"),
            3,
            "a/b: Permission denied: change its permissions, or give another path",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "a"),
            3,
            "a: No space left on device: free space on the disk, or give a path on another",
        ),
        (OSError("the store did not answer"), 3, "the store did not answer"),
        (
            ModuleNotFoundError("No module named 'scipy'", name="scipy"),
            1,
            "the package scipy is missing: `flanbeam doctor` says what to install",
        ),
    ],
    ids=str,
)
def test_errors_of_the_system_say_what_to_do(
    flanbeam: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, message: str
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "COMMANDS", (replace(RECIPES, run=fail),))
    outcome = flanbeam("recipes")
    assert outcome.status == status
    assert outcome.err == f"flanbeam recipes: {message}\n"


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("what was that"), "ValueError: what was that"),
        (KeyboardInterrupt(), "interrupted; the same command begins again"),
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


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["biuld"], "did you mean 'build'"),
        (["build", "quickstart", "--ou", "x"], "no option --ou; did you mean '--out'"),
        (["build", "quickstart", "--out=x", "--worker=2"], "did you mean '--workers'"),
        (["preview", "quickstart", "--type", "zs_nopt"], "did you mean 'zs_noopt'"),
        (["weights", "imprt", "x", "--out", "y"], "did you mean 'import'"),
        (["preview", "my_corpus.yml"], "did you mean 'my_corpus.yaml'"),
    ],
)
def test_the_nearest_name_is_named(
    flanbeam: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_corpus.yaml").write_text("name: x\n")
    outcome = flanbeam(*argv)
    assert outcome.status == 2
    assert message in outcome.err


def test_commands_are_in_one_group_each(flanbeam: Any) -> None:
    grouped = [command for group in cli.GROUPS.values() for command in group]
    assert sorted(command.name for command in grouped) == COMMANDS
    lines = flanbeam("--help").out.splitlines()
    for title in cli.GROUPS:
        assert f"{title}:" in lines


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_a_description_examples_and_defaults(flanbeam: Any, name: str) -> None:
    text = flanbeam(name, "--help").out
    (command,) = (command for command in cli.COMMANDS if command.name == name)
    assert f"{command.help[0].upper()}{command.help[1:]}." in " ".join(text.split())
    assert EXAMPLES[name]
    for example in EXAMPLES[name]:
        assert f"  {example}" in text
        words = shlex.split(example.partition(" > ")[0])
        assert words[:2] == ["flanbeam", name]
        cli.parser_of_commands().parse_args(words[1:])


def test_defaults_are_shown_once(flanbeam: Any) -> None:
    text = flanbeam("push", "--help").out
    assert text.count("(default: main)") == 1
    assert "default: False" not in text
    assert "default: None" not in text


def test_doctor_names_what_is_missing(
    flanbeam: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FLANBEAM_DATA", str(tmp_path / "nowhere"))
    outcome = flanbeam("doctor", "--json")
    assert outcome.status == 3
    found = {(f["about"], f["name"]): f for f in outcome.document}
    assert found["versions", "flanbeam"]["value"] == __version__
    assert found["data", "FLANBEAM_DATA"]["state"] == "bad"
    assert {"machine", "devices", "caches"} <= {about for about, _ in found}


def test_requirements_that_are_not_met() -> None:
    stated = ["numpy>=1", "numpy>=99", "no-such-thing>=1", "nor-this; extra == 'x'"]
    found = list(requirement_findings(stated))
    assert [(f.name, f.state) for f in found] == [
        ("numpy", "good"),
        ("numpy", "bad"),
        ("no-such-thing", "bad"),
    ]
    assert found[1].advice == "pip install 'numpy>=99'"
