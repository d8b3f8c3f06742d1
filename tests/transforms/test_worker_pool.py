"""A pool starts the workers that task managers ask for, and ends none of them."""

import queue
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from apache_beam.portability.api import (
    beam_fn_api_pb2,
    beam_fn_api_pb2_grpc,
    beam_provision_api_pb2,
    beam_provision_api_pb2_grpc,
)

COMMAND = [sys.executable, "-m", "transforms.worker_pool", "--service_port"]


class _TaskManager(beam_provision_api_pb2_grpc.ProvisionServiceServicer):
    """Notes which worker asks and when it is gone; answers when told to."""

    def __init__(self) -> None:
        self.asked: queue.Queue[str] = queue.Queue()
        self.answers: queue.Queue[None] = queue.Queue()
        self.gone: queue.Queue[str] = queue.Queue()

    def GetProvisionInfo(  # noqa: N802  named by Beam
        self, request: object, context: grpc.ServicerContext
    ) -> beam_provision_api_pb2.GetProvisionInfoResponse:
        name = dict(context.invocation_metadata())["worker_id"]
        context.add_callback(lambda: self.gone.put(name))
        self.asked.put(name)
        self.answers.get()
        return beam_provision_api_pb2.GetProvisionInfoResponse()


@pytest.fixture
def pool() -> Iterator[int]:
    """Yield the port of a pool."""
    with subprocess.Popen([*COMMAND, "0"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith("Workers at"))
        yield int(line.rpartition(":")[2])
        process.kill()


def test_workers_of_one_number_are_left_alone(pool: int) -> None:
    manager, server = _TaskManager(), grpc.server(ThreadPoolExecutor(4))
    beam_provision_api_pb2_grpc.add_ProvisionServiceServicer_to_server(manager, server)
    address = f"localhost:{server.add_insecure_port('localhost:0')}"
    server.start()
    start = beam_fn_api_pb2.StartWorkerRequest(worker_id="1-1")
    start.provision_endpoint.url = address
    with grpc.insecure_channel(f"localhost:{pool}") as channel:
        stub = beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolStub(channel)
        assert [stub.StartWorker(start).error for _ in range(2)] == ["", ""]
        assert [manager.asked.get(timeout=60) for _ in range(2)] == ["1-1", "1-1"]
        stub.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id="1-1"))
    # Time enough for a signal to end one of them.
    with pytest.raises(queue.Empty):
        manager.gone.get(timeout=0.3)
    for _ in range(2):
        manager.answers.put(None)
    assert [manager.gone.get(timeout=30) for _ in range(2)] == ["1-1", "1-1"]
    server.stop(None)


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("localhost", 0)) as taken:
        command = [*COMMAND, str(taken.getsockname()[1])]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("worker_pool: ")
    assert "Traceback" not in result.stderr
