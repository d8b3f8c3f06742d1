"""Verification of the manifest: a number, a name, a digest or an entry that was edited is found."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.verify import verify
from tfrecords_schema.errors import DataError


def _numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, (*path, key))
    elif isinstance(value, list):
        for key, item in enumerate(value):
            yield from _numbers(item, (*path, key))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path


def _is_count(path: tuple[Any, ...]) -> bool:
    if path[0] == "mixture":
        return path[-1] in ("realised", "planned")
    return path[0] in ("splits", "ledger", "rejections")


def _kind(document: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the path without positions, with the stage of a ledger's entry in place of its own."""
    stage = document["ledger"][path[1]]["stage"] if path[0] == "ledger" else ""
    return (stage, *(part for part in path if not isinstance(part, int)))


def _edit(snapshot: Path, document: Any, path: tuple[Any, ...], change: Any) -> None:
    """Write the manifest with one value changed, and change it back in `document`."""
    target = document
    for key in path[:-1]:
        target = target[key]
    before = target[path[-1]]
    target[path[-1]] = change(before)
    (snapshot / "manifest.json").write_text(json.dumps(document))
    target[path[-1]] = before


def test_every_count_of_shards_ledger_and_realised_mixture_is_checked(snapshot: Path) -> None:
    document = json.loads((snapshot / "manifest.json").read_text())
    # The last of each kind: shards are alike, and so are the entries of a stage.
    kinds = {_kind(document, path): path for path in _numbers(document) if _is_count(path)}
    assert len(kinds) > 20
    missed = []
    for path in kinds.values():
        _edit(snapshot, document, path, lambda number: number + 1)
        if verify(str(snapshot)).passed:
            missed.append(path)
    assert missed == []


@pytest.mark.parametrize(
    "path",
    [
        ("splits", "train", "shards", 0, "sha256"),
        ("splits", "train", "shards", 0, "index_sha256"),
        ("splits", "train", "shards", 0, "lengths_sha256"),
        ("splits", "train", "shards", 0, "path"),
        ("rejections", 0, "sha256"),
        ("rejections", 0, "path"),
        ("data_dir",),
        ("mixture", 0, "task"),
        ("ledger", -1, "task"),
    ],
)
def test_names_and_digests_of_the_manifest_are_checked(
    snapshot: Path, path: tuple[Any, ...]
) -> None:
    document = json.loads((snapshot / "manifest.json").read_text())
    _edit(snapshot, document, path, lambda text: text + "0")
    assert not verify(str(snapshot)).passed


@pytest.mark.parametrize("key", ["splits", "ledger", "mixture"])
def test_entries_taken_out_of_the_manifest_are_missed(snapshot: Path, key: str) -> None:
    document = json.loads((snapshot / "manifest.json").read_text())
    _edit(snapshot, document, (key,), lambda entries: type(entries)())
    assert not verify(str(snapshot)).passed


@pytest.mark.parametrize(
    "change",
    [lambda _: b"", lambda data: data[:-20], lambda _: b"{}", lambda data: b"[" + data + b"]"],
    ids=["empty", "cut", "of nothing", "in a list"],
)
def test_manifest_that_is_none_is_bad_data(
    flanbeam: Any, snapshot: Path, change: Callable[[bytes], bytes]
) -> None:
    manifest = snapshot / "manifest.json"
    manifest.write_bytes(change(manifest.read_bytes()))
    outcome = flanbeam("verify", snapshot)
    assert outcome.status == 3
    assert outcome.out == ""
    assert f"{manifest}: not a valid manifest" in outcome.err


def test_long_lists_of_problems_are_cut(snapshot: Path) -> None:
    document = json.loads((snapshot / "manifest.json").read_text())
    document["ledger"] = [{**entry, "entered": 10**6} for entry in document["ledger"]] * 3
    (snapshot / "manifest.json").write_text(json.dumps(document))
    assert len(verify(str(snapshot)).problems) == 50


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format_version",), 3),
        (("fingerprint",), "0" * 64),
        (("seed",), 77),
        (("recipe", "seed"), 77),
        (("vocabulary", "size"), 1),
        (("vocabulary", "eos_id"), 7),
        (("sources", 0, "records"), 7),
        (("sources", 0, "files", 0, "sha256"), "0" * 64),
        (("sources", 0, "fingerprint"), "0" * 64),
        (("sources", 0, "licenses"), {"MIT": 1}),
        (("fitting", "exemplars_dropped"), 12345),
        (("mixture", 0, "available"), 12345),
        (("mixture", 0, "requested"), 12345.0),
        (("mixture", 0, "collection"), "other"),
        (("ledger", 0, "task"), "other"),
        (("ledger", 0, "stage"), "other"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_edited_manifest_is_found(snapshot: Path, path: tuple[Any, ...], value: Any) -> None:
    """What cannot be recounted is held by the digest of the whole."""
    document = json.loads((snapshot / "manifest.json").read_text())
    _edit(snapshot, document, path, lambda _: value)
    assert json.loads((snapshot / "manifest.json").read_text()) != document
    try:
        passed = verify(str(snapshot)).passed
    except DataError:
        passed = False
    assert not passed
