"""Compile the kernels of a large build once, beside its workers (transforms/kernel_compiler.py)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tfrecords_schema
from transforms.job import Job
from transforms.mixture.mixing import Plan
from transforms.runtime.worker_program import KERNEL_COMPILER, worker_program

# Compiling takes some 20 s, which kernels save on so many examples.
_WORTH_COMPILING = 150_000


@contextmanager
def compiled_beside(job: Job, plan: Plan) -> Iterator[None]:
    """Compile the kernels in a process of their own, if a build with this plan gains by it.

    Until it is done, workers encode texts by sentencepiece, with the same ids.
    """
    examples = sum(
        quota.examples + sum(quota.validation.values()) for quota in plan.quotas.values()
    )
    model = job.vocabulary_path
    if not model or examples < _WORTH_COMPILING or _are_compiled():
        yield
        return
    quiet = subprocess.DEVNULL
    command = [*worker_program(KERNEL_COMPILER), model]
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            yield
        finally:
            process.terminate()


def _are_compiled() -> bool:
    """Return whether numba's files are beside the kernels, without importing numba.

    Where they are elsewhere, the process that is started finds them itself.
    """
    directory = Path(tfrecords_schema.__file__).parent
    changed = (directory / "word_kernels.py").stat().st_mtime
    files = (directory / "__pycache__").glob("word_kernels.encode_all-*.nbc")
    return any(file.stat().st_mtime > changed for file in files)
