"""What builds of 20 million, 378 million and a billion records take on Dataflow, line by line.

    python deploy/dataflow/estimate.py [--records N --examples N] [--workers N] …

MEASURED comes from `python -m benchmarks.stages` (one core, Super-Natural Instructions and chain of
thought, T5's vocabulary), REQUESTS from an object store in memory, to which
`tests/transforms/stages/test_shuffle.py` holds it. Everything else is an assumption that an option
replaces; nothing here was measured on Dataflow.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

# CPU microseconds: of a record read, of a record that is assembled, of an example written.
MEASURED = {
    "ingest": 11.7,
    "scan": 25.9,
    "deduplicate": 1.3,
    "near": 33.0,
    "rank": 1.2,
    "select": 0.3,
    "render": 267.8,
    "write": 13.1,
}
BYTES_AN_EXAMPLE = 2718
OF_EXAMPLES = ("render", "write")
RECORDS_A_FILE, RECORDS_A_BUCKET, SHARD_BYTES = 10_000, 200_000, 128 * 1024 * 1024
# (reads, writes) of an assembly with near-duplicates: for each record file, bucket of keys, shard,
# and once. Every 10,000 records fill a record file, and a file of the snapshot that keeps them.
# Opening an object, looking whether it is there and each part of it are reads; a write is made
# under another name, then copied.
REQUESTS = {"file": (43, 12), "bucket": (31.1, 6), "shard": (18, 8), "build": (149, 36)}
# The published full dump of the Flan Collection has 378 million; every example is written once.
# Through Beam's shuffle go 64 bytes of a record from scan, decontaminate and the filter before it,
# and to two stages each from deduplicate, rank and select; 20 bands of 24 bytes; of a record that
# is kept its place, 32 bytes, and itself, 440 on average; an example twice, before and after the
# shards are planned.
SHUFFLED_A_RECORD, SHUFFLES_OF_EXAMPLES = 9 * 64 + 20 * 24 + 32 + 440, 2
SIZES = {"20 million": (20e6, 15e6), "378 million": (378e6, 378e6), "1 billion": (1e9, 1e9)}


def _assume(default: float, note: str) -> float:
    value: float = field(default=default, metadata={"help": note})
    return value


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Unmeasured assumptions; prices in dollars, as listed for us-central1."""

    workers: float = _assume(8, "machines")
    vcpus: float = _assume(4, "of one machine: n2-standard-4")
    gigabytes: float = _assume(16, "memory of one machine")
    vcpu_speed: float = _assume(0.6, "of a cloud vCPU against the measured core")
    busy: float = _assume(0.5, "share of the time that a vCPU works: barriers, last work items")
    request_seconds: float = _assume(0.05, "one request to Cloud Storage")
    requests_at_once: float = _assume(8, "of one process")
    start_seconds: float = _assume(300, "until workers run, for each of the two jobs")
    vcpu_hour: float = _assume(0.056, "price of a vCPU hour")
    gigabyte_hour: float = _assume(0.003557, "price of a gigabyte of memory for an hour")
    shuffled_gigabyte: float = _assume(0.011, "price of a gigabyte through the shuffle")
    million_reads: float = _assume(0.4, "price of a million read requests")
    million_writes: float = _assume(5.0, "price of a million write requests")
    overhead: float = _assume(1.15, "disks, network, logs, on top of vCPUs and memory")


def cpu_seconds(records: float, examples: float) -> dict[str, float]:
    """Return the seconds of the measured core in each stage."""
    return {
        stage: 1e-6 * each * (examples if stage in OF_EXAMPLES else records)
        for stage, each in MEASURED.items()
    }


def requests(files: float, buckets: float, shards: float) -> tuple[float, float]:
    """Return how often an assembly (reads, writes) in Cloud Storage."""
    counts = {"file": files, "bucket": buckets, "shard": shards, "build": 1}
    reads, writes = (
        sum(count * REQUESTS[kind][which] for kind, count in counts.items()) for which in (0, 1)
    )
    return reads, writes


def estimate(assumed: Assumptions, records: float, examples: float) -> dict[str, str]:
    """Return the lines of the estimate of one size, by name."""
    cpu = cpu_seconds(records, examples)
    reads, writes = requests(
        files=records / RECORDS_A_FILE,
        buckets=1 + records / RECORDS_A_BUCKET,
        shards=examples * BYTES_AN_EXAMPLE / SHARD_BYTES,
    )
    processes = assumed.workers * assumed.vcpus
    computing = sum(cpu.values()) / assumed.vcpu_speed / assumed.busy / processes
    waiting = reads * assumed.request_seconds / assumed.requests_at_once / processes
    hours = (computing + waiting + 2 * assumed.start_seconds) / 3600
    an_hour = assumed.workers * (
        assumed.vcpus * assumed.vcpu_hour + assumed.gigabytes * assumed.gigabyte_hour
    )
    machines = hours * an_hour * assumed.overhead
    storage = (reads * assumed.million_reads + writes * assumed.million_writes) / 1e6
    of_examples = SHUFFLES_OF_EXAMPLES * BYTES_AN_EXAMPLE * examples
    shuffled = 1e-9 * (SHUFFLED_A_RECORD * records + of_examples)
    shuffling = shuffled * assumed.shuffled_gigabyte
    return {
        "examples, million": f"{examples / 1e6:,.0f}",
        **{f"{stage}, core seconds": f"{seconds:,.0f}" for stage, seconds in cpu.items()},
        "all stages, core seconds": f"{sum(cpu.values()):,.0f}",
        f"computing on {processes:.0f} vCPUs, minutes": f"{computing / 60:,.0f}",
        "waiting for N million reads, N": f"{reads / 1e6:.2f}",
        "waiting for N million reads, minutes": f"{waiting / 60:.1f}",
        "starting two jobs, minutes": f"{2 * assumed.start_seconds / 60:.0f}",
        "from start to end, hours": f"{hours:.1f}",
        "snapshot, gigabytes": f"{examples * BYTES_AN_EXAMPLE / 1e9:,.0f}",
        "through the shuffle, gigabytes": f"{shuffled:,.0f}",
        "machines, dollars": f"{machines:.2f}",
        "requests, dollars": f"{storage:.2f}",
        "shuffle, dollars": f"{shuffling:.2f}",
        "together, dollars": f"{machines + storage + shuffling:.2f}",
    }


def lines(assumed: Assumptions, sizes: Mapping[str, tuple[float, float]]) -> list[str]:
    """Return the estimates as a table, a column for each size."""
    columns = [estimate(assumed, *size) for size in sizes.values()]
    rows = [f"| {name} | {' | '.join(column[name] for column in columns)} |" for name in columns[0]]
    return [f"| records | {' | '.join(sizes)} |", f"|---|{'---|' * len(sizes)}", *rows]


def main() -> None:
    """Print the estimate."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for option in fields(Assumptions):
        name = f"--{option.name.replace('_', '-')}"
        note = f"{option.metadata['help']} ({option.default:g})"
        parser.add_argument(name, type=float, default=option.default, help=note)
    parser.add_argument("--records", type=float, help="of one size, in place of the three")
    parser.add_argument("--examples", type=float, help="of that size (as many as records)")
    values = vars(parser.parse_args())
    records, examples = values.pop("records"), values.pop("examples")
    sizes = {f"{records:,.0f}": (records, examples or records)} if records else SIZES
    sys.stdout.write("\n".join(lines(Assumptions(**values), sizes)) + "\n")


if __name__ == "__main__":
    main()
