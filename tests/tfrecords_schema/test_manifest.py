"""The manifest is canonical JSON, and anything else is refused with a reason."""

import json
from typing import Any

import orjson
import pytest

from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, Feature
from tfrecords_schema.manifest import (
    FORMAT_VERSION,
    FeatureInfo,
    LedgerEntry,
    Manifest,
    RowFile,
    SourceInfo,
    dump,
    feature_infos,
    load,
)


def test_dump_and_load_are_inverse_and_stable(small_manifest: Manifest) -> None:
    data = dump(small_manifest)
    assert load(data, "here") == small_manifest
    assert dump(load(data, "here")) == data
    assert data.endswith(b"}\n")
    assert list(orjson.loads(data)) == sorted(orjson.loads(data))


@pytest.mark.parametrize("at_once", [1, 2, 3, 10_000])
def test_a_dump_is_the_json_that_python_writes(
    at_once: int, small_manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tfrecords_schema.manifest._AT_ONCE", at_once)
    ledger = [
        LedgerEntry(stage="scan", task=task, entered=2, kept=1, rejected={"b\n": 1, "a": 0})
        for task in ("plain", "of\ntwo lines", "ä")
    ]
    made = small_manifest.model_copy(update={"ledger": ledger, "mixture": []})
    document = made.model_dump()
    expected = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert dump(made) == expected.encode()


def test_an_entry_of_trusted_values_is_the_validated_one() -> None:
    values: dict[str, Any] = {
        "stage": "scan",
        "task": "t",
        "entered": 2,
        "kept": 1,
        "rejected": {"x": 1},
        "undrawn": {},
    }
    trusted, validated = LedgerEntry.trusted(dict(values)), LedgerEntry(**values)
    assert trusted == validated
    assert trusted.model_dump() == values
    assert trusted.model_fields_set == validated.model_fields_set
    assert trusted.balances


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"{}", b"[" * 5000])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(DataError, match=r"a/manifest\.json: not a valid manifest"):
        load(data, "a/manifest.json")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", "many"),
        ("vocabulary", {"kind": "words", "size": 1, "extra_ids": 0}),
        ("splits", {"train": {"rows": 1}}),
        ("shards", []),
    ],
)
def test_wrong_and_unknown_keys_are_named(
    small_manifest: Manifest, key: str, value: object
) -> None:
    document: dict[str, Any] = orjson.loads(dump(small_manifest))
    with pytest.raises(DataError, match=key):
        load(orjson.dumps(document | {key: value}), "here")


@pytest.mark.parametrize("key", ["splits", "vocabulary", "ledger", "fingerprint"])
def test_missing_keys_are_named(small_manifest: Manifest, key: str) -> None:
    document = orjson.loads(dump(small_manifest))
    del document[key]
    with pytest.raises(DataError, match=key):
        load(orjson.dumps(document), "here")


@pytest.mark.parametrize(
    ("kept", "rejected", "undrawn", "balances"),
    [
        (10, {}, {}, True),
        (7, {"a": 1, "b": 2}, {}, True),
        (7, {}, {"c": 3}, True),
        (6, {"a": 1}, {"c": 3}, True),
        (7, {"a": 1}, {}, False),
        (7, {"a": 1}, {"c": 1}, False),
        (9, {"a": 2}, {}, False),
        (10, {}, {"c": 1}, False),
    ],
)
def test_the_ledger_balances(
    kept: int, rejected: dict[str, int], undrawn: dict[str, int], balances: bool
) -> None:
    entry = LedgerEntry(
        stage="s", task="t", entered=10, kept=kept, rejected=rejected, undrawn=undrawn
    )
    assert entry.balances is balances
    assert entry.left_out == rejected | undrawn


def test_features_are_stated_in_their_order(small_manifest: Manifest) -> None:
    features = [
        Feature("b", "int64", repeated=True, description="not in the manifest"),
        Feature("a", "string"),
    ]
    infos = feature_infos(features)
    assert infos == [
        FeatureInfo(name="b", kind="int64", repeated=True),
        FeatureInfo(name="a", kind="string", repeated=False),
    ]
    stated = load(dump(small_manifest.model_copy(update={"features": infos})), "here")
    assert stated.row_features == [Feature("b", "int64", repeated=True), Feature("a", "string")]
    assert [feature.name for feature in small_manifest.row_features] == [f.name for f in FEATURES]


@pytest.mark.parametrize("version", [0, FORMAT_VERSION + 1])
def test_another_format_version_is_refused(small_manifest: Manifest, version: int) -> None:
    document = orjson.loads(dump(small_manifest)) | {"format_version": version}
    with pytest.raises(DataError, match=f"here: format_version {version}; .* 1 to 2: install"):
        load(orjson.dumps(document), "here")


