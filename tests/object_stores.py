"""Object stores on this machine: moto's S3, and a fake GCS where one is installed.

obstore writes through the XML API of Cloud Storage, which fake-gcs-server 1.56 refuses ("invalid
uploadType"); a server that has it is needed.
"""

import json
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from tests.ports import free_port
from tfrecords_schema import object_store

FAKE_GCS = os.environ.get("FLANBEAM_FAKE_GCS")


def _ask(url: str, method: str, data: bytes | None = None) -> None:
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method))


@contextmanager
def s3_bucket() -> Iterator[str]:
    """Yield the URL of an empty bucket of moto's S3 server, which the environment names."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    application, one_at_a_time = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def serialized(environ: Any, start_response: Any) -> list[bytes]:
        # Moto checks a condition and writes in two steps: of two requests at once, both could win.
        with one_at_a_time:
            return list(application(environ, start_response))

    server = make_server("127.0.0.1", 0, serialized, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host, port = "127.0.0.1", server.server_port
    variables = {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true", "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }  # fmt: skip
    with _environment(variables):
        _ask(f"http://{host}:{port}/bucket", "PUT")
        yield "s3://bucket"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def gcs_bucket(directory: Path) -> Iterator[str]:
    """Yield the URL of an empty bucket of fake-gcs-server."""
    if not FAKE_GCS:
        pytest.skip("needs a fake GCS with the XML API, named by $FLANBEAM_FAKE_GCS")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [FAKE_GCS, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
    command += ["-backend", "memory", "-public-host", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    account = directory / "account.json"
    account.write_text(
        json.dumps(
            {
                "gcs_base_url": address,
                "disable_oauth": True,
                "client_email": "",
                "private_key": "",
                "private_key_id": "",
            }
        )
    )
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with suppress(HTTPError, URLError, ConnectionError):
                _ask(f"{address}/storage/v1/b?project=p", "POST", b'{"name": "bucket"}')
                break
            time.sleep(0.1)
        with _environment({"GOOGLE_SERVICE_ACCOUNT": str(account)}):
            yield "gs://bucket"
    finally:
        server.kill()
        server.wait()


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Set variables; what obstore made of earlier ones is forgotten."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        object_store._bucket.cache_clear()
        yield
    object_store._bucket.cache_clear()
