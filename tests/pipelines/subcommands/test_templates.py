"""Templates of a recipe's own, and the command that looks after templates."""

from pathlib import Path
from typing import Any

import pytest

from tfrecords_schema.snapshot import open_snapshot

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
    assert flanbeam("templates", "lint", path).status == 3


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
    assert task["noopt"] == 12
