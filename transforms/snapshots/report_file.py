"""Write `report.html` into the staged snapshot, unless the recipe turns it off."""

import hashlib

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import Manifest, MetadataFile
from tfrecords_schema.snapshot import REPORT, Snapshot
from transforms.job import Job
from transforms.report.contents import find_in, gather
from transforms.report.page import report_page


def write_report(job: Job, manifest: Manifest) -> list[MetadataFile]:
    """Write the page; return what the manifest says of it, nothing where it is turned off."""
    if not job.settings.output.report:
        return []
    files = [(file.source, file.path) for file in [*job.files, *job.held_out]]
    data = report_page(gather(Snapshot(job.staging, manifest), find_in(files)))
    filesystem.write_bytes(filesystem.join(job.staging, REPORT), data)
    return [MetadataFile(path=REPORT, sha256=hashlib.sha256(data).hexdigest())]
