"""The lock file is for every Python that the project names, as distributions ship it."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
LOCKED = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0"])
def test_every_locked_package_admits_the_first_release_of_a_python(python: str) -> None:
    """Debian 12 has 3.11.2: a package that wants 3.11.5 ends the installation there."""
    refusing = {}
    for name in LOCKED:
        try:
            wanted = metadata(name).get("Requires-Python") or ""
        except PackageNotFoundError:  # Locked for another platform or Python.
            continue
        if python not in SpecifierSet(wanted):
            refusing[name] = wanted
    assert not refusing


def test_the_locked_packages_are_found() -> None:
    assert len(LOCKED) > 100
