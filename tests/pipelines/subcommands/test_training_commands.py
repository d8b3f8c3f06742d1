"""`train`, `eval`, `plot` and `weights` as a user runs them, in turn on one tiny run."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from tests.object_stores import bucket_of
from tfrecords_schema import object_store
from trainer.models.safetensors_files import read_tensors

TINY = (
    "model={model_dim: 32, head_dim: 16, num_heads: 2, mlp_dim: 64, encoder_layers: 1, "
    "decoder_layers: 1}"
)
SETTINGS = [
    word
    for setting in (TINY, "steps=3", "batch_rows=2", "devices=1", "held_in_examples=6")
    for word in ("--set", setting)
]


@pytest.fixture
def run(flanbeam: Any, quickstart: BuildResult, tmp_path: Path) -> Path:
    """Run three steps, which also write TensorBoard's files."""
    out = tmp_path / "run"
    outcome = flanbeam(
        "train", "quickstart", "--snapshot", quickstart.path, "--out", out, *SETTINGS,
        "--set", "tensorboard=true",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    assert Path(outcome.last_line).is_dir()
    return out


def test_a_run_is_measured_drawn_and_exported(
    flanbeam: Any, quickstart: BuildResult, run: Path, tmp_path: Path
) -> None:
    _check_tensorboard(run)
    _check_eval(flanbeam, quickstart, run, tmp_path)
    picture = tmp_path / "curves.svg"
    assert flanbeam("plot", run, "--out", picture).last_line == str(picture)
    assert picture.read_text().count("<path") > 5
    page = tmp_path / "run.html"
    assert flanbeam("plot", run, "--out", page, "--tokens").last_line == str(page)
    shown = page.read_text()
    assert f"<td>{Path(quickstart.path).name}</td>" in shown  # its corpus
    assert "style=" not in shown
    assert "right: " in shown or "wrong: " in shown
    assert "<svg" in shown
    # Black letters and white grounds would not follow the theme of the page.
    letters = re.findall(r"<text[^>]*>", shown)
    assert letters
    assert all('fill="currentColor"' in tag for tag in letters)
    assert "#ffffff" not in shown
    assert "gradient norm" in shown
    assert '<h2 id="held_in-of-run">' in shown
    _check_weights(flanbeam, run, tmp_path)


def _check_tensorboard(run: Path) -> None:
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="needs tensorboard"
    )
    events = accumulator.EventAccumulator(str(run / "tensorboard"))
    events.Reload()
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    stated = [(line["step"], line["loss"]) for line in lines if "loss" in line]
    shown = [(event.step, event.value) for event in events.Scalars("train/loss")]
    assert shown == [(step, pytest.approx(loss, rel=1e-5)) for step, loss in stated]


def _check_eval(flanbeam: Any, quickstart: BuildResult, run: Path, tmp_path: Path) -> None:
    questions = tmp_path / "mine.jsonl"
    questions.write_text('{"input": "2 + 2 =", "target": "4", "options": ["3", "4"]}\n')
    words = ["eval", "quickstart", "--checkpoint", run, "--snapshot", quickstart.path, *SETTINGS]
    outcome = flanbeam(*words, "--suite", "held_in", "--suite", f"jsonl={questions}", "--json")
    assert outcome.status == 0, outcome.err
    held_in, mine = outcome.document
    assert held_in["all_questions"]["questions"] == 6
    assert held_in["all_questions"]["loss"] > 1
    assert (mine["all_questions"]["questions"], mine["all_questions"]["chance"]) == (1, 0.5)
    written = sorted(path.name for path in (run / "eval").rglob("results.*"))
    assert written == ["results.json", "results.json", "results.md", "results.md"]
    wrong = flanbeam(*words, "--suite", "mmul")
    assert wrong.status == 2
    assert "mmlu" in wrong.err


