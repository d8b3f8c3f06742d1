"""The last stage: count everything again from the runs, and write the manifest.

The runs of each stage contain its ledger entries and its list of files, so nothing here changes if
a stage is added or removed.
"""

import gc
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from tfrecords_schema import filesystem, manifest, snapshot
from tfrecords_schema.manifest import (
    SPLITS,
    TRAIN,
    LedgerEntry,
    Manifest,
    MixtureEntry,
    PromptAudit,
    RowFile,
    ShardInfo,
    SplitInfo,
    feature_infos,
)
from transforms.duplicates.exact import RemovalNotes
from transforms.held_out.decontamination import ContaminationNotes
from transforms.held_out.indexing import IndexNotes
from transforms.held_out.task_texts import TaskTextNotes
from transforms.job import Job
from transforms.mixture.mixing import PLAN, Plan, Quota, decode_plan
from transforms.prompts.render_notes import RenderNotes
from transforms.runtime.counts import add_counts
from transforms.snapshots.kept_records import KeptRecords
from transforms.snapshots.reader_files import write_reader_files
from transforms.snapshots.removal_tables import task_texts_table, write_tables
from transforms.snapshots.report_file import write_report
from transforms.snapshots.writing import WriteNotes
from transforms.stages.output import (
    FileNote,
    Output,
    StageCounts,
    decode_notes,
    sum_counts,
)
from transforms.stages.stage import EVERYTHING, ONCE, Stage
from transforms.stages.work import Input, Work
from transforms.types import TEMPLATE_TYPES

N = TypeVar("N")


# Notes of whole runs that the manifest is made of.
_KINDS = (
    IndexNotes,
    RemovalNotes,
    ContaminationNotes,
    TaskTextNotes,
    KeptRecords,
    WriteNotes,
)


def ledger_entries(stage: str, counts: StageCounts) -> Iterator[LedgerEntry]:
    """Yield one entry for each task, in order of name; equal tables of reasons are there once."""
    tables: dict[tuple[tuple[str, int], ...], dict[str, int]] = {}
    none: dict[str, int] = {}
    rejected, undrawn = (
        [(reason, by_task) for reason, by_task in sorted(reasons.items()) if by_task]
        for reasons in (counts.rejected, counts.undrawn)
    )

    def of_task(reasons: list[tuple[str, Counter[str]]], task: str) -> dict[str, int]:
        found = tuple([(reason, count) for reason, by in reasons if (count := by.get(task))])
        return tables.setdefault(found, dict(found))

    for task in sorted(counts.entered):
        yield LedgerEntry.trusted(
            {
                "stage": stage,
                # The summaries of all stages have the name again.
                "task": sys.intern(task),
                "entered": counts.entered[task],
                "kept": counts.kept.get(task, 0),
                "rejected": of_task(rejected, task) if rejected else none,
                "undrawn": of_task(undrawn, task) if undrawn else none,
            }
        )


class _Runs:
    """What the runs of all stages say: each summary is read once, and added up at once.

    Attributes:
      ledger: the entries of every stage that counts records, in the order of the stages.
      rejections, reports: the files of rows that the stages wrote.
      rendered: the notes of all runs that rendered, added up; see `RenderNotes`.
    """

    def __init__(self, work: Work) -> None:
        self.ledger: list[LedgerEntry] = []
        self.rejections: list[RowFile] = []
        self.reports: list[RowFile] = []
        self.rendered: dict[str, Any] = {field.name: {} for field in fields(RenderNotes)}
        self._notes: dict[type[Any], list[Any]] = {}
        for stage, source in work.inputs.items():
            self.ledger += ledger_entries(stage, sum_counts(self._read(source)))
            # They stay until the manifest is written: the collector need not look at them again.
            gc.freeze()

    def _read(self, source: Input) -> Iterator[StageCounts | None]:
        """Take what the runs of one stage say, and yield their counts."""
        kind = source.stage.notes
        for summary in source.each_summary():
            self.reports += summary.reports
            if summary.rejections:
                self.rejections.append(summary.rejections)
            if kind is RenderNotes:
                add_counts(self.rendered, summary.notes)
            elif kind in _KINDS:
                self._notes.setdefault(kind, []).append(decode_notes(kind, summary.notes))
            yield summary.counts

    def notes(self, kind: type[N]) -> list[N]:
        """Return the notes of one kind, from all stages."""
        return self._notes.get(kind, [])


def _weights(job: Job, plan: Plan) -> dict[str, float]:
    """Return the task weights that training applies if the corpus is one pass."""
    if job.settings.mixture.examples != "one_pass":
        return {}
    return {quota.task: round(quota.weight, 9) for quota in plan.quotas.values()}


def _mixture(realized: Mapping[str, Any], plan: Plan) -> list[MixtureEntry]:
    return [
        entry
        for split in SPLITS
        for of_split in [realized.get(split, {})]
        for quota in plan.quotas.values()
        if split == TRAIN or quota.task in of_split or any(quota.validation.values())
        for entry in _mixture_entries(split, quota, of_split.get(quota.task, {}))
    ]


