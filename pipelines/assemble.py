"""The assembly pipeline: from ingested records to a staged snapshot.

Stages exchange their rows through files (transforms/exchange.py); what Beam carries between them
are the names and counts of those files. Each arrow below is a barrier.
"""

import apache_beam as beam

from transforms.deduplication import RemoveDuplicates
from transforms.finishing import WriteManifest
from transforms.job import Job
from transforms.mixing import PlanMixture
from transforms.ranking import RankRecords
from transforms.rendering import RenderPrompts
from transforms.scanning import ScanRecords
from transforms.selection import SelectRecords
from transforms.writing import WriteShards


def assemble(pipeline: beam.Pipeline, work: str, job: Job) -> None:
    """Add the stages of `job`, whose job file lies in `work`, to `pipeline`."""
    files = pipeline | "Record files" >> beam.Create(range(len(job.files)))
    buckets = pipeline | "Buckets" >> beam.Create(range(job.num_buckets))

    scanned = files | "ScanRecords" >> ScanRecords(work)
    deduplicated = buckets | "RemoveDuplicates" >> RemoveDuplicates(work, scanned)
    ranked = buckets | "RankRecords" >> RankRecords(work, deduplicated)
    plan = ranked | "PlanMixture" >> PlanMixture(work)
    selected = buckets | "SelectRecords" >> SelectRecords(work, plan)
    rendered = files | "RenderPrompts" >> RenderPrompts(work, selected)
    written = rendered | "WriteShards" >> WriteShards(work)
    (
        pipeline
        | "Last" >> beam.Create([None])
        | "WriteManifest"
        >> WriteManifest(work, plan, scanned, deduplicated, ranked, rendered, written)
    )
