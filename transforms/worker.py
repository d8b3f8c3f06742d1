"""A worker process: Beam's own, that ends when the process it works for does.

A task manager of a cluster (Beam's environment PROCESS) starts it with its name and an address to
ask. A local runner of Beam's tells it by the environment where to connect.
"""

import os
import sys
from argparse import ArgumentParser

# Beam imports pandas, and MongoDB's client by bson, if they are installed: a third of the time that
# it takes, for what no stage needs.
_UNUSED = ("pandas", "bson")
_hidden = [name for name in _UNUSED if sys.modules.setdefault(name, None) is None]  # type: ignore[arg-type]

import grpc  # noqa: E402
from apache_beam.portability.api import (  # noqa: E402
    beam_provision_api_pb2,
    beam_provision_api_pb2_grpc,
)
from apache_beam.runners.worker import sdk_worker_main  # noqa: E402
from apache_beam.runners.worker.worker_id_interceptor import WorkerIdInterceptor  # noqa: E402
from google.protobuf import json_format, text_format  # noqa: E402

from transforms.runtime.parent_watchdog import PARENT, end_with_parent  # noqa: E402

for _name in _hidden:
    del sys.modules[_name]


def provisioned_environment(worker_id: str, endpoint: str) -> dict[str, str]:
    """Return what Beam's worker needs in its environment, as the manager at `endpoint` has it."""
    with grpc.insecure_channel(endpoint) as channel:
        named = grpc.intercept_channel(channel, WorkerIdInterceptor(worker_id))
        stub = beam_provision_api_pb2_grpc.ProvisionServiceStub(named)
        info = stub.GetProvisionInfo(beam_provision_api_pb2.GetProvisionInfoRequest()).info
    return {
        "WORKER_ID": worker_id,
        "CONTROL_API_SERVICE_DESCRIPTOR": text_format.MessageToString(info.control_endpoint),
        "LOGGING_API_SERVICE_DESCRIPTOR": text_format.MessageToString(info.logging_endpoint),
        "PIPELINE_OPTIONS": json_format.MessageToJson(info.pipeline_options),
        "RUNNER_CAPABILITIES": " ".join(info.runner_capabilities),
    }


def main(argv: list[str]) -> None:
    """Work until the process that started this one has no more work, or is gone."""
    parser = ArgumentParser()
    parser.add_argument("--id")
    parser.add_argument("--provision_endpoint")
    asked, _ = parser.parse_known_args(argv)
    if asked.provision_endpoint:
        os.environ[PARENT] = str(os.getppid())
        os.environ.update(provisioned_environment(asked.id, asked.provision_endpoint))
    end_with_parent()
    # Numba imports scipy for its BLAS when it loads the first kernel; ours call none.
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]
    sdk_worker_main.main(argv)


if __name__ == "__main__":
    main(sys.argv)
    # Whatever was written is on disk; taking the interpreter down would cost half a second.
    os._exit(0)
