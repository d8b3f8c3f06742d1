"""Files of rejections are sorted lines that the manifest can vouch for."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import orjson

from transforms.job import Job
from transforms.records.rejections import rejection_file, write_rejections
from transforms.types import Record, Rejection


def test_no_rejections_are_no_file(tmp_path: Path) -> None:
    assert write_rejections((str(tmp_path), "rejections/a.jsonl"), []) is None
    assert list(tmp_path.iterdir()) == []


def test_rejections_are_written_in_one_order(tmp_path: Path) -> None:
    rejections = [Rejection("render", "too_long", f"{i:032x}", "s", "t", "") for i in range(5)]
    one = write_rejections((str(tmp_path), "one"), rejections)
    two = write_rejections((str(tmp_path), "two"), reversed(rejections))
    data = (tmp_path / "one").read_bytes()
    assert one == {"path": "one", "rows": 5, "sha256": hashlib.sha256(data).hexdigest()}
    assert two == one | {"path": "two"}
    assert (tmp_path / "two").read_bytes() == data
    rows = [orjson.loads(line) for line in data.splitlines()]
    assert [row["id"] for row in rows] == sorted(r.id for r in rejections)
    assert rows[0]["reason"] == "too_long"


def test_the_file_lies_in_the_snapshot(
    make_job: Callable[..., tuple[str, Job]], make_record: Callable[..., Record]
) -> None:
    _, job = make_job([make_record()])
    assert rejection_file(job, "rank", 7) == (job.staging, "rejections/rank-000007.jsonl")
    assert rejection_file(job, "render", 7, 1)[1] == "rejections/render-000007-000001.jsonl"
