"""The package `flanbeam`: what people call from Python and see in a notebook."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import flanbeam
from tfrecords_schema.snapshot import open_snapshot as open_stored


@pytest.fixture(scope="module")
def opened(quickstart: Any) -> flanbeam.Snapshot:
    return flanbeam.open_snapshot(quickstart.path)


def test_every_name_is_documented() -> None:
    for name in flanbeam.__all__:
        thing = getattr(flanbeam, name)
        assert name == "__version__" or thing.__doc__, name


def test_examples_are_those_of_the_shards(opened: flanbeam.Snapshot) -> None:
    stored = list(open_stored(opened.path).rows("train"))
    train = opened["train"]
    assert opened.splits["train"] == len(train) == len(stored)
    for example, row in zip(train, stored, strict=True):
        assert example["id"] == row["id"]
        assert example["inputs"] == row["inputs_pretokenized"]
        assert example["target_tokens"] == list(row["targets"])  # type: ignore[arg-type]
        assert example["task_name"] == row["_task_name"]
    assert train[-1] == train[len(train) - 1] == train[-1:][0]
    with pytest.raises(IndexError):
        train[len(train)]
    with pytest.raises(flanbeam.DataError, match="no split 'tain'"):
        opened["tain"]


def test_the_record_of_an_example(opened: flanbeam.Snapshot) -> None:
    directory = Path(flanbeam.__file__).parents[1] / "pipelines" / "quickstart"
    for example in [e for e in opened["train"] if e["source"] == "dialogs"][:3]:
        record = opened.record(example["record_id"])
        assert (record.id, record.source) == (example["record_id"], "dialogs")
        file, number = record.place.split(":")
        line = directory.joinpath(file).read_text().splitlines()[int(number) - 1]
        assert record.own_id.startswith(json.loads(line)["id"])
        assert record.fields == {"turns": json.loads(line)["turns"]}
        assert record.license == example["license"]
    with pytest.raises(flanbeam.DataError, match="has no record 'abc'"):
        opened.record("abc")
    without = opened.manifest.model_copy(update={"records": []})
    earlier = flanbeam.Snapshot(dataclasses.replace(opened.of, manifest=without))
    with pytest.raises(flanbeam.DataError, match="kept no records; build it again"):
        earlier.record(record.id)


def test_tables_for_other_libraries(opened: flanbeam.Snapshot, tmp_path: Path) -> None:
    train = opened["train"]
    frame = train.to_pandas()
    assert list(frame["id"]) == [example["id"] for example in train]
    datasets = pytest.importorskip("datasets")
    datasets.config.HF_DATASETS_CACHE = tmp_path
    table = train.to_datasets()
    assert table["targets"][:] == [example["targets"] for example in train]


def test_what_a_notebook_shows(opened: flanbeam.Snapshot) -> None:
    assert repr(opened).startswith("<Snapshot quickstart 1.0.0: ")
    assert repr(opened["train"]) == f"<Split train: {len(opened['train']):,} examples>"
    assert "<th>split</th>" in opened._repr_html_()
    html = opened["train"]._repr_html_()
    assert html.count("<tr>") == 6
    # Texts of the data are never markup.
    assert "<script" not in html.lower()


def test_a_recipe_and_its_plan(tmp_path: Path) -> None:
    recipe = flanbeam.load_recipe("quickstart", {"mixture.examples": 40}, seed=3)
    assert recipe.name == "quickstart"
    assert "sources>" in repr(recipe)
    assert recipe._repr_html_().count("<tr>") == len(recipe.stated.sources) + 1
    planned = flanbeam.plan(recipe, str(tmp_path))
    assert repr(planned).startswith("<Plan: 40 examples of ")
    assert sum(task["examples"] for task in planned.tasks) == 40
    assert "<caption>40 examples</caption>" in planned._repr_html_()
    built = flanbeam.build(recipe, str(tmp_path))
    assert built.splits["train"] == 40
    with pytest.raises(flanbeam.ConfigurationError, match="did you mean 'quickstart'"):
        flanbeam.load_recipe("quickstat")


@pytest.mark.slow
def test_train_and_evaluate(opened: flanbeam.Snapshot, tmp_path: Path) -> None:
    settings = {"steps": 2, "batch_rows": 2, "devices": 1, "held_in_examples": 4}
    done = flanbeam.train("quickstart", opened, str(tmp_path / "run"), settings)
    assert done.steps == 2
    (result,) = flanbeam.evaluate(
        "quickstart", str(tmp_path / "run"), ["held_in"], opened, limit=2, settings=settings
    )
    assert result.suite == "held_in"


def test_reading_needs_no_other_package(opened: flanbeam.Snapshot) -> None:
    """What `flanbeam-reader` holds and requires is enough."""
    script = (
        "import sys, flanbeam\n"
        f"list(flanbeam.open_snapshot({opened.path!r})['train'])\n"
        "allowed = {'flanbeam', 'tfrecords_schema', 'numpy', 'google', 'google_crc32c', 'orjson',\n"
        "    'pydantic', 'pydantic_core', 'annotated_types', 'typing_extensions',\n"
        "    'typing_inspection'}\n"
        "standard = {*sys.stdlib_module_names, *sys.builtin_module_names}\n"
        "loaded = {name.partition('.')[0] for name, m in sys.modules.items()\n"
        "    if 'site-packages' in (getattr(m, '__file__', None) or '')}\n"
        # What installing in place and setuptools leave in every process.
        "loaded -= {n for n in loaded if n.startswith(('__editable__', '_distutils_hack'))}\n"
        "print(sorted(loaded - allowed - standard))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
