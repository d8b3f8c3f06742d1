"""Found: progress falls short where the 500th record of a file is rejected."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms import rendering
from transforms.job import Job
from transforms.progress import DIRECTORY, collect
from transforms.settings import Limits
from transforms.types import Record


def test_every_record_of_a_file_is_reported(
    make_job: Callable[..., tuple[str, Job]],
    make_record: Callable[..., Record],
    run_stages: Callable[[str, Job], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "_REPORT_EVERY", 2)
    listener = tmp_path / "progress"
    listener.mkdir()
    monkeypatch.setenv(DIRECTORY, str(listener))
    good = [make_record(i) for i in (0, 2)]
    bad = [make_record(i, fields={"question": f"why {i} " * 99, "answer": "x"}) for i in (1, 3)]
    work, job = make_job([good[0], bad[0], good[1], bad[1]], limits=Limits(max_input_tokens=300))
    run_stages(work, job)
    assert collect(str(listener))[rendering.RENDER] == 4
