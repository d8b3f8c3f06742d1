"""Super-Natural Instructions: good tasks are read whole, drafts and damage are named."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.source import Piece, UnreadableFileError
from transforms.types import Record, Rejection, Task

SOURCE = SuperNi(format="super_ni")
Read = Callable[..., list[Record | Rejection]]
GOOD: dict[str, Any] = {
    "Contributors": ["Nobody"],
    "Source": ["none"],
    "Categories": ["Question Answering"],
    "Definition": ["Say the opposite.", "Use one word."],
    "Input_language": ["English"],
    "Output_language": ["German"],
    "Positive Examples": [
        {"input": " hot ", "output": "cold", "explanation": "They are opposites."},
        {"input": "", "output": "no input"},
        {"input": "big", "output": "small"},
        "no object",
    ],
    "Negative Examples": [],
    "Instances": [
        {"id": "task1-a", "input": "up", "output": ["down", "downwards"]},
        {"id": "task1-b", "input": " left\n", "output": "right"},
    ],
    "Instance License": ["CC-BY-4.0", "MIT"],
}


def _read(directory: Path, document: object, name: str = "task001_opposites.json") -> list[Any]:
    path = directory / name
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    path.write_bytes(data)
    return list(SOURCE.read("superni", Piece(path=str(path), relative=f"tasks/{name}")))


def test_a_good_task(tmp_path: Path) -> None:
    task, one, two = _read(tmp_path, GOOD)
    assert task == Task(
        name="task001_opposites",
        source="superni",
        collection="natural_instructions",
        family="instruction_input",
        fields={"instruction": "Say the opposite.\nUse one word."},
        exemplars=(
            {"input": "hot", "output": "cold", "explanation": "They are opposites."},
            {"input": "big", "output": "small"},
        ),
        languages=("English", "German"),
        categories=("Question Answering",),
    )
    assert one.fields == {"input": "up", "output": ["down", "downwards"]}
    assert two.fields == {"input": "left", "output": ["right"]}
    assert one.license == "CC-BY-4.0, MIT"
    assert (one.task, one.source, one.collection) == (
        "task001_opposites",
        "superni",
        "natural_instructions",
    )
    assert one.id != two.id


@pytest.mark.parametrize("license_key", [{}, {"Instance License": [3]}, {"Instance License": {}}])
def test_without_a_license_the_recipe_says(tmp_path: Path, license_key: dict[str, Any]) -> None:
    document = {key: value for key, value in GOOD.items() if key != "Instance License"}
    _, one, _ = _read(tmp_path, document | license_key)
    assert one.license == "Unknown"


def test_a_draft_without_examples_and_instances_is_a_task_without_records(tmp_path: Path) -> None:
    draft = {"Definition": "Say the opposite.", "Instances": []}
    (task,) = _read(tmp_path, draft)
    assert task.exemplars == task.languages == task.categories == ()
    assert task.fields == {"instruction": "Say the opposite."}


@pytest.mark.parametrize(
    ("instance", "reason", "detail"),
    [
        (3, "wrong_type", "not an object"),
        (None, "wrong_type", "not an object"),
        ([], "wrong_type", "not an object"),
        ({"output": "x"}, "empty_field", "input is empty"),
        ({"input": "", "output": "x"}, "empty_field", "input is empty"),
        ({"input": " \n", "output": "x"}, "empty_field", "input is empty"),
        ({"input": None, "output": "x"}, "empty_field", "input is empty"),
        ({"input": "up", "output": []}, "empty_field", "output is empty"),
        ({"input": "up", "output": ["", " "]}, "empty_field", "output is empty"),
        ({"input": {"a": 1}, "output": "x"}, "wrong_type", "input is dict"),
        ({"input": "up", "output": {"a": "b"}}, "wrong_type", "output is list"),
        ({"input": "up", "output": [["x"]]}, "wrong_type", "output is list"),
    ],
)
def test_bad_instances_are_counted_and_placed(
    tmp_path: Path, instance: object, reason: str, detail: str
) -> None:
    instances = [GOOD["Instances"][0], instance, GOOD["Instances"][1]]
    _, first, bad, last = _read(tmp_path, GOOD | {"Instances": instances})
    assert isinstance(bad, Rejection)
    assert bad.reason == reason
    assert bad.detail.startswith("tasks/task001_opposites.json: instance 2")
    assert detail in bad.detail
    assert isinstance(first, Record)
    assert isinstance(last, Record)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (b"", "not valid JSON"),
        (orjson.dumps(GOOD)[:-1], "truncated"),
        (orjson.dumps(GOOD)[:200], "truncated"),
        (b'{"Definition": "\xff", "Instances": []}', "not valid JSON"),
        (b'{"Definition": "\\ud800", "Instances": []}', "surrogate"),
        (b"[" * 100_000, "not valid JSON"),
        (b"\xff\xfe{\x00}\x00", "no list under the key 'Instances'"),
        ([], "no list under the key 'Instances'"),
        ({}, "no list under the key 'Instances'"),
        (GOOD | {"Instances": {"a": 1}}, "no list under the key 'Instances'"),
        (GOOD | {"Definition": []}, "no text under the key 'Definition'"),
        (GOOD | {"Definition": [3, None]}, "no text under the key 'Definition'"),
        (GOOD | {"Definition": " \n"}, "no text under the key 'Definition'"),
        ({"Instances": []}, "no text under the key 'Definition'"),
    ],
)
def test_an_unreadable_file_is_named(tmp_path: Path, document: object, problem: str) -> None:
    with pytest.raises(UnreadableFileError, match=problem) as caught:
        _read(tmp_path, document)
    assert str(caught.value).startswith(str(tmp_path / "task001_opposites.json"))


def test_the_line_of_damage_is_told(tmp_path: Path) -> None:
    data = orjson.dumps(GOOD, option=orjson.OPT_INDENT_2)
    lines = data[: data.index(b"Instances")].count(b"\n") + 1
    with pytest.raises(UnreadableFileError, match=rf"\.json:{lines}: not valid JSON"):
        _read(tmp_path, data[: data.index(b"Instances") + 3])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", " ", "x", "Definition"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "input", "output"]), inner, max_size=3)
    ),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(["Definition", "Instances", "Positive Examples", "Instance License"]), JSON
)
FILES = st.one_of(
    st.binary(max_size=60),
    JSON.map(orjson.dumps),
    DOCUMENTS.map(orjson.dumps),
    DOCUMENTS.map(lambda document: orjson.dumps(GOOD | document)),
    st.integers(0, len(orjson.dumps(GOOD))).map(lambda size: orjson.dumps(GOOD)[:size]),
)


@given(FILES)
def test_every_instance_is_kept_or_counted_or_the_file_is_named(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    directory = tmp_path_factory.mktemp("superni")
    try:
        task, *elements = _read(directory, data)
    except UnreadableFileError:
        return
    assert isinstance(task, Task)
    assert len(elements) == len(orjson.loads(data)["Instances"])
    assert all(isinstance(element, (Record, Rejection)) for element in elements)


def _kept(directory: Path, name: str, **keys: Any) -> str | None:
    """Return why the task `name` is left out, or None."""
    path = directory / f"{name}.json"
    path.write_bytes(orjson.dumps(GOOD))
    source = SuperNi(format="super_ni", path=str(directory), **keys)
    first, *others = source.read("s", Piece(path=str(path), relative=path.name))
    if isinstance(first, Task):
        assert len(others) == 2
        return None
    assert isinstance(first, Rejection)
    assert (first.reason, first.task, others) == ("excluded_task", name, [])
    return first.detail.removeprefix(f"{name}.json: ")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("task663_x", None),
        ("task664_x", "exclude: 664-667"),
        ("task667_x", "exclude: 664-667"),
        ("task668_x", None),
        ("task684_x", None),
        ("task685_x", "exclude: 685-737"),
        ("task737_x", "exclude: 685-737"),
        ("task738_x", None),
        ("task6640_x", None),
        ("task0700_x", "exclude: 685-737"),
        ("task1_mmmlu_answer", "exclude: *mmmlu*"),
        ("task1732_bbh_snarks", "exclude: *bbh*"),
        ("no_number", None),
    ],
)
def test_evaluation_sets_are_left_out(tmp_path: Path, name: str, rule: str | None) -> None:
    assert _kept(tmp_path, name) == (rule and f"2 instances, {rule}")
    assert _kept(tmp_path, name, exclude=[]) is None


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ({"exclude": ["1"]}, "exclude: 1"),
        ({"exclude": ["task0*"]}, "exclude: task0*"),
        ({"exclude": ["2-9"]}, None),
        ({"languages": ["English", "German"]}, None),
        ({"languages": ["English"]}, "languages: English, German"),
        ({"categories": ["Question Answering", "Summarization"]}, None),
        ({"categories": ["Summarization"]}, "categories: Question Answering"),
    ],
)
def test_filters(tmp_path: Path, keys: dict[str, Any], rule: str | None) -> None:
    assert _kept(tmp_path, "task001_opposites", **keys) == (rule and f"2 instances, {rule}")


def _name(directory: Path, stem: str, **keys: Any) -> str:
    path = directory / f"{stem}.json"
    path.write_bytes(orjson.dumps(GOOD))
    source = SuperNi(format="super_ni", path=str(directory), **keys)
    first, *_ = source.read("s", Piece(path=str(path), relative=path.name))
    assert isinstance(first, Task)
    return first.name


def test_names_are_those_of_the_published_table(tmp_path: Path) -> None:
    stem = "task143_odd-man-out_classification_no_category"
    published = "task143_odd_man_out_classification_no_category"
    assert _name(tmp_path, stem) == published
    for spelling in (stem, published):
        (tmp_path / "train_tasks.txt").write_text(spelling)
        assert _name(tmp_path, stem, tasks_list="train_tasks.txt") == published


@pytest.mark.parametrize("rule", ["*odd-man-out*", "*odd_man_out*", "143"])
def test_an_excluded_task_may_be_spelled_either_way(tmp_path: Path, rule: str) -> None:
    path = tmp_path / "task143_odd-man-out.json"
    path.write_bytes(orjson.dumps(GOOD))
    source = SuperNi(format="super_ni", path=str(tmp_path), exclude=[rule])
    (first,) = source.read("s", Piece(path=str(path), relative=path.name))
    assert isinstance(first, Rejection)
    assert first.reason == "excluded_task"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("task073_commonsenseqa_answer_generation", "73"),
        ("task380_boolq_yes_no_question", "380-381"),
        ("task381_boolq_question_generation", "380-381"),
        ("task751_svamp_subtraction_question_answering", "751-754"),
        ("task754_svamp_common_division_question_answering", "751-754"),
        ("task861_asdiv_addsub_question_answering", "861-864"),
        ("task864_asdiv_singleop_question_answering", "861-864"),
        ("task1660_super_glue_question_generation", "1660-1661"),
        ("task1661_super_glue_classification", "1660-1661"),
        ("task074_squad1_1_question_generation", None),
        ("task755_find_longest_substring", None),
        ("task1662_cedr_ru_classification", None),
    ],
)
def test_tasks_made_from_sets_that_the_paper_evaluates_on(
    tmp_path: Path, name: str, rule: str | None
) -> None:
    assert _kept(tmp_path, name) is None
    left_out = rule and f"2 instances, exclude_evaluation_tasks: {rule}"
    assert _kept(tmp_path, name, exclude_evaluation_tasks=True) == left_out


@pytest.mark.parametrize("listed", [True, False])
def test_a_list_of_names(tmp_path: Path, listed: bool) -> None:
    names = ["task002_other", *(["task001_opposites"] if listed else [])]
    (tmp_path / "train_tasks.txt").write_text("\n".join(names))
    rule = None if listed else "2 instances, not in train_tasks.txt"
    assert _kept(tmp_path, "task001_opposites", tasks_list="train_tasks.txt") == rule


def test_a_damaged_file_that_is_left_out_anyway(tmp_path: Path) -> None:
    elements = _read(tmp_path, b"{", "task700_x.json")
    assert [element.detail for element in elements] == [
        "tasks/task700_x.json: unreadable instances, exclude: 685-737"
    ]


def test_languages_that_are_not_stated_are_left_out_by_a_filter(tmp_path: Path) -> None:
    path = tmp_path / "task001_x.json"
    path.write_bytes(orjson.dumps({"Definition": "Say.", "Instances": []}))
    source = SuperNi(format="super_ni", languages=["English"])
    (rejection,) = source.read("s", Piece(path=str(path), relative=path.name))
    assert isinstance(rejection, Rejection)
    assert rejection.detail.endswith("languages: not stated")


def test_a_range_that_goes_down() -> None:
    with pytest.raises(ValueError, match="with the lower number first"):
        SuperNi(format="super_ni", exclude=["9-3"])


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_compressed_tasks(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    ending = ".gz" if compress is gzip.compress else ".zst"
    task, *records = _read(tmp_path, compress(orjson.dumps(GOOD)), f"task001_x.json{ending}")
    assert task.name == "task001_x"
    assert len(records) == 2


def test_columns_filters_and_instances_without_an_input(tmp_path: Path) -> None:
    instances = [
        {"uid": "a", "text": {"body": "up"}, "output": ["down"], "split": "train"},
        {"uid": "b", "text": {"body": "in"}, "output": ["out"], "split": "test"},
        {"uid": "c", "output": ["left"], "split": "train"},
    ]
    path = tmp_path / "task1_x.json"
    path.write_bytes(orjson.dumps({**GOOD, "Instances": instances}))
    source = SuperNi(
        format="super_ni",
        columns={"input": "text.body", "id": "uid"},
        filters={"split": "train"},
        optional={"input": "instruction_only"},
    )
    task, one, two, other, three = source.read("s", Piece(path=str(path), relative="task1_x.json"))
    for element, kind in ((task, Task), (one, Record), (two, Rejection), (other, Task)):
        assert isinstance(element, kind)
    assert (one.fields, one.own_id) == ({"input": "up", "output": ["down"]}, "a")
    assert (two.reason, two.detail) == ("filtered", "task1_x.json: instance 2")
    assert (other.name, other.family) == ("task1_x_no_input", "instruction_only")
    assert (other.fields, other.exemplars) == (task.fields, ())
    assert (three.task, three.fields) == (other.name, {"output": ["left"]})
    with pytest.raises(ValueError, match="'inputs' is not a key of this format; did you mean"):
        SuperNi(format="super_ni", columns={"inputs": "x"})
