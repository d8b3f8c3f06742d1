"""Templates of a recipe's own, and the command that looks after templates."""

from pathlib import Path
from typing import Any

import pytest

from tfrecords_schema.snapshot import open_snapshot
from transforms.templates.catalog import CATALOG

RECIPE = """\
name: tickets
sources:
  tickets:
    format: csv
    path: tickets.csv
    collection: mine
    task: ticket_topic
    family: topic
    fields: {{text: message, answer: topic}}
    labels: [billing, delivery]
templates:
  ticket_topic:
    - inputs: "{inputs}"
      targets: "{targets}"
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Any:
    """Return a function that writes a recipe with one template of its own and returns its path."""

    def write(inputs: str, targets: str) -> Path:
        rows = [f"message {i},{('billing', 'delivery')[i % 2]}" for i in range(60)]
        (tmp_path / "tickets.csv").write_text("\n".join(["message,topic", *rows]))
        path = tmp_path / "tickets.yaml"
        path.write_text(RECIPE.format(inputs=inputs, targets=targets))
        return path

    return write


def test_a_template_of_ones_own_is_drawn(flanbeam: Any, recipe: Any, tmp_path: Path) -> None:
    path = recipe("{text}\\n\\nWhich team?\\n{options}", "{answer}")
    outcome = flanbeam("build", path, "--out", tmp_path / "out")
    assert outcome.status == 0
    prompts = [r["inputs_pretokenized"] for r in open_snapshot(outcome.last_line).rows("train")]
    assert any("Which team?" in str(prompt) for prompt in prompts)
    assert flanbeam("templates", "lint", path).status == 0


@pytest.mark.parametrize(
    ("inputs", "targets", "rule"),
    [
        ("{text} is {answer}", "{answer}", "answer in input: answer"),
        ("{{{{text}}}}", "{answer}", "doubled braces: '{{'"),
        ("{txt}", "{answer}", "unknown field: txt; did you mean 'text'?"),
        ("What is it about?", "{answer}", "shows no field"),
        ("{text}", "nothing", "no target field: nothing"),
        ("{text}", "{answer} of {options}", "options in target"),
    ],
)
def test_a_template_that_cannot_be_trusted_is_refused(
    flanbeam: Any, recipe: Any, tmp_path: Path, inputs: str, targets: str, rule: str
) -> None:
    path = recipe(inputs, targets)
    outcome = flanbeam("build", path, "--out", tmp_path / "out")
    assert outcome.status == 2
    assert outcome.err.splitlines()[-1].startswith(f"flanbeam build: {path}:12: templates.")
    assert rule in outcome.err
    linted = flanbeam("templates", "lint", path)
    assert linted.status == 3
    assert rule in linted.out
    shown = flanbeam("preview", path)
    assert shown.status == 2
    assert rule in shown.err


def test_a_template_of_no_task_is_refused(flanbeam: Any, recipe: Any, tmp_path: Path) -> None:
    path = recipe("{text}", "{answer}")
    path.write_text(path.read_text().replace("  ticket_topic:\n    -", "  ticket_topics:\n    -"))
    outcome = flanbeam("build", path, "--out", tmp_path / "out")
    assert outcome.status == 2
    assert "did you mean 'ticket_topic'?" in outcome.err


def test_templates_are_listed_by_family_and_by_task(flanbeam: Any, recipe: Any) -> None:
    families = flanbeam("templates", "list", "--json").document
    assert sum(row["opt"] + row["noopt"] for row in families) > 900
    [task] = flanbeam("templates", "list", recipe("{text}", "{answer}"), "--json").document
    assert task["task"] == "ticket_topic"
    # Those of the family that ask for no other form of answer, and the recipe's own.
    fitting = [t for t in CATALOG["topic"].templates if not (t.shows_options or t.form or t.domain)]
    assert task["noopt"] == len(fitting) + 1


def test_own_templates_can_stand_alone(flanbeam: Any, recipe: Any, tmp_path: Path) -> None:
    path = recipe("{text}\\nWhich team?", "{answer}")
    text = path.read_text()
    alone = text.replace(
        "  ticket_topic:\n    - inputs",
        "  ticket_topic:\n    only: true\n    templates:\n    - inputs",
    )
    path.write_text(alone)
    outcome = flanbeam("build", path, "--out", tmp_path / "out")
    assert outcome.status == 0
    rows = list(open_snapshot(outcome.last_line).rows("train"))
    # Rows without an {options} slot serve the noopt types; nothing else is drawn.
    assert rows
    assert all("Which team?" in str(row["inputs_pretokenized"]) for row in rows)


def test_a_family_is_shown_with_its_fields_and_texts(flanbeam: Any) -> None:
    shown = flanbeam("templates", "show", "yes_no_qa", "--json").document
    assert shown["optional"] == ["context"]
    assert shown["required"] == ["question"]
    assert shown["targets"] == ["answer"]
    assert "yes_no" in shown["forms"]
    assert any("{context}" in template["inputs"] for template in shown["templates"])
    wrong = flanbeam("templates", "show", "yes_no_qq")
    assert wrong.status == 2
    assert "did you mean 'yes_no_qa'" in wrong.err
    assert "{question}" in flanbeam("templates", "show", "yes_no_qa").out
