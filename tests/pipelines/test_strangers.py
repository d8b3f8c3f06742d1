"""Recipes, manifests and pointers of strangers: nothing outside is read, shown or waited for."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import load_recipe
from tfrecords_schema import channels, manifest
from tfrecords_schema.errors import ConfigurationError, DataError
from transforms.sources.formats.tabular import Tabular

_OUTSIDE = ["../../../secret.txt", "/etc/passwd", "a/../../b", "./a", "a//b", "a\\..\\b", ""]


def _set(document: Any, path: tuple[str | int, ...], value: str) -> None:
    *parents, last = path
    for part in parents:
        document = document[part]
    document[last] = value


@pytest.mark.parametrize("outside", _OUTSIDE)
@pytest.mark.parametrize(
    "place",
    [
        ("vocabulary", "file"),
        ("splits", "train", "shards", 0, "path"),
        ("metadata", 0, "path"),
        ("rejections", 0, "path"),
        ("data_dir",),
    ],
)
def test_paths_of_a_manifest_stay_in_the_snapshot(
    snapshot: Path, place: tuple[str | int, ...], outside: str
) -> None:
    document = json.loads((snapshot / "manifest.json").read_bytes())
    _set(document, place, outside)
    with pytest.raises(DataError, match="the path leads out of the snapshot"):
        manifest.load(json.dumps(document).encode(), "manifest.json")


@pytest.mark.parametrize("name", ["../../../etc", "/etc", "a/b", "..", ".", "", "a\nb"])
def test_a_pointer_names_a_snapshot_of_its_store(tmp_path: Path, name: str) -> None:
    pointer = {"channel": "c", "fingerprint": "f", "published": "p", "fencing": 1}
    path = tmp_path / "channels" / "c.json"
    path.parent.mkdir()
    path.write_text(json.dumps({**pointer, "snapshot": name}))
    with pytest.raises(DataError, match="not a valid channel pointer"):
        channels.resolve(f"{tmp_path}@c")


@pytest.mark.parametrize("variable", ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "DB_PASSWORD"])
@pytest.mark.parametrize("form", ["${}/x.jsonl", "${{{}}}/x.jsonl"])
def test_a_recipe_does_not_show_a_secret(
    flanbeam: Any, corpus: Any, monkeypatch: pytest.MonkeyPatch, variable: str, form: str
) -> None:
    monkeypatch.setenv(variable, "hunter2")
    path = form.format(variable)
    text = corpus.recipe.read_text().replace("path: questions.jsonl", f"path: {path}")
    corpus.recipe.write_text(text)
    outcome = flanbeam("plan", corpus.recipe, "--out", corpus.directory / "o")
    assert outcome.status == 2
    assert f"${variable} is named like a secret" in outcome.err
    assert "hunter2" not in outcome.out + outcome.err


def test_other_variables_are_replaced(corpus: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLANBEAM_DATA", str(corpus.directory))
    text = corpus.recipe.read_text()
    corpus.recipe.write_text(text.replace("questions.jsonl", "$FLANBEAM_DATA/questions.jsonl"))
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    assert recipe.sources["questions"].path == str(corpus.jsonl)


def _with_variable(corpus: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the corpus read below a directory whose name only a variable says."""
    directory = corpus.directory / "very-private-name"
    directory.mkdir()
    corpus.jsonl.rename(directory / corpus.jsonl.name)
    monkeypatch.setenv("PLACE", str(directory))
    monkeypatch.setenv("WORD", "very-private-name")
    return Path(directory / corpus.jsonl.name)


