"""The last stage: count everything once more from the runs, and write the manifest."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from tfrecords_schema import filesystem, manifest, snapshot
from tfrecords_schema.manifest import (
    LedgerEntry,
    Manifest,
    MixtureEntry,
    RejectionFile,
    ShardInfo,
    SplitInfo,
)
from transforms.duplicates.exact import DECONTAMINATE, DEDUPLICATE
from transforms.held_out.indexing import index_held_out
from transforms.job import Job, load_job
from transforms.mixture.mixing import Plan, Quota
from transforms.mixture.ranking import SURPLUS
from transforms.mixture.selection import SELECT
from transforms.prompts.rendering import RENDER
from transforms.runtime.counts import Counts, merge_counts
from transforms.runtime.exchange import Run, read_summaries
from transforms.scan.screening import SCREEN
from transforms.snapshots.reader_files import write_reader_files
from transforms.snapshots.removal_tables import write_tables
from transforms.types import SPLITS, TEMPLATE_TYPES, TRAIN, VALIDATION


@dataclass(frozen=True)
class StageRuns:
    """The finished runs of the stages whose counts make the ledger."""

    scanned: list[Run]
    deduplicated: list[Run]
    ranked: list[Run]
    rendered: list[Run]
    written: list[Run]


def stage_ledger(stage: str, counts: Counts) -> Iterator[LedgerEntry]:
    """One entry a task: `{"entered": {task: n}, "left": …, "rejected": {reason: {task: n}}}`."""
    for task in sorted(counts.get("entered", {})):
        rejected = {
            reason: by_task[task]
            for reason, by_task in sorted(counts["rejected"].items())
            if by_task.get(task)
        }
        yield LedgerEntry(
            stage=stage,
            task=task,
            entered=counts["entered"][task],
            left=counts["left"].get(task, 0),
            rejected=rejected,
        )


def _select_ledger(job: Job, ranked: Iterable[Run], plan: Plan) -> Iterator[LedgerEntry]:
    """Records that some task uses, be it their own or the one that turns it round."""
    names = (TRAIN, VALIDATION, SURPLUS, "duplicate_id")
    counts = merge_counts({name: run.summary[name] for name in names} for run in ranked)
    quotas: dict[str, list[Quota]] = {}
    for task in job.tasks:
        if quota := plan.quotas.get(task.name):
            quotas.setdefault(task.inverts or task.name, []).append(quota)
    for name in sorted(counts.get(TRAIN, {})):
        train, validation, surplus, repeated = (counts.get(part, {}).get(name, 0) for part in names)
        users = quotas.get(name, [])
        eligible = max((quota.records for quota in users), default=train)
        used = max((min(quota.examples, quota.records) for quota in users), default=0)
        held = max((sum(quota.validation.values()) for quota in users), default=0)
        rejected = {
            "duplicate_id": repeated,
            "over_cap": train - eligible,
            "not_sampled": eligible - used + validation - held,
            SURPLUS: surplus,
        }
        yield LedgerEntry(
            stage=SELECT,
            task=name,
            entered=train + validation + surplus + repeated,
            left=used + held,
            rejected={reason: number for reason, number in rejected.items() if number},
        )


def _ledger(job: Job, runs: StageRuns, plan: Plan) -> list[LedgerEntry]:
    entries = list(job.ingest_ledger)
    entries += stage_ledger(SCREEN, merge_counts(run.summary[SCREEN] for run in runs.scanned))
    for stage in (DEDUPLICATE, DECONTAMINATE):
        counts = merge_counts(run.summary.get(stage, {}) for run in runs.deduplicated)
        entries += stage_ledger(stage, counts)
    entries += _select_ledger(job, runs.ranked, plan)
    counts = merge_counts(
        {key: run.summary[key] for key in ("entered", "left", "rejected")} for run in runs.rendered
    )
    return entries + list(stage_ledger(RENDER, counts))


def _weights(job: Job, plan: Plan) -> dict[str, float]:
    """What one pass over the records leaves to training."""
    if job.mixture.examples != "one_pass":
        return {}
    return {quota.task: round(quota.weight, 9) for quota in plan.quotas.values()}


def _mixture(runs: StageRuns, plan: Plan) -> list[MixtureEntry]:
    realised = merge_counts(run.summary["by_type"] for run in runs.rendered)
    entries = []
    for split in SPLITS:
        for quota in plan.quotas.values():
            by_type = realised[split].get(quota.task, {})
            entries += [
                _mixture_entry(split, quota, name, by_type.get(name, 0)) for name in TEMPLATE_TYPES
            ]
    return [entry for entry in entries if entry.requested or entry.realised]


def _mixture_entry(split: str, quota: Quota, name: str, realised: int) -> MixtureEntry:
    held = quota.validation[name]
    return MixtureEntry(
        split=split,
        collection=quota.collection,
        task=quota.task,
        template_type=name,
        available=quota.available if split == TRAIN else sum(quota.validation.values()),
        cap=quota.cap if split == TRAIN else None,
        requested=round(quota.requested_by_type[name], 6) if split == TRAIN else held,
        planned=quota.by_type[name] if split == TRAIN else held,
        realised=realised,
    )


def _rejection_files(job: Job, runs: StageRuns) -> list[RejectionFile]:
    """Those that the stages wrote, and ingest's, copied from its cache."""
    notes = [
        RejectionFile(**run.summary["rejections"])
        for run in [*runs.scanned, *runs.deduplicated, *runs.ranked, *runs.rendered]
        if run.summary["rejections"]
    ]
    for name, path in job.ingest_rejections:
        data = filesystem.read_bytes(path)
        if data:
            target = filesystem.join(job.staging, name)
            filesystem.write_bytes(target, data)
            digest, _ = filesystem.sha256_of(target)
            notes.append(RejectionFile(path=name, rows=data.count(b"\n"), sha256=digest))
    return sorted(notes, key=lambda note: note.path)


