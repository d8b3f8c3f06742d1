"""The tutorial as it is printed, from nothing to a trained model and an example read back."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_PAGE = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text()
_BLOCK = re.compile(r"^```(python|console)\n(.*?)^```", re.M | re.S)


@pytest.mark.slow
def test_every_block_of_the_tutorial(tmp_path: Path) -> None:
    blocks = _BLOCK.findall(_PAGE)
    assert [kind for kind, _ in blocks].count("console") == 4
    directory = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": directory, "JAX_PLATFORMS": "cpu"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    said = ""
    for kind, text in blocks:
        command = [sys.executable, "-c", text] if kind == "python" else ["bash", "-ec", text]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        said = done.stdout
    # What is read back is one of the rows of the file.
    assert re.search(r"Order \d+: the (invoice|parcel|app) is wrong, please help\.", said)
    assert (tmp_path / "run" / "metrics.jsonl").read_text().count("\n") == 3
