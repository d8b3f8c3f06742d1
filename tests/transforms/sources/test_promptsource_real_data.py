"""promptsource on real data: the published templates parse, and real rows give as many records."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.made_up_rows import made_up_prompt
from benchmarks.promptsource_coverage import template_files
from transforms.collections import p3
from transforms.sources.formats.promptsource import Promptsource, load_templates, task_name
from transforms.sources.source import Source
from transforms.templates.jinja import Prompted, PromptTemplate, syntax_error


def test_published_lists_have_the_published_sizes() -> None:
    counted = [sum(len(each.templates) for each in part) for part in (p3.T0_SF, p3.IN_FLAN_2021)]
    assert counted == [193, 321]
    assert len(p3.T0_SF) == 26
    assert not any(each.flan2021 for each in p3.T0_SF)


def test_t0_sf_is_the_published_list_of_tasks(data_dir: str) -> None:
    with open(os.path.join(data_dir, "flan_meta", "flan_collection_info.csv")) as stream:
        published = {row[2] for row in csv.reader(stream) if row[0] == "T0"}
    shipped = set()
    for each in p3.T0_SF:
        folder = Path(data_dir, "promptsource", "templates", each.dataset, each.subset or "")
        file = load_templates(str(folder / "templates.yaml"))
        by_name = {template.name: template for template in file.templates}
        shipped |= {task_name(file, by_name[name]) for name in each.templates}
    assert shipped == published


@pytest.fixture(scope="session")
def all_templates(data_dir: str) -> list[tuple[str, PromptTemplate]]:
    """Return (data set, template) of all that promptsource has."""
    files = template_files(Path(data_dir))
    return [(file.dataset, template) for file in files for template in file.templates]


def test_every_template_parses_and_renders_on_made_up_rows(
    all_templates: list[tuple[str, PromptTemplate]],
) -> None:
    assert len(all_templates) == 2085
    assert [t.name for _, t in all_templates if syntax_error(t)] == []
    results = [(template.name, made_up_prompt(template, name)) for name, template in all_templates]
    assert [name for name, result in results if not isinstance(result, Prompted)] == []


def test_p3_names_only_templates_that_there_are(data_dir: str) -> None:
    for each in p3.IN_FLAN_2021:
        folder = Path(data_dir, "promptsource", "templates", each.dataset, each.subset or "")
        names = {template.name for template in load_templates(f"{folder}/templates.yaml").templates}
        assert set(each.templates) <= names


def _lines(*columns: str) -> dict[str, Any]:
    return {"format": "tsv", "columns": list(columns)}


def _coded(text: str, label: str) -> dict[str, Any]:
    """Return columns of a line that is a digit, a blank and the text."""
    return {
        text: {"extract": "line", "pattern": r"^\d (.*)"},
        label: {"extract": "line", "pattern": r"^(\d)"},
    }


JSON_LINES = {"format": "jsonl"}
# Data set of promptsource: file, how it is read, features, labels; tasks, records, rejections.
CLASSICS: dict[str, tuple[str, Any, Any, Any, dict[str, int]]] = {
    "commonsense_qa": (
        "commonsenseqa/dev_rand_split.jsonl",
        JSON_LINES,
        {
            "question": "question.stem",
            "question_concept": "question.question_concept",
            "choices.text": "question.choices.text",
            "choices.label": "question.choices.label",
        },
        {},
        # Of one template, which has letters for four of the five options.
        {"tasks": 5, "kept": 5870, "unknown_label": 235},
    ),
    "openbookqa/main": (
        "openbookqa/test.tsv",
        {"format": "tsv"},
        {
            "question_stem": "Question Stem",
            "answerKey": "Answer Key",
            "choices.label": {"extract": "Choices", "pattern": r"\(([A-D])\) ", "every": True},
            "choices.text": {
                "extract": "Choices",
                "pattern": r"\([A-D]\) (.+?)(?= \([A-D]\) |$)",
                "every": True,
            },
        },
        {},
        {"tasks": 7, "kept": 3500},
    ),
    "glue/cola": (
        "cola/in_domain_dev.tsv",
        _lines("source", "label", "star", "sentence"),
        {},
        {"label": ["0", "1"]},
        {"tasks": 5, "kept": 2635},
    ),
    "glue/sst2": (
        "sst2/stsa.binary.dev",
        _lines("line"),
        _coded("sentence", "label"),
        {"label": ["0", "1"]},
        {"tasks": 5, "kept": 4360},
    ),
    # The files have no fine labels: 13 of the 18 templates need them.
    "trec": (
        "trec/TREC.test.all",
        _lines("line"),
        _coded("text", "coarse_label"),
        {"coarse_label": ["2", "1", "0", "3", "4", "5"]},
        {"tasks": 18, "kept": 2500, "template_does_not_apply": 4594, "template_error": 1906},
    ),
    "super_glue/boolq": (
        "fewglue/BoolQ/train.jsonl",
        JSON_LINES,
        {},
        {"label": ["false", "true"]},
        {"tasks": 10, "kept": 320},
    ),
    "super_glue/cb": (
        "fewglue/CB/train.jsonl",
        JSON_LINES,
        {},
        {"label": ["entailment", "contradiction", "neutral"]},
        {"tasks": 15, "kept": 480},
    ),
    # Four templates are for causes or for effects alone.
    "super_glue/copa": (
        "fewglue/COPA/train.jsonl",
        JSON_LINES,
        {},
        {},
        {"tasks": 12, "kept": 320, "template_does_not_apply": 64},
    ),
    "super_glue/rte": (
        "fewglue/RTE/train.jsonl",
        JSON_LINES,
        {},
        {"label": ["entailment", "not_entailment"]},
        {"tasks": 10, "kept": 320},
    ),
    "super_glue/wic": (
        "fewglue/WiC/train.jsonl",
        JSON_LINES,
        {},
        {"label": ["false", "true"]},
        {"tasks": 10, "kept": 320},
    ),
    "super_glue/wsc.fixed": (
        "fewglue/WSC/train.jsonl",
        JSON_LINES,
        {
            name: f"target.{name}"
            for name in ("span1_text", "span2_text", "span1_index", "span2_index")
        },
        {"label": ["false", "true"]},
        {"tasks": 10, "kept": 320},
    ),
}


@pytest.mark.parametrize("name", CLASSICS)
def test_real_rows(
    data_dir: str, count_elements: Callable[[Source], dict[str, int]], name: str
) -> None:
    file, data, features, labels, expected = CLASSICS[name]
    source = Promptsource.model_validate(
        {
            "format": "promptsource",
            "path": os.path.join(data_dir, "classics", file),
            "templates": os.path.join(data_dir, "promptsource", "templates", name),
            "data": data,
            "features": features,
            "labels": labels,
            "original_tasks_only": False,
        }
    )
    assert count_elements(source) == expected


def _multirc(rows: Iterator[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for question in row["passage"]["questions"]:
            for answer in question["answers"]:
                yield {
                    "paragraph": row["passage"]["text"],
                    "question": question["question"],
                    "answer": answer["text"],
                    "label": answer["label"],
                }


def _record(rows: Iterator[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        text, spans = row["passage"]["text"], row["passage"]["entities"]
        for question in row["qas"]:
            yield {
                "passage": text.replace("@highlight", "\n@highlight"),
                "query": question["query"],
                "entities": sorted({text[span["start"] : span["end"] + 1] for span in spans}),
                "answers": [answer["text"] for answer in question["answers"]],
            }


@pytest.mark.parametrize(
    ("name", "folder", "flatten", "expected"),
    [
        ("multirc", "MultiRC", _multirc, {"tasks": 10, "kept": 1540}),
        ("record", "ReCoRD", _record, {"tasks": 20, "kept": 640}),
    ],
)
def test_real_rows_that_hold_several_questions(
    data_dir: str,
    tmp_path: Path,
    count_elements: Callable[[Source], dict[str, int]],
    name: str,
    folder: str,
    flatten: Callable[[Iterator[Any]], Iterator[dict[str, Any]]],
    expected: dict[str, int],
) -> None:
    file = Path(data_dir, "classics", "fewglue", folder, "train.jsonl")
    rows = (json.loads(line) for line in file.read_text().splitlines())
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in flatten(rows)))
    source = Promptsource.model_validate(
        {
            "format": "promptsource",
            "path": str(tmp_path / "rows.jsonl"),
            "templates": os.path.join(data_dir, "promptsource", "templates", "super_glue", name),
            "data": JSON_LINES,
            "original_tasks_only": False,
        }
    )
    assert count_elements(source) == expected
