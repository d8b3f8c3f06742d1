"""CPU time to explain a record by each of its names: `python -m benchmarks.explaining SNAPSHOT`.

Imports and the first call, which opens what later ones have in memory, are not counted. Prints
as JSON the median of seven calls by kind of name, for a record in the middle of the snapshot.
"""

import json
import sys
import time
from statistics import median

from pipelines.checks.explain import explain
from tfrecords_schema.features import ID, RECORD_ID
from tfrecords_schema.snapshot import open_snapshot

_CALLS = 7


def main(path: str) -> None:
    """Print the CPU seconds of each kind of name."""
    reader = open_snapshot(path).reader("train")
    row = reader.row(len(reader) // 2)
    example, record = str(row[ID]), str(row[RECORD_ID])
    names = {
        "id of an example": example,
        "first 8 digits of an example": example[:8],
        "id of a record": record,
        "first 12 digits of a record": record[:12],
        "first 8 digits of a record": record[:8],
    }
    text = explain(path, record).texts[record]
    names |= {"FILE:LINE": text.place, "the source's own id": text.own_id}
    seconds = {}
    for kind, name in names.items():
        seconds[kind] = median(_seconds(path, name) for _ in range(_CALLS))
    print(json.dumps({"examples": len(reader), "cpu_seconds": seconds}, indent=2))


def _seconds(path: str, name: str) -> float:
    begin = time.process_time()
    explain(path, name)
    return round(time.process_time() - begin, 3)


if __name__ == "__main__":
    main(sys.argv[1])
