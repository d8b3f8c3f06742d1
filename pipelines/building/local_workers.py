"""Run worker processes on this machine: outside the user's directory, on loopback, and watched.

Beam starts workers in the user's directory, whose modules would shadow ours and Python's; accepts
connections from other machines; and waits forever for a worker that was killed.
"""

import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from apache_beam.runners.portability import local_job_service
from apache_beam.runners.portability.fn_api_runner import worker_handlers

from pipelines.building.item_workers import why_ended
from pipelines.building.prepared_workers import PreparedWorkers
from transforms.runtime.worker_program import worker_program

# A finished run closes its workers; a worker is lost only if it ends while the run continues.
_GRACE_SECONDS = 2.0


def worker_command() -> str:
    """Return the command of a worker, for a shell."""
    return f"exec {shlex.join(worker_program())}"


class _Loopback:
    """Beam's view of grpc, whose servers listen only on this machine."""

    def __getattr__(self, name: str) -> Any:
        return getattr(grpc, name)

    @staticmethod
    def server(*arguments: Any, **options: Any) -> grpc.Server:
        """Return a server that no other machine can reach."""
        server = grpc.server(*arguments, **options)
        bind = server.add_insecure_port
        server.add_insecure_port = lambda address: bind(address.replace("[::]", "127.0.0.1"))
        return server


class _Watched(local_job_service.SubprocessSdkWorker):
    """A worker that reports its end to a callback."""

    on_death: Callable[[str], None] = staticmethod(lambda _: None)

    def run(self) -> None:
        """Run the worker to its end."""
        try:
            super().run()
        except RuntimeError as error:
            self.on_death(str(error).rpartition(" ")[2])


@contextmanager
def watched_workers(prepared: PreparedWorkers, end: Callable[[str], None]) -> Iterator[None]:
    """Let workers in the block be those `prepared`, on loopback; call `end` with the reason if one
    dies.
    """
    done = threading.Event()

    def on_death(status: str) -> None:
        if not done.wait(_GRACE_SECONDS):
            end(why_ended(int(status)))

    before = worker_handlers.grpc, local_job_service.grpc, local_job_service.SubprocessSdkWorker
    processes = local_job_service.subprocess
    worker_handlers.grpc = local_job_service.grpc = _Loopback()
    local_job_service.subprocess = prepared
    _Watched.on_death = staticmethod(on_death)
    local_job_service.SubprocessSdkWorker = _Watched
    try:
        yield
    finally:
        done.set()
        worker_handlers.grpc, local_job_service.grpc = before[:2]
        local_job_service.SubprocessSdkWorker = before[2]
        local_job_service.subprocess = processes
