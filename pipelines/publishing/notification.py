"""Tell someone that a refresh published nothing: a command is run, or a webhook called.

What becomes of a notification changes nothing of how the refresh ends.
"""

import json
import shlex
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from pipelines.console.report import warn

# In all, however slowly an answer comes.
SECONDS = 60.0


def is_webhook(target: str) -> bool:
    """Return whether `target` is a URL rather than a command."""
    return target.lower().startswith(("http://", "https://"))


def notify(target: str, document: Mapping[str, Any], stated: str) -> None:
    """Send `document`, as JSON, to a webhook, or to the standard input of a command.

    Args:
      target: an http(s) URL, or a command as it is written in a shell; there is no shell.
      stated: where `target` is stated, for the note about one that fails.
    """
    data = json.dumps(document).encode()
    problem = _posted(target, data) if is_webhook(target) else _ran(target, data)
    if problem:
        warn(f"{stated} {_shown(target)}: {problem}")


def _shown(target: str) -> str:
    """Return `target` for a message: anyone who knows the path of a webhook can call it."""
    if not is_webhook(target):
        return target
    scheme, _, host, *_ = target.split("/")
    return f"{scheme}//{host.rpartition('@')[2]}/…"


def _ran(command: str, data: bytes) -> str:
    """Run a command; return what went wrong."""
    try:
        done = subprocess.run(
            shlex.split(command),
            input=data,
            stdout=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"ended after {SECONDS:.0f} seconds without an end"
    except (OSError, ValueError, IndexError) as error:
        return str(error)
    return f"exit status {done.returncode}" if done.returncode else ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes a redirection for an error: its target would be called with GET, without the JSON."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


def _posted(url: str, data: bytes) -> str:
    """POST JSON to a URL; return what went wrong."""
    problems: list[str] = []

    def post() -> None:
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(url, data, headers, method="POST")
            with opener.open(request, timeout=SECONDS):
                pass
        except urllib.error.HTTPError as error:
            problems.append(f"answers with status {error.code}")
        except urllib.error.URLError as error:
            problems.append(str(getattr(error.reason, "strerror", None) or error.reason))
        except Exception as error:
            # What a server answers may be anything at all; the message could hold the URL.
            problems.append(f"no answer in HTTP ({type(error).__name__})")

    # A server that sends a byte now and then would never reach the time limit of a socket.
    sender = threading.Thread(target=post, daemon=True)
    sender.start()
    sender.join(SECONDS)
    if sender.is_alive():
        return f"no answer in {SECONDS:.0f} seconds"
    return "".join(problems)
