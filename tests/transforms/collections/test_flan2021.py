"""Flan 2021: each task's mapping fits the features of its builder, proved on random rows."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds
import yaml

from transforms.collections.flan2021 import FLAN_2021, TASKS
from transforms.collections.tfds_task import TfdsTask
from transforms.records.fields import layout_fields
from transforms.sources.field_sources import look_up
from transforms.sources.files.tfds_files import plain
from transforms.sources.formats import tfds as tfds_source
from transforms.sources.formats.tfds import Flan2021
from transforms.stable_random import Draws
from transforms.templates.families import FAMILIES
from transforms.types import Record, Task

NUM_ROWS = 5
DOCS = Path(__file__).parents[3] / "docs" / "flan2021.md"
# The configurations that the collection's metadata names.
PUBLISHED = [
    "aeslc", "ag_news_subset", "anli_r1", "anli_r2", "anli_r3", "arc_challenge", "arc_easy",
    "bool_q", "cb", "cnn_dailymail", "cola", "common_gen", "copa", "coqa", "cosmos_qa", "dart",
    "definite_pronoun_resolution", "drop", "e2e_nlg", "fix_punct", "gigaword", "glue_mrpc",
    "glue_qqp", "hellaswag", "imdb_reviews", "lambada", "math_dataset", "mnli", "multi_news",
    "multirc", "natural_questions", "newsroom", "openbookqa", "opinion_abstracts_idebate",
    "opinion_abstracts_rotten_tomatoes", "para_crawl_enes", "paws_wiki", "piqa", "qnli", "quac",
    "record", "rte", "samsum", "sentiment140", "snli", "squad_v1", "squad_v2", "sst2",
    "story_cloze", "stsb", "trec", "trivia_qa", "trivia_qa_wiki_missing", "true_case",
    "unified_qa_science_inst", "web_nlg_en", "wic", "wiki_lingua_english_en", "winogrande",
    "wmt14_enfr", "wmt16_translate_csen", "wmt16_translate_deen", "wmt16_translate_fien",
    "wmt16_translate_roen", "wmt16_translate_ruen", "wmt16_translate_tren", "wnli",
    "word_segment", "wsc", "xsum", "yelp_polarity_reviews",
]  # fmt: skip
# What the builders call the classes that a mapping renames, in their order.
RAW_LABELS = {
    "ag_news_subset": ["World", "Sports", "Business", "Sci/Tech"],
    "anli_r1": ["e", "n", "c"],
    "anli_r2": ["e", "n", "c"],
    "anli_r3": ["e", "n", "c"],
    "cb": ["entailment", "contradiction", "neutral"],
    "cola": ["unacceptable", "acceptable"],
    "glue_mrpc": ["not_equivalent", "equivalent"],
    "glue_qqp": ["not_duplicate", "duplicate"],
    "imdb_reviews": ["neg", "pos"],
    "mnli": ["entailment", "neutral", "contradiction"],
    "multirc": ["False", "True"],
    "paws_wiki": ["different_meaning", "paraphrase"],
    "qnli": ["entailment", "not_entailment"],
    "rte": ["entailment", "not_entailment"],
    "snli": ["entailment", "neutral", "contradiction"],
    "sst2": ["negative", "positive"],
    "trec": ["DESC", "ENTY", "ABBR", "HUM", "NUM", "LOC"],
    "wic": ["False", "True"],
    "wnli": ["not_entailment", "entailment"],
    "wsc": ["False", "True"],
    "yelp_polarity_reviews": ["1", "2"],
}

# Read in every test run; all others are read in the slow ones.
SAMPLE = ["anli_r1", "coqa", "dart", "record", "sentiment140", "stsb", "true_case", "wmt14_enfr"]

BY_NAME = {task.name: task for task in TASKS}
each_task = pytest.mark.parametrize("name", sorted(BY_NAME))
each_task_in_time = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in SAMPLE else pytest.mark.slow)
        for name in sorted(BY_NAME)
    ],
)


def _answered_by_web(row: dict[str, Any]) -> dict[str, Any]:
    pages = {key: [] for key in row["entity_pages"]}
    found = [f"It is {row['answer']['value']}."] * len(row["search_results"]["search_context"])
    return {
        "entity_pages": pages,
        "search_results": row["search_results"] | {"search_context": found},
    }


# Random texts and numbers have no meaning. Where a task needs one, a row is changed to have it.
MEANT: dict[str, Callable[[dict[str, Any], int], dict[str, Any]]] = {
    "arc_challenge": lambda row, i: {
        "answerKey": i % 4,
        "choices": {"label": [3, 2, 1, 0], "text": ["d", "c", "b", "a"]},
    },
    "copa": lambda row, i: {"question": ["cause", "effect"][i % 2]},
    "coqa": lambda row, i: {
        "questions": ["Who?", "Why?"],
        "answers": {"input_text": ["Al", "Fun"], "answer_start": [1, 2], "answer_end": [3, 4]},
    },
    "e2e_nlg": lambda row, i: {"meaning_representation": f"name[Inn {i}], food[Thai]"},
    "fix_punct": lambda row, i: {"en": f"{row['en']}, yes."},
    "hellaswag": lambda row, i: {"label": i % len(row["endings"])},
    "lambada": lambda row, i: {"passage": f"{i} {row['passage'].strip()} dog\n"},
    "record": lambda row, i: {"answers": row["entities"][:1], "query": "Here is @placeholder."},
    "sentiment140": lambda row, i: {"polarity": 4 * (i % 2)},
    "story_cloze": lambda row, i: {"label": 1 + i % len(row["endings"])},
    "stsb": lambda row, i: {"label": i + 0.2},
    "trivia_qa_wiki_missing": lambda row, i: _answered_by_web(row),
    "true_case": lambda row, i: {"en": f"{row['en']} Al"},
    "unified_qa_science_inst": lambda row, i: {
        "input": rf"Which, {i}? \n (A) ice (B) hot fire",
        "output": "hot fire",
    },
    "word_segment": lambda row, i: {"en": f"is {row['en']}"},
}
MEANT["arc_easy"] = MEANT["arc_challenge"]


def _even(value: Any) -> Any:
    """Cut lists to one length: random ones differ in it, those of real rows are parallel."""
    if not isinstance(value, dict):
        return value
    lists = [item for item in value.values() if isinstance(item, list)]
    if len(lists) < len(value):
        return {key: _even(item) for key, item in value.items()}
    return {key: item[: min(map(len, lists))] for key, item in value.items()}


def _builder(task: TfdsTask, tmp_path: Path) -> Any:
    return tfds.builder(task.builder, data_dir=str(tmp_path / "none"))


def _random_rows(task: TfdsTask, builder: Any) -> list[dict[str, Any]]:
    policy = tfds.testing.MockPolicy.USE_CODE
    with tfds.testing.mock_data(num_examples=NUM_ROWS, policy=policy):
        rows = [_even(plain(row)) for row in tfds.as_numpy(builder.as_dataset(split="train"))]
    change = MEANT.get(task.name, lambda row, i: {})
    return [row | change(row, i) for i, row in enumerate(rows)]


def test_tasks_are_the_published_ones() -> None:
    assert len(TASKS) == len(BY_NAME) == 71
    assert sorted(BY_NAME) == sorted(PUBLISHED)


@each_task_in_time
def test_records_and_prompts(
    name: str, tmp_path: Path, prepare: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A few rows stand for the whole split: there are no 200,000 to take a slice of.
    task = replace(BY_NAME[name], train=BY_NAME[name].train.split("[")[0])
    monkeypatch.setitem(FLAN_2021.by_name, name, task)
    builder = _builder(task, tmp_path)
    assert builder.info.full_name == task.directory, "version or config is not pinned"
    rows = _random_rows(task, builder)
    prepared = [changed for row in rows for changed in (task.prepare or (lambda r: [r]))(row)]
    for row in prepared:
        missing = [key for key in task.mapping.keys if look_up(row, key) is None]
        assert not missing, f"the rows of {task.builder} have no {missing}"

    prepare(task.builder, builder.info.features, {task.train: [rows]})
    found, *records = _read(Flan2021(format="flan2021", tasks=[name]), tmp_path)
    assert isinstance(found, Task)
    assert (found.name, found.family) == (name, task.mapping.family)
    assert len(records) == len(prepared) >= NUM_ROWS
    for record in records:
        assert isinstance(record, Record), record
        assert record.license == task.license
        assert _prompts(record, task.mapping.family)


def _whole_splits(task: TfdsTask) -> list[str]:
    return sorted({spec.split("[")[0] for spec in (task.train, task.evaluation)})


def _read(source: Flan2021, root: Path) -> list[object]:
    pieces = source.work(str(root), dict.fromkeys(source.find_files(str(root)), 0))
    return [element for piece in pieces for element in source.read("flan", piece)]


def _prompts(record: Record, family: str) -> list[tuple[str, str, str]]:
    """Return every template of the family that has all its fields in `record`, filled."""
    fields = layout_fields(record.fields, Draws(record.id))
    if "options" in record.fields:
        assert record.fields["answer"] in record.fields["options"]
        fields["options"] = "Options:"
    templates = [
        template
        for template in FAMILIES[family].templates
        if template.fields <= fields.keys() and template.shows_options == ("options" in fields)
    ]
    return [template.render(fields) for template in templates]


@pytest.mark.parametrize("name", sorted(n for n in BY_NAME if BY_NAME[n].mapping.labels))
def test_labels_are_in_the_order_of_the_builder(name: str, tmp_path: Path) -> None:
    task = BY_NAME[name]
    key = task.mapping.fields["answer"]
    feature = _builder(task, tmp_path).info.features[key]
    if name == "stsb":
        assert feature.np_dtype is np.float32
        return
    assert feature.names == RAW_LABELS[name]
    assert len(feature.names) == len(task.mapping.labels or ())


@each_task
def test_training_and_evaluation_have_nothing_in_common(name: str) -> None:
    task = BY_NAME[name]
    infos = [
        tfds.core.SplitInfo(
            name=split,
            shard_lengths=[1_000_000],
            num_bytes=0,
            filename_template=tfds.core.ShardedFileTemplate(
                data_dir="/data", dataset_name="d", split=split, filetype_suffix="tfrecord"
            ),
        )
        for split in _whole_splits(task)
    ]
    splits = tfds.core.splits.SplitDict(infos)
    train, evaluation = (
        [
            (part.filename, row)
            for part in splits[spec].file_instructions
            for row in range(part.skip, part.skip + part.take, 500)
        ]
        for spec in (task.train, task.evaluation)
    )
    assert train
    assert evaluation
    assert not set(train) & set(evaluation)


def test_the_docs_list_the_tasks_as_they_are() -> None:
    rows = [line for line in DOCS.read_text().splitlines() if line.startswith("| ")]
    for task in TASKS:
        start = (
            f"| {task.name} | `{task.builder}` | `{task.train}` / `{task.evaluation}` "
            f"| {task.mapping.family} | "
        )
        (row,) = [row for row in rows if row.startswith(start)]
        assert f" | {task.license} | " in row


def test_the_recipes_of_the_docs_are_valid() -> None:
    blocks = re.findall(r"(?s)```yaml\n(.*?)```", DOCS.read_text())
    recipes = [yaml.safe_load(block) for block in blocks]
    sources = [
        s for r in recipes for s in (*r["sources"].values(), *r.get("held_out", {}).values())
    ]
    kinds = {"flan2021": Flan2021, "tfds": tfds_source.Tfds}
    assert len([kinds[source["format"]].model_validate(source) for source in sources]) == 3


def test_importing_is_fast_and_loads_no_tensorflow() -> None:
    code = (
        "import sys, transforms.sources.formats.tfds;"
        "assert not {'tensorflow', 'tensorflow_datasets'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
