"""How fast packed rows are made on one core, and how full they are, against grain's first fit.

    python -m benchmarks.input --snapshot SNAPSHOT [--examples 20000] [--wait]

Packing alone: both sides get the same examples in memory, in the same order, and give the same
arrays. From disk: the whole way, shards to batches. `least_rows` is a number of rows that no plan
can have less of. `--wait` also trains the tiny model and tells
the share of its step time that was spent waiting for input.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import Any

import grain
import numpy as np

from benchmarks.recording import record
from tfrecords_schema.snapshot import TokenizedExample, open_snapshot
from trainer.batches.data import PackedBatches, shuffled
from trainer.batches.packing import least_rows
from trainer.models.rows import IntArray, TokenArray
from trainer.models.t5.rows import EncoderDecoderRows

BATCH_ROWS = 64
GRAIN_BINS = 512


@dataclass(frozen=True)
class Measured:
    """One way of making batches; rates are per second of CPU time."""

    rows: int
    input_efficiency: float  # share of input places that hold a token
    examples_per_second: float
    rows_per_second: float


class InMemory:
    """A reader of examples already decoded, so that packing alone is measured."""

    def __init__(self, examples: list[TokenizedExample]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def read_tokens(self, indices: Any, /) -> list[TokenizedExample]:
        return [self.examples[index] for index in indices]


def measure(batches: Iterator[TokenArray], examples: int, input_length: int) -> Measured:
    """Use up all batches of encoder segments."""
    begin = process_time()
    rows = filled = 0
    for segments in batches:
        held = segments.any(axis=1)
        rows += int(held.sum())
        filled += int((segments > 0).sum())
    seconds = process_time() - begin
    share = filled / (rows * input_length)
    return Measured(rows, round(share, 4), round(examples / seconds), round(rows / seconds))


def ours(reader: Any, lengths: TokenArray, shape: tuple[int, int], chosen: IntArray) -> Measured:
    """Plan an epoch and fill its batches."""

    def batches() -> Iterator[TokenArray]:
        packed = PackedBatches(
            reader,
            lengths,
            seed=0,
            batch_rows=BATCH_ROWS,
            row_format=EncoderDecoderRows(*shape),
            chosen=chosen,
        )
        for position in range(packed.batches_in_epoch(0)):
            yield np.asarray(packed[position].arrays["encoder_segment_ids"], np.int32)

    return measure(batches(), len(chosen), shape[0])


def grain_first_fit(examples: list[TokenizedExample], shape: tuple[int, int]) -> Measured:
    """Pack the same examples with grain in a seeded order, batched alike."""
    order = shuffled(len(examples), 0, "examples", 0)
    arrays = [{"inputs": examples[i][2], "targets": examples[i][3]} for i in order.tolist()]
    reading = grain.ReadOptions(num_threads=0, prefetch_buffer_size=0)
    packed = grain.experimental.FirstFitPackIterDataset(
        grain.MapDataset.source(arrays).to_iter_dataset(reading),
        length_struct={"inputs": shape[0], "targets": shape[1]},
        num_packing_bins=GRAIN_BINS,
        shuffle_bins=False,
    ).batch(BATCH_ROWS, drop_remainder=False)
    batches = (batch["inputs_segment_ids"] for batch in packed)
    return measure(batches, len(examples), shape[0])


def best_of(repeats: int, ways: dict[str, Callable[[], Measured]]) -> dict[str, Measured]:
    """Return the fastest run of each way, taking turns: other programs only slow one down.

    A run before is not counted: it compiles, or loads what is compiled.
    """
    for run in ways.values():
        run()
    found = [{name: run() for name, run in ways.items()} for _ in range(repeats)]
    return {name: max((f[name] for f in found), key=lambda m: m.rows_per_second) for name in ways}


def compare(path: str, limit: int, shape: tuple[int, int], repeats: int) -> dict[str, Any]:
    """Take all measurements at one row shape."""
    snapshot = open_snapshot(path)
    reader, lengths = snapshot.reader("train"), snapshot.lengths("train")
    chosen = np.flatnonzero((lengths <= np.array(shape)).all(axis=1))[:limit]
    examples = reader.read_tokens(chosen.tolist())
    held, all_of_them = lengths[chosen], np.arange(len(chosen))
    found = best_of(
        repeats,
        {
            "packing": lambda: ours(InMemory(examples), held, shape, all_of_them),
            "grain_first_fit": lambda: grain_first_fit(examples, shape),
            "from_disk": lambda: ours(reader, lengths, shape, chosen),
        },
    )
    theirs = found["grain_first_fit"].examples_per_second
    return {
        "row": f"{shape[0]}/{shape[1]}",
        "examples": len(chosen),
        "least_rows": least_rows(held, EncoderDecoderRows(*shape).limits),
        **{name: asdict(measured) for name, measured in found.items()},
        "times_grain": round(found["packing"].examples_per_second / theirs, 2),
        "from_disk_times_grain": round(found["from_disk"].examples_per_second / theirs, 2),
    }


def input_wait(path: str, steps: int) -> dict[str, Any]:
    """Measure the share of the tiny model's step time spent waiting for a batch after step 1."""
    from trainer.config import TrainConfig
    from trainer.metrics import read_metrics
    from trainer.train import train

    settings = {
        "model": "tiny",
        "steps": steps,
        "batch_rows": 4,
        "input_length": 2048,
        "target_length": 512,
        "learning_rate": 0.01,
        "devices": 1,
    }
    with tempfile.TemporaryDirectory() as run:
        train(TrainConfig.model_validate(settings), path, run)
        lines = read_metrics(Path(run) / "metrics.jsonl")[1:]
    seconds = sum(line["seconds"] for line in lines)
    waited = sum(line["input_wait_seconds"] for line in lines)
    return {"steps": steps, "seconds": round(seconds, 3), "wait_share": round(waited / seconds, 5)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", required=True)
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--wait", action="store_true", help="also train the tiny model")
    parser.add_argument("--to", type=Path, help="also write the results to this file")
    arguments = parser.parse_args()
    results = {}
    for shape in ((512, 128), (2048, 512)):
        found = compare(arguments.snapshot, arguments.examples, shape, arguments.repeats)
        results[found["row"]] = found
        print(json.dumps(found, indent=2), flush=True)
    if arguments.to:
        record(arguments.to, results)
    if arguments.wait:
        print(json.dumps({"input_wait": input_wait(arguments.snapshot, 12)}))


if __name__ == "__main__":
    main()
