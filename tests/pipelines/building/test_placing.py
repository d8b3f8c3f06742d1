"""Tests of the names that snapshots are given."""

from datetime import UTC, datetime, timedelta

from pipelines.building.placing import snapshot_name


def test_names_are_in_the_order_of_their_times() -> None:
    start = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    times = [start + timedelta(microseconds=step) for step in (0, 1, 999_999, 1_000_000)]
    names = [snapshot_name(time, digit * 64) for time, digit in zip(times, "fa90", strict=True)]
    assert names == sorted(names)
    assert names[1] == "20261231T235959.000001Z-aaaaaaaaaaaa"