@pytest.mark.parametrize("path", ["$PLACE/questions.jsonl", "${WORD}/questions.jsonl"])
def test_values_of_variables_are_shown_nowhere(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    file, store = _with_variable(corpus, monkeypatch), tmp_path / "store"
    text = corpus.recipe.read_text()
    corpus.recipe.write_text(text.replace("path: questions.jsonl", f"path: {path}"))
    built = flanbeam("refresh", corpus.recipe, "--store", store)
    (name,) = (p for p in (store / "snapshots").iterdir() if p.is_dir())
    assert flanbeam("verify", name, "--deep").status == 0
    listed = flanbeam("sources", corpus.recipe)
    assert f"questions: {path}" in listed.out.replace(f"{corpus.directory}/", "")
    outcomes = [built, listed, flanbeam("sources", corpus.recipe, "--json")]
    file.write_bytes(b"\xff" + file.read_bytes() + b"{")
    outcomes.append(flanbeam("refresh", corpus.recipe, "--store", store))
    outcomes.append(flanbeam("plan", corpus.recipe, "--out", store, "--json"))
    file.unlink()
    command = ["refresh", corpus.recipe, "--store", store, "--verbose"]
    outcomes += [flanbeam(*command), flanbeam(*command, "--json"), flanbeam(*command[:-1])]
    assert [outcome.status for outcome in outcomes[-3:]] == [2, 2, 2]
    assert "questions.jsonl does not exist" in outcomes[-1].err
    for outcome in outcomes:
        assert "very-private-name" not in outcome.out + outcome.err
    for kept in name.rglob("*"):
        assert kept.is_dir() or b"very-private-name" not in kept.read_bytes(), kept


# What libraries do while a command runs with --verbose.
_LOGGING = """
import logging, sys, warnings
from pipelines import cli
from pipelines.recipe import load_recipe

def run(arguments):
    path = load_recipe(arguments.recipe, [], {}, None).sources["questions"].path
    logger = logging.getLogger("some.library")
    logger.info("opening %s", path)
    warnings.warn(f"{path} is old")
    try:
        open(path + "/x")
    except OSError:
        logger.exception("failed")

command, = (one for one in cli.COMMANDS if one.name == "plan")
object.__setattr__(command, "run", lambda arguments: run(arguments) or sys.exit(0))
cli.main(["plan", sys.argv[1], "--out", "store", "--verbose"])
"""


def test_values_of_variables_are_not_in_logs_of_libraries(
    corpus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_variable(corpus, monkeypatch)
    text = corpus.recipe.read_text()
    corpus.recipe.write_text(
        text.replace("path: questions.jsonl", "path: $PLACE/questions.jsonl", 1)
    )
    command = [sys.executable, "-c", _LOGGING, corpus.recipe]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "INFO:some.library:opening $PLACE/questions.jsonl" in done.stderr
    assert "$PLACE/questions.jsonl is old" in done.stderr
    assert "Error: [Errno 20] Not a directory: '$PLACE/questions.jsonl/x'" in done.stderr
    assert "very-private-name" not in done.stdout + done.stderr


def test_short_values_are_hidden_with_their_path(
    flanbeam: Any, corpus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBER", "1")
    text = corpus.recipe.read_text()
    corpus.recipe.write_text(text.replace("path: questions.jsonl", "path: no-$NUMBER/x.jsonl"))
    outcome = flanbeam("plan", corpus.recipe, "--out", corpus.directory / "o")
    lines = corpus.recipe.read_text().splitlines()
    (line,) = (number for number, row in enumerate(lines, 1) if "$NUMBER" in row)
    assert f"{corpus.recipe}:{line}: " in outcome.err
    assert f"{corpus.directory}/no-$NUMBER/x.jsonl does not exist" in outcome.err


@pytest.mark.parametrize("special", ["fifo", "/dev/zero"])
def test_endless_files_are_refused(
    flanbeam: Any, corpus: Any, tmp_path: Path, special: str
) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    where = path if special == "fifo" else special
    began = time.monotonic()
    argv = ["--set", "vocabulary.kind=sentencepiece", "--set", f"vocabulary.path={where}"]
    outcome = flanbeam("plan", corpus.recipe, "--out", tmp_path / "o", *argv)
    assert outcome.status in (2, 3)
    assert "not a regular file" in outcome.err
    assert time.monotonic() - began < 30


def test_long_names_are_refused(corpus: Any) -> None:
    with pytest.raises(ConfigurationError, match="at most 100 characters"):
        load_recipe(str(corpus.recipe), [f"name={'n' * 300}"], {}, None)


def test_files_behind_links_are_found_once(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere" / "deep" / "a.jsonl").write_text("{}\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "b.jsonl").write_text("{}\n")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "again").symlink_to(root)
    (root / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(root / "pipe.jsonl")
    source = Tabular.model_validate(
        {
            "format": "jsonl",
            "collection": "c",
            "task": "t",
            "family": "closed_book_qa",
            "fields": {"question": "q", "answer": "a"},
        }
    )
    assert source.find_files(str(root)) == ["b.jsonl", "linked/deep/a.jsonl"]


_NASTY = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202eevil [/x] [bold]task[/bold] :smile:"


def test_nothing_of_a_stranger_commands_the_terminal(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    """Texts of the data, and the names of collection and task."""
    text = corpus.recipe.read_text()
    text = text.replace("collection: flan", f"collection: {json.dumps(_NASTY)}")
    text = text.replace("task: questions", f"task: {json.dumps(_NASTY)}")
    corpus.recipe.write_text(text)
    corpus.jsonl.write_text("".join(corpus.jsonl_row(c, q=f"{_NASTY} {c}?") for c in "abcdefghij"))
    out = tmp_path / "out"
    built = flanbeam("build", corpus.recipe, "--out", out)
    assert built.status == 0, built.err
    shown = [built, flanbeam("plan", corpus.recipe, "--out", out), flanbeam("snapshots", out)]
    shown.append(flanbeam("preview", corpus.recipe))
    shown.append(flanbeam("sources", corpus.recipe))
    shown.append(flanbeam("verify", f"{_NASTY}"))
    for outcome in shown:
        assert not {*outcome.out, *outcome.err} & {*"\x1b\x07\x9b\u202e"}
    assert "[/x] [bold]task[/bold] :smile:" in "".join(built.out.split("\n"))
    card = Path(built.last_line, "README.md").read_text()
    assert not {*card} & {*"\x1b\x07\x9b\u202e"}
