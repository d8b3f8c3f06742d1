"""The reference pages say what the code says, and every key is described."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

_DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", _DOCS / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="argparse words help in another way in each version"
)
@pytest.mark.parametrize("page", ["recipe", "training", "cli"])
def test_pages_are_current(reference: ModuleType, page: str) -> None:
    path = f"reference/{page}.md"
    said = "run `python docs/make_reference.py`"
    assert (_DOCS / path).read_text() == reference.pages()[path], said


@pytest.mark.parametrize("page", ["recipe", "training"])
def test_every_key_has_a_description(page: str) -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", (_DOCS / f"reference/{page}.md").read_text(), re.M)
    assert len(rows) > 20
    assert [key for key, text in rows if len(text.strip()) < 10] == []
