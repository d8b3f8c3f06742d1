"""A refresh that publishes nothing tells whom the command line names; the list tells ages."""

import json
import shlex
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing import notification
from pipelines.recipe import load_recipe
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from pipelines.subcommands.snapshots import age


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """Return (a command that keeps what it is told, what it was told so far)."""
    kept = tmp_path / "told.jsonl"
    program = f"import sys; open({str(kept)!r}, 'a').write(sys.stdin.read() + chr(10))"
    command = shlex.join([sys.executable, "-c", program])

    def so_far() -> list[Any]:
        return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []

    return command, so_far


def test_failed_and_refused_refreshes_tell(
    flanbeam: Any, corpus: Any, tmp_path: Path, told: Any
) -> None:
    command, so_far = told
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store", "--notify", command)
    assert flanbeam(*argv, "--set", "gates.min_examples=31").status == 3
    assert flanbeam(*argv, "--source", "questions=/nowhere").status == 2
    refused, failed = so_far()
    assert refused == {
        "recipe": str(corpus.recipe),
        "store": str(tmp_path / "store"),
        "channel": "latest",
        "exit_status": 3,
        "reasons": ["min_examples: 30 examples, but at least 31 are required"],
    }
    assert failed["exit_status"] == 2
    assert "/nowhere does not exist" in failed["reasons"][0]
    assert flanbeam(*argv).status == 0
    assert flanbeam(*argv).status == 10
    with StoreLock(Store.at(str(tmp_path / "store")), "channel-latest", "another"):
        assert flanbeam(*argv).status == 4
    assert len(so_far()) == 2
    listed = flanbeam("snapshots", tmp_path / "store")
    assert "latest: its last good snapshot was published less than a minute ago" in listed.out


@pytest.mark.parametrize("command", ["/nowhere/at/all", "false", "'", " "])
def test_a_command_that_fails_changes_nothing(
    flanbeam: Any, corpus: Any, tmp_path: Path, command: str
) -> None:
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store", "--notify", command)
    outcome = flanbeam(*argv, "--source", "questions=/nowhere")
    assert outcome.status == 2
    assert f"--notify {command}: " in outcome.err
    assert "/nowhere does not exist" in outcome.err.splitlines()[-1]


class Hook:
    """A webhook on this machine: what it was sent, and how it answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None, Any]] = []
        self.answer: bytes = b"HTTP/1.0 204 No Content\r\n\r\n"
        self.pause = 0.0
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kind = self.headers["Content-Type"]
                hook.requests.append((self.path, kind, json.loads(body)))
                for position in range(len(hook.answer)):
                    self.wfile.write(hook.answer[position : position + 1])
                    time.sleep(hook.pause)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hooks/hunter3"


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Yield a webhook that listens."""
    started = Hook()
    yield started
    started.server.shutdown()
    started.server.server_close()


def _with_notify(corpus: Any, target: str) -> None:
    text = corpus.recipe.read_text()
    corpus.recipe.write_text(f"{text}\nnotify: {json.dumps(target)}\n")


def test_a_webhook_of_the_recipe_is_sent_json(
    flanbeam: Any, corpus: Any, tmp_path: Path, hook: Hook
) -> None:
    _with_notify(corpus, hook.url)
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store", "--trust-recipe")
    assert flanbeam(*argv, "--set", "gates.min_examples=31").status == 3
    assert flanbeam(*argv).status == 0
    document = {
        "recipe": str(corpus.recipe),
        "store": str(tmp_path / "store"),
        "channel": "latest",
        "exit_status": 3,
        "reasons": ["min_examples: 30 examples, but at least 31 are required"],
    }
    assert hook.requests == [("/hooks/hunter3", "application/json", document)]
    for file in (tmp_path / "store" / "snapshots").rglob("*.json"):
        assert "hunter3" not in file.read_text()


def test_a_recipe_tells_only_who_trusts_it(
    flanbeam: Any, corpus: Any, tmp_path: Path, told: Any, hook: Hook
) -> None:
    command, so_far = told
    _with_notify(corpus, command)
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store")
    fails = ("--source", "questions=/nowhere")
    outcome = flanbeam(*argv, *fails)
    assert outcome.status == 2
    line = len(corpus.recipe.read_text().splitlines())
    assert f"{corpus.recipe}:{line}: notify: a recipe runs a command" in outcome.err
    assert "--trust-recipe" in outcome.err
    # The command line wins, and needs no trust.
    assert flanbeam(*argv, *fails, "--notify", hook.url).status == 2
    assert so_far() == []
    assert len(hook.requests) == 1
    assert flanbeam(*argv, *fails, "--trust-recipe").status == 2
    assert len(so_far()) == 1


def test_whom_to_notify_changes_no_snapshot(corpus: Any) -> None:
    before = load_recipe(str(corpus.recipe), [], {}, None).stated()
    _with_notify(corpus, "https://example.org/hook")
    assert load_recipe(str(corpus.recipe), [], {}, None).stated() == before


_REDIRECT = b"HTTP/1.0 302 Found\r\nLocation: /elsewhere\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"HTTP/1.0 500 Oh\r\n\r\n", "answers with status 500"),
        (_REDIRECT, "answers with status 302"),
        (b"nonsense\r\n\r\n", "no answer in HTTP"),
        (b"", "no answer in HTTP"),
    ],
)
def test_a_webhook_that_fails_changes_nothing(
    flanbeam: Any, corpus: Any, tmp_path: Path, hook: Hook, answer: bytes, problem: str
) -> None:
    hook.answer = answer
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store", "--notify", hook.url)
    outcome = flanbeam(*argv, "--source", "questions=/nowhere")
    assert outcome.status == 2
    shown = f"http://127.0.0.1:{hook.server.server_port}/…"
    assert f"--notify {shown}: {problem}" in outcome.err
    assert "hunter" not in outcome.err
    assert len(hook.requests) <= 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://[::1",
        "https://",
        "http://a b/",
        "http://u:hunter2@127.0.0.1:1/hunter3",
    ],
)
def test_a_webhook_that_is_not_there_changes_nothing(
    flanbeam: Any, corpus: Any, tmp_path: Path, url: str
) -> None:
    argv = ("refresh", corpus.recipe, "--store", tmp_path / "store", "--notify", url)
    outcome = flanbeam(*argv, "--source", "questions=/nowhere")
    assert outcome.status == 2
    assert "--notify http" in outcome.err
    assert "hunter" not in outcome.err
    assert "/nowhere does not exist" in outcome.err.splitlines()[-1]


def test_slow_notifications_have_a_limit(
    hook: Hook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(notification, "SECONDS", 1.0)
    # Each byte comes well within the limit, all of them do not.
    hook.answer, hook.pause = b"HTTP/1.0 200 OK\r\nX: " + 100 * b"x", 0.1
    for target, words in ((hook.url, "no answer in 1 seconds"), ("sleep 100", "after 1 seconds")):
        began = time.monotonic()
        notification.notify(target, {}, "--notify")
        assert 1 <= time.monotonic() - began < 5
        assert words in capsys.readouterr().err
    hook.pause = 0.0


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        ({"days": 3, "hours": 2, "minutes": 5}, "3 days 2 hours"),
        ({"hours": 1, "minutes": 1}, "1 hour 1 minute"),
        ({"seconds": 5}, "less than a minute"),
        ({"days": -1}, "less than a minute"),
    ],
)
def test_ages(passed: dict[str, int], words: str) -> None:
    assert age((datetime.now(UTC) - timedelta(**passed)).isoformat(timespec="seconds")) == words