def _check_weights(flanbeam: Any, run: Path, tmp_path: Path) -> None:
    exported, imported, again = (tmp_path / name for name in ("hf", "imported", "again"))
    for words in (
        ("export", run, "--out", exported),
        ("import", exported, "--out", imported),
        ("export", imported, "--out", again),
    ):
        outcome = flanbeam("weights", *words)
        assert outcome.status == 0, outcome.err
    one, two = (read_tensors(directory) for directory in (exported, again))
    assert one.keys() == two.keys()
    assert all((one[name] == two[name]).all() for name in one)
    assert flanbeam("weights", "import", tmp_path / "none", "--out", again).status in (2, 3)


@pytest.mark.parametrize("kind", ["s3", "gs"])
def test_a_run_in_a_store_is_measured_drawn_and_exported_there(
    flanbeam: Any, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Every file that a command writes into the store is the one that it writes beside a local run.

    Only the evaluation states the run's place.
    """
    questions, work = tmp_path / "mine.jsonl", tmp_path / "work"
    questions.write_text('{"input": "2 + 2 =", "target": "4", "options": ["3", "4"]}\n')
    work.mkdir()
    monkeypatch.chdir(work)
    with bucket_of(kind, tmp_path) as bucket:
        url = f"{bucket}/runs/run"
        for file in run.rglob("*"):
            if file.is_file():
                object_store.write(f"{url}/{file.relative_to(run).as_posix()}", file)
        for place, imported in ((str(run), tmp_path / "imported"), (url, f"{bucket}/imported")):
            exported = f"{place}-exported"
            for words, last in (
                (["eval", "quickstart", "--checkpoint", place, *SETTINGS], None),
                (["plot", place], f"{place}/curves.png"),
                (["plot", place, "--out", f"{place}/page.html"], f"{place}/page.html"),
                (["weights", "export", f"{place}/checkpoints/3", "--out", exported], None),
                (["weights", "import", exported, "--out", imported], f"{imported}/checkpoints/0"),
            ):
                suites = ["--suite", f"jsonl={questions}"] if words[0] == "eval" else []
                outcome = flanbeam(*words, *suites)
                assert outcome.status == 0, outcome.err
                assert last in (None, outcome.last_line)
        outputs = ["eval/jsonl/predictions.jsonl", "curves.png", "page.html"]
        outputs += [f"../run-exported/{path.name}" for path in Path(f"{run}-exported").iterdir()]
        assert "../run-exported/model.safetensors" in outputs
        for name in outputs:
            stored = object_store.read(f"{bucket}/runs/{os.path.normpath(f'run/{name}')}")
            assert stored == (run / name).read_bytes(), name
        results = json.loads(object_store.read(f"{url}/eval/jsonl/results.json"))
        assert results["checkpoint"] == url
        again = flanbeam("weights", "import", f"{run}-exported", "--out", f"{bucket}/imported")
        assert f"{bucket}/imported already has files: choose a new directory" in again.err
        none = flanbeam("weights", "export", f"{bucket}/none", "--out", tmp_path / "none")
        assert none.status == 3
        assert f": {bucket}/none has no checkpoint: give the directory of a run" in none.err
    assert not list(work.iterdir())  # no directory called "s3:"


@pytest.mark.parametrize(
    ("command", "url"),
    [
        (("plot", "hdfs://b/run"), "hdfs://b/run"),
        (("plot", "run", "--out", "ftp://b/run.html"), "ftp://b/run.html"),
        (("weights", "export", "hdfs://b/run", "--out", "model"), "hdfs://b/run"),
        (("weights", "import", "model", "--out", "hdfs://b/run"), "hdfs://b/run"),
    ],
)
def test_runs_in_other_places_are_refused_in_a_sentence(
    flanbeam: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Any, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = flanbeam(*command)
    assert outcome.status == 2
    assert (
        f"{url}: runs and models are read and written on this machine and in s3://" in outcome.err
    )
    assert not list(tmp_path.iterdir())  # no directory called "s3:"
