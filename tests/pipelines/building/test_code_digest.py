"""A digest follows the code that runs: not its comments, and nothing that is not imported."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tfrecords_schema
import transforms
from pipelines.building import code_digest as digests
from pipelines.building.code_digest import code_digest, imported_modules
from pipelines.building.stages import STAGES

_TABULAR = "transforms.sources.formats.tabular"
_CACHES = (*(digests.code_digest, digests._file, digests._read), *(digests._root, digests._kept))


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the packages, and have the copy's digests computed in place of the installed ones'."""
    for package in (transforms, tfrecords_schema):
        shutil.copytree(next(iter(package.__path__)), tmp_path / package.__name__)
    monkeypatch.setattr(digests, "_root", lambda package: tmp_path / package)
    _forget()
    return tmp_path


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what was parsed in a file of the test's own."""
    file = tmp_path_factory.mktemp("kept") / "code_digests.json"
    monkeypatch.setattr(digests, "_KEPT", file)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return file


def _forget() -> None:
    for cache in _CACHES:
        getattr(cache, "cache_clear", lambda: None)()


@pytest.fixture(autouse=True)
def _forget_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.context()
    _forget()


def _digest(module: str) -> str:
    _forget()
    return code_digest(module)


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_comment_a_docstring_and_layout_change_nothing(copy: Path) -> None:
    before = _digest(_TABULAR)
    file = copy / "transforms/records/fields.py"
    file.write_text("# edited\n\n" + file.read_text() + "\n# edited\n")
    text = file.read_text()
    first = text.index('"""')
    file.write_text(text[: first + 3] + "Edited. " + text[first + 3 :])
    assert _digest(_TABULAR) == before


def test_code_of_a_module_that_is_imported_through_others_counts(copy: Path) -> None:
    before = _digest(_TABULAR)
    file = copy / "transforms/records/fields.py"
    _edit(file, "def _clean_text", "FIXED = 1\n\n\ndef _clean_text")
    assert _digest(_TABULAR) != before


def test_code_that_is_not_imported_does_not_count(copy: Path) -> None:
    before = _digest(_TABULAR)
    file = copy / "transforms/sources/formats/alpaca.py"
    file.write_text(file.read_text() + "\nFIXED = 1\n")
    assert _digest("transforms.sources.formats.alpaca") != before
    assert _digest(_TABULAR) == before


def test_an_import_inside_a_function_counts_and_one_for_type_checkers_does_not() -> None:
    assert "transforms.duplicates.minhash" in imported_modules("transforms.duplicates.signing")
    rows = "transforms.held_out.match_rows"
    assert "transforms.held_out.search" not in imported_modules(rows)


def test_template_families_are_no_code() -> None:
    modules = imported_modules("transforms.prompts.rendering")
    assert "transforms.templates.template" in modules
    assert not {name for name in modules if ".families" in name or ".inversions" in name}


def test_every_stage_has_a_digest_of_its_own_module() -> None:
    for stage in STAGES:
        assert stage.run.__module__ in imported_modules(stage.run.__module__)
        assert len(code_digest(stage.run.__module__)) == 16


def test_computing_digests_imports_nothing_heavy() -> None:
    program = (
        "import sys; from pipelines.building.code_digest import code_digest\n"
        "code_digest('transforms.prompts.rendering')\n"
        "heavy = {'numpy', 'apache_beam', 'numba', 'sentencepiece'}\n"
        "assert not heavy & {name.partition('.')[0] for name in sys.modules}"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


def test_what_was_parsed_is_kept_and_an_edit_is_seen(
    copy: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _digest(_TABULAR)
    parse, parsed = ast.parse, []
    monkeypatch.setattr(ast, "parse", lambda data: (parsed.append(data), parse(data))[1])
    assert _digest(_TABULAR) == before
    assert parsed == []
    file = copy / "transforms/records/fields.py"
    _edit(file, "def _clean_text", "FIXED = 1\n\n\ndef _clean_text")
    assert _digest(_TABULAR) != before
    assert parsed == [file.read_bytes()]


@pytest.mark.parametrize(
    "damage",
    [b"", b"[]", b"{}", b'{"by": 1, "modules": {}}', b"\xff"],
)
def test_a_damaged_file_of_digests_is_made_again(copy: Path, kept: Path, damage: bytes) -> None:
    before = _digest(_TABULAR)
    whole = kept.read_bytes()
    kept.write_bytes(damage)
    assert _digest(_TABULAR) == before
    assert kept.read_bytes() == whole


def test_what_other_code_kept_is_not_used(copy: Path, kept: Path) -> None:
    before = _digest(_TABULAR)
    document = json.loads(kept.read_bytes())
    for module in document["modules"].values():
        module["digest"] = "0" * 32
    kept.write_bytes(json.dumps({**document, "by": "an earlier version"}).encode())
    assert _digest(_TABULAR) == before


def test_where_nothing_can_be_written_files_are_parsed(
    copy: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _digest(_TABULAR)
    (kept.parent / "file").write_bytes(b"")
    monkeypatch.setattr(digests, "_KEPT", kept.parent / "file" / "code_digests.json")
    assert _digest(_TABULAR) == before
