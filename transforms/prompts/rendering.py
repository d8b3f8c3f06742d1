"""Render the selected records of one record file: prompt, fit, tokenize, encode.

The rendered examples go to runs in buckets by split and order hash, so that a shard is a range of
buckets. A run holds so many and no more, however often the records are repeated.
"""

import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.codec import encode_row
from tfrecords_schema.vocabulary import Vocabulary, load_vocabulary
from transforms.job import Job, load_job
from transforms.mixture.ranking import pool_path
from transforms.mixture.selection import SELECTED_ROW
from transforms.prompts.fitting import Fitted, fit
from transforms.prompts.prompting import Prompting, draft_prompt
from transforms.records.record_store import decode_record, read_record_at
from transforms.records.rejections import rejection_file, write_rejections
from transforms.runtime.exchange import Run, finished_run, read_rows, write_run
from transforms.runtime.progress import report
from transforms.stable_random import Draws, stable_digest, stable_id
from transforms.types import SPLITS, TEMPLATE_TYPES, Example, Record, Rejection, Task, TemplateType

RENDER = "render"
NO_TEMPLATE = "no_template"
# Order hash, input tokens, target tokens, bytes of the encoded example that follows.
ROW_HEADER = struct.Struct(">16sIII")
_REPORT_EVERY = 500
# Twice a record file, so that most files need one run; some 30 MB of prompts.
USES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a record: in which split, by which task, the how-manieth, in which type."""

    record: Record
    split: str
    task: str
    repetition: int
    template_type: TemplateType


@dataclass
class Renderer:
    """Renders records of a job; keeps its vocabulary and the pools it has used."""

    job: Job
    work: str
    vocabulary: Vocabulary
    tasks: dict[str, tuple[int, Task]]
    _prompting: dict[str, Prompting] = field(default_factory=dict)

    def prompting(self, task_name: str) -> Prompting:
        """What the prompts of one task have in common, its pool read once."""
        if task_name not in self._prompting:
            _, task = self.tasks[task_name]
            pool_of, _ = self.tasks[task.inverts or task_name]
            pool = read_pool(self.job, self.work, pool_of)
            self._prompting[task_name] = Prompting(task, pool, self.job.few_shot, self.job.options)
        return self._prompting[task_name]

    def render(self, use: Use) -> tuple[Example, Fitted] | str:
        """The example for one use of a record, or why there is none.

        A function of (seed, task, record, repetition, type) and the task's pool alone.
        """
        record, task = use.record, self.tasks[use.task][1]
        draws = Draws(self.job.seed, RENDER, task.name, record.id, use.repetition)
        draft = draft_prompt(record, use.template_type, self.prompting(task.name), draws)
        if draft is None:
            return NO_TEMPLATE
        fitted = fit(draft, self.vocabulary, self.job.limits)
        if isinstance(fitted, str):
            return fitted
        example_id = stable_id(task.name, record.id, use.repetition)
        example = Example(
            example_id,
            use.split,
            task.name,
            record,
            fitted.prompt,
            fitted.inputs,
            fitted.targets,
        )
        return example, fitted


def read_pool(job: Job, work: str, task: int) -> list[Record]:
    """The exemplar pool of task number `task`, in the order of the records' ids."""
    records = []
    for line in filesystem.read_bytes(pool_path(work, task)).splitlines():
        number, _, record = line.partition(b"\t")
        records.append(decode_record(record, job.files[int(number)]))
    return records


@lru_cache(maxsize=2)
def load_renderer(work: str) -> Renderer:
    """The renderer of the job in `work`; made once a process."""
    job = load_job(work)
    vocabulary = load_vocabulary(job.vocabulary, job.vocabulary_path)
    tasks = {task.name: (number, task) for number, task in enumerate(job.tasks)}
    return Renderer(job, work, vocabulary, tasks)


def example_row(example: Example, task_source: str) -> dict[str, Any]:
    """The features of one example (tfrecords_schema/features.py)."""
    record, prompt = example.record, example.prompt
    return {
        "id": example.id,
        "record_id": record.id,
        "inputs_pretokenized": prompt.inputs,
        "targets_pretokenized": prompt.targets,
        "inputs": example.inputs,
        "targets": example.targets,
        "options": prompt.options,
        "answer_index": prompt.answer_index,
        "template_id": prompt.template_id,
        "num_shots": prompt.num_shots,
        "inversion": prompt.inversion,
        "collection": record.collection,
        "source": record.source,
        "split": example.split,
        "license": record.license,
        "_template_idx": prompt.template_index,
        "_template_type": prompt.template_type,
        "_task_name": example.task,
        "_task_source": task_source,
    }


