"""The data card says what Hugging Face understands, and tables hold whatever sources are called."""

from typing import Any

import pytest
import yaml

from tfrecords_schema.manifest import (
    LedgerEntry,
    Manifest,
    MixtureEntry,
    SourceInfo,
    SplitInfo,
    VocabularyInfo,
)
from transforms.snapshots.data_card import data_card, size_category
from transforms.snapshots.provenance import Origin, Provenance


@pytest.mark.parametrize(
    ("examples", "category"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1000, "1K<n<10K"),
        (414_797, "100K<n<1M"),
        (15_000_000, "10M<n<100M"),
        (10**9, "n>1B"),
    ],
)
def test_size_category(examples: int, category: str) -> None:
    assert size_category(examples) == category


def _entry(collection: str, task: str, realised: int) -> MixtureEntry:
    return MixtureEntry(
        collection=collection,
        task=task,
        template_type="zs_opt",
        available=9,
        cap=None,
        requested=1.0,
        planned=realised,
        realised=realised,
    )


def _ledger(stage: str, task: str, **counts: Any) -> LedgerEntry:
    return LedgerEntry(stage=stage, task=task, **{"rejected": {}, **counts})


MANIFEST = Manifest(
    name="mixed",
    version="2.0.1",
    fingerprint="f" * 64,
    seed=0,
    software={},
    recipe={"description": "For the tests."},
    data_dir="mixed/2.0.1",
    features=[],
    vocabulary=VocabularyInfo(kind="bytes", size=259, extra_ids=0),
    sources=[],
    splits={"train": SplitInfo(rows=1234, shards=[])},
    fitting={},
    mixture=[_entry("one", "a", 1000), _entry("one", "b", 234), _entry("two", "c", 0)],
    ledger=[
        _ledger("rank", "a", entered=12, kept=9, rejected={"duplicate_id": 3}),
        _ledger("select", "a", entered=9, kept=5, undrawn={"not_sampled": 4}),
        _ledger("select", "b", entered=9, kept=0, undrawn={"not_sampled": 9}),
    ],
    metadata=[],
    rejections=[],
)
SOURCE = SourceInfo(
    name="s",
    format="jsonl",
    collection="one",
    fingerprint="f",
    files=[],
    records=12_345,
    licenses={},
)


def _card(licenses: tuple[str, ...] = (), languages: tuple[str, ...] = ()) -> str:
    origin = Origin(SOURCE, ("Terms | of\nuse", "MIT"))
    return data_card(MANIFEST, Provenance((origin,), licenses, languages))


def _head(card: str) -> dict[str, object]:
    head: dict[str, object] = yaml.safe_load(card.split("---\n")[1])
    return head


@pytest.mark.parametrize(
    ("licenses", "tags"),
    [
        (("Apache-2.0", "CC-BY-SA-4.0"), ["apache-2.0", "cc-by-sa-4.0"]),
        (("GPL-3.0-only", "ODC-By-1.0", "ODbL-1.0"), ["gpl-3.0", "odbl", "odc-by"]),
        (("CC BY-SA", "Our terms", "Unknown"), ["other", "unknown"]),
    ],
)
def test_licenses_are_tags_of_hugging_face(licenses: tuple[str, ...], tags: list[str]) -> None:
    assert _head(_card(licenses))["license"] == tags


def test_languages_are_codes_and_norwegian_is_no_boolean() -> None:
    languages = ("English", "Norwegian", "Klingon", "de", "central khmer")
    assert _head(_card(languages=languages))["language"] == ["de", "en", "km", "no"]
    assert "language" not in _head(_card(languages=("Klingon",)))


def test_tables_tell_what_the_manifest_says() -> None:
    card = _card()
    assert card.startswith("---\npretty_name: mixed\nsize_categories:\n- 1K<n<10K\n")
    for line in (
        "# mixed 2.0.1",
        "For the tests.",
        "| train | 1,234 | 0 |",
        "| train | one | 2 | 1,234 | 100.0% |",
        r"| s | one | 12,345 | Terms \| of use; MIT |",
        "| rank | duplicate id | 3 |",
        "| select | not sampled | 13 |",
    ):
        assert line in card.splitlines()
    assert "two" not in card


def test_a_corpus_without_examples_has_a_card_too() -> None:
    nothing = MANIFEST.model_copy(update={"mixture": [], "ledger": [], "splits": {}, "recipe": {}})
    card = data_card(nothing, Provenance((), (), ()))
    assert _head(card)["size_categories"] == ["n<1K"]
