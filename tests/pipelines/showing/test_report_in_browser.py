"""Chromium shows the page: no error, no request, nothing that axe finds, at any width."""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.building.build import BuildResult

pytestmark = pytest.mark.browser

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def _dom(page: Path, width: int, is_dark: bool) -> tuple[str, str]:
    """Return the document after its scripts have run, and what the browser logged."""
    browser = shutil.which("chromium")
    assert browser, "Chromium is not installed: apt-get install chromium"
    done = subprocess.run(
        [
            browser,
            *("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"),
            # Whatever the page would ask for, there is nobody to ask.
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--window-size={width},900",
            f"--blink-settings=preferredColorScheme={0 if is_dark else 1}",
            *("--virtual-time-budget=20000", "--dump-dom", page.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, done.stderr


def test_the_script_runs_and_logs_nothing(quickstart: BuildResult) -> None:
    document, log = _dom(Path(quickstart.path, "report.html"), 1280, False)
    assert re.search(r'id="shown"[^>]*>240 of 240 examples<', document)
    assert "CONSOLE" not in log


@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("is_dark", [False, True])
def test_axe_finds_nothing(
    quickstart: BuildResult, tmp_path: Path, width: int, is_dark: bool
) -> None:
    axe = Path(os.environ["FLANBEAM_AXE"]).read_text()
    page = Path(quickstart.path, "report.html").read_text()
    script = (
        "document.querySelectorAll('details.rows,details.example').forEach("
        "(d, n) => { if (n % 9 === 0) d.open = true; });"
        "axe.run().then(found => { const out = document.createElement('output');"
        "out.id = 'axe'; out.textContent = JSON.stringify({"
        "wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,"
        "violations: found.violations.map(v => [v.id, v.nodes[0].html])});"
        "document.body.append(out); });"
    )
    probe = tmp_path / "probe.html"
    # A copy without the policy, which would not let axe in.
    head, _, tail = _POLICY.sub("", page).rpartition("</body>")
    probe.write_text(f"{head}<script>{axe}</script><script>{script}</script></body>{tail}")
    document, _ = _dom(probe, width, is_dark)
    found = re.search(r'<output id="axe">(.*?)</output>', document, re.S)
    assert found, "axe did not end"
    result = json.loads(html.unescape(found[1]))
    assert result == {"wide": 0, "violations": []}
