"""Worker processes that import Beam while the build's process does, and wait to be told for whom.

Beam starts its workers when the graph is ready: each then imports for a second what the build's
process has just imported itself.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from transforms.runtime.worker_program import worker_program

# With this argument, a worker reads from its standard input what it lacks of its environment.
WAITS = "--waits"


class PreparedWorkers:
    """Stands in for the module `subprocess` where Beam starts workers."""

    def __init__(self, number: int) -> None:
        command = [*worker_program(), WAITS]
        self._waiting = [
            subprocess.Popen(command, stdin=subprocess.PIPE, text=True) for _ in range(number)
        ]

    def Popen(  # noqa: N802  named by Python
        self, command: str, *, shell: bool, env: Mapping[str, str]
    ) -> "subprocess.Popen[Any]":
        """Return a worker in the environment `env`; start it by `command` if none waits."""
        if not self._waiting:
            return subprocess.Popen(command, shell=shell, env=env)
        worker = self._waiting.pop()
        assert worker.stdin is not None
        lacking = {name: value for name, value in env.items() if os.environ.get(name) != value}
        # If it has died, whoever waits for it learns how.
        with suppress(BrokenPipeError), worker.stdin as stream:
            stream.write(json.dumps(lacking) + "\n")
        return worker

    def end(self) -> None:
        """End those that still wait."""
        for worker in self._waiting:
            worker.kill()
            worker.communicate()


@contextmanager
def prepared_workers(number: int) -> Iterator[PreparedWorkers]:
    """Start workers; those that nobody has asked for end with the block."""
    workers = PreparedWorkers(number)
    try:
        yield workers
    finally:
        workers.end()
