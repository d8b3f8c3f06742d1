"""Where the real data sets are, for the tests that need them."""

import os
from pathlib import Path

import pytest


def real_data() -> Path:
    """Return $FLANBEAM_DATA, the unpacked data; skip the test where it is not set, or empty."""
    if not (directory := os.environ.get("FLANBEAM_DATA")):
        pytest.skip("needs real data: set FLANBEAM_DATA to the directory that it is unpacked in")
    return Path(directory)
