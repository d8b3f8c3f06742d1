"""promptsource: one row becomes one record for each template; choices, labels, names, counts."""

import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from benchmarks.promptsource_coverage import made_up_prompt, template_files
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.tfrecord import frame
from transforms.collections import p3
from transforms.sources.promptsource import Promptsource, load_templates, task_name
from transforms.sources.source import Element, Source
from transforms.templates.jinja import Prompted, PromptTemplate, syntax_error
from transforms.types import Record, Rejection, Task

ReadFile = Callable[..., list[Element]]

TEMPLATES = """
dataset: riddles
subset: plain
templates:
  1: !Template
    id: '1'
    name: ask, plainly
    jinja: '{% if label >= 0 %}{{question}} ||| {{answer_choices[label]}}{% endif %}'
    answer_choices: '{{options.text | join("|||")}}'
    metadata: !TemplateMetadata {original_task: true, choices_in_prompt: false, languages: [en]}
  2: !Template
    id: '2'
    name: Options (listed)
    jinja: '{{question}} {{answer_choices | join(", ")}} ||| {{answer_choices[label]}}'
    answer_choices: '{{options.text | join("|||")}}'
    metadata: !TemplateMetadata {original_task: true, choices_in_prompt: true, languages: [en]}
  3: !Template
    id: '3'
    name: turned-around
    jinja: '{{answer_choices | choice}} or so? ||| {{question}}'
    answer_choices: '{{options.text | join("|||")}}'
    metadata: !TemplateMetadata {original_task: false, languages: [en]}
"""
ROW = {"question": "What barks?", "options": {"text": ["cat", "dog"]}, "label": 1}
PLAIN, LISTED, TURNED = (
    "riddles_plain_ask_plainly",
    "riddles_plain_Options_listed_",
    "riddles_plain_turned_around",
)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Promptsource]:
    """`make(**settings)`: a source with TEMPLATES beside its rows."""
    directory = tmp_path / "templates"
    directory.mkdir()
    (directory / "templates.yaml").write_text(TEMPLATES)

    def source(**settings: Any) -> Promptsource:
        stated = {
            "format": "promptsource",
            "path": str(tmp_path / "rows.jsonl"),
            "templates": "templates",
            "data": {"format": "jsonl"},
        }
        load_templates.cache_clear()
        return Promptsource.model_validate(stated | settings)

    return source


@pytest.fixture
def read(read_file: ReadFile) -> Callable[..., dict[str, Any]]:
    """`read(source, *rows)`: task name → fields of its one record, or reason of its rejection."""

    def of(source: Promptsource, *rows: Any) -> dict[str, Any]:
        data = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
        return {
            element.task: element.fields if isinstance(element, Record) else element.reason
            for element in read_file(source, data, "rows.jsonl")
            if not isinstance(element, Task)
        }

    return of


def test_each_template_is_a_task_and_choices_stay_separate_unless_shown(
    make: Callable[..., Promptsource], read: Callable[..., dict[str, Any]]
) -> None:
    fields = read(make(original_tasks_only=False), ROW)
    assert fields[PLAIN] == {"input": "What barks?", "answer": "dog", "options": ["cat", "dog"]}
    assert fields[LISTED] == {"input": "What barks? cat, dog", "answer": "dog"}
    assert fields[TURNED] in (
        {"input": "cat or so?", "answer": "What barks?"},
        {"input": "dog or so?", "answer": "What barks?"},
    )


@pytest.mark.parametrize(
    ("settings", "tasks"),
    [
        ({}, [PLAIN, LISTED]),
        ({"original_tasks_only": False}, [PLAIN, LISTED, TURNED]),
        ({"only": ["turned-around"]}, [TURNED]),
        ({"exclude": ["ask, plainly"]}, [LISTED]),
        ({"task_suffix": "_r1"}, [f"{PLAIN}_r1", f"{LISTED}_r1"]),
    ],
)
def test_which_templates_become_tasks(
    make: Callable[..., Promptsource], read_file: ReadFile, settings: Any, tasks: list[str]
) -> None:
    elements = read_file(make(**settings), json.dumps(ROW), "rows.jsonl")
    assert [element.name for element in elements if isinstance(element, Task)] == tasks
    assert {element.languages for element in elements if isinstance(element, Task)} == {("en",)}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"only": ["ask plainly"]}, "no template 'ask plainly'; did you mean 'ask, plainly'"),
        ({"exclude": ["x"]}, "no template 'x'"),
        ({"only": "p3"}, "no template of riddles is left"),
        ({"templates": "elsewhere"}, "elsewhere/templates.yaml: no templates there"),
    ],
)
def test_wrong_names_are_errors_before_anything_is_read(
    make: Callable[..., Promptsource], tmp_path: Path, settings: Any, message: str
) -> None:
    (tmp_path / "rows.jsonl").write_text("")
    source = make(**settings)
    with pytest.raises(ConfigurationError, match=message):
        source.find_files(source.path or "")


