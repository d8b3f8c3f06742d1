"""Stages are connected by the names that they read, in whatever order and selection they come."""

from collections.abc import Sequence
from typing import Any

import pytest

from pipelines.building.stages import STAGES
from transforms.duplicates.exact import DEDUPLICATE
from transforms.duplicates.near_duplicates import APPLY
from transforms.held_out.decontamination import DECONTAMINATE
from transforms.mixture.ranking import RANK
from transforms.records.key_rows import KEY_ROW
from transforms.settings import CorpusSettings
from transforms.stages.output import Output
from transforms.stages.stage import (
    COUNTED,
    EVERYTHING,
    HASH_BUCKETS,
    KEY_BUCKETS,
    ONCE,
    RECORD_FILES,
    TASK_BUCKETS,
    Items,
    Stage,
)
from transforms.stages.wiring import Wired, is_aligned, is_divided, wire
from transforms.stages.work import Work

SETTINGS = CorpusSettings()
NEAR = CorpusSettings.model_validate({"deduplicate": {"near": {"enabled": True}}})


def _never(_: Work) -> Output:
    raise AssertionError("wiring runs no stage")


def _stage(
    name: str, items: Items = ONCE, reads: Sequence[str] = (), yields: str = "", **more: Any
) -> Stage:
    dtype = KEY_ROW if yields == "rows" else None
    return Stage(
        **{"name": name, "run": _never, "items": items, "yields": yields, "dtype": dtype}
        | {"reads": tuple(reads)}
        | more
    )


def _sources(wired: Sequence[Wired]) -> dict[str, dict[str, str]]:
    """Return {stage: {name that it reads: stage that yields it}}."""
    return {
        one.stage.name: {name: source.name for name, source in one.sources.items()} for one in wired
    }


def _readers(wired: Sequence[Wired]) -> dict[str, Items | None]:
    return {one.stage.name: one.readers for one in wired}


SCAN = _stage("scan", RECORD_FILES, yields="rows")
FILTER = _stage("filter", KEY_BUCKETS, reads=["rows"], yields="rows")
TABLE = _stage("table", ONCE, yields="table")
RANKING = _stage("rank", TASK_BUCKETS, reads=["rows", "table"], yields="ranked")


def test_a_stage_reads_the_nearest_earlier_one_that_yields_the_name() -> None:
    wired = wire([TABLE, SCAN, FILTER, RANKING], SETTINGS)
    assert [one.stage for one in wired] == [TABLE, SCAN, FILTER, RANKING]
    assert _sources(wired) == {
        "table": {},
        "scan": {},
        "filter": {"rows": "scan"},
        "rank": {"rows": "filter", "table": "table"},
    }
    assert _readers(wired)["scan"] is KEY_BUCKETS
    assert _readers(wired)["filter"] is TASK_BUCKETS
    assert _readers(wired)["rank"] is None


def test_a_filter_that_is_taken_away_rewires_its_reader() -> None:
    wired = wire([TABLE, SCAN, RANKING], SETTINGS)
    assert _sources(wired)["rank"] == {"rows": "scan", "table": "table"}
    assert _readers(wired)["scan"] is TASK_BUCKETS


def test_a_filter_that_is_added_comes_between() -> None:
    second = _stage("second", RECORD_FILES, reads=["rows"], yields="rows")
    wired = wire([TABLE, SCAN, FILTER, second, RANKING], SETTINGS)
    assert _sources(wired)["second"] == {"rows": "filter"}
    assert _sources(wired)["rank"]["rows"] == "second"
    assert _readers(wired)["filter"] is RECORD_FILES


@pytest.mark.parametrize(
    "stages",
    [
        [FILTER],
        [FILTER, SCAN],
        [SCAN, RANKING, TABLE],
        [_stage("own", reads=["rows"], yields="rows")],
        [SCAN, _stage("other", reads=["row"])],
    ],
)
def test_a_name_that_no_earlier_stage_yields_is_an_error(stages: list[Stage]) -> None:
    with pytest.raises(ValueError, match=r"reads \['(rows|row|table)'\], which no earlier stage"):
        wire(stages, SETTINGS)


def test_readers_that_divide_rows_differently_are_an_error() -> None:
    by_key = _stage("by_key", KEY_BUCKETS, reads=["rows"])
    by_task = _stage("by_task", TASK_BUCKETS, reads=["rows"])
    with pytest.raises(ValueError, match=r"stage scan are divided by .*: by_key, by_task"):
        wire([SCAN, by_key, by_task], SETTINGS)
    # The second may follow a stage that yields the rows once more.
    wired = wire([SCAN, by_key, FILTER, by_task], SETTINGS)
    assert _readers(wired)["scan"] is KEY_BUCKETS
    assert _readers(wired)["filter"] is TASK_BUCKETS


def test_readers_that_divide_rows_alike_or_read_all_go_together() -> None:
    readers = [_stage(f"reader {i}", KEY_BUCKETS, reads=["rows"]) for i in range(2)]
    whole = _stage("whole", ONCE, reads=["rows"])
    counted = _stage("counted", COUNTED, reads=["rows"])
    wired = wire([SCAN, whole, *readers, counted], SETTINGS)
    assert _readers(wired)["scan"] is KEY_BUCKETS
    assert _readers(wire([SCAN, whole, counted], SETTINGS))["scan"] is None


@pytest.mark.parametrize("items", [ONCE, RECORD_FILES, KEY_BUCKETS, TASK_BUCKETS, HASH_BUCKETS])
def test_stages_of_the_same_items_are_aligned(items: Items) -> None:
    source = _stage("source", items, yields="rows")
    reader = _stage("reader", items, reads=["rows"])
    assert is_aligned(source, reader)
    assert not is_divided(source, reader)
    assert _readers(wire([source, reader], SETTINGS))["source"] is None


