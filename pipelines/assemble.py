"""The assembly pipeline: from ingested records to a staged snapshot.

Stages exchange their rows through files (transforms/exchange.py); what Beam carries between them
are the names and counts of those files. Each arrow below is a barrier.
"""

import apache_beam as beam

from transforms.decontamination import IndexHeldOut
from transforms.deduplication import RemoveDuplicates
from transforms.finishing import WriteManifest
from transforms.job import Job
from transforms.mixing import PlanMixture
from transforms.near_duplicates import RemoveNearDuplicates
from transforms.ranking import RankRecords
from transforms.rendering import RenderPrompts
from transforms.scanning import ScanRecords
from transforms.selection import SelectRecords
from transforms.writing import WriteShards


def assemble(pipeline: beam.Pipeline, work: str, job: Job) -> None:
    """Add the stages of `job`, whose job file lies in `work`, to `pipeline`."""
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
    plan = ranked | "PlanMixture" >> PlanMixture(work)
    selected = buckets | "SelectRecords" >> SelectRecords(work, plan)
    rendered = files | "RenderPrompts" >> RenderPrompts(work, selected)
    written = rendered | "WriteShards" >> WriteShards(work)
    (
        pipeline
        | "Last" >> beam.Create([None])
        | "WriteManifest" >> WriteManifest(work, plan, scanned, removed, ranked, rendered, written)
    )
