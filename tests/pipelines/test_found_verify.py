"""Found: tampering that `verify` does not find, or that it dies of."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.verify import verify
from tfrecords_schema.errors import DataError


def _shard(snapshot: Path) -> Path:
    return next(snapshot.rglob("train.tfrecord-00000-of-?????"))


@pytest.mark.parametrize(
    ("suffix", "data"),
    [(".lengths", b""), (".lengths", b"PK\x03\x04"), (".index", b"99999999999999999999 1\n")],
    ids=["empty lengths: EOFError", "zip: BadZipFile", "huge index: OverflowError"],
)
def test_broken_side_file_is_a_problem_and_no_crash(
    flanbeam: Any, snapshot: Path, suffix: str, data: bytes
) -> None:
    Path(f"{_shard(snapshot)}{suffix}").write_bytes(data)
    outcome = flanbeam("verify", snapshot)
    assert outcome.status == 3
    assert f"{suffix}: its sha256 differs" in " ".join(outcome.out.split())


@pytest.mark.parametrize("name", ["COMPLETED", "info.train.json", "stats.train.json"])
def test_missing_metadata_is_found(snapshot: Path, name: str) -> None:
    """Without them seqio cannot read the snapshot."""
    next(snapshot.rglob(name)).unlink()
    assert not verify(str(snapshot)).passed


@pytest.mark.parametrize("name", ["info.train.json", "stats.train.json"])
def test_edited_metadata_is_found(snapshot: Path, name: str) -> None:
    path = next(snapshot.rglob(name))
    path.write_text(path.read_text().replace(": 1", ": 7").replace(": 4", ": 7"))
    assert not verify(str(snapshot)).passed


def test_file_that_nobody_stated_is_found(snapshot: Path) -> None:
    """seqio reads every `train.tfrecord-*` that it finds."""
    shard = _shard(snapshot)
    shard.with_name("train.tfrecord-00001-of-00002").write_bytes(shard.read_bytes())
    assert not verify(str(snapshot)).passed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format_version",), 2),
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
    """The fingerprint could be computed again from the manifest; the rest could be recounted."""
    document = json.loads((snapshot / "manifest.json").read_text())
    target = document
    for key in path[:-1]:
        target = target[key]
    assert target[path[-1]] != value
    target[path[-1]] = value
    (snapshot / "manifest.json").write_text(json.dumps(document))
    try:
        passed = verify(str(snapshot)).passed
    except DataError:
        passed = False
    assert not passed
