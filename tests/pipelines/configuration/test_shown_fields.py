"""A field that no template shows is refused when the recipe is loaded."""

from pathlib import Path

import pytest

from pipelines.recipe import load_recipe
from tfrecords_schema.errors import ConfigurationError

RECIPE = """\
name: r
sources:
  news:
    format: jsonl
    path: d.jsonl
    collection: m
    task: t
    family: summarization
    fields:
      text: body
      {field}: summary
      answer: summary
{more}
"""


def _load(directory: Path, field: str, more: str = "") -> None:
    path = directory / "r.yaml"
    path.write_text(RECIPE.format(field=field, more=more))
    load_recipe(str(path), [], {}, None)


def test_it_is_named_with_its_line_and_the_fields_of_the_family(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _load(tmp_path, "summary")
    message = str(caught.value)
    assert "r.yaml:11: sources.news.fields.summary: no template of family summarization" in message
    assert "its fields are answer, text" in message


def test_the_nearest_name_is_said(tmp_path: Path) -> None:
    text = RECIPE.format(field="answr", more="").replace("      answer: summary\n", "")
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"'answr'.*did you mean 'answer'"):
        load_recipe(str(path), [], {}, None)


@pytest.mark.parametrize(
    "more",
    [
        "templates: {t: [{inputs: '{title}: {text}', targets: '{answer}'}]}",
        # Deduplication compares it.
        "deduplicate: {fields: [title]}",
    ],
)
def test_what_else_uses_a_field_allows_it(tmp_path: Path, more: str) -> None:
    _load(tmp_path, "title", more)


def test_held_out_sets_may_have_any_fields(tmp_path: Path) -> None:
    more = "held_out: {e: {format: jsonl, path: e.jsonl, family: nli, fields: {anything: q}}}"
    _load(tmp_path, "title", f"deduplicate: {{fields: [title]}}\n{more}")
