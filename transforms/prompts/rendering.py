"""The stage that renders the selected records of a record file: prompt, fit, tokenize, encode.

The rendered examples go to runs in buckets by split and order hash, so that a shard is a range of
buckets. A run holds so many and no more, however often the records are repeated.
"""

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from tfrecords_schema import features, filesystem
from tfrecords_schema.codec import encode_row
from tfrecords_schema.features import NewRow
from tfrecords_schema.manifest import SPLITS
from tfrecords_schema.prompt_parts import flatten
from tfrecords_schema.vocabulary import Vocabulary, count_losses, load_vocabulary
from transforms.job import Job, load_job
from transforms.mixture.ranking import pool_lines
from transforms.mixture.selection import SELECTED
from transforms.prompts.audit import Finding, audit
from transforms.prompts.exemplars import Kept, Prompting
from transforms.prompts.fitting import Fitted, fit_all
from transforms.prompts.parts import find_parts
from transforms.prompts.prompting import Draft, draft_prompt, why_no_template
from transforms.records.record_store import decode_record, read_record_at
from transforms.runtime.progress import count_done
from transforms.stable_random import Draws, stable_digest, stable_id
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import RECORD_FILES, Stage
from transforms.stages.work import Work
from transforms.types import TEMPLATE_TYPES, Example, Record, Rejection, Task, TemplateType

EXAMPLES = "examples"
NO_TEMPLATE = "no_template"
# Order hash, input tokens, target tokens, bytes of the encoded example that follows.
ROW_HEADER = struct.Struct(">16sIII")
# Uses that are rendered, encoded and reported together.
_BATCH = 250
# Tasks whose pools are in memory at a time.
_MOST_PROMPTING = 2_048
# Twice a record file, so that most files need one run; some 30 MB of prompts.
USES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of a record: its split, prompting task, repetition from 0 and template type."""

    record: Record
    split: str
    task: str
    repetition: int
    template_type: TemplateType


@dataclass(kw_only=True)
class Renderer:
    """Renders records of a job; keeps its vocabulary and the pools it has used."""

    job: Job
    directory: str
    vocabulary: Vocabulary
    tasks: dict[str, tuple[int, Task]]
    _prompting: dict[str, Prompting] = field(default_factory=dict)
    _kept: Kept = field(default_factory=dict)
    _task_sources: dict[str, str] = field(default_factory=dict)

    def prompting(self, task_name: str) -> Prompting:
        """Return what the prompts of one task have in common; read its pool once."""
        if task_name not in self._prompting:
            _, task = self.tasks[task_name]
            pool_of, _ = self.tasks[task.inverts or task_name]
            pool = read_pool(self.job, self.directory, pool_of)
            if len(self._prompting) >= _MOST_PROMPTING:
                # Written exemplars keep the records of their pools in memory.
                self._prompting.clear()
                self._kept.clear()
            settings = self.job.settings
            of_collection = settings.mixture.of(task.collection).few_shot
            variants = of_collection or settings.few_shot.variants
            self._prompting[task_name] = Prompting(
                task, pool, variants, settings.options, self._kept
            )
        return self._prompting[task_name]

    def task_source(self, collection: str) -> str:
        """Return the value of `_task_source` for the examples of a collection."""
        if collection not in self._task_sources:
            named = self.job.settings.mixture.of(collection).task_source
            self._task_sources[collection] = named or collection
        return self._task_sources[collection]

    def render(self, use: Use) -> tuple[Example, Fitted] | str:
        """Return the example for one use of a record, or why there is none.

        The result depends on (seed, task, record, repetition, type) and the task's pool alone.
        """
        return self.render_all([use])[0]

    def render_all(self, uses: Sequence[Use]) -> list[tuple[Example, Fitted] | str]:
        """Return what `render` does of each use; the texts are encoded together."""
        drafts = [self._draft(use) for use in uses]
        found = [draft for draft in drafts if draft is not None]
        fitted = iter(fit_all(found, self.vocabulary, self.job.settings.limits))
        return [
            NO_TEMPLATE if draft is None else self._example(use, next(fitted))
            for use, draft in zip(uses, drafts, strict=True)
        ]

    def _draft(self, use: Use) -> Draft | None:
        record = use.record
        draws = Draws(self.job.settings.seed, "render", use.task, record.id, use.repetition)
        return draft_prompt(record, use.template_type, self.prompting(use.task), draws)

    def _example(self, use: Use, fitted: Fitted | str) -> tuple[Example, Fitted] | str:
        if isinstance(fitted, str):
            return fitted
        example = Example(
            id=stable_id(use.task, use.record.id, use.repetition),
            split=use.split,
            task=use.task,
            record=use.record,
            prompt=fitted.prompt,
            inputs=fitted.inputs,
            targets=fitted.targets,
            parts=flatten(find_parts(fitted.draft)),
        )
        return example, fitted


class Pool(Sequence[Record]):
    """The exemplar pool of a task, each record decoded when it is first asked for.

    The prompts of a small task look at few of its records.
    """

    def __init__(self, job: Job, lines: Sequence[bytes]) -> None:
        self._job = job
        self._lines = lines
        self._decoded: dict[int, Record] = {}

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._lines)

    def __getitem__(self, place: Any) -> Any:
        """Return a record, always the same object."""
        if place not in self._decoded:
            number, _, line = self._lines[place].partition(b"\t")
            self._decoded[place] = decode_record(line, self._job.files[int(number)])
        return self._decoded[place]


def read_pool(job: Job, directory: str, task: int) -> Sequence[Record]:
    """Read the exemplar pool of task number `task`, in the order of the records' ids."""
    return Pool(job, pool_lines(job, directory, task))


