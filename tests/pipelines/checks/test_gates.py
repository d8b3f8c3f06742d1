"""Each gate says what it stops, and stops nothing else."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.gates import Gates, failures
from pipelines.checks.verify import Verification, verify
from pipelines.recipe import load_recipe
from tests.pipelines.builds import build_recipe
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import Manifest, MixtureEntry
from transforms.settings import Licenses


def _entry(task: str, available: int = 100, **changes: Any) -> MixtureEntry:
    fields = {
        "collection": "c",
        "task": task,
        "template_type": "zs_opt",
        "available": available,
        "cap": None,
        "requested": 50.0,
        "planned": 50,
        "realised": 50,
    }
    return MixtureEntry(**{**fields, **changes})


@pytest.fixture
def manifest(quickstart: Any) -> Any:
    """Return `manifest(entry, …)`: the quickstart manifest with this mixture."""

    def make(*mixture: MixtureEntry) -> Manifest:
        found: Manifest = quickstart.manifest.model_copy(update={"mixture": list(mixture)})
        return found

    return make


_FOUND = Verification(examples=50, licenses=Counter({"MIT": 30, "CC-BY-NC-4.0": 20}))


def test_quickstart_passes_the_gates_of_its_recipe(quickstart: Any) -> None:
    found = verify(quickstart.path)
    assert found.licenses.total() == found.examples == 480
    assert found.overlapping == 0
    assert failures(Gates(), quickstart.manifest, found, quickstart.manifest) == []


@pytest.mark.parametrize(
    ("before", "after", "gates", "failed"),
    [
        (100, 80, {}, []),
        (100, 79, {}, ["max_task_drop: t has 79 records, 100 before (-21%, at most -20%)"]),
        (100, 79, {"max_task_drop": 0.3}, []),
        (100, 300, {}, []),
        (100, None, {}, ["max_task_drop: t has 0 records, 100 before (-100%, at most -20%)"]),
        (100, None, {"max_task_drop": 1}, []),
        (None, 5, {}, []),
    ],
)
def test_tasks_may_not_shrink_too_far(
    manifest: Any, before: int | None, after: int | None, gates: Any, failed: list[str]
) -> None:
    def of(count: int | None) -> Manifest:
        found: Manifest = manifest(*([] if count is None else [_entry("t", count)]))
        return found

    assert failures(Gates(**gates), of(after), _FOUND, of(before)) == failed


@pytest.mark.parametrize(
    ("requested", "realised", "tolerance", "passes"),
    [
        (100.0, 90, 0.1, True),
        (100.0, 89, 0.1, False),
        (100.0, 111, 0.1, False),
        (100.0, 99, 0.0, True),
        (100.0, 98, 0.0, False),
        (3.0, 2, 0.1, True),
    ],
)
def test_realised_is_near_what_was_requested(
    manifest: Any, requested: float, realised: int, tolerance: float, passes: bool
) -> None:
    # Two tasks of a collection make up for each other.
    entries = (
        _entry("t", requested=requested / 2, realised=realised),
        _entry("u", requested=requested / 2, realised=0),
    )
    failed = failures(Gates(tolerance=tolerance), manifest(*entries), _FOUND, None)
    assert (failed == []) is passes
    assert all(line.startswith("tolerance: collection c has ") for line in failed)


@pytest.mark.parametrize(
    ("gates", "failed"),
    [
        ({"min_examples": 50}, []),
        ({"min_examples": 51}, ["min_examples: 50 examples, but at least 51 are required"]),
        ({"licenses": Licenses(deny=["NC"])}, ["licenses: 20 examples under CC-BY-NC-4.0"]),
        ({"licenses": Licenses(allow=["CC-BY-NC-4.0"])}, ["licenses: 30 examples under MIT"]),
        ({"licenses": Licenses(allow=["MIT", "CC-BY-NC-4.0"])}, []),
    ],
)
def test_examples_and_licenses(manifest: Any, gates: Any, failed: list[str]) -> None:
    assert failures(Gates(**gates), manifest(_entry("t")), _FOUND, None) == failed


def test_problem_of_verification_is_a_failure(manifest: Any) -> None:
    found = Verification(examples=50, problems=["a.tfrecord: missing"])
    assert failures(Gates(), manifest(_entry("t")), found, None) == ["verify: a.tfrecord: missing"]


@pytest.mark.parametrize("mode", ["drop", "report"])
def test_overlap_with_evaluation_sets_is_found_in_the_examples(
    flanbeam: Any, tmp_path: Any, mode: str
) -> None:
    """`report` leaves such records in; the gate counts what was made of them."""
    argv = ["refresh", "quickstart", "--store", tmp_path, "--json"]
    argv += ["--set", f"decontaminate.mode={mode}", "--set", "mixture.examples=max"]
    outcome = flanbeam(*argv)
    if mode == "drop":
        assert outcome.status == 0
        return
    assert outcome.status == 3
    [failed] = outcome.document["failed"]
    assert failed.startswith("evaluation_overlap: ")
    opened = flanbeam(*argv, "--set", "gates.evaluation_overlap=true")
    assert opened.status == 0
    assert opened.document["snapshot"] == outcome.document["snapshot"]


def test_what_the_vocabulary_may_lose(manifest: Any) -> None:
    lost = {"code": {"tokens": 200, "unknown_tokens": 20, "newlines": 10, "lost_newlines": 10}}
    bare = {"bare": {"tokens": 0, "unknown_tokens": 0, "newlines": 0, "lost_newlines": 0}}
    found = manifest(_entry("t")).model_copy(update={"vocabulary_losses": lost | bare})
    assert failures(Gates(), found, _FOUND, None) == []
    gates = Gates(max_unknown_tokens=0.05, max_lost_newlines=0.5)
    assert failures(gates, found, _FOUND, None) == [
        "max_unknown_tokens: the vocabulary loses 10.0% of the tokens of code (at most 5.0%)",
        "max_lost_newlines: the vocabulary loses 100.0% of the newlines of code (at most 50.0%)",
    ]


def test_the_earlier_name_of_the_gate_is_refused_with_todays() -> None:
    with pytest.raises(ConfigurationError, match="write `max_unknown_tokens`, which holds for"):
        load_recipe("quickstart", ["gates.max_unknown=0.1"], {}, None)


def test_unknown_tokens_are_counted(corpus: Any, flanbeam_data: Path, tmp_path: Path) -> None:
    """Build with T5's vocabulary, which has no braces: two in each of the ten questions."""
    corpus.jsonl.write_text(corpus.jsonl.read_text().replace("What do we call", "What is {x} of"))
    model = flanbeam_data / "t5_vocab" / "spiece.model"
    vocabulary = ["vocabulary.kind=sentencepiece", f"vocabulary.path={model}"]
    only = ["sources.tasks=null", "sources.reasoning=null"]
    types = "mixture.collections.flan={template_types: {zs_noopt: 1}}"
    built = build_recipe(corpus.recipe, tmp_path / "out", *vocabulary, *only, types)
    found = verify(built.path)
    assert found.problems == []
    assert found.unknown == 2 * 10
    assert 20 < found.tokens < 1000
