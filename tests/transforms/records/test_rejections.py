"""Files of rejections are sorted lines that the manifest can vouch for."""

import hashlib
from pathlib import Path

import orjson
import pytest

from tfrecords_schema.manifest import RowFile
from transforms.records.rejections import decode_rejection, encode_rejection, write_rejections
from transforms.types import Rejection


def test_no_rejections_are_no_file(tmp_path: Path) -> None:
    assert write_rejections(str(tmp_path), "rank", [0], []) is None
    assert list(tmp_path.iterdir()) == []


def test_rejections_are_written_in_one_order(tmp_path: Path) -> None:
    rejections = [
        Rejection(
            stage="render", reason="too_long", id=f"{i:032x}", source="s", task="t", detail=""
        )
        for i in range(5)
    ]
    one = write_rejections(str(tmp_path), "render", [7], rejections)
    two = write_rejections(str(tmp_path), "render", [7, 1], reversed(rejections))
    data = (tmp_path / "rejections" / "render-000007.jsonl").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    assert one == RowFile(path="rejections/render-000007.jsonl", rows=5, sha256=digest)
    assert two == RowFile(path="rejections/render-000007-000001.jsonl", rows=5, sha256=digest)
    assert (tmp_path / "rejections" / "render-000007-000001.jsonl").read_bytes() == data
    rows = [orjson.loads(line) for line in data.splitlines()]
    assert [row["id"] for row in rows] == sorted(r.id for r in rejections)
    assert rows[0]["reason"] == "too_long"


@pytest.mark.parametrize(
    ("rejection", "line"),
    [
        (
            Rejection(
                stage="scan",
                reason="license_denied",
                id="0f",
                source="s",
                task="t",
                detail="CC-BY-NC-4.0",
            ),
            b'{"detail":"CC-BY-NC-4.0","id":"0f","reason":"license_denied","source":"s",'
            b'"stage":"scan","task":"t"}\n',
        ),
        (
            Rejection(
                stage="deduplicate",
                reason="exact_duplicate",
                id="0f",
                source="s",
                task="t",
                detail="kept 0e",
                other_id="0e",
                other_source="r",
                score=1.0,
            ),
            b'{"detail":"kept 0e","id":"0f","other_id":"0e","other_source":"r",'
            b'"reason":"exact_duplicate","score":1.0,"source":"s","stage":"deduplicate",'
            b'"task":"t"}\n',
        ),
    ],
)
def test_a_line_says_only_what_there_is(rejection: Rejection, line: bytes) -> None:
    assert encode_rejection(rejection) == line
    assert decode_rejection(line) == rejection


def _memory(name: str) -> int:
    """Return VmHWM or VmRSS of this process in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux")
def test_many_rejections_take_little_more_memory_than_their_lines(tmp_path: Path) -> None:
    many = (
        Rejection(
            stage="deduplicate",
            reason="exact_duplicate",
            id=f"{number:032x}",
            source="s",
            task="t",
            detail="kept " + "0" * 32,
        )
        for number in range(30_000)
    )
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    file = write_rejections(str(tmp_path), "deduplicate", [0], many)
    assert file is not None
    assert file.rows == 30_000
    # Lines of some 200 bytes, twice; orjson's own buffers would take 120 MB.
    assert _memory("VmHWM") - before < 50 * 1024
