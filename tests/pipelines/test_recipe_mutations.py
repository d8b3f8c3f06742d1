"""A recipe after any small mistakes of a typist is valid, or refused line by line."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.configuration import yaml_document
from pipelines.configuration.validation import validate
from pipelines.recipe import Recipe, shipped_recipes
from tfrecords_schema.errors import ConfigurationError

QUICKSTART = Path(shipped_recipes()["quickstart"]).read_text()
_BITS = st.sampled_from(
    [
        *" \t\n:,{}[]&*#!|>'\"%@`?-<=~0175.eE_é",
        "null",
        "no",
        ": ",
        "- ",
        "\n  ",
        "<<: ",
        "1e9",
        "[]",
    ]
)


@st.composite
def mutated_recipes(draw: st.DrawFn) -> str:
    """Draw quickstart.yaml after one to three small mistakes of a typist."""
    text = QUICKSTART
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        what = draw(st.sampled_from(["delete", "insert", "replace", "repeat", "drop line", "swap"]))
        if what == "drop line":
            end = text.find("\n", start) + 1 or len(text)
        middle = {
            "insert": text[start:end] + draw(_BITS),
            "replace": draw(_BITS),
            "repeat": text[start:end] * 2,
            "swap": text[start:end][::-1],
        }.get(what, "")
        text = text[:start] + middle + text[end:]
    return text


@settings(max_examples=300)
@given(mutated_recipes())
def test_mutated_recipe_is_valid_or_refused_line_by_line(text: str) -> None:
    try:
        recipe = validate(Recipe, yaml_document.parse(text, "recipe.yaml"))
    except ConfigurationError as error:
        for line in str(error).splitlines():
            assert line.startswith(("recipe.yaml:", "… and "))
            assert "Traceback" not in line
    else:
        assert recipe.sources
