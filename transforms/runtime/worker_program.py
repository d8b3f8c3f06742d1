"""The command that starts a worker process, wherever it is started."""

import sys
from pathlib import Path

import transforms

_PROGRAM = (
    "import runpy, sys; sys.path.insert(0, {root!r}); "
    "runpy.run_module('transforms.worker', run_name='__main__')"
)


def worker_program() -> list[str]:
    """Return the words of the command.

    Python takes the current directory first, whose modules would hide ours and its own: `-P` keeps
    it out.
    """
    root = str(Path(transforms.__file__).parents[1])
    return [sys.executable, "-P", "-c", _PROGRAM.format(root=root)]
