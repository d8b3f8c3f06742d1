"""Renders records of a job: the prompt, its ids, and a digest of what they depend on."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from itertools import islice

import orjson

from tfrecords_schema import features
from tfrecords_schema.codec import encode_row, pack_all
from tfrecords_schema.features import NewRow
from tfrecords_schema.prompt_parts import flatten
from tfrecords_schema.vocabulary import Vocabulary, count_unknown, load_vocabulary
from transforms.held_out.left_out_examples import without_left_out
from transforms.job import Job, load_job
from transforms.mixture.ranking import pool_lines
from transforms.prompts.audit import audit
from transforms.prompts.example_rows import Made
from transforms.prompts.exemplars import Kept, Prompting
from transforms.prompts.fitting import Fitted, fit_all
from transforms.prompts.parts import find_parts
from transforms.prompts.pools import LazyPool
from transforms.prompts.prompting import Draft, draft_prompt
from transforms.records.record_store import RecordFile, decode_record
from transforms.settings import FewShotVariant
from transforms.stable_random import Draws, stable_digest, stable_id
from transforms.templates.catalog import FORWARD
from transforms.types import Example, Record, Task, TemplateType

# The name of the stage that renders (transforms/prompts/rendering.py).
STAGE = "render"
NO_TEMPLATE = "no_template"
# Tasks whose pools are in memory at a time.
_MOST_PROMPTING = 2_048
# Of the stage's node, what `Renderer.common` takes for one task at a time.
_OF_TASKS = {"families", "mixture", "templates"}
# Features that are lists of numbers.
_NUMBERS = (features.INPUTS, features.TARGETS, features.PARTS)


@dataclass(slots=True, kw_only=True)
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
    _variants: dict[str, Sequence[FewShotVariant]] = field(default_factory=dict)
    _task_sources: dict[str, str] = field(default_factory=dict)
    _commons: dict[tuple[int, str, str, bool], bytes] = field(default_factory=dict)

    def prompting(self, task_name: str) -> Prompting:
        """Return what the prompts of one task have in common; its pool is read once, if at all."""
        if task_name not in self._prompting:
            _, task = self.tasks[task_name]
            pool_of, _ = self.tasks[task.inverts or task_name]
            pool = read_pool(self.job, self.directory, pool_of)
            if len(self._prompting) >= _MOST_PROMPTING:
                # Written exemplars keep the records of their pools in memory.
                self._prompting.clear()
                self._kept.clear()
            self._prompting[task_name] = Prompting(
                task,
                pool,
                self._variants_of(task.collection),
                self.job.settings.options,
                self._kept,
            )
        return self._prompting[task_name]

    def _variants_of(self, collection: str) -> Sequence[FewShotVariant]:
        """Return the few-shot variants of a collection."""
        if collection not in self._variants:
            own = self.job.settings.mixture.of(collection).few_shot
            self._variants[collection] = own or self.job.settings.few_shot.variants
        return self._variants[collection]

    def task_source(self, collection: str) -> str:
        """Return the value of `_task_source` for the examples of a collection."""
        if collection not in self._task_sources:
            named = self.job.settings.mixture.of(collection).task_source
            self._task_sources[collection] = named or collection
        return self._task_sources[collection]

    def common(self, task_number: int, file: RecordFile, few_shot: bool) -> bytes:
        """Return a digest of what the examples of one task and record file depend on, beside their
        records: all that this class reads.
        """
        key = task_number, file.source, file.collection, few_shot
        if key not in self._commons:
            _, task = self.tasks[self.job.task_names[task_number]]
            pool_of, _ = self.tasks[task.inverts or task.name]
            pool = read_pool(self.job, self.directory, pool_of).stored if few_shot else ()
            parts = self.job.nodes[STAGE]["parts"]
            families = parts["families"]
            common = {
                "stage": {name: parts[name] for name in parts.keys() - _OF_TASKS},
                "families": [families.get(task.family), families.get(FORWARD.get(task.family, ""))],
                "task": asdict(task),
                "few_shot": self.job.settings.mixture.of(task.collection).model_dump()["few_shot"],
                "file": [file.source, file.collection, self.task_source(file.collection)],
                "pool": hashlib.sha256(b"\n".join(pool)).hexdigest(),
            }
            data = orjson.dumps(common, option=orjson.OPT_SORT_KEYS)
            self._commons[key] = hashlib.blake2b(data, digest_size=16).digest()
        return self._commons[key]

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

    def make_all(self, uses: Sequence[Use]) -> list[Made | str]:
        """Return the finished example of each use, or why there is none."""
        rendered = self.render_all(uses)
        made = [one[0] for one in rendered if not isinstance(one, str)]
        unknown = iter(count_unknown([(one.inputs, one.targets) for one in made]))
        numbers = [some for one in made for some in (one.inputs, one.targets, one.parts)]
        packed = iter(pack_all(numbers))
        return [
            one
            if isinstance(one, str)
            else self._made(use, *one, next(unknown), [*islice(packed, len(_NUMBERS))])
            for use, one in zip(uses, rendered, strict=True)
        ]

    def _made(
        self, use: Use, example: Example, fitted: Fitted, unknown: int, packed: Sequence[bytes]
    ) -> Made:
        """Return a rendered example, encoded and audited; `packed` are its lists of numbers."""
        prompt = example.prompt
        found = audit(fitted, use.record, self.tasks[use.task][1])
        newlines = prompt.inputs.count("\n") + prompt.targets.count("\n")
        row = example_row(example, self.task_source(use.record.collection))
        return Made(
            data=encode_row({**row, **dict(zip(_NUMBERS, packed, strict=True))}),
            id=bytes.fromhex(example.id),
            record_id=bytes.fromhex(use.record.id),
            order=stable_digest(self.job.settings.seed, "order", example.id),
            template_type=prompt.template_type,
            input_tokens=len(example.inputs),
            target_tokens=len(example.targets),
            unknown_tokens=unknown,
            newlines=newlines,
            lost_newlines=0 if self.vocabulary.keeps_newlines else newlines,
            exemplars_dropped=fitted.exemplars_dropped,
            context_shortened=fitted.context_shortened,
            one_cue=found.one_cue,
            read_back=found.read_back,
            missing=found.missing,
        )

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


def read_pool(job: Job, directory: str, task: int) -> LazyPool:
    """Return the exemplar pool of task number `task`, in the order of the records' ids."""

    def decode(line: bytes) -> Record:
        number, _, record = line.partition(b"\t")
        return decode_record(record, job.files[int(number)])

    return LazyPool(partial(pool_lines, job, directory, task), decode)


@lru_cache(maxsize=2)
def load_renderer(directory: str) -> Renderer:
    """Return the renderer of the job in a work directory; made once a process."""
    job = load_job(directory)
    vocabulary = load_vocabulary(job.vocabulary, job.vocabulary_path)
    tasks = {
        task.name: (number, task)
        for number, task in enumerate(without_left_out(directory, job.tasks))
    }
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
