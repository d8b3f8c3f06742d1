"""Bad data: refused by name, or left out and counted under a reason, never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.verify import verify
from pipelines.recipe import load_recipe
from tests.pipelines.builds import build_recipe, check_conservation, published
from tfrecords_schema.snapshot import open_snapshot


def test_truncated_json_stops_a_build_that_fails(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    lines = corpus.tasks.read_text().splitlines()[:14]
    corpus.tasks.write_text("\n".join(lines))
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "Traceback" not in outcome.err
    assert "task001_colours.json:14: not valid JSON" in outcome.err
    assert "on_source_error=skip" in outcome.err
    assert published(tmp_path / "out") == []


def test_truncated_json_is_left_out_and_counted_by_a_build_that_skips(
    flanbeam: Any, corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    other = corpus.tasks.with_name("task002_cut.json")
    other.write_text(corpus.tasks.read_text()[:200])
    argv = ["build", corpus.recipe, "--out", tmp_path / "out", "--set", "on_source_error=skip"]
    outcome = flanbeam(*argv)
    assert outcome.status == 0
    assert "left out: source tasks" in outcome.out
    assert "task002_cut.json" in outcome.out
    manifest = open_snapshot(outcome.last_line).manifest
    assert rejected(manifest) == {("ingest", "task002_cut", "unreadable_file"): 1}
    check_conservation(outcome.last_line)
    assert flanbeam("verify", outcome.last_line).status == 0
    document = flanbeam(*argv, "--json").document
    assert len(document["errors"]) == 1
    assert document["records_read"] == 31
    assert document["examples"] == 30


@pytest.mark.parametrize("policy", ["fail", "skip"])
def test_missing_and_empty_directories(
    flanbeam: Any, corpus: Any, tmp_path: Path, policy: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, status, message in ((empty, 3, "no *.json"), (empty / "x", 2, "does not exist")):
        argv = ["--source", f"tasks={path}", "--set", f"on_source_error={policy}"]
        outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out", *argv)
        assert "source tasks" in outcome.out + outcome.err
        assert str(path) in "".join((outcome.out + outcome.err).split())
        assert message in " ".join((outcome.out + outcome.err).split())
        if policy == "fail":
            assert (outcome.status, outcome.out) == (status, "")
        else:
            assert outcome.status == 0
            assert verify(outcome.last_line).examples == 20


def _add_bad_rows(corpus: Any) -> None:
    """Add rows that no reader can take, behind the ten good ones of each file."""
    with corpus.tsv.open("ab") as stream:
        stream.write(b"two\tcolumns\n")
        stream.write(b"four\tcolumns\tare\ttoo many\n")
        stream.write(b"caf\xe9\tis\tlatin\n")
        stream.write(b"no answer\t \tat all\n")
        stream.write(b"\n\n")
    with corpus.jsonl.open("ab") as lines:
        lines.write(corpus.jsonl_row("x", a=None).encode())
        lines.write(corpus.jsonl_row("y", q={"deep": 1}).encode())
        lines.write(corpus.jsonl_row("z", a=[1, {"b": 2}]).encode())
        lines.write(corpus.jsonl_row("w", a=True).encode())
        lines.write(b'{"id": "v", "q": "Cut?", "a": "y\n')
        lines.write(b"[1, 2]\n3\nnull\n")
        lines.write(b'{"id": "u", "q": "\xff", "a": "b"}\n')
        lines.write(b"[" * 5000 + b"\n")
    instances = json.loads(corpus.tasks.read_text())["Instances"]
    corpus.write_task(
        [
            *instances,
            {"id": "b", "input": "", "output": ["No input."]},
            {"id": "c", "input": "Empty.", "output": []},
            {"id": "d", "input": "Number in a list.", "output": [{"x": 1}]},
            "text",
            None,
        ]
    )


def test_bad_rows_are_counted_under_a_reason_each(
    corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    _add_bad_rows(corpus)
    result = build_recipe(corpus.recipe, tmp_path / "out")
    table = rejected(result.manifest)
    assert {key[1:]: count for key, count in table.items() if key[0] == "ingest"} == {
        ("cot_fruit", "wrong_columns"): 2,
        ("cot_fruit", "invalid_utf8"): 1,
        ("cot_fruit", "empty_field"): 1,
        ("questions", "empty_field"): 1,
        ("questions", "wrong_type"): 5,
        ("questions", "invalid_json"): 2,
        ("questions", "invalid_utf8"): 1,
        ("task001_colours", "empty_field"): 2,
        ("task001_colours", "wrong_type"): 3,
    }
    details = [
        json.loads(line)["detail"]
        for path in (Path(result.path) / "rejections").glob("ingest-reasoning-*")
        for line in path.read_text().splitlines()
    ]
    assert "fruit_train.tsv:11: 2 columns, not question, answer, rationale" in details
    assert any(detail.startswith("fruit_train.tsv:13") for detail in details)
    check_conservation(result.path)
    assert verify(result.path).passed


@pytest.mark.parametrize("name", ["tasks", "reasoning", "questions"])
def test_empty_file_is_refused_or_empty_and_never_a_traceback(
    flanbeam: Any, corpus: Any, tmp_path: Path, name: str
) -> None:
    corpus.raw_files[name].write_text("")
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert "Traceback" not in outcome.err
    if name == "tasks":
        assert outcome.status == 3
        assert "task001_colours.json:1: not valid JSON" in outcome.err
    else:
        assert outcome.status == 0
        assert verify(outcome.last_line).examples == 20


def test_nothing_but_empty_files_is_bad_data(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    corpus.write_task([])
    corpus.tsv.write_text("")
    corpus.jsonl.write_text("")
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert (outcome.status, outcome.out) == (3, "")
    assert "tiny: no record is left after reading" in outcome.err
    assert published(tmp_path / "out") == []


@pytest.mark.parametrize(
    "setting",
    ["limits={max_target_tokens: 1}", "mixture.collections={cot: {weight: 0}}"],
    ids=["nothing fits", "no weight"],
)
def test_nothing_left_after_assembly_is_bad_data(
    flanbeam: Any, corpus: Any, tmp_path: Path, setting: str
) -> None:
    argv = ["--set", "sources.questions.collection=cot", "--set", "sources.tasks.collection=cot"]
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out", *argv, "--set", setting)
    assert (outcome.status, outcome.out) == (3, "")
    assert "tiny: no example is left" in outcome.err
    assert published(tmp_path / "out") == []


@pytest.mark.parametrize(
    "document",
    ["[]", "3", "null", "{}", '{"Instances": {}}', '{"Definition": "x", "Instances": null}'],
)
def test_json_that_is_no_task_is_refused_by_name(
    flanbeam: Any, corpus: Any, tmp_path: Path, document: str
) -> None:
    corpus.tasks.write_text(document)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "task001_colours.json: not a Super-Natural Instructions task" in outcome.err


def test_task_without_a_definition_is_refused_by_name(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    corpus.write_task([], Definition=[])
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "task001_colours.json: no text under the key 'Definition'" in outcome.err


def test_rows_with_one_id_and_different_contents_are_all_kept(
    corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    with corpus.jsonl.open("a") as stream:
        stream.write(corpus.jsonl_row("violet", id="q-red"))
    result = build_recipe(corpus.recipe, tmp_path / "out")
    assert rejected(result.manifest) == {}
    check_conservation(result.path)
    assert verify(result.path).passed


def test_fields_of_five_megabytes_are_refused_under_a_reason(
    corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    huge = "wörd " * 1_000_000
    with corpus.jsonl.open("a") as stream:
        stream.write(corpus.jsonl_row("huge answer", a=huge))
        stream.write(corpus.jsonl_row("huge question", q=huge))
    with corpus.tsv.open("a") as stream:
        stream.write(f"{huge}\tyes\tbecause\n")
    result = build_recipe(corpus.recipe, tmp_path / "out")
    table = {key: n for key, n in rejected(result.manifest).items() if key[2] != "not_sampled"}
    assert table == {
        ("render", "questions", "target_too_long"): 1,
        ("render", "questions", "input_too_long"): 1,
        ("render", "cot_fruit", "input_too_long"): 1,
    }
    assert verify(result.path).passed
    limit = load_recipe(str(corpus.recipe), [], {}, None).limits.max_input_tokens
    assert open_snapshot(result.path).lengths("train")[:, 0].max() <= limit


def test_task_files_of_one_name_in_two_directories_are_refused_or_kept_apart(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    """Else all records of both would have the instruction of the file that sorts first."""
    other = corpus.tasks.parent / "z" / corpus.tasks.name
    other.parent.mkdir()
    text = corpus.tasks.read_text().replace("Name the thing", "Say it backwards")
    other.write_text(text.replace("red", "ruby").replace("green", "emerald"))
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "two files describe task 'task001_colours' differently" in outcome.err


def test_missing_output_is_an_empty_field(corpus: Any, rejected: Any, tmp_path: Path) -> None:
    """It is not one of the wrong type."""
    instances = json.loads(corpus.tasks.read_text())["Instances"]
    corpus.write_task([*instances, {"id": "a", "input": "No output."}])
    result = build_recipe(corpus.recipe, tmp_path / "out")
    assert rejected(result.manifest) == {("ingest", "task001_colours", "empty_field"): 1}


LOSSY = """\
name: lossy
sources:
  news: {format: jsonl, path: news.jsonl, collection: m, task: t, family: FAMILY, FIELDS}
