"""`download: true` against a hub on this machine, through the real `huggingface_hub`."""

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.building.sources import find_source
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.snapshot import open_snapshot
from transforms.sources.formats.hf import Hf
from transforms.sources.source import UnreadableFileError
from transforms.types import Record

pytest.importorskip("huggingface_hub")

REVISION = "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c"
CARD = """---
dataset_info:
  features:
  - {name: label, dtype: {class_label: {names: {'0': negative, '1': positive}}}}
---
"""


def _parquet(**columns: list[Any]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


TRAIN = [
    _parquet(text=["It rained all day.", "The sun came out."], label=[0, 1]),
    _parquet(text=["A fine, quiet film."], label=[1]),
]
FILES = {
    "README.md": CARD.encode(),
    "data/train-00000-of-00002.parquet": TRAIN[0],
    "data/train-00001-of-00002.parquet": TRAIN[1],
    "data/test-00000-of-00001.parquet": _parquet(text=["Not asked for."], label=[0]),
    "large.bin": b"not asked for",
}


@dataclass
class Hub:
    """A data set `some/weather` at one revision.

    Attributes:
      files: path in the repository: content.
      status: of every answer, if not 200.
      cut: bytes that are missing at the end of every file.
      asked: the paths of files that were sent.
      tokens: the authorizations of requests.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    status: int = 200
    cut: int = 0
    asked: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    api = f"/api/datasets/some/weather/tree/{REVISION}"
    resolve = f"/datasets/some/weather/resolve/{REVISION}/"

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _send(self, status: int, data: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data[: len(data) - hub.cut] if "ETag" in headers else data)

        def do_GET(self) -> None:
            hub.tokens.add(self.headers.get("Authorization"))
            path = urlsplit(self.path).path
            if hub.status != 200:
                self._send(hub.status, b"{}")
            elif path == api:
                self._send(200, json.dumps(_tree(hub.files)).encode())
            elif path.startswith(resolve) and path.removeprefix(resolve) in hub.files:
                name = path.removeprefix(resolve)
                if self.command == "GET":
                    hub.asked.append(name)
                data = hub.files[name]
                self._send(200, data, ETag=f'"{_blob(data)}"', X_Repo_Commit=REVISION)
            else:
                wrong = "EntryNotFound" if path.startswith(resolve) else "RevisionNotFound"
                self._send(404, b"{}", X_Error_Code=wrong)

        do_HEAD = do_GET  # noqa: N815

    return Handler


def _blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _tree(files: dict[str, bytes]) -> list[dict[str, Any]]:
    folders = [{"type": "directory", "path": "data", "oid": "0" * 40, "size": 0}]
    return folders + [
        {"type": "file", "path": name, "oid": _blob(data), "size": len(data)}
        for name, data in files.items()
    ]


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def source(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hf:
    """Return a source whose library talks to `hub`."""
    # The library reads $HF_ENDPOINT once, when it is imported.
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
    template = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    return Hf.model_validate({"path": str(tmp_path / "hub"), **_stated(download=True)})


def _stated(**changes: Any) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "format": "hf",
        "dataset": "some/weather",
        "revision": REVISION,
        "collection": "c",
        "task": "weather",
        "family": "sentiment",
        "fields": {"text": "text", "answer": "label"},
    }
    return stated | changes


def _find(source: Hf) -> list[str]:
    return source.find_files(source.path or "")


def _names(files: list[str]) -> list[str]:
    return [file.removeprefix(f"datasets--some--weather/snapshots/{REVISION}/") for file in files]


def test_the_split_and_the_card_are_fetched_once(hub: Hub, source: Hf) -> None:
    wanted = [name for name in FILES if "train" in name]
    files = _find(source)
    assert _names(files) == wanted
    assert sorted(hub.asked) == ["README.md", *wanted]
    assert _names(_find(source)) == wanted
    assert len(hub.asked) == 3
    root = source.path or ""
    pieces = source.work(root, dict.fromkeys(files, 1))
    records = [e for piece in pieces for e in source.read("s", piece) if isinstance(e, Record)]
    assert [(record.fields["text"], record.fields["answer"]) for record in records] == [
        ("It rained all day.", "negative"),
        ("The sun came out.", "positive"),
        ("A fine, quiet film.", "positive"),
    ]


def test_the_cache_is_the_librarys_own(hub: Hub, source: Hf, tmp_path: Path) -> None:
    """What this project fetched, the library finds without a hub, and the other way round."""
    from huggingface_hub import hf_hub_download

    _find(source)
    name = "data/train-00001-of-00002.parquet"
    cached = hf_hub_download(
        "some/weather",
        name,
        repo_type="dataset",
        revision=REVISION,
        cache_dir=source.path,
        local_files_only=True,
    )
    assert Path(cached).read_bytes() == TRAIN[1]


def test_a_token_is_sent_as_the_library_sends_it(
    hub: Hub, source: Hf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_made_up")
    _find(source)
    assert hub.tokens == {"Bearer hf_made_up"}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_hub_that_refuses_is_named_with_the_data_set(hub: Hub, source: Hf, status: int) -> None:
    hub.status = status
    with pytest.raises(UnreadableFileError, match="some/weather: cannot be fetched: "):
        _find(source)


def test_a_revision_that_does_not_exist(hub: Hub, source: Hf) -> None:
    other = source.model_copy(update={"revision": "0" * 40})
    with pytest.raises(UnreadableFileError, match=r"some/weather: cannot be fetched: .*Revision"):
        _find(other)


def test_a_split_that_the_repository_lacks(hub: Hub, source: Hf) -> None:
    with pytest.raises(ConfigurationError, match="some/weather, dev at bcdcba79d07b: not in"):
        _find(source.model_copy(update={"split": "dev"}))
    assert hub.asked == ["README.md"]


def test_a_connection_that_ends_early_leaves_nothing_in_the_cache(
    hub: Hub, source: Hf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library waits a second before each of five more attempts.
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
    hub.cut = 10
    with pytest.raises(UnreadableFileError, match="some/weather: cannot be fetched: peer closed"):
        _find(source)
    hub.cut = 0
    files = _find(source)
    assert [Path(source.path or "", file).read_bytes() for file in files] == TRAIN


def test_a_cache_that_does_not_exist_is_named_with_the_command(tmp_path: Path) -> None:
    source = Hf.model_validate(_stated(path=str(tmp_path / "none")))
    with pytest.raises(ConfigurationError, match=r"set download: true, or run `hf download some/"):
        find_source("weather", source, str(tmp_path / "cache"))


@pytest.mark.slow
def test_a_build_fetches_what_it_reads(hub: Hub, tmp_path: Path) -> None:
    """Run the command in a process of its own, which $HF_ENDPOINT points to the hub."""
    recipe = tmp_path / "weather.yaml"
    sources = {"weather": _stated(download=True)}
    recipe.write_text(json.dumps({"name": "weather", "sources": sources}))
    environment = os.environ | {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_OFFLINE": "0",
    }
    command = [str(Path(sys.executable).with_name("flanbeam")), "build", str(recipe)]
    command += ["--out", "corpora"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (snapshot,) = [path.parent for path in (tmp_path / "corpora").glob("snapshots/*/manifest.json")]
    assert open_snapshot(str(snapshot)).manifest.splits["train"].rows == 3
    assert (tmp_path / "home" / "hub" / "datasets--some--weather").is_dir()
