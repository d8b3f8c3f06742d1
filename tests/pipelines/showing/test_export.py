"""Exported rows are read back by Hugging Face's datasets, and are the same bytes each time."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.cli import main
from tests.pipelines.builds import build_recipe
from tfrecords_schema.chat_rows import FORMATS
from tfrecords_schema.kept_records import kept_records
from tfrecords_schema.parquet import read_column
from tfrecords_schema.snapshot import open_snapshot

FACTS = {
    *("id", "record_id", "source", "license", "task", "collection"),
    *("template", "template_type", "num_shots", "inversion"),
}
COLUMNS = {
    "messages": {"messages", "tools"},
    "prompt_completion": {"prompt", "completion", "tools"},
    "sharegpt": {"conversations", "system", "tools"},
    "alpaca": {"instruction", "input", "output"},
    "text": {"text"},
}
_DIALOG = {
    "dialogue_id": "1_00000",
    "turns": [
        {"speaker": "USER", "utterance": "I need a table."},
        {"speaker": "SYSTEM", "utterance": "For how many?"},
        {"speaker": "USER", "utterance": "Two, at eight."},
        {"speaker": "SYSTEM", "utterance": "Booked at Mira's."},
    ],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_datasets_reads_every_form(
    quickstart: BuildResult, tmp_path: Path, form: str, kind: str
) -> None:
    import datasets

    files = [tmp_path / f"{number}.{kind}" for number in range(2)]
    for file in files:
        assert main(["export", quickstart.path, "--format", form, "--to", str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    loader = {"jsonl": "json", "parquet": "parquet"}[kind]
    rows = datasets.load_dataset(
        loader, data_files=str(files[0]), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert set(rows.column_names) == COLUMNS[form] | FACTS
    written = {str(row["id"]): row for row in open_snapshot(quickstart.path).rows("train")}
    assert rows["id"] == list(written)
    for row in rows:
        of = written[row["id"]]
        assert (row["license"], row["task"]) == (of["license"], of["_task_name"])
        if form == "text":
            assert row["text"] == f"{of['inputs_pretokenized']}\n{of['targets_pretokenized']}"
        else:
            assert _answer(row, form) == of["targets_pretokenized"]


def _answer(row: dict[str, Any], form: str) -> str:
    if form == "messages":
        return str(row["messages"][-1]["content"])
    if form == "prompt_completion":
        return str(row["completion"][0]["content"])
    if form == "sharegpt":
        return str(row["conversations"][-1]["value"])
    return str(row["output"])


def test_few_shot_prompts_have_a_turn_for_each_exemplar(
    quickstart: BuildResult, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    main(["export", quickstart.path, "--format", "messages", "--to", str(file)])
    shots = Counter()
    for line in file.read_text().splitlines():
        row = json.loads(line)
        roles = [message["role"] for message in row["messages"] if message["role"] != "system"]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        if row["num_shots"]:
            # Exemplars of what would be wrong belong to the turn after them.
            assert len(roles) // 2 <= row["num_shots"] + 1
            shots[len(roles) // 2 == row["num_shots"] + 1] += 1
    assert shots[True] > 100


def test_an_sgd_dialog_keeps_its_turns(tmp_path: Path) -> None:
    (tmp_path / "dialogues_001.json").write_text(json.dumps([_DIALOG]))
    recipe = tmp_path / "one.yaml"
    recipe.write_text(
        f"name: one\nvocabulary: {{kind: bytes}}\n"
        f"sources:\n  sgd: {{format: sgd, path: {tmp_path}, files: 'dialogues_*.json'}}\n"
        "mixture: {collections: {dialog: {template_types: {zs_noopt: 1}}}, examples: 6}\n"
    )
    built = build_recipe(recipe, tmp_path / "store")
    file = tmp_path / "rows.jsonl"
    assert main(["export", built.path, "--format", "sharegpt", "--to", str(file)]) == 0
    told = {
        tuple((turn["from"], turn["value"]) for turn in json.loads(line)["conversations"])
        for line in file.read_text().splitlines()
    }
    speakers = ("human", "gpt", "human", "gpt")
    whole = tuple(
        (speaker, turn["utterance"])
        for speaker, turn in zip(speakers, _DIALOG["turns"], strict=True)  # type: ignore[arg-type]
    )
    # A reply is drawn: the first or the second.
    assert told <= {whole, whole[:2]}
    assert told


_TALK = [
    {"role": "user", "content": "Name a lake in Lapland."},
    {"role": "assistant", "content": "The Moon.", "weight": 0},
    {"role": "system", "content": "From now on answer in French."},
    {"role": "user", "content": "Once more, please."},
    {"role": "assistant", "content": "Le lac Inari."},
]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_conversation_is_exported_as_it_was(tmp_path: Path, kind: str) -> None:
    (tmp_path / "talks.jsonl").write_text(json.dumps({"messages": _TALK}) + "\n")
    recipe = tmp_path / "talks.yaml"
    recipe.write_text(
        f"name: talks\nvocabulary: {{kind: bytes}}\n"
        f"sources:\n  talks: {{format: chat, path: {tmp_path}/talks.jsonl, collection: c}}\n"
        "mixture: {collections: {c: {template_types: {zs_noopt: 1}}}, examples: one_pass}\n"
    )
    built = build_recipe(recipe, tmp_path / "store")
    (kept,) = kept_records(open_snapshot(built.path), "")
    assert (kept.place, kept.fields["output"]) == ("talks.jsonl:1", "Le lac Inari.")
    file = tmp_path / f"rows.{kind}"
    assert main(["export", built.path, "--format", "messages", "--to", str(file)]) == 0
    if kind == "jsonl":
        assert json.loads(file.read_text())["messages"] == _TALK
    else:
        (messages,) = read_column(str(file), "messages")
        assert messages == [{"weight": None, **message} for message in _TALK]


def test_filters_choose_rows(quickstart: BuildResult, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    common = ["export", quickstart.path, "--format", "text", "--to", str(file)]
    assert main([*common, "--filter", "task=everyday_nli,dialogs", "--filter", "type=zs_opt"]) == 0
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert {row["template_type"] for row in rows} == {"zs_opt"}
    assert {row["task"] for row in rows} <= {"everyday_nli", "dialogs"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "x.jsonl", "--parquet"], "ends in .jsonl"),
        (["--to", "x", "--filter", "tusk=a"], "no key 'tusk'"),
        (["--to", "x", "--filter", "task"], "KEY=VALUE"),
        (["--to", "x", "--filter", "task=everyday_nly"], "did you mean everyday_nli"),
        (["--to", "x", "--split", "test"], "no such split; known: train"),
    ],
)
def test_mistakes_are_named(
    quickstart: BuildResult,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", quickstart.path, "--format", "text", *words]) == 2
    assert message in capsys.readouterr().err
