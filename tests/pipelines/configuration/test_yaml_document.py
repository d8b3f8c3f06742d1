"""YAML with the place of every value."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines.configuration.yaml_document import parse, read
from tfrecords_schema.errors import ConfigurationError

TEXT = """\
# a comment
name: tiny
list:
  - one
  - {two: 2}

nested:
  deep: {flow: 1,
         next: 2}
  text: >-
    folded
    lines
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("name",), 2),
        (("list",), 3),
        (("list", 0), 4),
        (("list", 1), 5),
        (("list", 1, "two"), 5),
        (("nested",), 7),
        (("nested", "deep", "flow"), 8),
        (("nested", "deep", "next"), 9),
        (("nested", "text"), 10),
        (("nested", "nothing", "here"), 7),
        (("nothing",), 2),
    ],
)
def test_place_is_the_line_of_the_nearest_known_ancestor(path: Any, line: int) -> None:
    assert parse(TEXT, "file.yaml").place(path) == f"file.yaml:{line}"


def test_value_is_what_yaml_says() -> None:
    assert parse(TEXT, "file.yaml").value == yaml.safe_load(TEXT)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no: 1\nyes: 2\non: 3", {"no": 1, "yes": 2, "on": 3}),
        ("1: one\n2: two", {1: "one", 2: "two"}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
        (
            "a: &x {b: 1, e: 3}\nc: &y {<<: *x, b: 2}\nd: {<<: *y, e: 4}\nf: *y",
            {
                "a": {"b": 1, "e": 3},
                "c": {"b": 2, "e": 3},
                "d": {"b": 2, "e": 4},
                "f": {"b": 2, "e": 3},
            },
        ),
        ("a: no\nb: 'no'\nc: ~\nd: 1e3\ne: 0o7", None),
        ("{}", {}),
        ("a:", {"a": None}),
        ("\ufeffa: 1", {"a": 1}),
    ],
)
def test_values_of_all_kinds(text: str, value: Any) -> None:
    assert parse(text, "f").value == (yaml.safe_load(text) if value is None else value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: the file is empty"),
        ("# only a comment", "f: the file is empty"),
        ("- a", "f:1: expected keys and values, found ['a']"),
        ("a", "f:1: expected keys and values, found 'a'"),
        ("a: 1\n\na: 2", "f:3: key 'a' appears twice; remove one"),
        ("no: 1\n'no': 2", "f:2: key 'no' appears twice; remove one"),
        ("a: {b: 1, b: 2}", "f:1: key 'b' appears twice; remove one"),
        ("a: 1\n~: 2", "f:2: a key must be a word, not None"),
        ("1.5: 2", "f:1: a key must be a word, not 1.5"),
        ("? {a: 1}\n: 2", "f:1: a key must be a word, not {'a': 1}"),
    ],
)
def test_what_is_no_mapping_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse(text, "f")
    assert str(raised.value) == message


@pytest.mark.parametrize("text", ["a: [1", "a: 'b", "a: b: c", "\ta: 1", "a: *b", "a: !!x 1", "%"])
def test_broken_yaml_gives_one_line(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^f:\d: not valid YAML: ") as raised:
        parse(text, "f")
    assert len(str(raised.value).splitlines()) == 1


def test_read_names_file_and_cause(tmp_path: Path) -> None:
    missing, latin = tmp_path / "missing.yaml", tmp_path / "latin.yaml"
    latin.write_bytes("name: caf\xe9".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"missing\.yaml: No such file or directory"):
        read(str(missing))
    with pytest.raises(ConfigurationError, match=r"latin\.yaml: not UTF-8 text \(byte 9\)"):
        read(str(latin))
    with pytest.raises(ConfigurationError, match="Is a directory"):
        read(str(tmp_path))


@pytest.mark.parametrize(
    ("assignment", "path", "value"),
    [
        ("name=other", ("name",), "other"),
        ("seed=7", ("seed",), 7),
        ("name='7'", ("name",), "7"),
        ("name=a=b", ("name",), "a=b"),
        (" name =x", ("name",), "x"),
        ("name=", ("name",), None),
        ("nested.deep.flow=[1, 2]", ("nested", "deep", "flow"), [1, 2]),
        ("nested.new.key={a: b}", ("nested", "new", "key"), {"a": "b"}),
        ("nested.deep=3", ("nested", "deep"), 3),
    ],
)
def test_set_assigns_a_yaml_value(assignment: str, path: tuple[str, ...], value: Any) -> None:
    document = parse(TEXT, "f")
    document.set(assignment)
    found: Any = document.value
    for part in path:
        found = found[part]
    assert found == value
    assert document.place(path) == f"--set {'.'.join(path)}"
    assert document.place(("list",)) == "f:3"


def test_places_below_a_set_key_are_forgotten() -> None:
    document = parse(TEXT, "f")
    document.set("nested={deep: {flow: 3}}")
    assert document.place(("nested", "deep", "flow")) == "--set nested"


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("name", "--set name: write it as key=value"),
        ("=1", "--set =1: write it as key=value"),
        ("name.first=1", "--set name.first: name is not a mapping"),
        ("list.0=1", "--set list.0: list is not a mapping"),
        ("nested.text.x.y=1", "--set nested.text.x.y: nested.text is not a mapping"),
    ],
)
def test_set_of_nonsense_is_refused(assignment: str, message: str) -> None:
    document = parse(TEXT, "f")
    with pytest.raises(ConfigurationError) as raised:
        document.set(assignment)
    assert str(raised.value).startswith(message)
    assert document.value == yaml.safe_load(TEXT)


_WORDS = st.text("abcdefgh", min_size=1, max_size=6)
# PyYAML writes the line ends of Unicode bare, and reads them as line ends.
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"), max_size=20)
_SCALARS = st.one_of(st.integers(), st.booleans(), st.none(), _TEXT, st.floats(-9, 9))
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3)
)


@given(st.dictionaries(_WORDS, _VALUES, max_size=4), st.booleans())
def test_what_yaml_writes_is_read_back_with_every_place(value: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    document = parse(text, "f")
    assert document.value == value
    lines = text.splitlines()
    for key in value:
        number = int(document.place((key,)).removeprefix("f:"))
        assert key in lines[number - 1]


# Eight levels of ten aliases each stand for 10^8 values in 500 bytes.
_ALIASES = "".join(
    f"{name}: &{name} [{', '.join([inner] * 10)}]\n"
    for name, inner in zip("abcdefgh", ["x", "*a", "*b", "*c", "*d", "*e", "*f", "*g"], strict=True)
)


def test_aliases_that_stand_for_too_much_are_refused_at_once() -> None:
    message = r"file\.yaml:\d: not valid YAML: its aliases expand to more than 100,000 values"
    with pytest.raises(ConfigurationError, match=message):
        parse(_ALIASES, "file.yaml")
    flow = "{" + ", ".join(_ALIASES.splitlines()) + "}"
    with pytest.raises(ConfigurationError, match=r"--set x=.*expand to more than 100,000 values"):
        parse("x: 1", "file.yaml").set(f"x={flow}")


def test_ordinary_aliases_stay() -> None:
    text = "a: &a {x: 1, y: [1, 2]}\n" + "".join(f"k{n}: {{<<: *a}}\n" for n in range(1000))
    assert parse(text, "file.yaml").value["k999"] == {"x": 1, "y": [1, 2]}
