"""Kernels are compiled once, beside a large build, and not for a small one."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.building import compiling
from pipelines.building.compiling import compiled_beside
from transforms.job import Job
from transforms.mixture.mixing import Plan, Quota
from transforms.runtime.worker_program import KERNEL_COMPILER, worker_program


def _plan(examples: int, validation: int) -> Plan:
    quota = Quota(
        task="t",
        collection="c",
        inverts="",
        available=1_000_000,
        cap=None,
        weight=1.0,
        requested=float(examples),
        examples=examples,
        by_type={"zs_opt": examples},
        requested_by_type={"zs_opt": float(examples)},
        validation={"zs_opt": validation},
    )
    return Plan({"t": quota})


class _Process:
    """A process that never ends by itself."""

    started: list[list[str]] = []
    ended = 0

    def __init__(self, command: list[str], **_: Any) -> None:
        _Process.started.append(command)

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_: object) -> None:
        assert _Process.ended == 1, "a build would wait for it"

    def terminate(self) -> None:
        _Process.ended += 1


@pytest.mark.parametrize(
    ("examples", "validation", "model", "is_compiled", "starts"),
    [
        (140_000, 20_000, "/models/spiece.model", False, True),
        (140_000, 20_000, "/models/spiece.model", True, False),
        (140_000, 5_000, "/models/spiece.model", False, False),
        (140_000, 20_000, "", False, False),
    ],
)
def test_a_process_is_started_for_many_examples(
    monkeypatch: pytest.MonkeyPatch,
    examples: int,
    validation: int,
    model: str,
    is_compiled: bool,
    starts: bool,
) -> None:
    job = Job.model_construct(vocabulary_path=model)
    monkeypatch.setattr(compiling, "_are_compiled", lambda: is_compiled)
    monkeypatch.setattr(_Process, "started", [])
    monkeypatch.setattr(_Process, "ended", 0)
    monkeypatch.setattr(subprocess, "Popen", _Process)
    with compiled_beside(job, _plan(examples, validation)):
        assert _Process.ended == 0
    assert (len(_Process.started), _Process.ended) == ((1, 1) if starts else (0, 0))
    assert all(command[-1] == "/models/spiece.model" for command in _Process.started)


@pytest.mark.slow
def test_the_process_leaves_machine_code_on_disk(
    flanbeam_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    subprocess.run(
        [*worker_program(KERNEL_COMPILER), str(flanbeam_data / "t5_vocab" / "spiece.model")],
        check=True,
    )
    names = [path.name for path in tmp_path.rglob("*.nbc")]
    for kernel in ("word_kernels.encode-", "word_kernels.encode_all-"):
        assert any(name.startswith(kernel) for name in names), kernel
