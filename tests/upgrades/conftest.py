"""What earlier versions wrote, unpacked in a directory that the commands run in."""

import tarfile
from pathlib import Path

import pytest

from tests.pipelines.conftest import Command, flanbeam

__all__ = ["Command", "flanbeam"]

_ARCHIVE = Path(__file__).parent / "version_1" / "flanbeam-v1.tar.xz"


@pytest.fixture
def version_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a fresh copy of the files of version 0.1.0, as the working directory."""
    with tarfile.open(_ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / "flanbeam-v1"
    monkeypatch.chdir(root)
    return root
