"""A stage is added and removed by one file and one line, and the corpora are right ever after.

Each test edits a copy of the packages as a newcomer would, and runs the command of that copy.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_STAGE = '''
"""The stage that removes rude records."""

from transforms.records.key_rows import KEY_ROW
from transforms.stages.filtering import Verdict, filter_records
from transforms.stages.output import Output
from transforms.stages.stage import RECORD_FILES, ROWS, Stage
from transforms.stages.work import Work
from transforms.types import Record


def remove_rude(work: Work) -> Output:
    """Keep the records whose share of rude words is at most the threshold."""
    threshold = work.job.settings.toxicity.threshold

    def verdict_of(record: Record) -> Verdict | None:
        words = str(record.fields["question"]).lower().split()
        share = sum(word == "darn" for word in words) / len(words)
        detail = f"{share:.2f} of its words are rude"
        return Verdict(reason="toxic", detail=detail) if share > threshold else None

    return filter_records(work, verdict_of)


REMOVE_RUDE = Stage(
    name="toxicity",
    run=remove_rude,
    items=RECORD_FILES,
    reads=(ROWS,),
    yields=ROWS,
    dtype=KEY_ROW,
    settings=("toxicity",),
    is_kept=True,
)
'''
_SETTINGS = '''
class Toxicity(Settings):
    """Removal of rude records."""

    threshold: Share = Field(1.0, description="Largest share of rude words.")


class CorpusSettings(Settings):'''
_RECIPE = """
name: tiny
sources:
  questions:
    format: jsonl
    path: questions.jsonl
    collection: c
    task: questions
    family: closed_book_qa
    id: id
    fields: {question: q, answer: a}
few_shot: {pool: 4, variants: [{shots: 1}]}
"""


@dataclass(frozen=True)
class Checkout:
    """A copy of the packages, and a corpus of forty records beside it, ten of them rude."""

    root: Path

    def edit(self, file: str, *changes: tuple[str, str]) -> None:
        """Replace texts of a file, each of which must be there once."""
        path = self.root / file
        text = path.read_text()
        for old, new in changes:
            assert text.count(old) == 1, (file, old)
            text = text.replace(old, new)
        path.write_text(text)

    def run(self, *argv: str) -> "subprocess.CompletedProcess[str]":
        """Run the command of the copy."""
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", *argv],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 10), done.stderr
        return done

    def document(self, *argv: str) -> Any:
        """Return what a command prints as JSON."""
        return json.loads(self.run(*argv, "--json").stdout)

    def build(self, store: str, *settings: str) -> dict[str, Any]:
        """Build and verify the corpus; return the manifest."""
        words = [word for setting in settings for word in ("--set", setting)]
        path = self.document("build", "recipe.yaml", "--store", store, *words)["snapshot"]
        assert self.document("verify", path)["passed"]
        manifest: dict[str, Any] = json.loads((self.root / path / "manifest.json").read_text())
        return {**manifest, "path": path}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for package in ("pipelines", "transforms", "tfrecords_schema"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_ROOT / package, tmp_path / package, ignore=ignored)
    (tmp_path / "recipe.yaml").write_text(_RECIPE)
    rows = [
        {"id": n, "q": f"What is number {n}{' darn darn darn' * (n % 4 == 0)}", "a": f"It is {n}."}
        for n in range(40)
    ]
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Checkout(tmp_path)


def _examples(manifest: dict[str, Any]) -> int:
    return sum(split["rows"] for split in manifest["splits"].values())


def _counts(manifest: dict[str, Any], stage: str) -> tuple[int, int, dict[str, int]]:
    (entry,) = [entry for entry in manifest["ledger"] if entry["stage"] == stage]
    return entry["entered"], entry["kept"], entry["rejected"]


def _add_stage(checkout: Checkout) -> None:
    (checkout.root / "transforms/scan/toxicity.py").write_text(_STAGE.lstrip())
    checkout.edit(
        "transforms/settings.py",
        ("\nclass CorpusSettings(Settings):", _SETTINGS),
        (
            "    mixture: Mixture = Field(default_factory=Mixture)",
            "    toxicity: Toxicity = Toxicity()\n"
            "    mixture: Mixture = Field(default_factory=Mixture)",
        ),
    )
    checkout.edit(
        "pipelines/building/stages.py",
        (
            "from transforms.snapshots.finishing",
            "from transforms.scan.toxicity import REMOVE_RUDE\nfrom transforms.snapshots.finishing",
        ),
        ("    RANK,\n", "    REMOVE_RUDE,\n    RANK,\n"),
    )


@pytest.mark.slow
def test_a_filter_that_is_added_decides_in_fresh_and_in_cached_builds(checkout: Checkout) -> None:
    _add_stage(checkout)
    fresh = checkout.build("fresh", "toxicity.threshold=0.2")
    assert _examples(fresh) == 30
    assert _counts(fresh, "toxicity") == (40, 30, {"toxic": 10})
    assert _examples(checkout.build("cached", "toxicity.threshold=1.0")) == 40
    again = checkout.build("cached", "toxicity.threshold=0.2")
    assert again["fingerprint"] == fresh["fingerprint"]
    assert again["splits"] == fresh["splits"]
    assert _examples(checkout.build("cached", "toxicity.threshold=0.99")) == 40


@pytest.mark.slow
def test_a_filter_that_is_added_shows_in_plan_rejections_and_explain(checkout: Checkout) -> None:
    _add_stage(checkout)
    setting = ("--set", "toxicity.threshold=0.2")
    done = checkout.document("refresh", "recipe.yaml", "--store", "store", *setting)
    rows = [
        json.loads(line)
        for file in sorted(Path(done["snapshot"], "rejections").glob("toxicity-*.jsonl"))
        for line in file.read_text().splitlines()
    ]
    assert Counter(row["reason"] for row in rows) == {"toxic": 10}
    explanation = checkout.document("explain", done["snapshot"], rows[0]["id"])
    assert explanation["outcome"] == "removed"
    assert explanation["removals"][0]["stage"] == "toxicity"
    assert " darn" in explanation["texts"][rows[0]["id"]]["fields"]["question"]
    plan = checkout.document("plan", "recipe.yaml", "--refresh", "store")
    states = {node["kind"]: (node["state"], node["why"]) for node in plan["nodes"]}
    assert states["toxicity"] == ("changed", "toxicity.threshold")
    assert states["decontaminate"] == ("hit", "")


@pytest.mark.slow
def test_near_deduplication_is_removed_by_its_file_and_its_line(checkout: Checkout) -> None:
    near = "deduplicate.near.enabled=true"
    exact = "deduplicate.near.enabled=false"
    expected = checkout.build("store", exact)
    before = checkout.build("store", near)
    (checkout.root / "transforms/duplicates/near_duplicates.py").unlink()
    checkout.edit(
        "pipelines/building/stages.py",
        ("from transforms.duplicates.near_duplicates import REMOVE_NEAR_DUPLICATES\n", ""),
        ("    *REMOVE_NEAR_DUPLICATES,\n", ""),
    )
    for store in ("store", "fresh"):
        after = checkout.build(store, near)
        assert {e["stage"] for e in before["ledger"]} - {e["stage"] for e in after["ledger"]} == {
            "near_duplicates"
        }
        assert after["splits"] == expected["splits"]