@dataclass
class _Tally:
    """Counts of one run, for the ledger and the mixture table."""

    entered: Counter[str] = field(default_factory=Counter)
    rendered: Counter[str] = field(default_factory=Counter)
    by_type: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {split: {} for split in SPLITS}
    )
    rejected: dict[str, Counter[str]] = field(default_factory=dict)
    fitting: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    def count(self, asked_type: str, example: Example, fitted: Fitted) -> None:
        task, prompt = example.task, example.prompt
        self.rendered[task] += 1
        of_split = self.by_type[example.split]
        of_split.setdefault(task, Counter())[prompt.template_type] += 1
        self.fitting["exemplars_dropped"] += fitted.exemplars_dropped
        self.fitting["context_shortened"] += fitted.context_shortened
        self.fitting["fell_back_to_zero_shot"] += asked_type != prompt.template_type

    def summary(self) -> dict[str, Any]:
        return {
            "entered": self.entered,
            "left": self.rendered,
            "by_type": self.by_type,
            "rejected": self.rejected,
            "fitting": self.fitting,
            "bytes": self.bytes,
        }


def render_file(index: int, work: str, selected: Iterable[Run]) -> Iterator[Run]:
    """Render the selected rows of record file `index` into runs in order buckets."""
    rows = np.sort(read_rows(selected, index, SELECTED_ROW), order=["offset", "task", "repetition"])
    for number, start in enumerate(range(0, max(1, len(rows)), USES_AT_ONCE)):
        yield _finished_part(index, number, work, rows[start : start + USES_AT_ONCE])


def _finished_part(index: int, number: int, work: str, rows: NDArray[Any]) -> Run:
    path = filesystem.join(work, RENDER, f"{index:06d}-{number:06d}.run")
    return finished_run(path, lambda: _render(index, number, work, rows, path))


def _render(index: int, number: int, work: str, rows: NDArray[Any], path: str) -> Run:
    renderer = load_renderer(work)
    job = renderer.job
    tally, rejections = _Tally(), []
    sections: dict[int, list[bytes]] = {}
    for position, use in enumerate(_uses(job, index, rows), start=1):
        if position % _REPORT_EVERY == 0:
            report(RENDER, _REPORT_EVERY)
        tally.entered[use.task] += 1
        rendered = renderer.render(use)
        if isinstance(rendered, str):
            tally.rejected.setdefault(rendered, Counter())[use.task] += 1
            detail = f"repetition {use.repetition}, {use.template_type}"
            record = use.record
            rejections.append(
                Rejection(RENDER, rendered, record.id, record.source, use.task, detail)
            )
            continue
        tally.count(use.template_type, *rendered)
        order, row = _encode(job, rendered[0])
        bucket = int.from_bytes(order[:4]) * job.num_order_buckets >> 32
        first = SPLITS.index(use.split) * job.num_order_buckets
        sections.setdefault(first + bucket, []).append(row)
        tally.bytes[use.split] += len(row)
    report(RENDER, tally.entered.total() % _REPORT_EVERY)
    summary = tally.summary()
    place = rejection_file(job, RENDER, index, number)
    summary["rejections"] = write_rejections(place, rejections)
    joined = {bucket: b"".join(rows) for bucket, rows in sections.items()}
    return write_run(path, len(SPLITS) * job.num_order_buckets, joined, summary)


def _uses(job: Job, index: int, rows: NDArray[Any]) -> Iterator[Use]:
    """What selected rows of a record file ask for, in their order."""
    file = job.files[index]
    with filesystem.open_read(file.path) as stream:
        for offset, length, _, task, repetition, template_type, split in rows.tolist():
            record = read_record_at(stream, file, offset, length)
            name, kind = job.tasks[task].name, TEMPLATE_TYPES[template_type]
            yield Use(record, SPLITS[split], name, repetition, kind)


def _encode(job: Job, example: Example) -> tuple[bytes, bytes]:
    """The order hash of an example, and its header and bytes as a run holds them."""
    collection = example.record.collection
    data = encode_row(example_row(example, job.mixture.of(collection).task_source or collection))
    order = stable_digest(job.seed, "order", example.id)
    header = ROW_HEADER.pack(order, len(example.inputs), len(example.targets), len(data))
    return order, header + data


@dataclass
class RenderPrompts(beam.PTransform):
    """Index of a record file → Runs of its rendered examples."""

    work: str
    selected: beam.PCollection

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        selected = beam.pvalue.AsList(self.selected)
        return files | "Render" >> beam.FlatMap(render_file, self.work, selected)