"""


def _lossy(directory: Path, family: str, fields: str) -> Path:
    rows = [{"text": f"Note {number} says a few words.", "s": "so"} for number in range(9)]
    rows.append({"text": "The tenth note is another one.", "s": "else"})
    (directory / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe = directory / "recipe.yaml"
    recipe.write_text(LOSSY.replace("FAMILY", family).replace("FIELDS", fields))
    return recipe


def test_a_source_that_gives_nothing_stops_with_its_first_rows(
    flanbeam: Any, tmp_path: Path
) -> None:
    recipe = _lossy(tmp_path, "summarization", "fields: {text: text, answer: txet}")
    for argv in (["build", recipe, "--out"], ["refresh", recipe, "--store"]):
        outcome = flanbeam(*argv, tmp_path / "out")
        assert outcome.status == 3
        message = " ".join(outcome.err.split())
        assert "sources.news: 10 of 10 rows are rejected as empty_field" in message
        assert "news.jsonl:1: answer is empty or missing" in message
        assert "name the key that holds it under `fields`" in message
    outcome = flanbeam("preview", recipe)
    assert outcome.status == 3
    assert "news.jsonl:1: answer is empty or missing" in outcome.err
    listed = flanbeam("rejections", tmp_path / "out")
    assert len(listed.out.splitlines()) == 10
    assert "empty_field: news.jsonl:1: answer is empty or missing" in listed.out
    assert flanbeam("rejections", tmp_path / "out", "--source", "other").out == ""
    assert flanbeam("rejections", tmp_path / "nowhere").status == 3


def test_rows_lost_to_one_reason_are_pointed_out(flanbeam: Any, tmp_path: Path) -> None:
    fields = 'fields: {text: text, answer: s}, labels: ["so", "not"]'
    recipe = _lossy(tmp_path, "sentiment", fields)
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out")
    assert outcome.status == 0
    message = " ".join(outcome.err.split())
    assert "sources.news: 1 of 10 rows are rejected as unknown_label: news.jsonl:10" in message
    assert "'else'" in message
    assert "`labels`" in message
    snapshot = outcome.last_line
    listed = flanbeam("rejections", snapshot, "--reason", "unknown_label", "--json").document
    assert [row["detail"] for row in listed] == [
        "news.jsonl:10: answer 'else' is none of the options"
    ]
    quiet = flanbeam("plan", recipe, "--out", tmp_path / "quiet", "--set", "max_loss=0.1")
    assert quiet.status == 0
    assert "unknown_label" not in quiet.err


def test_every_command_that_reads_points_lost_rows_out(flanbeam: Any, tmp_path: Path) -> None:
    fields = 'fields: {text: text, answer: s}, labels: ["so", "not"]'
    recipe, out = _lossy(tmp_path, "sentiment", fields), tmp_path / "out"
    expected = {
        "source": "news",
        "reason": "unknown_label",
        "rows": 1,
        "read": 10,
        "first": ["news.jsonl:10: answer 'else' is none of the options"],
        "advice": "add the value to `labels`, or map it with `label_of` or `marks`",
        "unit": "rows",
    }
    commands: dict[str, tuple[list[Any], list[Any]]] = {
        "preview": (["preview", recipe], [0, "losses"]),
        "plan": (["plan", recipe, "--out", out], ["losses"]),
        "preview in a store": (["preview", recipe, "--store", out], [2, "losses"]),
        "plan of a refresh": (["plan", recipe, "--refresh", out], ["losses"]),
        "refresh": (["refresh", recipe, "--store", out], ["built", "losses"]),
        "build": (["build", recipe, "--out", out], ["losses"]),
    }
    for name, (argv, keys) in commands.items():
        document = flanbeam(*argv, "--json").document
        for key in keys:
            document = document[key]
        assert document == [expected], name
    for name, (argv, _) in commands.items():
        if name != "refresh":
            shown = " ".join(flanbeam(*argv).err.split())
            assert "sources.news: 1 of 10 rows are rejected as unknown_label" in shown, name
            assert "news.jsonl:10: answer 'else'" in shown, name


def test_a_repeated_id_names_file_and_line_of_both_rows(flanbeam: Any, tmp_path: Path) -> None:
    rows = [{"n": 7, "text": "A note.", "s": "so"}, {"n": 8, "text": "A note.", "s": "not"}]
    (tmp_path / "news.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in [*rows, rows[0]])
    )
    recipe = tmp_path / "recipe.yaml"
    fields = "id: n, fields: {text: text, answer: s}, labels: [so, not]"
    recipe.write_text(LOSSY.replace("FAMILY", "sentiment").replace("FIELDS", fields))
    options = ["--set", "deduplicate.enabled=false"]
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out", *options)
    listed = flanbeam("rejections", outcome.last_line, "--json").document
    assert [(row["reason"], row["detail"]) for row in listed] == [
        (
            "duplicate_id",
            "news.jsonl:3 (id '7'): has the id of news.jsonl:1 (id '7'), which is kept",
        )
    ]


@pytest.mark.slow
def test_a_snapshot_grows_linearly_with_the_turns_of_a_conversation(tmp_path: Path) -> None:
    sizes = {}
    for turns in (1000, 2000):
        messages = [
            {"role": ("user", "assistant")[n % 2], "content": f"Turn {n}, and some words more."}
            for n in range(turns)
        ]
        (tmp_path / "c.jsonl").write_text(json.dumps({"messages": messages}) + "\n")
        recipe = tmp_path / "r.yaml"
        recipe.write_text(
            "name: c\nsources:\n  s: {format: chat, path: c.jsonl, collection: c}\n"
            "limits: {max_input_tokens: 1024, max_target_tokens: 256}\n"
        )
        snapshot = Path(build_recipe(recipe, tmp_path / str(turns)).path)
        shards = list(snapshot.glob("**/*.tfrecord*"))
        opened = open_snapshot(str(snapshot))
        assert sum(split.rows for split in opened.manifest.splits.values()) == turns // 2
        sizes[turns] = [
            sum(path.stat().st_size for path in files)
            for files in (shards, list(snapshot.glob("records/*")))
        ]
    for small, large in zip(*sizes.values(), strict=True):
        assert 1.5 * small < large < 2.2 * small
