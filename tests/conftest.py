"""What the tests of several packages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_data import real_data


@pytest.fixture(scope="session")
def flanbeam_data() -> Path:
    """Return $FLANBEAM_DATA: real data sets, each in a directory of its own."""
    return real_data()


@pytest.fixture
def object_store() -> Iterator[dict[str, bytes]]:
    """Yield the objects below `fakestore://`, by URL: an object store that only Beam can open."""
    # Here, since few tests need Beam.
    from tests.fake_store import OBJECTS, FakeStore

    OBJECTS.clear()
    FakeStore.changed.clear()
    FakeStore.requests.clear()
    yield OBJECTS
    OBJECTS.clear()
    FakeStore.changed.clear()
