"""Verification: every kind of tampering with a snapshot is found."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.checks.verify import _bytes_of, verify
from pipelines.recipe import load_recipe
from tfrecords_schema.errors import DataError

Tamper = Callable[[Path], None]


def _shard(snapshot: Path) -> Path:
    return next(snapshot.rglob("train.tfrecord-00000-of-?????"))


def _flip(position: float) -> Tamper:
    """Change one bit at a share of the shard's length."""

    def tamper(snapshot: Path) -> None:
        path = _shard(snapshot)
        data = bytearray(path.read_bytes())
        data[int(position * (len(data) - 1))] ^= 1
        path.write_bytes(data)

    return tamper


def _resize(suffix: str, change: Callable[[bytes], bytes]) -> Tamper:
    def tamper(snapshot: Path) -> None:
        path = Path(f"{_shard(snapshot)}{suffix}")
        data = path.read_bytes()
        path.write_bytes(change(data))
        assert path.read_bytes() != data

    return tamper


def _delete(pattern: str) -> Tamper:
    return lambda snapshot: next(iter(sorted(snapshot.rglob(pattern)))).unlink()


def _reverse_ids(snapshot: Path) -> None:
    path = min((snapshot / "ids").iterdir())
    path.write_text("".join(path.read_text().splitlines(keepends=True)[::-1]))


def _edit_rejection(snapshot: Path) -> None:
    path = next((snapshot / "rejections").glob("deduplicate-*"))
    path.write_text(path.read_text().replace("exact_duplicate", "not_a_duplicate", 1))


def _add_rejection(snapshot: Path) -> None:
    path = next((snapshot / "rejections").glob("deduplicate-*"))
    path.write_text(path.read_text() * 2)


