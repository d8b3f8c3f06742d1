"""Stores, snapshots, recipes and runs of version 0.1.0 stay usable (docs/upgrading.md).

The expected values were read from the files of that version, not computed by this one.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.pipelines.conftest import Command
from tfrecords_schema.snapshot import open_snapshot

OLDER = "20261128T164540.635178Z-aeabf8be624c"
NEWER = "20261128T164546.894317Z-9a9124892bcc"
SNAPSHOTS = [f"corpora/snapshots/{name}" for name in (OLDER, NEWER)]


def test_snapshots_are_listed_with_channel_and_pin(version_1: Path, flanbeam: Command) -> None:
    rows = flanbeam("snapshots", "corpora", "--json").document
    assert [row["name"] for row in rows] == [OLDER, NEWER]
    assert [row["examples"] for row in rows] == [138, 138]
    assert [row["channels"] for row in rows] == [[], ["latest"]]
    assert [row["pinned"] for row in rows] == [True, False]


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_snapshots_verify(version_1: Path, flanbeam: Command, snapshot: str) -> None:
    done = flanbeam("verify", snapshot, "--json")
    assert done.status == 0, done.document["problems"]
    assert done.document["examples"] == 138
    assert done.document["rejections"] == 6


def test_snapshots_are_compared(version_1: Path, flanbeam: Command) -> None:
    done = flanbeam("diff", *SNAPSHOTS, "--json")
    assert done.status == 0
    changed = done.document["sources"]["reviews"]
    assert changed["records"] == [46, 46]
    assert changed["files_changed"] == ["reviews.jsonl"]


def test_rows_are_read_with_every_feature_of_that_version(version_1: Path) -> None:
    rows = list(open_snapshot(SNAPSHOTS[1]).rows("train"))
    assert len(rows) == 120
    assert len({row["id"] for row in rows}) == 120
    assert {row["_task_source"] for row in rows} == {"Flan2021", "CoT"}
    assert {row["_task_name"] for row in rows} == {
        *("reviews", "passages"),
        *("cot_arithmetic", "cot_arithmetic_ii"),
    }


def test_a_removed_record_is_explained(version_1: Path, flanbeam: Command) -> None:
    rejections = sorted(Path(SNAPSHOTS[0], "rejections").glob("deduplicate-*.jsonl"))
    row = json.loads(rejections[0].read_text().splitlines()[0])
    done = flanbeam("explain", SNAPSHOTS[0], row["id"], "--json")
    assert done.document["outcome"] == "removed"
    assert [r["reason"] for r in done.document["removals"]] == ["exact_duplicate"]
    assert done.document["texts"].keys() == {row["id"], row["other_id"]}


def test_an_export_has_one_turn_of_the_user_and_says_so(version_1: Path, flanbeam: Command) -> None:
    done = flanbeam("export", SNAPSHOTS[1], "--format", "messages", "--to", "rows.jsonl")
    assert done.status == 0, done.err
    assert "each row has one turn of the user" in done.err
    rows = [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()]
    assert len(rows) == 120
    assert {tuple(turn["role"] for turn in row["messages"]) for row in rows} == {
        ("user", "assistant")
    }
    examples = {row["id"]: row for row in open_snapshot(SNAPSHOTS[1]).rows("train")}
    for row in rows:
        texts = [turn["content"] for turn in row["messages"]]
        example = examples[row["id"]]
        assert texts == [example["inputs_pretokenized"], example["targets_pretokenized"]]


def test_a_page_is_written_of_an_old_snapshot(version_1: Path, flanbeam: Command) -> None:
    done = flanbeam("report", SNAPSHOTS[1], "--against", SNAPSHOTS[0], "--to", "page.html")
    assert done.status == 0, done.err
    page = Path("page.html").read_text()
    assert "By source" in page
    assert '<h2 id="difference">' in page


def test_the_channel_rolls_back_and_is_published_again(version_1: Path, flanbeam: Command) -> None:
    assert flanbeam("rollback", "corpora").last_line.endswith(OLDER)
    assert flanbeam("verify", "corpora@latest", "--json").document["snapshot"].endswith(OLDER)
    assert flanbeam("publish", SNAPSHOTS[1]).status == 0
    assert flanbeam("verify", "corpora@latest", "--json").document["snapshot"].endswith(NEWER)
    events = [event["event"] for event in flanbeam("history", "corpora", "--json").document]
    assert events == ["published", "published", "pinned", "rolled_back", "published"]


def test_gc_keeps_the_pinned_and_deletes_the_rest(version_1: Path, flanbeam: Command) -> None:
    assert flanbeam("rollback", "corpora").status == 0
    assert flanbeam("unpin", SNAPSHOTS[0]).status == 0
    done = flanbeam("gc", "corpora", "--keep", "1", "--idle-hours", "0", "--json")
    # The newest, and the one that the channel points at since it was rolled back.
    assert not [g for g in done.document["garbage"] if "/snapshots/" in g["path"]]
    assert flanbeam("publish", SNAPSHOTS[1]).status == 0
    done = flanbeam("gc", "corpora", "--keep", "1", "--idle-hours", "0", "--delete", "--json")
    assert [g["path"] for g in done.document["garbage"] if "/snapshots/" in g["path"]] == [
        str(version_1 / SNAPSHOTS[0])
    ]
    assert flanbeam("verify", SNAPSHOTS[1]).status == 0


def test_a_refresh_builds_and_publishes_in_the_old_store(
    version_1: Path, flanbeam: Command
) -> None:
    refused = flanbeam("plan", "recipe.yaml", "--refresh", "corpora", "--json")
    assert refused.status == 2
    assert (
        "few_shot.shots: this key of earlier versions was removed; write `variants`" in refused.err
    )
    # As docs/upgrading.md says to write it.
    recipe = Path("recipe.yaml")
    today = "few_shot: {pool: 8, variants: [{shots: [1, 2]}]}"
    recipe.write_text(re.sub(r"(?m)^few_shot: .*$", today, recipe.read_text()))
    plan = flanbeam("plan", "recipe.yaml", "--refresh", "corpora", "--json")
    assert plan.status in (0, 10)
    # A row that the old store does not have, so that there is work whatever the code is.
    with Path("data/reviews.jsonl").open("a") as stream:
        stream.write(
            '{"id": "added-2", "review": "The zip broke on day two, and nobody answered my '
            'letters.", "label": "negative"}\n'
        )
    done = flanbeam("refresh", "recipe.yaml", "--store", "corpora", "--json")
    assert (done.status, done.document["published"]) == (0, True), done.err
    assert done.document["snapshot"] not in SNAPSHOTS
    assert flanbeam("diff", SNAPSHOTS[1], done.document["snapshot"]).status == 0
    assert flanbeam("rollback", "corpora").last_line.endswith(NEWER)


def test_a_run_is_resumed_with_the_losses_of_that_version(
    version_1: Path, flanbeam: Command
) -> None:
    lines = Path("run/metrics.jsonl").read_text().splitlines()
    expected = {row["step"]: row["loss"] for row in map(json.loads, lines)}
    assert list(expected) == [1, 2, 3, 4, 5, 6]
    shutil.rmtree("run/checkpoints/6")
    done = flanbeam("train", "train.yaml", "--snapshot", "corpora@latest", "--out", "run", "--json")
    assert done.status == 0, done.err
    rows = [json.loads(line) for line in Path("run/metrics.jsonl").read_text().splitlines()]
    assert {row["step"]: row["loss"] for row in rows} == pytest.approx(expected, rel=1e-5)


@pytest.mark.slow
def test_a_new_run_trains_from_an_old_snapshot_and_checkpoint(
    version_1: Path, flanbeam: Command
) -> None:
    settings = ["--set", "steps=1", "--set", "initial_weights=run"]
    done = flanbeam(
        "train", "train.yaml", "--snapshot", SNAPSHOTS[0], "--out", "new", *settings, "--json"
    )
    assert done.status == 0, done.err
    assert done.document["steps"] == 1