# As version 0.1.0 wrote it.
VERSION_1: dict[str, Any] = {
    "format_version": 1,
    "name": "old",
    "version": "1.0.0",
    "fingerprint": "f" * 64,
    "seed": 3,
    "software": {"flanbeam": "0.1.0"},
    "recipe": {"name": "old"},
    "data_dir": "old/1.0.0",
    "vocabulary": {
        "kind": "bytes",
        "size": 259,
        "extra_ids": 0,
        "pad_id": 0,
        "eos_id": 1,
        "unk_id": 2,
        "file": None,
        "sha256": None,
    },
    "sources": [
        {
            "name": "s",
            "format": "jsonl",
            "collection": "c",
            "fingerprint": "e" * 64,
            "files": [{"path": "a.jsonl", "bytes": 9, "sha256": "a" * 64}],
            "records": 10,
            "licenses": {"MIT": 10},
            "error": "b.jsonl: not valid JSON",
        }
    ],
    "splits": {"train": {"rows": 0, "shards": []}},
    "weights": {},
    "fitting": {"exemplars_dropped": 2},
    "mixture": [],
    "ledger": [
        {
            "stage": "screen",
            "task": "t",
            "entered": 10,
            "left": 9,
            "rejected": {"license_denied": 1},
        },
        {
            "stage": "select",
            "task": "t",
            "entered": 9,
            "left": 2,
            "rejected": {
                "duplicate_id": 1,
                "not_sampled": 3,
                "over_cap": 2,
                "validation_surplus": 1,
            },
        },
    ],
    "metadata": [],
    "rejections": [{"path": "rejections/select-000000.jsonl", "rows": 1, "sha256": "b" * 64}],
    "reports": [],
}


def test_a_manifest_of_format_version_1_is_upgraded() -> None:
    loaded = load(orjson.dumps(VERSION_1), "here")
    assert loaded.format_version == 2
    assert (loaded.name, loaded.seed, loaded.fitting) == ("old", 3, {"exemplars_dropped": 2})
    # Its stages keep their names; what was not drawn is no rejection.
    assert loaded.ledger == [
        LedgerEntry(
            stage="screen",
            task="t",
            entered=10,
            kept=9,
            rejected={"license_denied": 1},
            undrawn={},
        ),
        LedgerEntry(
            stage="select",
            task="t",
            entered=9,
            kept=2,
            rejected={"duplicate_id": 1},
            undrawn={"not_sampled": 3, "over_cap": 2, "validation_surplus": 1},
        ),
    ]
    assert all(entry.balances for entry in loaded.ledger)
    (source,) = loaded.sources
    assert isinstance(source, SourceInfo)
    assert "error" not in source.model_dump()
    assert (source.name, source.records, source.licenses) == ("s", 10, {"MIT": 10})
    assert loaded.rejections == [
        RowFile(path="rejections/select-000000.jsonl", rows=1, sha256="b" * 64)
    ]
    assert [(f.name, f.kind, f.repeated) for f in loaded.features[:5]] == [
        ("id", "string", False),
        ("record_id", "string", False),
        ("inputs_pretokenized", "string", False),
        ("targets_pretokenized", "string", False),
        ("inputs", "int64", True),
    ]
    assert len(loaded.features) == 19
    assert loaded.features[-1].name == "_task_source"


def test_a_manifest_that_was_upgraded_is_one_of_this_version() -> None:
    upgraded = load(orjson.dumps(VERSION_1), "here")
    assert load(dump(upgraded), "here") == upgraded
    assert orjson.loads(dump(upgraded))["format_version"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"sources": None},
        {"sources": ["s"]},
        {"ledger": 5},
        {"ledger": [{"stage": "s", "task": "t", "entered": 1, "kept": 1, "rejected": {}}]},
        {"ledger": [{"stage": "s", "task": "t", "entered": 1, "left": 1, "rejected": []}]},
        {"seed": "many"},
        {"shards": []},
    ],
)
def test_what_is_no_manifest_of_format_version_1_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"a/manifest\.json: not a valid manifest"):
        load(orjson.dumps(VERSION_1 | change), "a/manifest.json")


@pytest.mark.parametrize("key", ["sources", "ledger", "splits"])
def test_missing_keys_of_format_version_1_are_named(key: str) -> None:
    document = {name: value for name, value in VERSION_1.items() if name != key}
    with pytest.raises(DataError, match=key):
        load(orjson.dumps(document), "here")


def test_a_manifest_of_this_version_states_its_features(small_manifest: Manifest) -> None:
    document = orjson.loads(dump(small_manifest))
    assert document["format_version"] == FORMAT_VERSION == 2
    del document["features"]
    with pytest.raises(DataError, match="features"):
        load(orjson.dumps(document), "here")