def _mixture_entries(
    split: str, quota: Quota, realized: Mapping[str, int]
) -> Iterator[MixtureEntry]:
    """Yield an entry for each template type that was requested or rendered of a task."""
    of_train = split == TRAIN
    for name in TEMPLATE_TYPES:
        held, examples = quota.validation[name], realized.get(name, 0)
        requested = round(quota.requested_by_type[name], 6) if of_train else float(held)
        if requested or examples:
            yield MixtureEntry.trusted(
                {
                    "split": split,
                    "collection": quota.collection,
                    "task": quota.task,
                    "template_type": name,
                    "available": quota.available if of_train else sum(quota.validation.values()),
                    "cap": quota.cap if of_train else None,
                    "requested": requested,
                    "planned": quota.by_type[name] if of_train else held,
                    "realised": examples,
                }
            )


def _rejection_files(job: Job, runs: _Runs) -> list[RowFile]:
    """Return the rejection files of the stages, and those of ingest, copied from its cache."""
    files = list(runs.rejections)
    for name, path in [*job.ingest_rejections, *job.held_out_rejections]:
        data = filesystem.read_bytes(path)
        if data:
            target = filesystem.join(job.staging, name)
            filesystem.write_bytes(target, data)
            digest, _ = filesystem.sha256_of(target)
            files.append(RowFile(path=name, rows=data.count(b"\n"), sha256=digest))
    return sorted(files, key=lambda file: file.path)


def _reports(job: Job, runs: _Runs) -> list[RowFile]:
    """Write the tables of duplicates and held-out items; return them and the stages' reports."""
    searchable = sum(note.searchable for note in runs.notes(IndexNotes))
    removals, contaminations = runs.notes(RemovalNotes), runs.notes(ContaminationNotes)
    tables = write_tables(job, removals, contaminations, searchable, runs.notes(TaskTextNotes))
    return tables + sorted(runs.reports, key=lambda file: file.path)


def _splits(written: list[WriteNotes]) -> dict[str, SplitInfo]:
    """Return the shards of each split in their order."""
    shards: dict[str, list[ShardInfo]] = {}
    for note in sorted(written, key=lambda note: note.shard.path):
        shards.setdefault(note.split, []).append(note.shard)
    return {
        split: SplitInfo(rows=sum(shard.rows for shard in of_split), shards=of_split)
        for split, of_split in shards.items()
    }


def _prompts(rendered: Mapping[str, Any]) -> list[PromptAudit]:
    """Return the audit of the prompts of each family."""
    names = [name for name in PromptAudit.model_fields if name not in ("family", "missing")]
    return [
        PromptAudit(
            family=family,
            missing=dict(sorted(rendered["missing"].get(family, {}).items())),
            **{name: counts.get(name, 0) for name in names},
        )
        for family, counts in sorted(rendered["audit"].items())
    ]


def _document(job: Job, runs: _Runs, plan: Plan) -> Manifest:
    rendered = runs.rendered
    return Manifest(
        name=job.name,
        version=job.version,
        fingerprint=job.fingerprint,
        seed=job.settings.seed,
        software=job.software,
        recipe=job.recipe,
        data_dir=job.data_dir,
        features=feature_infos(),
        vocabulary=job.vocabulary,
        sources=job.sources,
        splits=_splits(runs.notes(WriteNotes)),
        weights=_weights(job, plan),
        fitting=rendered["fitting"],
        vocabulary_losses=dict(sorted(rendered["lost"].items())),
        prompts=_prompts(rendered),
        mixture=_mixture(rendered["by_type"], plan),
        ledger=[*job.held_out_ledger, *job.ingest_ledger, *runs.ledger],
        task_texts=task_texts_table(runs.notes(TaskTextNotes)),
        metadata=[],
        rejections=_rejection_files(job, runs),
        reports=_reports(job, runs),
        records=sorted(
            (file for note in runs.notes(KeptRecords) for file in note.files),
            key=lambda file: file.path,
        ),
    )


def write_manifest(work: Work) -> Output:
    """Write everything but the shards into the staged snapshot, the manifest last."""
    job = work.job
    [plan] = work.inputs[PLAN.name].runs
    document = _document(job, _Runs(work), decode_plan(plan))
    metadata = [*write_reader_files(job, document), *write_report(job, document)]
    digest = hashlib.sha256()
    with filesystem.atomic_writer(filesystem.join(job.staging, snapshot.MANIFEST)) as stream:
        for part in manifest.dump_in_parts(document.model_copy(update={"metadata": metadata})):
            stream.write(part)
            digest.update(part)
        line = f"{digest.hexdigest()}  {snapshot.MANIFEST}\n".encode()
        filesystem.write_bytes(filesystem.join(job.staging, snapshot.MANIFEST_DIGEST), line)
    return Output(files=[FileNote(snapshot.MANIFEST, digest.hexdigest())])


WRITE_MANIFEST = Stage(
    name="manifest",
    run=write_manifest,
    items=ONCE,
    reads=(EVERYTHING,),
    settings=("name", "version", "description", "on_source_error", "about", "output.report"),
)