@pytest.mark.parametrize(
    ("source", "reader", "divided"),
    [
        (RECORD_FILES, KEY_BUCKETS, True),
        (KEY_BUCKETS, TASK_BUCKETS, True),
        (ONCE, RECORD_FILES, True),
        (COUNTED, RECORD_FILES, True),
        (RECORD_FILES, ONCE, False),
        (RECORD_FILES, COUNTED, False),
        # Nobody knows that two stages count the same items.
        (COUNTED, COUNTED, False),
    ],
)
def test_stages_of_other_items_are_not_aligned(source: Items, reader: Items, divided: bool) -> None:
    stages = _stage("source", source, yields="rows"), _stage("reader", reader, reads=["rows"])
    assert not is_aligned(*stages)
    assert is_divided(*stages) is divided


def test_an_aligned_reader_leaves_the_division_to_the_others() -> None:
    aligned = _stage("aligned", RECORD_FILES, reads=["rows"])
    wired = wire([SCAN, aligned, FILTER], SETTINGS)
    assert _readers(wired)["scan"] is KEY_BUCKETS


def test_everything_is_what_all_stages_before_it_wrote() -> None:
    last = _stage("last", ONCE, reads=[EVERYTHING])
    wired = wire([TABLE, SCAN, FILTER, last, RANKING], SETTINGS)
    assert _sources(wired)["last"] == {"table": "table", "scan": "scan", "filter": "filter"}
    assert list(wired[3].sources) == ["table", "scan", "filter"], "in the order of the stages"


def test_a_stage_that_is_not_enabled_is_as_if_it_were_not_there() -> None:
    optional = _stage(
        "optional",
        RECORD_FILES,
        reads=["rows"],
        yields="rows",
        is_enabled=lambda settings: settings.seed == 7,
    )
    last = _stage("last", ONCE, reads=[EVERYTHING])
    stages = [TABLE, SCAN, optional, RANKING, last]
    assert wire(stages, SETTINGS) == wire([TABLE, SCAN, RANKING, last], SETTINGS)
    wired = wire(stages, CorpusSettings(seed=7))
    assert _sources(wired)["rank"]["rows"] == "optional"
    assert list(_sources(wired)["last"]) == ["table", "scan", "optional", "rank"]


def test_rows_stay_divided_for_the_stages_after_the_last_one() -> None:
    stages = [TABLE, SCAN, FILTER, RANKING]
    wired = wire(stages, SETTINGS, up_to=FILTER)
    assert [one.stage.name for one in wired] == ["table", "scan", "filter"]
    assert wired == wire(stages, SETTINGS)[:3]
    assert _readers(wired)["filter"] is TASK_BUCKETS


ASSEMBLY = {
    "index": {},
    "scan": {"held_out_index": "index"},
    "deduplicate": {"rows": "scan"},
    "decontaminate": {"rows": "deduplicate", "held_out_index": "index"},
    "task_texts": {"held_out_index": "index"},
    "rank": {"rows": "decontaminate"},
    "plan": {"ranked": "rank"},
    "select": {"ranked": "rank", "quotas": "plan"},
    "list_records": {"ranked": "rank", "selected": "select", "quotas": "plan"},
    "read_records": {"listed_records": "list_records"},
    "records": {"lines": "read_records", "quotas": "plan"},
    "render": {"selected": "select", "task_texts": "task_texts"},
    "plan_shards": {"examples": "render"},
    "write": {"shard_ranges": "plan_shards", "examples": "render"},
}


def test_the_stages_of_an_assembly() -> None:
    assert _sources(wire(STAGES, SETTINGS)) == ASSEMBLY | {
        "manifest": {name: name for name in ASSEMBLY}
    }


def test_the_stages_of_an_assembly_that_removes_near_duplicates() -> None:
    wired = wire(STAGES, NEAR)
    sources = _sources(wired)
    assert sources.pop("manifest") == {name: name for name in sources}
    assert sources == ASSEMBLY | {
        "sign": {"rows": "deduplicate"},
        "verify_pairs": {"bands": "sign"},
        "choose_survivors": {"edges": "verify_pairs"},
        "near_duplicates": {"rows": "deduplicate", "removals": "choose_survivors"},
        "decontaminate": {"rows": "near_duplicates", "held_out_index": "index"},
    }
    assert _readers(wired)["deduplicate"] is RECORD_FILES
    assert _readers(wired)["sign"] is HASH_BUCKETS


@pytest.mark.parametrize("removed", [DEDUPLICATE, DECONTAMINATE], ids=lambda stage: stage.name)
@pytest.mark.parametrize("settings", [SETTINGS, NEAR], ids=["exact", "near"])
def test_each_filter_of_an_assembly_can_be_taken_away(
    removed: Stage, settings: CorpusSettings
) -> None:
    wired = wire([stage for stage in STAGES if stage is not removed], settings)
    assert removed not in [source for one in wired for source in one.sources.values()]


def test_an_assembly_that_ends_early_divides_its_rows_as_a_whole_one_does() -> None:
    enabled = [stage for stage in STAGES if stage.name not in ("known", "other_snapshots")]
    for position, stage in enumerate(enabled):
        assert wire(STAGES, NEAR, up_to=stage) == wire(STAGES, NEAR)[: position + 1]
    assert wire(STAGES, NEAR, up_to=APPLY)[-1].readers is None
    assert wire(STAGES, NEAR, up_to=DECONTAMINATE)[-1].readers is RANK.items
