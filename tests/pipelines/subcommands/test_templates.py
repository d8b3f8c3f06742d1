"""Templates of a recipe's own, and the command that looks after templates."""

import json
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
    # The line of the template, not of its task.
    assert outcome.err.splitlines()[-1].startswith(f"flanbeam build: {path}:13: templates.")
    assert rule in outcome.err
    linted = flanbeam("templates", "lint", path)
    assert linted.status == 3
    assert linted.out.startswith(f"{path}:13: topic:")
    assert rule in linted.out
    shown = flanbeam("preview", path)
    assert shown.status == 2
    assert rule in shown.err


def test_a_template_of_no_task_is_refused(flanbeam: Any, recipe: Any, tmp_path: Path) -> None:
    path = recipe("{text}", "{answer}")
    path.write_text(path.read_text().replace("  ticket_topic:\n    -", "  ticket_topics:\n    -"))
    commands = (("build", path, "--out", tmp_path / "out"), ("preview", path))
    for command in (*commands, ("templates", "lint", path)):
        outcome = flanbeam(*command)
        assert outcome.status == 2
        assert f"{path}:12: templates.ticket_topics: no such task" in outcome.err
        assert "did you mean 'ticket_topic'?" in outcome.err
    path.write_text(path.read_text().replace("  ticket_topics:\n", "  ticket_topic_ii:\n"))
    assert "an inverted task takes no templates" in flanbeam("templates", "lint", path).err


def _with_templates(path: Path, block: str) -> None:
    head = path.read_text().split("templates:\n")[0]
    path.write_text(f"{head}templates:\n  ticket_topic:\n{block}")


def test_templates_alone_must_serve_every_type(flanbeam: Any, recipe: Any, tmp_path: Path) -> None:
    path = recipe("{text}", "{answer}")
    block = '    only: true\n    templates:\n    - {inputs: "%s", targets: "{answer}"}\n'
    _with_templates(path, block % "About {text}\\n{options}")
    linted = flanbeam("templates", "lint", path)
    assert linted.status == 3
    assert f"{path}:12: topic: unserved type: templates.ticket_topic: all templates" in linted.out
    assert "zs_noopt, fs_noopt are left out as no_template" in linted.out
    shown = flanbeam("preview", path)
    assert f"{path}:12: templates.ticket_topic: all templates show {{options}}" in shown.err

    built = flanbeam("build", path, "--out", tmp_path / "out")
    assert built.status == 0
    lost = [line for line in built.err.splitlines() if "rejected as no_template" in line]
    assert len(lost) == 1
    assert lost[0].startswith("sources.tickets: 30 of 60 examples are rejected as no_template: ")
    rows = flanbeam("rejections", built.last_line, "--reason", "no_template", "--json").document
    rows = rows if isinstance(rows, list) else rows["rows"]
    for row in rows:
        file, number = row["detail"].split(": ")[0].split(":")
        assert file.endswith("tickets.csv")
        assert 2 <= int(number) <= 61
        assert row["detail"].endswith("no template without {options}")

    types = "template_types: {zs_opt: 1, fs_opt: 1}"
    setting = f"mixture: {{collections: {{mine: {{tasks: {{ticket_topic: {{{types}}}}}}}}}}}\n"
    path.write_text(path.read_text() + setting)
    assert flanbeam("templates", "lint", path).status == 0
    kinds = {row["template_type"] for row in flanbeam("preview", path, "--json").document}
    assert kinds <= {"zs_opt", "fs_opt"}

    _with_templates(path, block % "About {text}")
    linted = flanbeam("templates", "lint", path)
    assert "zs_opt, fs_opt become noopt" in linted.out
    shown = flanbeam("preview", path, "--type", "zs_opt", "--json")
    assert "no template shows {options}" in shown.err
    types = {(row["asked_type"], row["template_type"]) for row in shown.document}
    assert types == {("zs_opt", "zs_noopt")}
    assert "instead of zs_opt" in flanbeam("preview", path, "--type", "zs_opt").out


def test_lint_reports_templates_that_repeat_another(flanbeam: Any, recipe: Any) -> None:
    path = recipe("{text}", "{answer}")
    shared = next(t for t in CATALOG["topic"].templates if t.targets == "{answer}" and not t.form)
    texts = [
        "Which of our teams should answer this message?\n{text}",
        "Which of our teams should answer this message? {options}\n{text}",
        "Which of our teams must answer this message?\n{text}",
        shared.inputs,
        "Which of our teams should answer this message?\n{text}",
    ]
    rows = [{"inputs": text, "targets": "{answer}"} for text in texts]
    rows[3]["instruction"] = shared.instruction
    _with_templates(path, "".join(f"    - {json.dumps(row)}\n" for row in rows))
    problems = flanbeam("templates", "lint", path, "--json").document
    found = [(row["place"].rsplit(":")[-1], row["rule"], row["detail"]) for row in problems]
    first = f"topic:{problems[-2]['template']} at {path}:13 has the same text"
    assert ("17", "duplicate", first) in found
    assert ("16", "duplicate", f"topic:{shared.digest} has the same text") in found
    assert [rule for line, rule, _ in found if line == "15"] == ["near_duplicate"]
    assert not [rule for line, rule, _ in found if line == "14" and "duplicate" in rule]


def test_the_templates_of_the_page_have_no_problems(flanbeam: Any, tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "prompts.md").read_text()
    block = page.split("## Your own templates")[1].split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "mine.yaml"
    path.write_text(block)
    assert flanbeam("templates", "lint", path).out == "no problems\n"
    layout = flanbeam("preview", path, "--task", "passage_qa", "--type", "fs_noopt", "-n", 12)
    assert "Answer each question in the words of its passage." in layout.out
    yes_no = ("--task", "review_sentiment", "--contains", "buy it again", "--type", "zs_noopt")
    answers = {row["targets"] for row in flanbeam("preview", path, *yes_no, "--json").document}
    assert answers <= {"yes", "no"}
    assert answers


def test_an_unknown_form_names_those_that_there_are(flanbeam: Any, recipe: Any) -> None:
    path = recipe('{text}"\n      form: "yesno', "{answer}")
    assert "unknown form: yesno; known: topic" in flanbeam("templates", "lint", path).out
    path.write_text(path.read_text().replace("family: topic", "family: extractive_qa"))
    assert not any(labels.wordings for labels in CATALOG["extractive_qa"].labels)
    assert "yesno; the family extractive_qa has none" in flanbeam("templates", "lint", path).out


def test_templates_are_listed_by_family_and_by_task(flanbeam: Any, recipe: Any) -> None:
    families = flanbeam("templates", "list", "--json").document
    assert sum(row["opt"] + row["noopt"] for row in families) > 900
    [task] = flanbeam("templates", "list", recipe("{text}", "{answer}"), "--json").document
    assert task["task"] == "ticket_topic"
    # Those of the family that name the labels, which nobody could guess, and the recipe's own.
    fitting = [
        t
        for t in CATALOG["topic"].templates
        if not (t.shows_options or t.form or t.domain) and "labels" in t.shown
    ]
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
