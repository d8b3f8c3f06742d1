"""Object stores on this machine: moto's S3, and Azurite and a fake GCS where they are installed.

obstore writes through the XML API of Cloud Storage, which fake-gcs-server 1.56 refuses ("invalid
uploadType"); a server that has it is needed.
"""

import base64
import hmac
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from tests.ports import free_port
from tfrecords_schema import object_store

FAKE_GCS = os.environ.get("FLANBEAM_FAKE_GCS")
AZURITE = os.environ.get("FLANBEAM_AZURITE") or shutil.which("azurite-blob")
# Of every emulator of Azure, as Microsoft documents it.
_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


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
def azure_container(directory: Path) -> Iterator[str]:
    """Yield the URL of an empty container of Azurite."""
    if not AZURITE:
        pytest.skip(
            "needs Azurite: `npm install azurite`, then its azurite-blob in "
            "$FLANBEAM_AZURITE or on the path"
        )
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [AZURITE, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent"]
    command += ["--location", str(directory), "--skipApiVersionCheck"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    variables = {
        "AZURE_STORAGE_ACCOUNT_NAME": _ACCOUNT, "AZURE_STORAGE_ACCOUNT_KEY": _KEY,
        "AZURE_STORAGE_USE_EMULATOR": "true", "AZURITE_BLOB_STORAGE_URL": address,
    }  # fmt: skip
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(URLError, ConnectionError):
                _make_container(address)
                break
            time.sleep(0.1)
        with _environment(variables):
            yield "az://container"
    finally:
        server.kill()
        server.wait()


def _make_container(address: str) -> None:
    """Sign by hand, since obstore makes no containers."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    lines = ["PUT", *[""] * 11, *(f"{name}:{value}" for name, value in headers.items())]
    lines += [f"/{_ACCOUNT}/{_ACCOUNT}/container", "restype:container"]
    digest = hmac.digest(base64.b64decode(_KEY), "\n".join(lines).encode(), "sha256")
    headers["Authorization"] = f"SharedKey {_ACCOUNT}:{base64.b64encode(digest).decode()}"
    url = f"{address}/{_ACCOUNT}/container?restype=container"
    urllib.request.urlopen(urllib.request.Request(url, headers=headers, method="PUT"))


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Set variables; what obstore made of earlier ones is forgotten."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        object_store._bucket.cache_clear()
        yield
    object_store._bucket.cache_clear()
