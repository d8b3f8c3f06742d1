"""Write results with what they were measured on, and compare them with earlier ones."""

import json
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("apache-beam", "datasets", "grain", "numba", "numpy", "sentencepiece")


def record(path: Path, results: dict[str, Any]) -> None:
    """Write `results` with commit, machine and versions to `path`."""
    document = {
        "commit": _output("git", "describe", "--always", "--dirty", "--exclude", "*"),
        "machine": {"processor": _processor(), "cores": os.cpu_count()},
        "versions": {"python": platform.python_version()} | {p: version(p) for p in _PACKAGES},
        "results": results,
    }
    path.write_text(json.dumps(document, indent=2) + "\n")


def recorded(path: Path) -> dict[str, Any]:
    """Return the results in a file that `record` wrote."""
    results: dict[str, Any] = json.loads(path.read_text())["results"]
    return results


def _output(*command: str) -> str:
    where = Path(__file__).parent
    return subprocess.run(command, cwd=where, capture_output=True, text=True).stdout.strip()


def _processor() -> str:
    """Return the processor's name, as Linux has it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
