"""A worker asks its task manager where to connect."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from apache_beam.portability.api import beam_provision_api_pb2, beam_provision_api_pb2_grpc

from transforms.worker import provisioned_environment


class _TaskManager(beam_provision_api_pb2_grpc.ProvisionServiceServicer):
    """Answers with the name that the worker gave, as port of a made-up address."""

    def GetProvisionInfo(  # noqa: N802  named by Beam
        self, request: object, context: grpc.ServicerContext
    ) -> beam_provision_api_pb2.GetProvisionInfoResponse:
        response = beam_provision_api_pb2.GetProvisionInfoResponse()
        name = dict(context.invocation_metadata())["worker_id"]
        response.info.control_endpoint.url = f"control:{name}"
        response.info.logging_endpoint.url = f"logging:{name}"
        response.info.pipeline_options.update({"beam:option:job_name:v1": "build"})
        response.info.runner_capabilities.extend(["one", "two"])
        return response


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Yield the address at which a task manager answers."""
    server = grpc.server(ThreadPoolExecutor(1))
    beam_provision_api_pb2_grpc.add_ProvisionServiceServicer_to_server(_TaskManager(), server)
    port = server.add_insecure_port("localhost:0")
    server.start()
    yield f"localhost:{port}"
    server.stop(None)


def test_environment_is_what_the_task_manager_says(endpoint: str) -> None:
    environment = provisioned_environment("7-1", endpoint)
    assert environment["WORKER_ID"] == "7-1"
    assert environment["CONTROL_API_SERVICE_DESCRIPTOR"].strip() == 'url: "control:7-1"'
    assert environment["LOGGING_API_SERVICE_DESCRIPTOR"].strip() == 'url: "logging:7-1"'
    assert '"beam:option:job_name:v1": "build"' in environment["PIPELINE_OPTIONS"]
    assert environment["RUNNER_CAPABILITIES"] == "one two"
