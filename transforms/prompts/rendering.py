"""The stage that renders the selected records of a record file: prompt, fit, tokenize, encode.

The rendered examples go to runs in buckets by split and order hash, so that a shard is a range of
buckets. A run holds so many and no more, however often the records are repeated. What an earlier
snapshot has is copied from it (transforms/prompts/kept_prompts.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import SPLITS
from transforms.held_out.left_out_examples import TASK_TEXTS
from transforms.job import Job
from transforms.mixture.selection import SELECTED
from transforms.prompts.example_rows import EXAMPLE_ROW, NO_KEY, Made, Rows, encode_examples
from transforms.prompts.kept_prompts import key_of, open_kept
from transforms.prompts.prompting import why_no_template
from transforms.prompts.render_notes import RenderNotes
from transforms.prompts.renderer import NO_TEMPLATE, STAGE, Renderer, Use, load_renderer
from transforms.records.record_store import decode_record
from transforms.runtime.progress import count_done
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import RECORD_FILES, Stage
from transforms.stages.work import Work
from transforms.types import TEMPLATE_TYPES, Rejection

EXAMPLES = "examples"
# Uses that are rendered, encoded and reported together.
_BATCH = 250
# Twice a record file, so that most files need one run; some 30 MB of prompts.
USES_AT_ONCE = 20_000


def split_uses(work: Work) -> Iterator[Work]:
    """Divide the uses of one record file into parts of at most `USES_AT_ONCE`."""
    rows = np.sort(work.read(SELECTED).rows(), order=["offset", "task", "repetition"])
    for number, start in enumerate(range(0, max(1, len(rows)), USES_AT_ONCE)):
        yield replace(work, part=number, rows=rows[start : start + USES_AT_ONCE])


def render_part(work: Work) -> Output:
    """Render one part of the uses of a record file; copy the examples that are kept."""
    assert work.rows is not None, "a part has its rows"
    job, uses, lines = work.job, work.rows, _read_lines(work)
    notes, counts = RenderNotes(), StageCounts()
    keys = _keys(work, lines)
    rows, examples, is_copied = _copy(work, keys)
    left = np.flatnonzero(~is_copied).tolist()
    rejections = []
    packed: dict[int, bytes] = {}
    for batch in (left[start : start + _BATCH] for start in range(0, len(left), _BATCH)):
        for number, made in zip(batch, _render(work, lines, batch), strict=True):
            if isinstance(made, Rejection):
                counts.enter(made.task, made.reason)
                rejections.append(made)
                continue
            examples[number] = made.data
            key = NO_KEY if made.missing else keys[number]
            packed[number] = made.row(key, int(uses["split"][number]))
            notes.count_missing(job.tasks[uses["task"][number]].family, made.missing)
        count_done(work.stage, len(batch))
    rows[list(packed)] = np.frombuffer(b"".join(packed.values()), EXAMPLE_ROW)
    made_at = np.sort(np.concatenate([np.flatnonzero(is_copied), np.array([*packed], np.intp)]))
    counts.enter_all(notes.count(job, uses[made_at], rows[made_at]))
    return Output(
        sections=_by_bucket(job, rows, examples, made_at),
        num_sections=len(SPLITS) * job.num_order_buckets,
        counts=counts,
        rejections=rejections,
        notes=notes,
        done=int(is_copied.sum()),
    )


def _read_lines(work: Work) -> list[bytes]:
    """Return the record of each use, as its record file has it."""
    assert work.rows is not None, "a part has its rows"
    with filesystem.open_read(work.job.files[work.item].path) as stream:
        lines = []
        for offset, length in work.rows[["offset", "length"]].tolist():
            stream.seek(offset)
            lines.append(stream.read(length))
    return lines


def _keys(work: Work, lines: Sequence[bytes]) -> list[bytes]:
    """Return the key of each example, or `NO_KEY` where the store keeps none."""
    if work.job.kept_prompts is None:
        return [NO_KEY] * len(lines)
    assert work.rows is not None, "a part has its rows"
    renderer, file = load_renderer(work.directory), work.job.files[work.item]
    commons: dict[tuple[int, int], bytes] = {}
    keys = []
    uses = work.rows[["task", "template_type", "split", "repetition"]].tolist()
    for (task, template_type, split, repetition), line in zip(uses, lines, strict=True):
        if (task, template_type) not in commons:
            few_shot = TEMPLATE_TYPES[template_type].startswith("fs")
            commons[task, template_type] = renderer.common(task, file, few_shot)
        common = commons[task, template_type]
        keys.append(key_of(common, split, repetition, template_type, line))
    return keys


def _copy(work: Work, keys: Sequence[bytes]) -> tuple[Rows, list[bytes], NDArray[np.bool_]]:
    """Return a row and an example for each key, and whether an earlier snapshot has it."""
    rows, examples = np.zeros(len(keys), EXAMPLE_ROW), [b""] * len(keys)
    is_copied = np.zeros(len(keys), dtype=bool)
    for earlier in open_kept(work.directory):
        left = np.flatnonzero(~is_copied)
        found, rows_found, copies = earlier.find([keys[number] for number in left.tolist()])
        numbers = left[found]
        rows[numbers], is_copied[numbers] = rows_found, True
        for number, copy in zip(numbers.tolist(), copies, strict=True):
            examples[number] = copy
    return rows, examples, is_copied


def _render(
    work: Work, lines: Sequence[bytes], numbers: Sequence[int]
) -> Iterator[Made | Rejection]:
    """Yield the example of each of the uses with these numbers, or why there is none."""
    assert work.rows is not None, "a part has its rows"
    renderer, file = load_renderer(work.directory), work.job.files[work.item]
    columns = work.rows[["task", "repetition", "template_type", "split"]][numbers].tolist()
    uses = [
        Use(
            record=decode_record(lines[number], file),
            split=SPLITS[split],
            task=work.job.tasks[task].name,
            repetition=repetition,
            template_type=TEMPLATE_TYPES[template_type],
        )
        for number, (task, repetition, template_type, split) in zip(numbers, columns, strict=True)
    ]
    for use, one in zip(uses, renderer.make_all(uses), strict=True):
        yield _rejection(work, renderer, use, one) if isinstance(one, str) else one


def _by_bucket(
    job: Job, rows: Rows, examples: Sequence[bytes], numbers: NDArray[np.intp]
) -> dict[int, bytes]:
    """Return the examples with these numbers as sections, by split and order hash."""
    first = rows["order"][numbers, 0].astype(np.uint64) >> np.uint64(32)
    buckets = np.uint64(job.num_order_buckets)
    bucket = rows["split"][numbers] * buckets + (first * buckets >> np.uint64(32))
    in_order = np.argsort(bucket, kind="stable")
    present, starts = np.unique(bucket[in_order], return_index=True)
    sections = encode_examples(
        rows[numbers[in_order]], [examples[number] for number in numbers[in_order].tolist()], starts
    )
    return dict(zip(present.astype(int).tolist(), sections, strict=True))


def _rejection(work: Work, renderer: Renderer, use: Use, reason: str) -> Rejection:
    parts = [use.record.place, f"repetition {use.repetition}, {use.template_type}"]
    if reason == NO_TEMPLATE:
        parts.append(why_no_template(use.record, use.template_type, renderer.tasks[use.task][1]))
    detail = ": ".join(filter(None, parts))
    return Rejection(
        stage=work.stage,
        reason=reason,
        id=use.record.id,
        source=use.record.source,
        task=use.task,
        detail=detail,
    )


RENDER = Stage(
    name=STAGE,
    run=render_part,
    items=RECORD_FILES,
    reads=(SELECTED, TASK_TEXTS),
    yields=EXAMPLES,
    settings=("seed", "templates", "few_shot", "options", "limits", "vocabulary", "mixture"),
    notes=RenderNotes,
    split=split_uses,
)
