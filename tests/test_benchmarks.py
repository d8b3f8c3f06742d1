"""The benchmarks run: those of seconds wholly, on little data."""

from benchmarks import choose, dedup


def test_the_stages_of_deduplication_remove_the_copies() -> None:
    assert dedup.stage(200)["removed"] == 20


def test_one_of_each_pair_is_removed() -> None:
    assert choose.choose(1000)["removed"] == 500
