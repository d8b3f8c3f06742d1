"""The stage that renders the selected records of a record file: prompt, fit, tokenize, encode.

The rendered examples go to runs in buckets by split and order hash, so that a shard is a range of
buckets. A run holds so many and no more, however often the records are repeated. What an earlier
snapshot has is copied from it (transforms/prompts/kept_prompts.py).
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import SPLITS
from transforms.mixture.selection import SELECTED
from transforms.prompts.kept_prompts import Made, key_of, open_kept
from transforms.prompts.prompting import why_no_template
from transforms.prompts.render_notes import RenderNotes
from transforms.prompts.renderer import NO_TEMPLATE, STAGE, Renderer, Use, load_renderer
from transforms.records.record_store import decode_record
from transforms.runtime.progress import count_done
from transforms.stages.output import FileNote, Output, StageCounts
from transforms.stages.stage import RECORD_FILES, Stage
from transforms.stages.work import Work
from transforms.types import TEMPLATE_TYPES, Rejection

EXAMPLES = "examples"
# Order hash, input tokens, target tokens, bytes of the encoded example that follows.
ROW_HEADER = struct.Struct(">16sIII")
# Uses that are rendered, encoded and reported together.
_BATCH = 250
# Twice a record file, so that most files need one run; some 30 MB of prompts.
USES_AT_ONCE = 20_000


class _Asked(NamedTuple):
    """A selected row: what a use has, as numbers, and the record as its record file has it."""

    task: int
    repetition: int
    template_type: int
    split: int
    line: bytes


def split_uses(work: Work) -> Iterator[Work]:
    """Divide the uses of one record file into parts of at most `USES_AT_ONCE`."""
    rows = np.sort(work.read(SELECTED).rows(), order=["offset", "task", "repetition"])
    for number, start in enumerate(range(0, max(1, len(rows)), USES_AT_ONCE)):
        yield replace(work, part=number, rows=rows[start : start + USES_AT_ONCE])


def render_part(work: Work) -> Output:
    """Render one part of the uses of a record file."""
    renderer = load_renderer(work.directory)
    job, notes, counts = work.job, RenderNotes(), StageCounts()
    rejections: list[Rejection] = []
    kept: list[bytes] = []
    sections: dict[int, list[bytes]] = {}
    buckets = job.num_order_buckets
    for batch in _batches(_asked(work)):
        keys = _keys(work, renderer, batch)
        for asked, key, made in zip(
            batch, keys, _make_all(work, renderer, batch, keys), strict=True
        ):
            task, template_type = job.tasks[asked.task], TEMPLATE_TYPES[asked.template_type]
            if isinstance(made, Rejection):
                counts.enter(task.name, made.reason)
                rejections.append(made)
                continue
            counts.enter(task.name)
            notes.count(task, SPLITS[asked.split], template_type, made)
            if job.vocabulary.kind != "bytes":
                notes.count_lost(task.name, made)
            if key and not made.missing:
                kept.append(made.row(key, asked.split))
            bucket = int.from_bytes(made.order[:4]) * buckets >> 32
            sections.setdefault(asked.split * buckets + bucket, []).append(_framed(made))
        if len(batch) == _BATCH:
            count_done(work.stage, _BATCH)
    return Output(
        sections={bucket: b"".join(rows) for bucket, rows in sections.items()},
        num_sections=len(SPLITS) * buckets,
        counts=counts,
        rejections=rejections,
        files=_write_kept(work, kept),
        notes=notes,
        done=counts.entered.total() % _BATCH,
    )


def _keys(work: Work, renderer: Renderer, batch: Sequence[_Asked]) -> list[bytes]:
    """Return the key of each example, or nothing where the store keeps none."""
    if work.job.kept_prompts is None:
        return [b""] * len(batch)
    file = work.job.files[work.item]
    return [
        key_of(
            renderer.common(one.task, file, TEMPLATE_TYPES[one.template_type].startswith("fs")),
            one.split,
            one.repetition,
            one.template_type,
            one.line,
        )
        for one in batch
    ]


def _make_all(
    work: Work, renderer: Renderer, batch: Sequence[_Asked], keys: Sequence[bytes]
) -> list[Made | Rejection]:
    """Return the example of each use, copied where an earlier snapshot has it, or why not."""
    made: dict[int, Made | Rejection] = {}
    for earlier in open_kept(work.directory):
        left = [number for number in range(len(batch)) if number not in made]
        found = earlier.find([keys[number] for number in left])
        made |= {number: one for number, one in zip(left, found, strict=True) if one is not None}
    uses = {number: _use(work, batch[number]) for number in range(len(batch)) if number not in made}
    rendered = renderer.make_all([*uses.values()])
    for (number, use), one in zip(uses.items(), rendered, strict=True):
        made[number] = _rejection(work, renderer, use, one) if isinstance(one, str) else one
    return [made[number] for number in range(len(batch))]


def _framed(made: Made) -> bytes:
    """Return the header and the bytes of an example, as a run holds them."""
    header = ROW_HEADER.pack(made.order, made.input_tokens, made.target_tokens, len(made.data))
    return header + made.data


def _write_kept(work: Work, rows: Sequence[bytes]) -> list[FileNote]:
    """Write the rows by which later builds find these examples, whose places are not known yet."""
    if work.job.kept_prompts is None:
        return []
    data = b"".join(rows)
    path = filesystem.join(work.stage, f"{work.item:06d}-{work.part or 0:06d}.kept")
    filesystem.write_bytes(filesystem.join(work.directory, path), data)
    return [FileNote(path, hashlib.sha256(data).hexdigest(), "work")]


def _batches(asked: Iterator[_Asked]) -> Iterator[list[_Asked]]:
    while batch := list(islice(asked, _BATCH)):
        yield batch


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


def _asked(work: Work) -> Iterator[_Asked]:
    """Yield what the selected rows of a part ask for, in their order."""
    assert work.rows is not None, "a part has its rows"
    with filesystem.open_read(work.job.files[work.item].path) as stream:
        for offset, length, _, task, repetition, template_type, split in work.rows.tolist():
            stream.seek(offset)
            yield _Asked(task, repetition, template_type, split, stream.read(length))


def _use(work: Work, asked: _Asked) -> Use:
    return Use(
        record=decode_record(asked.line, work.job.files[work.item]),
        split=SPLITS[asked.split],
        task=work.job.tasks[asked.task].name,
        repetition=asked.repetition,
        template_type=TEMPLATE_TYPES[asked.template_type],
    )


RENDER = Stage(
    name=STAGE,
    run=render_part,
    items=RECORD_FILES,
    reads=(SELECTED,),
    yields=EXAMPLES,
    settings=("seed", "templates", "few_shot", "options", "limits", "vocabulary", "mixture"),
    notes=RenderNotes,
    split=split_uses,
)
