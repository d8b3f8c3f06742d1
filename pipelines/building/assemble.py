"""The assembly pipeline: from ingested records to a staged snapshot.

Stages exchange their rows through files (transforms/runtime/exchange.py); what Beam carries
between them are the names of those files. Each arrow below is a barrier.
"""

from dataclasses import dataclass

import apache_beam as beam

from transforms.duplicates.exact import RemoveDuplicates
from transforms.duplicates.near_duplicates import RemoveNearDuplicates
from transforms.held_out.indexing import IndexHeldOut
from transforms.job import Job
from transforms.mixture.mixing import PlanMixture
from transforms.mixture.ranking import RankRecords
from transforms.mixture.selection import SelectRecords
from transforms.prompts.rendering import RenderPrompts
from transforms.scan.scanning import ScanRecords
from transforms.snapshots.finishing import WriteManifest
from transforms.snapshots.writing import WriteShards


@dataclass(frozen=True)
class Planned:
    """What the stages up to the plan leave for those after it."""

    files: beam.PCollection
    buckets: beam.PCollection
    scanned: beam.PCollection
    removed: beam.PCollection
    ranked: beam.PCollection
    plan: beam.PCollection


def plan_stages(pipeline: beam.Pipeline, work: str, job: Job) -> Planned:
    """Add the stages of `job`, whose job file lies in `work`, that end with the mixture's plan."""
    # The largest first: the local runner deals them out to its workers in turn.
    largest_first = sorted(job.files, key=lambda file: (-file.records, file.index))
    files = pipeline | "Record files" >> beam.Create([file.index for file in largest_first])
    buckets = pipeline | "Buckets" >> beam.Create(range(job.num_buckets))

    index = pipeline | "Held-out sets" >> beam.Create([None]) | "IndexHeldOut" >> IndexHeldOut(work)
    scanned = files | "ScanRecords" >> ScanRecords(work, index)
    unique = buckets | "RemoveDuplicates" >> RemoveDuplicates(work, scanned)
    kept = removed = unique
    if job.deduplicate.near.enabled:
        kept = unique | "RemoveNearDuplicates" >> RemoveNearDuplicates(work, files, buckets)
        removed = (unique, kept) | "All removals" >> beam.Flatten()
    ranked = buckets | "RankRecords" >> RankRecords(work, kept)
    mixture = ranked | "PlanMixture" >> PlanMixture(work)
    return Planned(files, buckets, scanned, removed, ranked, mixture)


def assemble(pipeline: beam.Pipeline, work: str, job: Job) -> None:
    """Add all stages of `job` to `pipeline`."""
    planned = plan_stages(pipeline, work, job)
    selected = planned.buckets | "SelectRecords" >> SelectRecords(work, planned.plan)
    rendered = planned.files | "RenderPrompts" >> RenderPrompts(work, selected)
    written = rendered | "WriteShards" >> WriteShards(work)
    last = pipeline | "Last" >> beam.Create([None])
    _ = last | "WriteManifest" >> WriteManifest(
        work, planned.plan, planned.scanned, planned.removed, planned.ranked, rendered, written
    )
