"""A pool of worker processes, for clusters whose task managers start none (Beam's EXTERNAL).

    python -m transforms.worker_pool --service_port 50000

Beam's own pool ends a worker by its number, which every task manager counts from one: where two
share a pool, one ends the other's workers. Here a worker ends when its task manager hangs up.
"""

import signal
import subprocess
import sys
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from apache_beam.portability.api import beam_fn_api_pb2 as api
from apache_beam.portability.api import beam_fn_api_pb2_grpc as api_grpc

from transforms.runtime.worker_program import worker_program


class WorkerPool(api_grpc.BeamFnExternalWorkerPoolServicer):
    """Starts a process for every worker that a task manager asks for."""

    def StartWorker(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Start a worker, which asks the task manager for all else."""
        command = [
            *(*worker_program(), f"--id={request.worker_id}"),
            f"--provision_endpoint={request.provision_endpoint.url}",
        ]
        try:
            subprocess.Popen(command, stdin=subprocess.DEVNULL)
        except OSError as error:
            return api.StartWorkerResponse(error=f"{command[0]}: {error.strerror}")
        return api.StartWorkerResponse()

    def StopWorker(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Do nothing: the number may be another task manager's worker as well."""
        return api.StopWorkerResponse()


def serve(port: int) -> tuple[grpc.Server, int]:
    """Serve a pool at `port` of this machine; return (pool, its port); port 0 is any free one."""
    # Without reuse, which gRPC takes for granted, a port that is taken is an error.
    options = [("grpc.so_reuseport", 0)]
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=options)
    api_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(WorkerPool(), server)
    bound_port = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server, bound_port


def main(argv: list[str]) -> None:
    """Serve until a signal ends this process; its workers end with it."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--service_port", type=int, default=50000)
    # Workers that ended are taken off the system's table.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        server, port = serve(parser.parse_args(argv).service_port)
    except RuntimeError as error:
        sys.exit(f"worker_pool: {error}")
    sys.stderr.write(f"Workers at localhost:{port}\n")
    server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[1:])
