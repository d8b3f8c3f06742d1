"""Ingest: what identifies a source, what is read again, what is kept."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.ingest import add_ingest
from pipelines.building.running import RunnerOptions, run_pipeline
from pipelines.building.source_cache import IngestedSource, SourceCache
from pipelines.building.sources import FingerprintedSource, find_source
from pipelines.recipe import load_recipe
from tfrecords_schema.errors import ConfigurationError, DataError


def _find(corpus: Any, name: str, *assignments: str) -> FingerprintedSource:
    recipe = load_recipe(str(corpus.recipe), list(assignments), {}, None)
    return find_source(name, recipe.sources[name], str(corpus.directory / "cache"))


def _ingest(source: FingerprintedSource) -> IngestedSource:
    cache = SourceCache(source)
    if not cache.is_sealed:
        run_pipeline(partial(add_ingest, sources=[source]), RunnerOptions())
        cache.seal()
    return cache.collect()


def test_files_are_found_sorted_with_size_and_digest(corpus: Any) -> None:
    (corpus.tasks.parent / "b").mkdir()
    for name in ("b/task003.json", "task002.json"):
        (corpus.tasks.parent / name).write_text("{}")
    (corpus.tasks.parent / "README.md").write_text("not a task")
    found = _find(corpus, "tasks")
    assert [file.path for file in found.files] == [
        "b/task003.json",
        "task001_colours.json",
        "task002.json",
    ]
    assert found.files[0].bytes == 2
    assert found.files[0].sha256.startswith("44136fa355b3")


def test_a_single_file_is_called_by_its_name(corpus: Any) -> None:
    [file] = _find(corpus, "questions").files
    assert file.path == "questions.jsonl"


@pytest.mark.parametrize(
    "assignment",
    [
        "sources.questions.fields.question=id",
        "sources.questions.family=commonsense",
        "sources.questions.license=MIT",
        "sources.questions.collection=other",
        "sources.questions.split=test",
        "sources.questions.task=other",
    ],
)
def test_mapping_is_part_of_the_fingerprint(corpus: Any, assignment: str) -> None:
    changed = _find(corpus, "questions", assignment)
    assert changed.fingerprint != _find(corpus, "questions").fingerprint


@pytest.mark.parametrize(
    "assignment", ["seed=7", "sources.questions.about=x", "mixture.examples=3", "few_shot.pool=2"]
)
def test_rest_of_the_recipe_is_not_part_of_the_fingerprint(corpus: Any, assignment: str) -> None:
    changed = _find(corpus, "questions", assignment)
    assert changed.fingerprint == _find(corpus, "questions").fingerprint


def test_bytes_and_names_make_the_fingerprint_and_places_do_not(
    corpus: Any, tmp_path: Path
) -> None:
    before = _find(corpus, "questions").fingerprint
    moved = corpus.jsonl.rename(tmp_path / "questions.jsonl")
    path = f"sources.questions.path={moved}"
    assert _find(corpus, "questions", path).fingerprint == before
    renamed = moved.rename(tmp_path / "other.jsonl")
    path = f"sources.questions.path={renamed}"
    assert _find(corpus, "questions", path).fingerprint != before
    corpus.jsonl.write_text(renamed.read_text().replace("red", "bed", 1))
    assert _find(corpus, "questions").fingerprint != before


@pytest.mark.parametrize("name", ["tasks", "reasoning", "questions"])
def test_records_have_ids_that_do_not_depend_on_their_place(corpus: Any, name: str) -> None:
    def ids() -> dict[str, str]:
        ingested = _ingest(_find(corpus, name))
        rows = [
            json.loads(line)
            for path, _, _ in ingested.record_files
            for line in Path(path).read_text().splitlines()
        ]
        return {json.dumps(row[-1], sort_keys=True): row[0] for row in rows}

    before = ids()
    assert len(before) == len(set(before.values())) == 10
    if name == "tasks":
        document = json.loads(corpus.tasks.read_text())
        corpus.write_task(document["Instances"][::-1])
    else:
        file = {"reasoning": corpus.tsv, "questions": corpus.jsonl}[name]
        file.write_text("\n" + "".join(file.read_text().splitlines(keepends=True)[::-1]))
    assert ids() == before


def test_every_row_read_is_kept_or_rejected(corpus: Any) -> None:
    with corpus.tsv.open("a") as stream:
        stream.write("two\tcolumns\n\nq\t\tr\n")
    found = _find(corpus, "reasoning")
    assert not SourceCache(found).is_sealed
    ingested = _ingest(found)
    assert SourceCache(found).is_sealed
    [entry] = ingested.ledger
    assert (entry.task, entry.entered, entry.kept) == ("cot_fruit", 12, 10)
    assert entry.rejected == {"wrong_columns": 1, "empty_field": 1}
    assert sum(count for _, count, _ in ingested.record_files) == 10
    assert ingested.info().records == 10
    assert ingested.licenses == {"Unknown": 10}
    assert ingested.errors == []


def test_finished_files_are_not_read_again(corpus: Any) -> None:
    found = _find(corpus, "reasoning")
    before = _ingest(found)
    corpus.tsv.unlink()
    run_pipeline(partial(add_ingest, sources=[found]), RunnerOptions())
    assert SourceCache(found).collect() == before


def test_file_that_changes_while_it_is_read_leaves_nothing_in_the_cache(corpus: Any) -> None:
    found = _find(corpus, "reasoning")
    run_pipeline(partial(add_ingest, sources=[found]), RunnerOptions())
    corpus.tsv.write_text(corpus.tsv.read_text().replace("red", "rad", 1))
    with pytest.raises(DataError, match=r"fruit_train\.tsv changed while it was being read"):
        SourceCache(found).seal()
    assert not SourceCache(found).is_sealed
    assert not Path(found.directory).exists()
    assert _ingest(_find(corpus, "reasoning")).info().records == 10


def test_tasks_know_the_files_that_hold_them(corpus: Any) -> None:
    other = corpus.tasks.with_name("task002_more.json")
    other.write_text(corpus.tasks.read_text().replace("wall", "door"))
    assert _ingest(_find(corpus, "tasks")).task_files == {
        "task001_colours": ["task001_colours.json"],
        "task002_more": ["task002_more.json"],
    }
    assert _ingest(_find(corpus, "questions")).task_files == {"questions": ["questions.jsonl"]}


def test_instance_license_of_a_task_file_is_each_records(corpus: Any) -> None:
    instances = json.loads(corpus.tasks.read_text())["Instances"]
    corpus.write_task(instances, **{"Instance License": ["Apache-2.0"]})
    assert _ingest(_find(corpus, "tasks")).licenses == {"Apache-2.0": 10}


def test_missing_and_empty_paths_are_told_apart(corpus: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match=r"tasks.*/nowhere does not exist"):
        _find(corpus, "tasks", f"sources.tasks.path={tmp_path}/nowhere")
    with pytest.raises(DataError, match=r"tasks: no \*\.json.* in .*/empty"):
        _find(corpus, "tasks", f"sources.tasks.path={tmp_path}/empty")
    with pytest.raises(ConfigurationError, match=r"tasks.* give --source tasks=PATH"):
        _find(corpus, "tasks", "sources.tasks.path=null")
