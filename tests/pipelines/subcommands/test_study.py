"""`flanbeam compare` and the mistakes that `flanbeam study` names."""

import json
from pathlib import Path

import pytest

from pipelines.cli import main


def _run(root: Path, name: str, nats: float) -> str:
    place = root / name / "eval" / "mine"
    place.mkdir(parents=True)
    rows = [
        {
            "task": f"t{number}",
            "input": "q",
            "targets": ["a"],
            "log_likelihood": -nats,
            "target_tokens": 1,
            "scores": {"exact_match": float(number < 6)},
        }
        for number in range(12)
    ]
    (place / "predictions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return str(root / name)


def test_compare_makes_table_and_plots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # One bit is 0.6931 nats: 1 and 2 bits on every question; 6 of 12 tasks right in both.
    one, two = _run(tmp_path, "one", 0.693147181), _run(tmp_path, "two", 1.386294361)
    assert main(["compare", one, two, "--out", str(tmp_path / "table")]) == 0
    shown = capsys.readouterr().out
    assert "### mine, 12 questions" in shown
    assert f"| {one} | 1.000 (no interval) | base |" in shown
    assert "| 2.000 (no interval) | +1.000 (no interval) | distinguishable |" in shown
    assert "| +0.0 (no interval) | tie |" in shown
    assert "- No interval: all values are the same." in shown
    assert (tmp_path / "table.png").stat().st_size > 1000
    assert "<svg" in (tmp_path / "table.svg").read_text()
    assert "paired by seed and question" in " ".join((tmp_path / "table.md").read_text().split())


def test_compare_of_one_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [_run(tmp_path, name, nats) for name, nats in (("one", 0.7), ("two", 1.4))]
    for run in runs:
        place = Path(run) / "eval" / "mine" / "predictions.jsonl"
        place.write_text(place.read_text().splitlines()[0])
    assert main(["compare", *runs, "--out", str(tmp_path / "table")]) == 0
    shown = capsys.readouterr().out
    assert "### mine, 1 question\n" in shown
    # Wilson's interval of one right answer begins at 1 / (1 + z²) = 0.2065.
    assert "| 100.0 [20.7, 100.0] | +0.0 (no interval) | undecided |" in shown
    assert "- No interval: there are fewer than 6 questions." in shown


def test_compare_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = _run(tmp_path, "one", 0.7), _run(tmp_path, "two", 0.7)
    assert main(["compare", one, two, "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert [(x["measure"], x["arm"]) for x in lines] == [
        *(("bits", one), ("bits", two), ("score", one), ("score", two))
    ]
    assert lines[1]["difference"]["is_distinguishable"] is False


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compare", "RUN"], "two different runs"),
        (["compare", "RUN", "RUN"], "two different runs"),
        (["study", "made_up_levers"], "--out is missing"),
        (["study", "made_up_levers", "--out", "x", "--jobs", "0"], "at least 1"),
        (["study", "made_up_levers", "--out", "x", "--jobs", "2", "--devices", "0"], "as many"),
        (["study", "made_up_lever", "--plan"], "did you mean 'made_up_levers'"),
    ],
)
def test_mistakes(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = _run(tmp_path, "run", 1)
    assert main([run if word == "RUN" else word for word in words]) == 2
    assert message in capsys.readouterr().err


def test_a_run_without_results_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, empty = _run(tmp_path, "run", 1), tmp_path / "empty"
    empty.mkdir()
    assert main(["compare", run, str(empty)]) == 3
    assert f"{empty} has no evaluation: measure a run with" in capsys.readouterr().err
    assert main(["compare", run, str(tmp_path / "nowhere")]) == 3
    assert f"{tmp_path / 'nowhere'} is no directory of a run" in capsys.readouterr().err


def test_runs_without_a_shared_suite_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = _run(tmp_path, "one", 1), _run(tmp_path, "two", 1)
    (Path(two) / "eval" / "mine").rename(Path(two) / "eval" / "yours")
    assert main(["compare", one, two]) == 2
    said = f"no suite in common: {one} has mine; {two} has yours; measure them"
    assert said in capsys.readouterr().err


def test_plots_are_written_into_a_new_directory(tmp_path: Path) -> None:
    one, two = _run(tmp_path, "one", 1), _run(tmp_path, "two", 1)
    assert main(["compare", one, two, "--out", str(tmp_path / "new" / "table")]) == 0
    assert (tmp_path / "new" / "table.md").is_file()


def test_directories_of_eval_are_compared_as_their_runs_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [_run(tmp_path, name, 1) for name in ("one", "two")]
    assert main(["compare", *(f"{run}/eval" for run in runs)]) == 0
    assert "### mine, 12 questions" in capsys.readouterr().out
