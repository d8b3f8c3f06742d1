"""Memory of the one stage that sees all near-duplicates at once, at its worst.

    python -m benchmarks.choose --records 4000000

Every record is in a pair, and each pair was found in eight buckets. Prints one JSON line.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.dedup import make_job
from transforms.duplicates.candidate_pairs import EDGE_ROW, EDGES, MEMBER_ROW, VERIFY
from transforms.duplicates.near_duplicates import CHOOSE, choose_all
from transforms.job import load_job
from transforms.runtime.exchange import Run, write_run
from transforms.stages.work import Input, Work


def choose(count: int) -> dict[str, Any]:
    """Measure CPU seconds and bytes for each of `count` records."""
    with tempfile.TemporaryDirectory() as directory:
        work = make_job(100, Path(directory))
        verified = _paired_runs(count, Path(directory))
        choose_all(_work(work, []))
        base = _resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # Reset the peak.
        cpu = time.process_time()
        chosen = choose_all(_work(work, verified))
        return {
            "removed": 0 if chosen.rows is None else len(chosen.rows),
            "cpu": round(time.process_time() - cpu, 1),
            "bytes_per_record": round((_resident("VmHWM") - base) / count),
        }


def _work(directory: str, verified: list[Run]) -> Work:
    """Return the one work item of the stage, which reads these runs."""
    inputs = {EDGES: Input(VERIFY, verified)}
    return Work(
        job=load_job(directory), stage=CHOOSE.name, directory=directory, item=0, inputs=inputs
    )


def _paired_runs(count: int, root: Path) -> list[Run]:
    """Return runs of edges: records two by two, each pair in 8 of 32 runs."""
    generator = np.random.default_rng(7)
    members = np.zeros(count, dtype=MEMBER_ROW)
    for name in ("id_high", "id_low", "content"):
        members[name] = generator.integers(0, 2**63, count)
    pairs = generator.permutation(count)[: count // 2 * 2].reshape(2, -1)
    scores = generator.random(pairs.shape[1])
    verified = []
    for number in range(32):
        of_run = np.concatenate([np.arange((number + k) % 32, len(scores), 32) for k in range(8)])
        edges = np.zeros(len(of_run), dtype=EDGE_ROW)
        edges["score"] = scores[of_run]
        for end, records in zip(("first", "second"), pairs[:, of_run], strict=True):
            edges[end], edges[f"{end}_member"] = records * 300, members[records]
        part = {0: edges.tobytes()}
        verified.append(write_run(f"{root}/verified-{number:02d}.run", 1, part, b"{}"))
    return verified


def _resident(what: str) -> int:
    """Return bytes of this process: VmRSS is the current, VmHWM the highest figure."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if what in line) * 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    print(json.dumps(choose(parser.parse_args().records)))
