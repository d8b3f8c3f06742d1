"""The command's contract: what goes where, and the exit statuses."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli, commands
from pipelines.recipe import shipped_recipes
from pipelines.running import RunnerOptions, run_pipeline
from pipelines.store_commands import STORE_COMMANDS
from pipelines.training_commands import TRAINING_COMMANDS
from tfrecords_schema import __version__
from transforms.types import TEMPLATE_TYPES

COMMANDS = sorted({**commands.COMMANDS, **STORE_COMMANDS, **TRAINING_COMMANDS})
PROGRESS = re.compile(r"[a-z]+ +[\d,]+ records +[\d,]+/s")


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


def test_recipes_lists_the_shipped_ones(flanbeam: Any) -> None:
    outcome = flanbeam("recipes")
    assert outcome.status == 0
    assert outcome.err == ""
    for name in shipped_recipes():
        assert re.search(rf"^{name}\b", outcome.out, re.M)
    documents = flanbeam("recipes", "--json").document
    assert [document["name"] for document in documents] == list(shipped_recipes())
    assert documents[-1].keys() == {"name", "description", "sources"}


def test_schema_is_the_same_document_with_and_without_json(flanbeam: Any) -> None:
    plain, compact = flanbeam("schema"), flanbeam("schema", "--json")
    assert plain.document == compact.document
    assert len(plain.out.splitlines()) > 100
    assert len(compact.out.splitlines()) == 1


def test_build_prints_tables_and_the_path_last(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 0
    path = Path(outcome.last_line)
    assert path.is_absolute()
    assert (path / "manifest.json").is_file()
    assert path.parent == tmp_path / "out" / "snapshots"
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "records read 30" in lines
    assert "examples written 30" in lines
    assert any(line.startswith("cot 1 10.0 10 33.3%") for line in lines)
    stages = dict.fromkeys(line.split()[0] for line in outcome.err.splitlines())
    assert list(stages) == ["read", "scan", "deduplicate", "rank", "select", "render", "write"]
    for line in outcome.err.splitlines():
        assert PROGRESS.fullmatch(line)


def test_build_json_is_one_document(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out", "--json")
    assert outcome.status == 0
    assert len(outcome.out.splitlines()) == 1
    document = outcome.document
    manifest = json.loads((Path(document["snapshot"]) / "manifest.json").read_text())
    assert document["fingerprint"] == manifest["fingerprint"]
    assert document["mixture"] == manifest["mixture"]
    assert (document["records_read"], document["records_kept"], document["examples"]) == (
        30,
        30,
        30,
    )
    assert document["sources_read"] == ["tasks", "reasoning", "questions"]
    assert document["rejected"] == {}
    assert document["errors"] == []


def test_verify_says_what_it_read(flanbeam: Any, quickstart: Any) -> None:
    outcome = flanbeam("verify", quickstart.path)
    assert outcome.status == 0
    assert outcome.err == ""
    assert outcome.out.startswith("verified: ")
    document = flanbeam("verify", quickstart.path, "--json").document
    assert document["passed"] is True
    assert document["problems"] == []
    assert document["examples"] == sum(e.realised for e in quickstart.manifest.mixture)
    assert document["snapshot"] == quickstart.path


def test_failed_verification_is_one_document_and_status_3(flanbeam: Any, snapshot: Path) -> None:
    next(snapshot.rglob("*.index")).unlink()
    outcome = flanbeam("verify", snapshot, "--json")
    assert outcome.status == 3
    assert outcome.document["passed"] is False
    assert outcome.document["problems"]


@pytest.mark.parametrize("template_type", TEMPLATE_TYPES)
def test_preview_of_a_task_and_type(flanbeam: Any, template_type: str) -> None:
    argv = ["preview", "quickstart", "--task", "science_choice", "--type", template_type, "-n", 2]
    outcome = flanbeam(*argv)
    assert outcome.status == 0
    assert outcome.err == ""
    assert outcome.out.count(f"science_choice · {template_type}") == 2
    first, second = flanbeam(*argv, "--json").document
    assert {first["task"], second["task"]} == {"science_choice"}
    assert {first["template_type"], second["template_type"]} == {template_type}
    assert first["record_id"] != second["record_id"]
    assert first["inputs"] != second["inputs"]
    assert first["input_tokens"] == len(first["inputs"].encode())


def test_preview_shows_three_by_default(flanbeam: Any) -> None:
    documents = flanbeam("preview", "quickstart", "--json").document
    assert len({document["task"] for document in documents}) == 3


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (["preview", "quickstar"], 2, "did you mean 'quickstart'"),
        (["preview", "quickstart", "--set", "sede=1"], 2, "did you mean 'seed'"),
        (["preview", "quickstart", "--task", "dialog"], 2, "did you mean 'dialogs'"),
        (["build", "quickstart", "--out", "x", "--workers", "0"], 2, "--workers 0"),
        (["build", "superni_cot", "--out", "x"], 2, "--source superni=PATH"),
        (["verify", "nowhere"], 3, "no snapshot here"),
        (["train", "quickstart", "--snapshot", "no", "--out", "x"], 3, "no snapshot here"),
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

    monkeypatch.setitem(commands.COMMANDS, "recipes", fail)  # type: ignore[arg-type]
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


def test_process_is_quiet_but_for_progress(flanbeam_process: Any, tmp_path: Path) -> None:
    outcome = flanbeam_process("build", "quickstart", "--out", tmp_path)
    assert outcome.status == 0
    assert (Path(outcome.last_line) / "manifest.json").is_file()
    for line in outcome.err.splitlines():
        assert PROGRESS.fullmatch(line)
    again = flanbeam_process("verify", outcome.last_line)
    assert (again.status, again.err) == (0, "")


def test_process_fails_in_one_line(flanbeam_process: Any, tmp_path: Path) -> None:
    outcome = flanbeam_process("build", "quickstart", "--out", tmp_path, "--set", "sede=1")
    assert outcome.status == 2
    assert outcome.out == ""
    [line] = outcome.err.splitlines()
    assert line == "flanbeam build: --set sede: unknown key; did you mean 'seed'?"


def test_reader_that_goes_away_is_no_error_message(start_flanbeam: Any) -> None:
    process = start_flanbeam("schema")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(timeout=60)


def test_cheap_commands_import_no_heavy_library(flanbeam_process: Any) -> None:
    script = (
        "import sys; from pipelines.cli import main; status = main(sys.argv[1:]); "
        "heavy = {'apache_beam', 'tensorflow', 'jax', 'seqio'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else status)"
    )
    outcome = flanbeam_process("recipes", script=script)
    assert (outcome.status, outcome.err) == (0, "")


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
