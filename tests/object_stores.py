"""Object stores on this machine: moto's S3, our Cloud Storage, and emulators that are installed.

`gs://` is served by tests/cloud_storage.py, whose conditions are decided by itself, or, where
$FLANBEAM_FAKE_GCS names it, by fake-gcs-server. Azurite is used where it is found.
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

from tests.cloud_storage import JsonApi, Memory, Objects, XmlApi
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
def _serving(application: Any) -> Iterator[str]:
    """Yield the address at which a WSGI application answers."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def s3_bucket() -> Iterator[str]:
    """Yield the URL of an empty bucket of moto's S3 server, which the environment names."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    application, one_at_a_time = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def serialized(environ: Any, start_response: Any) -> list[bytes]:
        # Moto checks a condition and writes in two steps: of two requests at once, both could win.
        with one_at_a_time:
            return list(application(environ, start_response))

    with _serving(serialized) as address:
        variables = {
            "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true", "AWS_ENDPOINT_URL": address,
        }  # fmt: skip
        with _environment(variables):
            _ask(f"{address}/bucket", "PUT")
            yield "s3://bucket"


@contextmanager
def gs_bucket(directory: Path) -> Iterator[str]:
    """Yield the URL of an empty bucket of our Cloud Storage, which the environment names."""
    with _gs_bucket(Memory("bucket"), directory) as url:
        yield url


@contextmanager
def fake_gcs_bucket(directory: Path) -> Iterator[str]:
    """Yield the URL of an empty bucket of fake-gcs-server, behind our XML API."""
    if not FAKE_GCS:
        pytest.skip(
            "needs fake-gcs-server: `go install github.com/fsouza/fake-gcs-server@latest`, then "
            "its path in $FLANBEAM_FAKE_GCS"
        )
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [FAKE_GCS, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
    command += ["-backend", "memory"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with suppress(HTTPError, URLError, ConnectionError):
                _ask(f"{address}/storage/v1/b?project=p", "POST", b'{"name": "bucket"}')
                break
            time.sleep(0.1)
        with _gs_bucket(JsonApi(address), directory) as url:
            yield url
    finally:
        server.kill()
        server.wait()


@contextmanager
def _gs_bucket(objects: Objects, directory: Path) -> Iterator[str]:
    with _serving(XmlApi(objects)) as address:
        account = {
            "gcs_base_url": address, "disable_oauth": True,
            "client_email": "", "private_key": "", "private_key_id": "",
        }  # fmt: skip
        file = directory / "account.json"
        file.write_text(json.dumps(account))
        with _environment({"GOOGLE_SERVICE_ACCOUNT": str(file)}):
            yield "gs://bucket"


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


@contextmanager
def bucket_of(kind: str, directory: Path) -> Iterator[str]:
    """Yield the URL of an empty bucket: of `s3`, `gs`, `fake_gcs` or `az`.

    Args:
        kind: what serves it.
        directory: an empty directory for the files of a server.
    """
    servers = {"gs": gs_bucket, "fake_gcs": fake_gcs_bucket, "az": azure_container}
    with s3_bucket() if kind == "s3" else servers[kind](directory) as url:
        yield url


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