@lru_cache(maxsize=2)
def load_renderer(directory: str) -> Renderer:
    """Return the renderer of the job in a work directory; made once a process."""
    job = load_job(directory)
    vocabulary = load_vocabulary(job.vocabulary, job.vocabulary_path)
    tasks = {task.name: (number, task) for number, task in enumerate(job.tasks)}
    return Renderer(job=job, directory=directory, vocabulary=vocabulary, tasks=tasks)


def example_row(example: Example, task_source: str) -> NewRow:
    """Return the features of one example (tfrecords_schema/features.py)."""
    record, prompt = example.record, example.prompt
    return {
        features.ID: example.id,
        features.RECORD_ID: record.id,
        features.INPUTS_TEXT: prompt.inputs,
        features.TARGETS_TEXT: prompt.targets,
        features.INPUTS: example.inputs,
        features.TARGETS: example.targets,
        features.OPTIONS: prompt.options,
        features.ANSWER_INDEX: prompt.answer_index,
        features.TEMPLATE_ID: prompt.template_id,
        features.NUM_SHOTS: prompt.num_shots,
        features.INVERSION: prompt.inversion,
        features.COLLECTION: record.collection,
        features.SOURCE: record.source,
        features.SPLIT: example.split,
        features.LICENSE: record.license,
        features.TEMPLATE_INDEX: prompt.template_index,
        features.TEMPLATE_TYPE: prompt.template_type,
        features.TASK_NAME: example.task,
        features.TASK_SOURCE: task_source,
        features.PARTS: example.parts,
    }


@dataclass(kw_only=True)
class RenderNotes:
    """Examples rendered.

    Attributes:
      by_type: {split: {task: {template type: examples}}}.
      fitting: how often prompts lost something to fit, by what they lost.
      audit: {family: {what was audited: examples}}, see transforms/prompts/audit.py.
      missing: {family: {field: examples that do not show it}}.
      bytes: of encoded examples, by split.
      lost: {task: what its texts lost in encoding}, see `count_losses`.
    """

    by_type: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {split: {} for split in SPLITS}
    )
    fitting: Counter[str] = field(default_factory=Counter)
    audit: dict[str, Counter[str]] = field(default_factory=dict)
    missing: dict[str, Counter[str]] = field(default_factory=dict)
    bytes: Counter[str] = field(default_factory=Counter)
    lost: dict[str, Counter[str]] = field(default_factory=dict)

    def count_lost(self, task: str, examples: Sequence[Example], vocabulary: Vocabulary) -> None:
        """Count what the vocabulary cannot express of examples of one task."""
        texts = [text for one in examples for text in (one.prompt.inputs, one.prompt.targets)]
        ids = np.concatenate([ids for one in examples for ids in (one.inputs, one.targets)])
        lost = self.lost.setdefault(task, Counter())
        for what, number in count_losses(vocabulary, texts, [ids]).items():
            lost[what] += number

    def count_audit(self, finding: Finding, family: str) -> None:
        """Count what the audit found of one example."""
        counts = self.audit.setdefault(family, Counter())
        counts["examples"] += 1
        counts["shows_all"] += not finding.missing
        counts["one_cue"] += finding.one_cue
        if finding.missing:
            self.missing.setdefault(family, Counter()).update({*finding.missing})
        if finding.read_back is not None:
            counts["parsed"] += 1
            counts["read_back"] += finding.read_back

    def count(self, asked_type: str, example: Example, fitted: Fitted) -> None:
        """Count one example, which was asked for as `asked_type`."""
        task, prompt = example.task, example.prompt
        of_split = self.by_type[example.split]
        of_split.setdefault(task, Counter())[prompt.template_type] += 1
        self.fitting["exemplars_dropped"] += fitted.exemplars_dropped
        self.fitting["context_shortened"] += fitted.context_shortened
        shots, _, options = asked_type.partition("_")
        got_shots, _, got_options = prompt.template_type.partition("_")
        self.fitting["fell_back_to_zero_shot"] += shots != got_shots
        self.fitting["options_needed"] += (options, got_options) == ("noopt", "opt")


