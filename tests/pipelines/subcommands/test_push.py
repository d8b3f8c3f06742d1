"""`flanbeam push` against a hub on this machine that speaks as much of the protocol as it needs."""

import base64
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("huggingface_hub")


@dataclass
class Hub:
    """What a hub was sent.

    Attributes:
      status: of every answer that is not 200.
      created: the bodies of requests to make a repository.
      files: path in the repository: content, of the last commit.
    """

    url: str = ""
    status: int = 200
    created: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    summary: str = ""


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self, document: Any, status: int = 200) -> None:
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self._answer({"id": "me/corpus", "sha": "0" * 40, "siblings": []}, hub.status)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hub.status != 200:
                self._answer({"error": "no"}, hub.status)
            elif self.path == "/api/validate-yaml":
                self._answer({"errors": [], "warnings": []})
            elif self.path == "/api/repos/create":
                hub.created.append(json.loads(body))
                self._answer({"url": f"{hub.url}/datasets/me/corpus"})
            elif self.path.endswith("/preupload/main"):
                files = json.loads(body)["files"]
                modes = [
                    {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False}
                    for f in files
                ]
                self._answer({"files": modes})
            elif self.path.endswith("/commit/main"):
                for line in body.splitlines():
                    stated = json.loads(line)
                    if stated["key"] == "file":
                        value = stated["value"]
                        hub.files[value["path"]] = base64.b64decode(value["content"])
                    else:
                        hub.summary = stated["value"]["summary"]
                url = f"{hub.url}/datasets/me/corpus/commit/{'a' * 40}"
                self._answer({"commitUrl": url, "commitOid": "a" * 40})
            else:
                self._answer({"error": self.path}, 404)

    return Handler


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_TOKEN", "hf_made_up")
    # Other tests of the process may have read HF_HUB_OFFLINE, which is looked up once.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    yield hub
    server.shutdown()
    server.server_close()


def test_every_file_of_the_snapshot_arrives(flanbeam: Any, quickstart: Any, hub: Hub) -> None:
    root = Path(quickstart.path)
    outcome = flanbeam("push", str(root), "me/corpus", "--private", "--endpoint", hub.url)
    assert outcome.status == 0, outcome.err
    assert outcome.last_line == f"{hub.url}/datasets/me/corpus"
    (made,) = hub.created
    assert (made["name"], made["organization"], made["type"]) == ("corpus", "me", "dataset")
    assert made.get("visibility") == "private" or made.get("private") is True
    assert hub.summary == f"Add snapshot {root.name}"
    sent = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    assert hub.files == sent


def test_a_damaged_snapshot_is_not_pushed(
    flanbeam: Any, quickstart: Any, hub: Hub, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(quickstart.path, copy)
    shard = next(copy.rglob("*.tfrecord-*.index"))
    shard.write_bytes(shard.read_bytes() + b"1 1\n")
    outcome = flanbeam("push", str(copy), "me/corpus", "--endpoint", hub.url)
    assert outcome.status == 3
    assert "damaged, so not pushed" in outcome.err
    assert not hub.created


@pytest.mark.parametrize(
    ("status", "said"), [(401, "hf auth login"), (403, "hf auth login"), (400, "me/corpus: ")]
)
def test_what_the_hub_refuses(
    flanbeam: Any, quickstart: Any, hub: Hub, status: int, said: str
) -> None:
    hub.status = status
    outcome = flanbeam("push", quickstart.path, "me/corpus", "--endpoint", hub.url)
    assert outcome.status == 2
    assert said in outcome.err


def test_a_name_that_is_none(flanbeam: Any, quickstart: Any, hub: Hub) -> None:
    outcome = flanbeam("push", quickstart.path, "a/b/c", "--endpoint", hub.url)
    assert outcome.status == 2
    assert "a/b/c" in outcome.err


def test_a_hub_that_does_not_answer(flanbeam: Any, quickstart: Any) -> None:
    outcome = flanbeam("push", quickstart.path, "me/corpus", "--endpoint", "http://127.0.0.1:9")
    assert outcome.status == 3
    assert "cannot be reached" in outcome.err
