"""Rendering: each selected record becomes one example or is refused with a reason."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages, StageRuns
from tfrecords_schema.codec import decode_row
from tfrecords_schema.features import FEATURES
from tfrecords_schema.manifest import SPLITS
from transforms.mixture.mixing import PLAN
from transforms.prompts import rendering
from transforms.prompts.example_rows import decode_examples
from transforms.prompts.fitting import Fitted
from transforms.prompts.renderer import Renderer, Use, example_row, load_renderer
from transforms.prompts.rendering import RENDER
from transforms.runtime.exchange import read_buckets
from transforms.runtime.progress import DIRECTORY, collect_done
from transforms.settings import FewShot, Limits, Mixture, Validation
from transforms.stable_random import stable_digest, stable_id
from transforms.types import TEMPLATE_TYPES, Example, Record


def _rows(stages: StageRuns) -> list[tuple[bytes, dict[str, Any]]]:
    """Return (order hash, row) of everything that was rendered, bucket by bucket."""
    rows, buckets = [], stages.job.num_order_buckets
    for number in range(len(SPLITS) * buckets):
        sections = read_buckets(stages.of(RENDER), number, number + 1)
        for facts, data in zip(*decode_examples(sections), strict=True):
            row: dict[str, Any] = decode_row(data)
            lengths = [facts["input_tokens"], facts["target_tokens"]]
            assert [len(row["inputs"]), len(row["targets"])] == lengths
            identities = facts["id"].tobytes(), facts["record_id"].tobytes()
            assert (row["id"], row["record_id"]) == tuple(map(bytes.hex, identities))
            order = facts["order"].tobytes()
            bucket = int.from_bytes(order[:4]) * buckets >> 32
            assert SPLITS.index(row["split"]) * buckets + bucket == number
            rows.append((order, row))
    return rows


@pytest.fixture(scope="module")
def records(make_record: MakeRecord) -> list[Record]:
    """Return the records of `renderer`."""
    return [make_record(i) for i in range(8)]


@pytest.fixture(scope="module")
def renderer(make_job: MakeJob, run_stages: RunStages, records: list[Record]) -> Renderer:
    """Return the renderer of a job whose exemplar pools are there."""
    work, job = make_job(records)
    run_stages(work, job, up_to=PLAN)
    return load_renderer(work)


def test_examples_are_a_function_of_record_repetition_and_type(
    renderer: Renderer, records: list[Record]
) -> None:
    seen = set()
    for repetition in range(3):
        for template_type in TEMPLATE_TYPES:
            use = Use(
                record=records[0],
                split="train",
                task=records[0].task,
                repetition=repetition,
                template_type=template_type,
            )
            one = renderer.render(use)
            again = renderer.render(use)
            assert not isinstance(one, str)
            assert not isinstance(again, str)
            example, fitted = one
            assert again[0].prompt == example.prompt
            assert again[0].inputs.tolist() == example.inputs.tolist()
            assert again[0].targets.tolist() == example.targets.tolist()
            assert isinstance(fitted, Fitted)
            assert example.id == stable_id("t", records[0].id, repetition)
            assert example.record == records[0]
            seen.add(example.prompt.inputs)
    # Without options `opt` and `noopt` read alike, but for few-shot prompts of mixed templates.
    assert 3 * 2 <= len(seen) <= 3 * 3


def test_a_row_has_every_feature(renderer: Renderer, records: list[Record]) -> None:
    rendered = renderer.render(
        Use(record=records[3], split="train", task="t", repetition=0, template_type="fs_noopt")
    )
    assert not isinstance(rendered, str)
    example: Example = rendered[0]
    row = example_row(example, "Published")
    assert set(row) == {feature.name for feature in FEATURES}
    assert row["record_id"] == records[3].id
    assert row["_task_source"] == "Published"
    assert (row["_task_name"], row["source"], row["collection"]) == ("t", "s", "c")
    assert (row["license"], row["split"]) == ("CC0-1.0", "train")
    assert [*row["inputs"]] == [byte + 3 for byte in row["inputs_pretokenized"].encode()]
    assert [*row["targets"]] == [byte + 3 for byte in row["targets_pretokenized"].encode()]
    assert row["num_shots"] > 0
    assert (row["answer_index"], row["options"]) == (-1, ())


def test_every_selected_record_is_rendered_once(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 2}", source=f"s{i % 2}") for i in range(20)]
    mixture = Mixture(examples=50, max_epochs=3)
    work, job = make_job(records, records_per_file=6, mixture=mixture)
    stages = run_stages(work, job, up_to=RENDER)
    rows = _rows(stages)
    assert len(rows) == 50
    ids = {stable_id(r.task, r.id, repetition) for r in records for repetition in range(3)}
    assert len({row["id"] for _, row in rows}) == 50
    assert {row["id"] for _, row in rows} <= ids
    assert Counter(Counter(row["record_id"] for _, row in rows).values()) == {2: 10, 3: 10}
    assert all(order == stable_digest(0, "order", row["id"]) for order, row in rows)
    types = Counter((row["_task_name"], row["_template_type"]) for _, row in rows)
    (table,) = stages.notes(PLAN)
    planned = {
        (name, kind): count
        for name, quota in table.plan().quotas.items()
        for kind, count in quota.by_type.items()
        if count
    }
    assert types == planned
    assert sum(notes.bytes["train"] for notes in stages.notes(RENDER)) > 0


def test_each_split_has_sections_of_its_own(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    validation = Validation(fraction=0.4)
    work, job = make_job([make_record(i) for i in range(40)], validation=validation)
    stages = run_stages(work, job, up_to=RENDER)
    splits = Counter(row["split"] for _, row in _rows(stages))
    (notes,) = stages.notes(RENDER)
    assert min(splits.values()) > 5
    assert splits == {split: sum(notes.by_type[split]["t"].values()) for split in SPLITS}
    assert splits.total() == 40


def test_repetitions_have_other_prompts(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job([make_record(i) for i in range(20)], mixture=Mixture(max_epochs=2))
    prompts: dict[str, list[str]] = {}
    for _, row in _rows(run_stages(work, job, up_to=RENDER)):
        prompts.setdefault(row["record_id"], []).append(row["inputs_pretokenized"])
    assert all(len(texts) == 2 for texts in prompts.values())
    assert sum(one == two for one, two in prompts.values()) <= 2


def test_what_cannot_be_rendered_is_counted_and_explained(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    good = [make_record(i) for i in range(3)]
    long_question = {"question": "why " * 100, "answer": "so"}
    long_answer = {"question": "Why?", "answer": "because " * 20}
    bad = [
        make_record(10, fields=long_question),
        make_record(11, fields=long_answer),
        make_record(12, fields={"answer": "no question"}),
    ]
    types = Mixture.model_validate({"collections": {"c": {"template_types": {"zs_noopt": 1}}}})
    limits = Limits(max_input_tokens=200, max_target_tokens=50)
    work, job = make_job([*good, *bad], mixture=types, limits=limits)
    stages = run_stages(work, job, up_to=RENDER)
    counts = stages.counts(RENDER)
    assert counts.entered == {"t": 6}
    assert counts.kept == {"t": 3}
    assert counts.rejected == {
        "input_too_long": {"t": 1},
        "target_too_long": {"t": 1},
        "no_template": {"t": 1},
    }
    assert {row["id"]: row["reason"] for row in stages.rejections(RENDER)} == {
        bad[0].id: "input_too_long",
        bad[1].id: "target_too_long",
        bad[2].id: "no_template",
    }
    use = "repetition 0, zs_noopt"
    lacks = "the record has no question, which every template without {options} uses"
    details = {row["detail"] for row in stages.rejections(RENDER)}
    assert details == {use, f"{use}: {lacks}"}


def test_what_is_lost_to_the_limits_is_counted(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    types = Mixture.model_validate({"collections": {"c": {"template_types": {"fs_noopt": 1}}}})
    settings: dict[str, Any] = {
        "mixture": types,
        "few_shot": FewShot.model_validate({"variants": [{"shots": 3}]}),
        "limits": Limits(max_input_tokens=190),
    }
    work, job = make_job([make_record(i) for i in range(20)], **settings)
    stages = run_stages(work, job, up_to=RENDER)
    rows = [row for _, row in _rows(stages)]
    (notes,) = stages.notes(RENDER)
    assert notes.fitting["exemplars_dropped"] == 3 * 20 - sum(r["num_shots"] for r in rows)
    fell_back = sum(row["_template_type"] == "zs_noopt" for row in rows)
    assert notes.fitting["fell_back_to_zero_shot"] == fell_back
    assert notes.by_type["train"]["t"] == Counter(row["_template_type"] for row in rows)
    assert 0 < fell_back < 20
    assert all(len(row["inputs"]) < 190 for row in rows)


def test_the_runs_of_a_file_hold_so_many_and_no_more(
    make_job: MakeJob,
    make_record: MakeRecord,
    run_stages: RunStages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [make_record(i) for i in range(10)]
    records.append(make_record(10, fields={"question": "why " * 99, "answer": "x"}))
    mixture, limits = Mixture(max_epochs=7, examples=77), Limits(max_input_tokens=300)
    work, job = make_job(records, mixture=mixture, limits=limits)
    whole = _rows(run_stages(work, job, up_to=RENDER))
    monkeypatch.setattr(rendering, "USES_AT_ONCE", 20)
    work, job = make_job(records, mixture=mixture, limits=limits)
    stages = run_stages(work, job, up_to=RENDER)
    assert [Path(run.path).name for run in stages.of(RENDER)] == [
        f"000000-{part:06d}.run" for part in range(4)
    ]
    summaries = stages.summaries(RENDER)
    counts = [summary.counts for summary in summaries if summary.counts]
    assert [one.entered.total() for one in counts] == [20, 20, 20, 17]
    assert _rows(stages) == whole
    assert len(whole) == 70
    assert len(stages.rejections(RENDER)) == 7
    names = {summary.rejections.path for summary in summaries if summary.rejections}
    assert names <= {f"rejections/render-000000-{part:06d}.jsonl" for part in range(4)}


@pytest.mark.parametrize("task_source", [None, "Flan2021"])
def test_the_published_name_of_a_collection(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages, task_source: str | None
) -> None:
    mixture = Mixture.model_validate({"collections": {"c": {"task_source": task_source}}})
    work, job = make_job([make_record(i) for i in range(4)], mixture=mixture)
    rows = _rows(run_stages(work, job, up_to=RENDER))
    assert {row["_task_source"] for _, row in rows} == {task_source or "c"}


def test_every_record_of_a_file_is_reported(
    make_job: MakeJob,
    make_record: MakeRecord,
    run_stages: RunStages,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "_BATCH", 3)
    listener = tmp_path / "progress"
    listener.mkdir()
    monkeypatch.setenv(DIRECTORY, str(listener))
    good = [make_record(i) for i in (0, 2)]
    bad = [make_record(i, fields={"question": f"why {i} " * 99, "answer": "x"}) for i in (1, 3)]
    work, job = make_job([good[0], bad[0], good[1], bad[1]], limits=Limits(max_input_tokens=300))
    run_stages(work, job, up_to=RENDER)
    assert collect_done(str(listener))[RENDER.name].records == 4