TAMPERINGS = {
    "first byte": (_flip(0), "sha256 differs"),
    "a byte in the middle": (_flip(0.5), "sha256 differs"),
    "last byte": (_flip(1), "sha256 differs"),
    "shard cut": (_resize("", lambda data: data[:-7]), "bytes, not"),
    "shard cut at the header": (_resize("", lambda data: data[:5]), "corrupt TFRecord"),
    "shard emptied": (_resize("", lambda _: b""), "0 rows found"),
    "shard longer": (_resize("", lambda data: data + data), "share their id with another example"),
    "shard deleted": (_delete("train.tfrecord-00000-of-?????"), "missing"),
    "index deleted": (_delete("*.index"), ".index: missing"),
    "index cut": (_resize(".index", lambda data: data[:-3]), ".index: wrong"),
    "index of words": (_resize(".index", lambda _: b"a b\n"), ".index: its lines are not"),
    "index shifted": (_resize(".index", lambda data: data.replace(b"0", b"1", 1)), ".index: wrong"),
    "lengths deleted": (_delete("*.lengths"), ".lengths: missing"),
    "lengths cut": (_resize(".lengths", lambda data: data[:-8]), ".lengths"),
    "lengths of noise": (_resize(".lengths", lambda _: b"noise"), ".lengths: not a NumPy array"),
    "ids deleted": (_delete("ids/*"), "missing"),
    "ids of another order": (_reverse_ids, ".txt: wrong"),
    "rejection edited": (_edit_rejection, "sha256 differs"),
    "rejection added": (_add_rejection, "rows"),
    "rejections deleted": (_delete("rejections/*"), "missing"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_told(flanbeam: Any, snapshot: Path, name: str) -> None:
    tamper, message = TAMPERINGS[name]
    tamper(snapshot)
    outcome = flanbeam("verify", snapshot)
    assert outcome.status == 3
    assert "NOT verified" in outcome.out
    assert message in " ".join(outcome.out.split())
    assert "Traceback" not in outcome.out + outcome.err


@pytest.fixture(scope="module")
def with_parquet(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Build the quickstart snapshot in three shards, with Parquet."""
    recipe = load_recipe("quickstart", ["output.min_shards=3"], {}, None)
    return build(recipe, str(tmp_path_factory.mktemp("parquet")), RunnerOptions())


def _parquet(snapshot: Path, number: int) -> Path:
    return snapshot / "parquet" / "quickstart" / f"train-0000{number}-of-00003.parquet"


def _change(change: Callable[[bytes], bytes]) -> Tamper:
    def tamper(snapshot: Path) -> None:
        path = _parquet(snapshot, 1)
        path.write_bytes(change(path.read_bytes()))

    return tamper


def _exchange(snapshot: Path) -> None:
    """Let two files change places, in the manifest too."""
    one, two = _parquet(snapshot, 0), _parquet(snapshot, 1)
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)
    document = json.loads((snapshot / "manifest.json").read_text())
    first, second = (shard["parquet"] for shard in document["splits"]["train"]["shards"][:2])
    for key in ("sha256", "bytes"):
        first[key], second[key] = second[key], first[key]
    (snapshot / "manifest.json").write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (lambda snapshot: _parquet(snapshot, 2).unlink(), "train-00002-of-00003.parquet: missing"),
        (_change(lambda data: data[:-1]), "no Parquet file with column 'id'"),
        (_change(lambda data: data[:300] + b"x" + data[301:]), "its sha256 or size differs"),
        (_change(lambda data: b"PAR1" + b"\xff" * (len(data) - 4)), "no Parquet file with column"),
        (
            _exchange,
            "train-00000-of-00003.parquet: its examples differ from those of quickstart",
        ),
        (
            lambda snapshot: (_parquet(snapshot, 0).parent / "train-00003.parquet").touch(),
            "train-00003.parquet: does not belong to the snapshot",
        ),
        (
            lambda snapshot: (snapshot / "README.md").write_text("Mine."),
            "README.md: missing, or its sha256 differs",
        ),
    ],
)
def test_tampering_with_files_for_other_readers_is_found(
    with_parquet: BuildResult, tmp_path: Path, tamper: Tamper, message: str
) -> None:
    copy = tmp_path / "snapshot"
    shutil.copytree(with_parquet.path, copy)
    assert verify(str(copy)).problems == []
    tamper(copy)
    assert any(message in problem for problem in verify(str(copy)).problems)


@pytest.mark.parametrize("where", ["", "nothing", "snapshot/manifest.json"])
def test_what_is_no_snapshot_is_bad_data(flanbeam: Any, snapshot: Path, where: str) -> None:
    outcome = flanbeam("verify", snapshot.parent / where)
    assert outcome.status == 3
    assert "not a snapshot" in outcome.err


def test_sound_snapshot_is_verified_and_counted(snapshot: Path, quickstart: Any) -> None:
    found = verify(str(snapshot))
    assert found.problems == []
    [shard] = quickstart.manifest.splits["train"].shards
    assert (found.examples, found.num_bytes, found.shards) == (shard.rows, shard.bytes, 1)
    assert found.rejections == sum(file.rows for file in quickstart.manifest.rejections)


def test_missing_snapshot_raises_in_code_as_well(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a snapshot"):
        verify(str(tmp_path))


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


def test_ids_are_read_as_bytes_or_the_first_wrong_one_is_named() -> None:
    whole = ["00112233445566778899aabbccddeeff", "FF" * 16]
    expected = [bytes.fromhex(one) for one in whole]
    assert _bytes_of(whole, "shard", 7).tolist() == expected
    # Python skips spaces between bytes, and shorter ids are not longer than they are stated.
    spaced = ["00 11 22 33 44 55 66 77 88 99 a1", "ab"]
    found = _bytes_of([*whole, *spaced], "shard", 7).tolist()
    assert found == [*expected, bytes.fromhex(spaced[0]).ljust(16, b"\0"), b"\xab".ljust(16, b"\0")]
    for wrong in ("x" * 32, "0", "0" * 31 + "é"):
        with pytest.raises(DataError, match="shard: example 8: its id is not hexadecimal"):
            _bytes_of([whole[0], wrong, whole[1], "y"], "shard", 7)
    # The ends of two that are not whole, which together are.
    with pytest.raises(DataError, match="example 7: its id is not hexadecimal"):
        _bytes_of(["0" * 31, "0" * 33], "shard", 7)
