"""CPU time of a snapshot's page, imports included: `python -m benchmarks.report SNAPSHOT`."""

import sys
import time

# What a build has imported already.
import apache_beam  # noqa: F401

from pipelines.checks.record_texts import record_paths
from tfrecords_schema.snapshot import open_snapshot


def main(path: str) -> None:
    """Print the CPU seconds and the size of the page of the snapshot at `path`."""
    start = time.process_time()
    from transforms.report.contents import find_in, gather
    from transforms.report.page import report_page

    snapshot = open_snapshot(path)
    page = report_page(gather(snapshot, find_in(list(record_paths(snapshot)))))
    print(f"{time.process_time() - start:.2f} CPU seconds, {len(page):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
