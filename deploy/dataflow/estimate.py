"""What a build of the full Flan collection takes on Dataflow: the arithmetic, line by line.

    python deploy/dataflow/estimate.py [--records N] [--examples N] [--workers N] …

MEASURED comes from `python -m benchmarks.stages` (one core, Super-Natural Instructions and chain of
thought, T5's vocabulary). Everything else is an assumption that an option replaces; nothing here
was measured on Dataflow.
"""

import argparse
import sys
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
# Deduplicate, verify and rank read a section of every file's run for each bucket; sign, apply and
# render one of every bucket's run for each file; write one of every file's run for each shard.
EXCHANGES = 6
# The object's metadata, the end of the run, the section: counted with an emulator of the service.
REQUESTS_A_SECTION = 3


def _assume(default: float, note: str) -> float:
    value: float = field(default=default, metadata={"help": note})
    return value


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Unmeasured assumptions; prices in dollars, as listed for us-central1."""

    records: float = _assume(20e6, "records in the sources")
    examples: float = _assume(15e6, "examples written")
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
    million_reads: float = _assume(0.4, "price of a million read requests")
    million_writes: float = _assume(5.0, "price of a million write requests")
    overhead: float = _assume(1.15, "disks, network, logs, on top of vCPUs and memory")


def cpu_seconds(assumed: Assumptions) -> dict[str, float]:
    """Return the seconds of the measured core in each stage."""
    return {
        stage: 1e-6 * each * (assumed.examples if stage in OF_EXAMPLES else assumed.records)
        for stage, each in MEASURED.items()
    }


def requests(assumed: Assumptions) -> tuple[float, float]:
    """Count (reads, writes) of Cloud Storage."""
    files = assumed.records / RECORDS_A_FILE
    buckets = 1 + assumed.records / RECORDS_A_BUCKET
    shards = assumed.examples * BYTES_AN_EXAMPLE / SHARD_BYTES
    sections = EXCHANGES * buckets * files + shards * files
    # A write is made, renamed (a copy and a removal) and looked for.
    writes = 4 * (8 * files + 3 * shards)
    return REQUESTS_A_SECTION * sections, writes


def lines(assumed: Assumptions) -> list[str]:
    """Return the estimate as a table."""
    cpu = cpu_seconds(assumed)
    reads, writes = requests(assumed)
    processes = assumed.workers * assumed.vcpus
    computing = sum(cpu.values()) / assumed.vcpu_speed / assumed.busy / processes
    waiting = reads * assumed.request_seconds / assumed.requests_at_once / processes
    hours = (computing + waiting + 2 * assumed.start_seconds) / 3600
    an_hour = assumed.workers * (
        assumed.vcpus * assumed.vcpu_hour + assumed.gigabytes * assumed.gigabyte_hour
    )
    machines = hours * an_hour * assumed.overhead
    storage = (reads * assumed.million_reads + writes * assumed.million_writes) / 1e6
    rows = [(f"{stage}, core seconds", f"{seconds:,.0f}") for stage, seconds in cpu.items()]
    rows += [
        ("all stages, core seconds", f"{sum(cpu.values()):,.0f}"),
        (f"computing on {processes:.0f} vCPUs, minutes", f"{computing / 60:.0f}"),
        (f"waiting for {reads / 1e6:.1f} million reads, minutes", f"{waiting / 60:.0f}"),
        ("starting two jobs, minutes", f"{2 * assumed.start_seconds / 60:.0f}"),
        ("from start to end, hours", f"{hours:.1f}"),
        ("snapshot, gigabytes", f"{assumed.examples * BYTES_AN_EXAMPLE / 1e9:.0f}"),
        ("machines, dollars", f"{machines:.2f}"),
        ("requests, dollars", f"{storage:.2f}"),
        ("together, dollars", f"{machines + storage:.2f}"),
    ]
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def main() -> None:
    """Print the estimate."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for option in fields(Assumptions):
        name = f"--{option.name.replace('_', '-')}"
        note = f"{option.metadata['help']} ({option.default:g})"
        parser.add_argument(name, type=float, default=option.default, help=note)
    assumed = Assumptions(**vars(parser.parse_args()))
    sys.stdout.write("\n".join(lines(assumed)) + "\n")


if __name__ == "__main__":
    main()
