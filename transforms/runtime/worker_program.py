"""The command that starts a worker process from any directory."""

import sys
from pathlib import Path

import transforms

# Of Beam's runners, and of ours for what needs no Beam.
BEAM_WORKER = "transforms.worker"
ITEM_WORKER = "transforms.item_worker"
KERNEL_COMPILER = "transforms.kernel_compiler"
_PROGRAM = (
    "import runpy, sys; sys.path.insert(0, {root!r}); "
    "runpy.run_module({module!r}, run_name='__main__')"
)


def worker_program(module: str = BEAM_WORKER) -> list[str]:
    """Return the words of the command that runs `module`.

    `-P` removes the current directory from the module search path; its modules would shadow ours
    and Python's.
    """
    root = str(Path(transforms.__file__).parents[1])
    return [sys.executable, "-P", "-c", _PROGRAM.format(root=root, module=module)]
