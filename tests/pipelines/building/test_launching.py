"""Both pipelines run wholly on an object store, and a launch of each leaves what a build finds."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.launching import main
from pipelines.building.running import RunnerOptions
from pipelines.recipe import load_recipe
from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from transforms.duplicates import exact
from transforms.records import record_store
from transforms.scan import scanning
from transforms.snapshots import writing

ROOT = "fakestore://bucket"
LOCAL = "--runner=apache_beam.runners.portability.fn_api_runner.FnApiRunner"
Objects = dict[str, bytes]


def _staged(objects: Objects) -> dict[str, bytes]:
    """Return the files of the one staged snapshot, by relative path."""
    (manifest,) = (path for path in objects if path.endswith("/snapshot/manifest.json"))
    root = manifest.removesuffix("manifest.json")
    return {
        path.removeprefix(root): data for path, data in objects.items() if path.startswith(root)
    }


def _upload(objects: Objects, recipe: str) -> str:
    """Put the files of the recipe's sources into the store; what --sources says of them."""
    pairs = []
    loaded = load_recipe(recipe, [], {}, None)
    for name, source in {**loaded.sources, **loaded.held_out}.items():
        root = Path(str(source.path))
        files = [path for path in root.rglob("*") if path.is_file()] if root.is_dir() else [root]
        for file in files:
            relative = file.relative_to(root.parent).as_posix()
            objects[f"{ROOT}/raw/{name}/{relative}"] = file.read_bytes()
        pairs.append(f"{name}={ROOT}/raw/{name}/{root.name}")
    return ";".join(pairs)


def _launch(step: str, *options: str, recipe: str = "quickstart") -> int:
    store = f"{ROOT}/store"
    return main([f"--recipe={recipe}", f"--store={store}", f"--step={step}", LOCAL, *options])


@pytest.fixture(scope="module")
def _launched() -> Objects:
    """Return what launches of both steps leave in an object store."""
    # Here, since few tests need Beam.
    from tests.fake_store import OBJECTS

    OBJECTS.clear()
    sources = f"--sources={_upload(OBJECTS, 'quickstart')}"
    assert [_launch(step, sources) for step in ("ingest", "assemble")] == [0, 0]
    return dict(OBJECTS)


@pytest.fixture
def launched(_launched: Objects, object_store: Objects) -> Objects:
    """Return an object store with what launches of both steps leave."""
    object_store.update(_launched)
    return object_store


def test_a_snapshot_made_in_an_object_store_has_the_bytes_of_a_local_one(
    launched: Objects, quickstart: BuildResult, contents: Any
) -> None:
    assert _staged(launched) == contents(quickstart.path)
    assert not [path for path in launched if filesystem.TEMPORARY in path]


def test_near_duplicates_are_found_in_an_object_store(
    object_store: Objects, tmp_path: Path, contents: Any
) -> None:
    near = "deduplicate.near.enabled=true"
    local = build(load_recipe("quickstart", [near], {}, None), str(tmp_path), RunnerOptions())
    options = (
        f"--sources={_upload(object_store, 'quickstart')}",
        f"--settings={near}; few_shot.pool=64",
    )
    assert [_launch(step, *options) for step in ("ingest", "assemble")] == [0, 0]
    ours = {
        name: data
        for name, data in _staged(object_store).items()
        if name.endswith("-00000-of-00001")
    }
    theirs = contents(local.path)
    assert ours
    assert ours == {name: theirs[name] for name in ours}


def _no_more_reading(*_: object) -> None:
    raise AssertionError("a record was read again")


def test_a_build_after_both_launches_makes_nothing_again_and_gives_the_snapshot_its_name(
    launched: Objects,
    quickstart: BuildResult,
    contents: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sources = _upload(launched, "quickstart")
    monkeypatch.setattr(record_store, "decode_record", _no_more_reading)
    paths = dict(pair.split("=") for pair in sources.split(";"))
    recipe = load_recipe("quickstart", [], paths, None)
    result = build(recipe, f"{ROOT}/store", RunnerOptions())
    assert result.sources_read == []
    assert {
        path.removeprefix(f"{result.path}/"): data
        for path, data in launched.items()
        if path.startswith(result.path) and not path.endswith("/run.json")
    } == contents(quickstart.path)


def test_a_second_launch_reads_and_scans_nothing_again(
    launched: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = f"--sources={_upload(launched, 'quickstart')}"
    before = dict(launched)
    monkeypatch.setattr(scanning, "scan_records", _no_more_reading)
    monkeypatch.setattr(exact, "find_duplicates", _no_more_reading)
    for step in ("ingest", "assemble"):
        assert _launch(step, sources) == 0
    assert before == launched


def test_a_launch_after_one_that_failed_goes_on_from_the_stages_that_are_kept(
    object_store: Objects,
    quickstart: BuildResult,
    contents: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sources = f"--sources={_upload(object_store, 'quickstart')}"
    assert _launch("ingest", sources) == 0

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(writing.tfrecord, "write_shard", fail)
        with pytest.raises(Exception, match="Input/output error"):
            _launch("assemble", sources)
    runs = [path for path in object_store if "/work/" in path and path.endswith(".run")]
    kept = {"index", "scan", "deduplicate", "sign", "verify_pairs", "choose_survivors"}
    kept |= {"near_duplicates", "decontaminate", "task_texts", "rank"}
    # Those of one work item are written for all who read them.
    assert {path.split("/")[-2] for path in runs} == kept | {"plan", "plan_shards"}
    before = {path: object_store[path] for path in runs}
    monkeypatch.setattr(scanning, "scan_records", _no_more_reading)
    monkeypatch.setattr(exact, "find_duplicates", _no_more_reading)
    assert _launch("assemble", sources) == 0
    assert {path: object_store[path] for path in runs} == before
    assert _staged(object_store) == contents(quickstart.path)


def test_assembly_waits_for_ingest(
    object_store: Objects, capsys: pytest.CaptureFixture[str]
) -> None:
    status = _launch("assemble", f"--sources={_upload(object_store, 'quickstart')}")
    assert status == DataError("").exit_status
    said = capsys.readouterr().err
    assert "everyday_nli" in said
    assert "wait until a launch of step ingest has finished" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--sources=everyday_nli"], "write it as NAME=PATH"),
        (["--sources=nobody=x"], "no such source"),
        (["--settings=sead=1"], "did you mean 'seed'"),
        (["--recipe=quickstrat"], "did you mean 'quickstart'"),
        (["--runner=DataflowRunner"], "Missing required option: region"),
        (["--runner=DataflwRunner"], "DataflwRunner"),
    ],
)
@pytest.mark.usefixtures("object_store")
def test_mistakes_are_one_line(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _launch("ingest", *options) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert len(said.splitlines()) == 1
