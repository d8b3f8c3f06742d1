"""Checking a document against a model: every kind of mistake, with the nearest valid name."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from pipelines.configuration.validation import validate
from pipelines.configuration.yaml_document import parse
from tfrecords_schema.errors import ConfigurationError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Circle(_Strict):
    format: Literal["circle"]
    radius: PositiveInt


class _Fill(_Strict):
    color: str = ""


class _Square(_Strict):
    format: Literal["square"]
    width: int
    colours: list[str] = []
    fills: dict[str, Annotated[_Fill, Field()]] = {}


class _Pen(_Strict):
    width: float = Field(1.0, ge=0)
    size: PositiveInt | Literal["max"] = "max"


class _Drawing(_Strict):
    title: str
    shapes: dict[
        Annotated[str, Field(pattern="^[a-z]+$")],
        Annotated[_Circle | _Square, Field(discriminator="format")],
    ] = {}
    pens: list[_Pen] = []
    pen: _Pen | None = None
    counts: dict[PositiveInt, float] = {}


def _complaints(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        validate(_Drawing, parse(text, "f"))
    return str(raised.value).splitlines()


def test_valid_document_gives_the_model() -> None:
    text = "title: x\nshapes: {a: {format: circle, radius: 2}}\npen: {size: max}\ncounts: {1: 2}"
    drawing = validate(_Drawing, parse(text, "f"))
    assert drawing.shapes["a"] == _Circle(format="circle", radius=2)
    assert drawing.counts == {1: 2.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel: x\ntitle: y", "f:1: titel: unknown key; did you mean 'title'?"),
        ("title: x\nzzzz: 1", "f:2: zzzz: unknown key; known: counts, pen, pens, shapes, title"),
        ("title: x\npen:\n  widht: 1", "f:3: pen.widht: unknown key; did you mean 'width'?"),
        (
            "title: x\nshapes:\n  a: {format: square, width: 1, fills: {top: {colr: red}}}",
            "f:3: shapes.a.fills.top.colr: unknown key; did you mean 'color'?",
        ),
        ("title: x\npens:\n- {}\n- {siz: 1}", "f:4: pens.1.siz: unknown key; did you mean 'size'?"),
        (
            "title: x\nshapes:\n  a: {format: circle, radius: 1,\n    widht: 2}",
            "f:4: shapes.a.widht: unknown key; known: format, radius",
        ),
        (
            "title: x\nshapes:\n  a: {format: square, width: 1,\n    color: red}",
            "f:4: shapes.a.color: unknown key; did you mean 'colours'?",
        ),
        ("pens: []", "f:1: title: this key is missing"),
        ("title: x\nshapes:\n  a: {format: circle}", "f:3: shapes.a.radius: this key is missing"),
        ("title: x\nshapes:\n  a: {radius: 1}", "f:3: shapes.a.format: this key is missing"),
        (
            "title: x\nshapes:\n  a: {format: circel, radius: 1}",
            "f:3: shapes.a.format: unknown format 'circel'; did you mean 'circle'?",
        ),
        ("title: no", "f:1: title: expected text, but YAML reads False: put it in quotes"),
        (
            "title: x\nshapes: {a: {format: square, width: 1, colours: [red, on]}}",
            "f:2: shapes.a.colours.1: expected text, but YAML reads True: put it in quotes",
        ),
        ("title: 3", "f:1: title: 3: should be a valid string"),
        ("title: x\npen: {width: -1}", "f:2: pen.width: -1: should be greater than or equal to 0"),
        ("title: x\npen: {width: wide}", "f:2: pen.width: 'wide': should be a valid number"),
        ("title: x\npens: {}", "f:2: pens: {}: should be a valid list"),
        ("title: x\npens: [3]", "f:2: pens.0: 3: should be a valid dictionary"),
        ("title: x\ncounts: {0: 1}", "f:2: counts.0: 0: should be greater than 0"),
        ("title: x\ncounts: {a: 1}", "f:2: counts.a: 'a': should be a valid integer"),
        ("title: x\ncounts: {1: a}", "f:2: counts.1: 'a': should be a valid number"),
        ("title: x\nshapes: {A: {format: circle, radius: 1}}", "f:2: shapes.A: 'A': "),
        ("title: x\npen: {size: 0}", "f:2: pen.size: 0: should be greater than 0"),
        ("title: x\npen: {size: most}", "f:2: pen.size: 'most'"),
        ("{}", "f:1: title: this key is missing"),
    ],
)
def test_mistake_gives_one_line(text: str, message: str) -> None:
    [complaint] = _complaints(text)
    assert complaint.startswith(message)


def test_each_mistake_has_a_line_of_its_own() -> None:
    complaints = _complaints("titel: x\npens:\n- {width: a}\n- {width: b}")
    assert [line.split(": ")[:2] for line in complaints] == [
        ["f:1", "title"],
        ["f:3", "pens.0.width"],
        ["f:4", "pens.1.width"],
        ["f:1", "titel"],
    ]


def test_long_lists_of_mistakes_are_cut_and_counted() -> None:
    complaints = _complaints("title: x\n" + "".join(f"key_{n}: 1\n" for n in range(15)))
    assert len(complaints) == 11
    assert complaints[-1] == "… and 5 more"


def test_long_values_are_cut() -> None:
    [complaint] = _complaints(f"title: [{'x' * 10_000}]")
    assert len(complaint) < 200


def test_value_from_the_command_line_is_called_so() -> None:
    document = parse("title: x\npen: {width: 1}", "f")
    document.set("pen.width=-3")
    with pytest.raises(ConfigurationError, match=r"^--set pen\.width: -3: should be greater than"):
        validate(_Drawing, document)