def _reports(job: Job, work: str, runs: StageRuns) -> list[RejectionFile]:
    """The tables of duplicates and held-out items, and the rows on the latter."""
    index = index_held_out(None, work) if job.held_out else None
    notes = [run.summary["contamination"] for run in runs.scanned if run.summary["contamination"]]
    tables = write_tables(job, runs.deduplicated, index)
    return tables + [RejectionFile(**note) for note in sorted(notes, key=lambda note: note["path"])]


def _splits(written: Iterable[Run]) -> dict[str, SplitInfo]:
    """The shards of each split in their order."""
    shards: dict[str, list[ShardInfo]] = {}
    for summary in sorted((run.summary for run in written), key=lambda note: str(note["path"])):
        facts = {name: value for name, value in summary.items() if name != "split"}
        shards.setdefault(summary["split"], []).append(ShardInfo(**facts))
    return {
        split: SplitInfo(rows=sum(shard.rows for shard in of_split), shards=of_split)
        for split, of_split in shards.items()
    }


def finish(
    _: object,
    work: str,
    plan: Plan,
    scanned: list[Run],
    deduplicated: list[Run],
    ranked: list[Run],
    rendered: list[Run],
    written: list[Run],
) -> str:
    """Write everything but the shards into the staged snapshot, the manifest last; its path."""
    job = load_job(work)
    read_summaries([*scanned, *deduplicated, *ranked, *rendered, *written])
    runs = StageRuns(scanned, deduplicated, ranked, rendered, written)
    document = Manifest(
        name=job.name,
        version=job.version,
        fingerprint=job.fingerprint,
        seed=job.seed,
        software=job.software,
        recipe=job.recipe,
        data_dir=job.data_dir,
        vocabulary=job.vocabulary,
        sources=job.sources,
        splits=_splits(written),
        weights=_weights(job, plan),
        fitting=dict(Counter(merge_counts(run.summary["fitting"] for run in rendered))),
        mixture=_mixture(runs, plan),
        ledger=_ledger(job, runs, plan),
        metadata=[],
        rejections=_rejection_files(job, runs),
        reports=_reports(job, work, runs),
    )
    metadata = write_reader_files(job, document)
    data = manifest.dump(document.model_copy(update={"metadata": metadata}))
    digest = f"{hashlib.sha256(data).hexdigest()}  {snapshot.MANIFEST}\n"
    path = filesystem.join(job.staging, snapshot.MANIFEST)
    filesystem.write_bytes(filesystem.join(job.staging, snapshot.MANIFEST_DIGEST), digest.encode())
    filesystem.write_bytes(path, data)
    return path


@dataclass
class WriteManifest(beam.PTransform):
    """One element of any kind → the path of the manifest written."""

    work: str
    plan: beam.PCollection
    scanned: beam.PCollection
    deduplicated: beam.PCollection
    ranked: beam.PCollection
    rendered: beam.PCollection
    written: beam.PCollection

    def expand(self, start: beam.PCollection) -> beam.PCollection:
        stages = (self.scanned, self.deduplicated, self.ranked, self.rendered, self.written)
        return start | "Finish" >> beam.Map(
            finish,
            self.work,
            beam.pvalue.AsSingleton(self.plan),
            *(beam.pvalue.AsList(stage) for stage in stages),
        )
