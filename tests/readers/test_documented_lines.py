"""The lines in docs/formats.md work as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.building.build import BuildResult
from tests.readers.rows import SHARDS

_READING = (Path(__file__).parents[2] / "docs" / "formats.md").read_text().split("## Reading it")[1]
_SNIPPETS = re.findall(r"```python\n(.*?)```", _READING, re.DOTALL)


@pytest.mark.parametrize("alone", [False, True], ids=["the others", "tfrecord"])
def test_the_documented_lines_work(built: BuildResult, tmp_path: Path, alone: bool) -> None:
    code = f"snapshot, name, version = {built.path!r}, 'quickstart', '1.0.0'\n"
    code += "".join(snippet for snippet in _SNIPPETS if ("tfrecord_loader" in snippet) == alone)
    done = subprocess.run(
        [sys.executable, "-c", code.replace("-of-00004", f"-of-{SHARDS:05d}")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr


def test_every_reader_is_documented() -> None:
    imports = [snippet.split()[1].split(".")[0] for snippet in _SNIPPETS]
    assert imports == ["seqio", "tensorflow_datasets", "datasets", "mlcroissant", "tfrecord"]