def split_uses(work: Work) -> Iterator[Work]:
    """Divide the uses of one record file into parts of at most `USES_AT_ONCE`."""
    rows = np.sort(work.read(SELECTED).rows(), order=["offset", "task", "repetition"])
    for number, start in enumerate(range(0, max(1, len(rows)), USES_AT_ONCE)):
        yield replace(work, part=number, rows=rows[start : start + USES_AT_ONCE])


def render_part(work: Work) -> Output:
    """Render one part of the uses of a record file."""
    renderer = load_renderer(work.directory)
    notes, counts, rejections = RenderNotes(), StageCounts(), []
    sections: dict[int, list[bytes]] = {}
    buckets = work.job.num_order_buckets
    for uses in _batches(_uses(work)):
        by_task: dict[str, list[Example]] = {}
        for use, rendered in zip(uses, renderer.render_all(uses), strict=True):
            counts.enter(use.task, rendered if isinstance(rendered, str) else None)
            if isinstance(rendered, str):
                rejections.append(_rejection(work, renderer, use, rendered))
                continue
            example, fitted = rendered
            notes.count(use.template_type, example, fitted)
            finding = audit(fitted, use.record, renderer.tasks[use.task][1])
            notes.count_audit(finding, fitted.draft.family.name)
            by_task.setdefault(use.task, []).append(example)
            order, row = _encode(renderer, example)
            bucket = int.from_bytes(order[:4]) * buckets >> 32
            sections.setdefault(SPLITS.index(use.split) * buckets + bucket, []).append(row)
            notes.bytes[use.split] += len(row)
        if work.job.vocabulary.kind != "bytes":
            for task, examples in by_task.items():
                notes.count_lost(task, examples, renderer.vocabulary)
        if len(uses) == _BATCH:
            count_done(work.stage, _BATCH)
    return Output(
        sections={bucket: b"".join(rows) for bucket, rows in sections.items()},
        num_sections=len(SPLITS) * buckets,
        counts=counts,
        rejections=rejections,
        notes=notes,
        done=counts.entered.total() % _BATCH,
    )


def _batches(uses: Iterator[Use]) -> Iterator[list[Use]]:
    while batch := list(islice(uses, _BATCH)):
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


def _uses(work: Work) -> Iterator[Use]:
    """Yield what the selected rows of a part ask for, in their order."""
    assert work.rows is not None, "a part has its rows"
    job, file = work.job, work.job.files[work.item]
    with filesystem.open_read(file.path) as stream:
        for offset, length, _, task, repetition, template_type, split in work.rows.tolist():
            record = read_record_at(stream, file, offset, length)
            name, kind = job.tasks[task].name, TEMPLATE_TYPES[template_type]
            yield Use(
                record=record,
                split=SPLITS[split],
                task=name,
                repetition=repetition,
                template_type=kind,
            )


def _encode(renderer: Renderer, example: Example) -> tuple[bytes, bytes]:
    """Return the order hash of an example, and its header and bytes as a run holds them."""
    data = encode_row(example_row(example, renderer.task_source(example.record.collection)))
    order = stable_digest(renderer.job.settings.seed, "order", example.id)
    header = ROW_HEADER.pack(order, len(example.inputs), len(example.targets), len(data))
    return order, header + data


RENDER = Stage(
    name="render",
    run=render_part,
    items=RECORD_FILES,
    reads=(SELECTED,),
    yields=EXAMPLES,
    settings=("seed", "templates", "few_shot", "options", "limits", "vocabulary", "mixture"),
    notes=RenderNotes,
    split=split_uses,
)
