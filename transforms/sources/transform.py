"""The reading of sources as a Beam transform: pieces of raw files in, names of run files out."""

from collections.abc import Sequence
from dataclasses import dataclass

import apache_beam as beam

from transforms.runtime.coders import DataclassCoder
from transforms.sources.work_items import SourceOut, WorkItem, read_work_item

beam.coders.registry.register_coder(WorkItem, DataclassCoder)


@dataclass
class ReadSourcePieces(beam.PTransform):
    """WorkItem of one of `sources` → Run."""

    sources: Sequence[SourceOut]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        return items | "Read" >> beam.Map(read_work_item, self.sources)
