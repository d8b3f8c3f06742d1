"""The last stage: count everything again from the runs, and write the manifest.

The runs of each stage contain its ledger entries and its list of files, so nothing here changes if
a stage is added or removed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeVar

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
from transforms.job import Job
from transforms.mixture.mixing import Plan, Quota
from transforms.prompts.render_notes import RenderNotes
from transforms.runtime.counts import merge_counts
from transforms.snapshots.kept_records import KeptRecords
from transforms.snapshots.reader_files import write_reader_files
from transforms.snapshots.removal_tables import write_tables
from transforms.snapshots.report_file import write_report
from transforms.snapshots.writing import WriteNotes
from transforms.stages.output import FileNote, Output, StageCounts, Summary, sum_counts
from transforms.stages.stage import EVERYTHING, ONCE, Stage
from transforms.stages.work import Work
from transforms.types import TEMPLATE_TYPES

N = TypeVar("N")


_NONE: dict[str, int] = {}
# Of entries for which there is one in each stage and task: not validated, and with one set of the
# names of their fields, they take half the memory and a fifth of the time.
_LEDGER_FIELDS, _MIXTURE_FIELDS = set(LedgerEntry.model_fields), set(MixtureEntry.model_fields)


def ledger_entries(stage: str, counts: StageCounts) -> Iterator[LedgerEntry]:
    """Yield one entry for each task, in order of name."""
    for task in sorted(counts.entered):
        yield LedgerEntry.model_construct(
            _LEDGER_FIELDS,
            stage=stage,
            task=task,
            entered=counts.entered[task],
            kept=counts.kept[task],
            rejected=_of_task(counts.rejected, task),
            undrawn=_of_task(counts.undrawn, task),
        )


def _of_task(counts: dict[str, Counter[str]], task: str) -> dict[str, int]:
    """Return the counts above 0 of one task, by reason; most tasks share the one empty table."""
    of_task = {reason: count for reason, by in sorted(counts.items()) if (count := by[task])}
    return of_task or _NONE


class _Runs:
    """The summaries of the runs of all stages, read once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.summaries: dict[str, list[Summary]] = {
            name: source.summaries() for name, source in work.inputs.items()
        }

    def notes(self, kind: type[N]) -> list[N]:
        """Return the notes of one kind, from all stages."""
        inputs = self._work.inputs.values()
        return [note for one in inputs if one.stage.notes is kind for note in one.notes()]

    def rejections(self) -> list[RowFile]:
        """Return the files of rejections that the stages wrote."""
        return [one.rejections for of in self.summaries.values() for one in of if one.rejections]

    def reports(self) -> list[RowFile]:
        """Return the files of rows that the stages wrote as reports."""
        return [file for of in self.summaries.values() for one in of for file in one.reports]

    def ledger(self) -> Iterator[LedgerEntry]:
        """Yield the entries of every stage that counts records, in the order of the stages."""
        for stage, summaries in self.summaries.items():
            yield from ledger_entries(stage, sum_counts(one.counts for one in summaries))


def _weights(job: Job, plan: Plan) -> dict[str, float]:
    """Return the task weights that training applies if the corpus is one pass."""
    if job.settings.mixture.examples != "one_pass":
        return {}
    return {quota.task: round(quota.weight, 9) for quota in plan.quotas.values()}


def _mixture(rendered: list[RenderNotes], plan: Plan) -> list[MixtureEntry]:
    realized = merge_counts(note.by_type for note in rendered)
    return [
        entry
        for split in SPLITS
        for quota in plan.quotas.values()
        for entry in _mixture_entries(split, quota, realized.get(split, {}).get(quota.task, {}))
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
            yield MixtureEntry.model_construct(
                _MIXTURE_FIELDS,
                split=split,
                collection=quota.collection,
                task=quota.task,
                template_type=name,
                available=quota.available if of_train else sum(quota.validation.values()),
                cap=quota.cap if of_train else None,
                requested=requested,
                planned=quota.by_type[name] if of_train else held,
                realised=examples,
            )


def _rejection_files(job: Job, runs: _Runs) -> list[RowFile]:
    """Return the rejection files of the stages, and those of ingest, copied from its cache."""
    files = runs.rejections()
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
    tables = write_tables(job, removals, contaminations, searchable)
    return tables + sorted(runs.reports(), key=lambda file: file.path)


def _splits(written: list[WriteNotes]) -> dict[str, SplitInfo]:
    """Return the shards of each split in their order."""
    shards: dict[str, list[ShardInfo]] = {}
    for note in sorted(written, key=lambda note: note.shard.path):
        shards.setdefault(note.split, []).append(note.shard)
    return {
        split: SplitInfo(rows=sum(shard.rows for shard in of_split), shards=of_split)
        for split, of_split in shards.items()
    }


def _prompts(rendered: list[RenderNotes]) -> list[PromptAudit]:
    """Return the audit of the prompts of each family."""
    families: dict[str, Counter[str]] = {}
    missing: dict[str, Counter[str]] = {}
    for note in rendered:
        for family, counts in note.audit.items():
            families.setdefault(family, Counter()).update(counts)
        for family, counts in note.missing.items():
            missing.setdefault(family, Counter()).update(counts)
    names = [name for name in PromptAudit.model_fields if name not in ("family", "missing")]
    return [
        PromptAudit(
            family=family,
            missing=dict(sorted(missing.get(family, {}).items())),
            **{name: counts[name] for name in names},
        )
        for family, counts in sorted(families.items())
    ]


def _document(job: Job, runs: _Runs) -> Manifest:
    (plan,) = runs.notes(Plan)
    rendered = runs.notes(RenderNotes)
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
        fitting=merge_counts(note.fitting for note in rendered),
        vocabulary_losses={
            task: merge_counts(note.lost[task] for note in rendered if task in note.lost)
            for task in sorted({task for note in rendered for task in note.lost})
        },
        prompts=_prompts(rendered),
        mixture=_mixture(rendered, plan),
        ledger=[*job.held_out_ledger, *job.ingest_ledger, *runs.ledger()],
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
    document = _document(job, _Runs(work))
    metadata = [*write_reader_files(job, document), *write_report(job, document)]
    data = manifest.dump(document.model_copy(update={"metadata": metadata}))
    sha256 = hashlib.sha256(data).hexdigest()
    line = f"{sha256}  {snapshot.MANIFEST}\n".encode()
    filesystem.write_bytes(filesystem.join(job.staging, snapshot.MANIFEST_DIGEST), line)
    filesystem.write_bytes(filesystem.join(job.staging, snapshot.MANIFEST), data)
    return Output(files=[FileNote(snapshot.MANIFEST, sha256)])


WRITE_MANIFEST = Stage(
    name="manifest",
    run=write_manifest,
    items=ONCE,
    reads=(EVERYTHING,),
    settings=("name", "version", "description", "on_source_error", "about", "output.report"),
)