def test_columns_belong_to_files_without_names(make: Callable[..., Promptsource]) -> None:
    with pytest.raises(ValidationError, match="jsonl names its own"):
        make(data={"format": "jsonl", "columns": ["a"]})


def test_templates_are_part_of_what_the_source_is_made_of(
    make: Callable[..., Promptsource], tmp_path: Path
) -> None:
    assert make().files_beside() == ["templates/templates.yaml"]
    assert make(templates="a/b.yaml").files_beside() == ["a/b.yaml"]
    assert make().model_dump()["published"] == ""
    assert make(only="p3").model_dump()["published"] == p3.lists_digest()


def test_bad_rows_are_counted_for_every_task(
    make: Callable[..., Promptsource], read: Callable[..., dict[str, Any]]
) -> None:
    source = make(labels={"label": ["cat", "dog"]})
    assert read(source, "{") == {PLAIN: "invalid_json", LISTED: "invalid_json"}
    cow = {**ROW, "label": "cow"}
    assert read(source, cow) == {PLAIN: "unknown_label", LISTED: "unknown_label"}
    unlabelled = read(source, {**ROW, "label": -1})
    assert unlabelled == {PLAIN: "template_does_not_apply", LISTED: read(source, ROW)[LISTED]}
    assert set(read(source, {"label": 1}).values()) == {"template_error"}


def test_renames_and_labels(
    make: Callable[..., Promptsource], read: Callable[..., dict[str, Any]]
) -> None:
    source = make(
        features={
            "question": "question.stem",
            "options.text": {"extract": "line", "pattern": r"\w: (\w+)", "every": True},
        },
        labels={"label": ["false", "true"]},
    )
    row = {"question": {"stem": "What barks?"}, "line": "a: cat b: dog", "label": True}
    assert read(source, row)[PLAIN] == read(make(), ROW)[PLAIN]


def test_records_keep_their_id_when_the_wording_changes(
    make: Callable[..., Promptsource], read_file: ReadFile, tmp_path: Path
) -> None:
    def ids(source: Promptsource, row: Any) -> list[str]:
        elements = read_file(source, json.dumps(row), "rows.jsonl")
        return [element.id for element in elements if isinstance(element, Record)]

    before = ids(make(), ROW)
    file = tmp_path / "templates" / "templates.yaml"
    file.write_text(TEMPLATES.replace("{{question}}", "So: {{question}}"))
    assert ids(make(), ROW) == before
    assert len(set(before)) == 2
    assert ids(make(), {**ROW, "question": "What else barks?"}) != before
    named = ids(make(id="n"), {**ROW, "n": 5})
    assert named == ids(make(id="n"), {**ROW, "n": 5, "label": 0})


@pytest.mark.slow
def test_reads_what_tfds_has_prepared(
    make: Callable[..., Promptsource],
    count_elements: Callable[[Source], dict[str, int]],
    tmp_path: Path,
) -> None:
    tfds = pytest.importorskip("tensorflow_datasets")
    features = tfds.features.FeaturesDict(
        {
            "question": tfds.features.Text(),
            "options": tfds.features.Sequence({"text": tfds.features.Text()}),
            "label": tfds.features.ClassLabel(names=["first", "second"]),
        }
    )
    directory = tmp_path / "riddles" / "1.0.0"
    directory.mkdir(parents=True)
    shard = directory / "riddles-train.tfrecord-00000-of-00001"
    shard.write_bytes(frame(features.serialize_example(ROW)) * 3)
    template = tfds.core.ShardedFileTemplate(
        data_dir=directory, dataset_name="riddles", split="train", filetype_suffix="tfrecord"
    )
    split = tfds.core.SplitInfo(
        name="train", shard_lengths=[3], num_bytes=100, filename_template=template
    )
    tfds.folder_dataset.write_metadata(
        data_dir=directory,
        features=features,
        split_infos=[split],
        version="1.0.0",
        filename_template=None,
    )
    source = make(path=str(tmp_path), data={"format": "tfds", "builder": "riddles:1.0.0"})
    assert count_elements(source) == {"tasks": 2, "kept": 6}


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
    """(data set, template) of all that promptsource has."""
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
    """A digit, a blank, the text."""
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
        {"tasks": 5, "kept": 6105},
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


def test_a_build_reads_the_same_rejections_twice(
    make: Callable[..., Promptsource], read_file: ReadFile
) -> None:
    rows = "\n".join(json.dumps({**ROW, "label": label}) for label in (-1, 0, 1, 5))
    source = make(original_tasks_only=False)
    first, second = (read_file(source, rows, "rows.jsonl") for _ in range(2))
    assert first == second
    reasons = Counter(element.reason for element in first if isinstance(element, Rejection))
    assert reasons == {"template_does_not_apply": 1, "template_error": 2}
