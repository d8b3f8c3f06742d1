"""promptsource: one row becomes one record for each template; choices, labels, names, counts."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.tfrecord import frame
from transforms.collections import p3
from transforms.sources.formats.promptsource import Promptsource, load_templates
from transforms.sources.source import Element, Source
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
    """Return `make(**settings)`: a source with TEMPLATES beside its rows."""
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
    """Return `read(source, *rows)`: task name → its record's fields, or its rejection's reason."""

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


def test_a_letter_that_the_prompt_does_not_show_is_no_answer(
    make: Callable[..., Promptsource], read: Callable[..., dict[str, Any]]
) -> None:
    source = make(only=["Options (listed)"])
    path = Path(str(source.path)).parent / "templates" / "templates.yaml"
    lettered = TEMPLATES.replace("||| {{answer_choices[label]}}", '||| {{"ABCDE"[label]}}').replace(
        """'{{options.text | join("|||")}}'""", "A ||| B ||| C ||| D"
    )
    path.write_text(lettered)
    load_templates.cache_clear()
    assert read(source, ROW | {"label": 3})[LISTED]["answer"] == "D"
    assert read(source, ROW | {"label": 4})[LISTED] == "unknown_label"


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
    unlabeled = read(source, {**ROW, "label": -1})
    assert unlabeled == {PLAIN: "template_does_not_apply", LISTED: read(source, ROW)[LISTED]}
    assert set(read(source, {"label": 1}).values()) == {"template_error"}


def test_other_rows_are_filtered_for_every_task(
    make: Callable[..., Promptsource], read: Callable[..., dict[str, Any]]
) -> None:
    source = make(filters={"language": ["en", "nl"]})
    kept = read(source, {**ROW, "language": "nl"})
    assert kept == read(make(), ROW)
    assert read(source, {**ROW, "language": "de"}) == dict.fromkeys(kept, "filtered")


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
    assert named == ids(make(id="n"), {**ROW, "n": 5})
    assert set(named).isdisjoint(ids(make(id="n"), {**ROW, "n": 6}))


def test_every_record_states_the_id_of_its_row(
    make: Callable[..., Promptsource], read_file: ReadFile
) -> None:
    for source, own_id in ((make(id="n"), "5"), (make(), "")):
        elements = read_file(source, json.dumps({**ROW, "n": 5}), "rows.jsonl")
        stated = [element.own_id for element in elements if isinstance(element, Record)]
        assert stated == [own_id, own_id]


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


def test_a_build_reads_the_same_rejections_twice(
    make: Callable[..., Promptsource], read_file: ReadFile
) -> None:
    rows = "\n".join(json.dumps({**ROW, "label": label}) for label in (-1, 0, 1, 5))
    source = make(original_tasks_only=False)
    first, second = (read_file(source, rows, "rows.jsonl") for _ in range(2))
    assert first == second
    reasons = Counter(element.reason for element in first if isinstance(element, Rejection))
    assert reasons == {"template_does_not_apply": 1, "template_error": 2}
