"""Rows written by hand in the schemas of the sources, and what a mapping makes of them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from pipelines.recipe import load_recipe
from transforms.collections.tfds_task import TfdsTask
from transforms.sources.files.row import Row
from transforms.sources.formats.tfds import Flan2021
from transforms.sources.source import Element, Source
from transforms.types import Record, Rejection, Task

FOLDER = Path(__file__).parent
_READER = Flan2021(format="flan2021")

Found = dict[str, Any] | str


def flan_2021_rows() -> dict[str, list[dict[str, Any]]]:
    """Return task: its rows, each with the records that it must give."""
    return dict(yaml.safe_load((FOLDER / "flan2021_rows.yaml").read_text()))


def text_pair_rows() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return collection: task: its rows, each with the pairs of sequences that it must become."""
    return dict(yaml.safe_load((FOLDER / "text_pair_rows.yaml").read_text()))


def source_files() -> dict[tuple[str, str], dict[str, Any]]:
    """Return (recipe, source): its files, and the records that they must give."""
    text = (FOLDER / "source_rows.yaml").read_text()
    return {
        (recipe, source): case
        for recipe, sources in yaml.safe_load(text).items()
        for source, case in sources.items()
    }


@cache
def sources_of(recipe: str) -> dict[str, Source]:
    """Return the sources and held-out sets of a shipped recipe, by name."""
    loaded = load_recipe(recipe, [], {}, None)
    return {**loaded.sources, **loaded.held_out}


def _found(element: Record | Rejection) -> Found:
    return dict(element.fields) if isinstance(element, Record) else element.reason


def text_pairs(definition: TfdsTask, row: Row) -> list[list[str] | str]:
    """Return the pairs [inputs, targets], or the reasons of rejections, that a row becomes."""
    return [
        found if isinstance(found, str) else [found["input"], found["answer"]]
        for found in tfds_records(definition, row)
    ]


def tfds_records(definition: TfdsTask, row: Row) -> list[Found]:
    """Return what a task of a published collection makes of one row of its builder."""
    task = Task(
        name=definition.name, source="flan", collection="flan2021", family=definition.mapping.family
    )
    return [_found(element) for element in _READER._elements(task, {}, definition, row, "row 1")]


def write_files(root: Path, files: Mapping[str, Any]) -> None:
    """Write the files of a case: texts as they are, lists as JSON lines or Parquet, else JSON."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        if isinstance(content, str):
            path.write_text(content)
        elif name.endswith(".jsonl"):
            path.write_text("".join(f"{json.dumps(row)}\n" for row in content))
        elif name.endswith(".parquet"):
            pq.write_table(pa.Table.from_pylist(content), path)
        else:
            path.write_text(json.dumps(content))


def write_case(root: Path, case: Mapping[str, Any]) -> None:
    """Write a case's files below `root`, promptsource's templates beside them."""
    write_files(root / "data", case["files"])
    if templates := case.get("templates"):
        write_files(root / "templates", {"templates.yaml": _templates(**templates)})


def _templates(dataset: str, jinja: str) -> str:
    return f"""\
dataset: {dataset}
templates:
  1: !Template
    id: '1'
    name: t
    jinja: {json.dumps(jinja)}
    metadata: !TemplateMetadata {{original_task: true, choices_in_prompt: true, languages: [en]}}
"""


def placed(source: Source, root: Path) -> Source:
    """Return `source` over the files that `write_case` wrote."""
    update: dict[str, Any] = {"path": str(root / "data")}
    if hasattr(source, "templates"):
        update["templates"] = str(root / "templates")
    return source.model_copy(update=update)


def expected_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a case says of its source, as `facts_of` gives it."""
    records = [(task, record) for task, record in case["records"]]
    stated = {key: case[key] for key in ("distinct_ids", "licenses", "tasks") if key in case}
    return {"records": records, **stated}


def facts_of(name: str, source: Source, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a source makes of its files, as far as the case says something of it."""
    elements = list(_elements(name, source))
    records = [element for element in elements if isinstance(element, Record)]
    facts: dict[str, Any] = {
        "distinct_ids": len({record.id for record in records}),
        "licenses": sorted({record.license for record in records}),
        "tasks": [_task(element) for element in elements if isinstance(element, Task)],
    }
    others = [element for element in elements if not isinstance(element, Task)]
    found = [(element.task, _found(element)) for element in others]
    return {"records": found, **{key: facts[key] for key in facts if key in case}}


def _task(task: Task) -> dict[str, Any]:
    return {
        "name": task.name,
        "fields": dict(task.fields),
        "exemplars": [dict(exemplar) for exemplar in task.exemplars],
        "languages": list(task.languages),
        "categories": list(task.categories),
    }


def _elements(name: str, source: Source) -> Iterator[Element]:
    root = source.path or ""
    for piece in source.work(root, dict.fromkeys(source.find_files(root), 1)):
        yield from source.read(name, piece)
