"""`flanbeam templates lint`, `list` and `show`: check, count or show templates."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import (
    Command,
    Result,
    add_setting_arguments,
    add_source_argument,
    recipe_of,
)
from tfrecords_schema.errors import ExitStatus

if TYPE_CHECKING:
    from pipelines.building.template_checks import FamilyCoverage, FamilyDescription, TaskCoverage
    from transforms.templates.lint import Problem


def _add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    lint = actions.add_parser("lint", help="find problems in templates")
    lint.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="recipe or promptsource templates to check (default: the shipped families)",
    )
    lint.add_argument(
        "--vocabulary", metavar="MODEL", help="SentencePiece model to encode the templates with"
    )
    listed = actions.add_parser("list", help="count templates by kind")
    listed.add_argument(
        "recipe",
        nargs="?",
        metavar="RECIPE",
        help="count for the tasks of this recipe (default: by family)",
    )
    add_source_argument(listed)
    add_setting_arguments(listed)
    listed.set_defaults(seed=None)
    shown = actions.add_parser("show", help="show the fields, answers and templates of a family")
    shown.add_argument(
        "family", metavar="FAMILY", help="name of the family, as in `templates list`"
    )
    for action in (lint, listed, shown):
        # Also accepted after the action's name.
        action.add_argument("--json", action="store_true", help="print one JSON document")
        action.add_argument("--verbose", action="store_true", help="show what libraries log")


def _run(arguments: Namespace) -> Result:
    from pipelines.building.template_checks import (
        coverage,
        describe_family,
        lint_templates,
        task_coverage,
    )
    from transforms.templates.catalog import CATALOG

    if arguments.action == "list":
        if arguments.recipe:
            return Result(list(task_coverage(recipe_of(arguments))))
        return Result(list(coverage(CATALOG.values())))
    if arguments.action == "show":
        return Result(describe_family(arguments.family))
    problems = lint_templates(arguments.path, arguments.vocabulary)
    return Result(Problems(problems), ExitStatus.BAD_DATA if problems else ExitStatus.DONE)


class Problems(list["Problem"]):
    """The problems that lint found, which may be none."""


def _show(
    rows: "Problems | list[TaskCoverage] | list[FamilyCoverage] | FamilyDescription",
) -> None:
    from pipelines.building.template_checks import FamilyDescription, TaskCoverage

    if isinstance(rows, FamilyDescription):
        _show_family(rows)
        return
    if isinstance(rows, Problems):
        _show_problems(rows)
    elif rows and isinstance(rows[0], TaskCoverage):
        _show_tasks(rows)  # type: ignore[arg-type]
    else:
        _show_families(rows)  # type: ignore[arg-type]


def _show_family(family: "FamilyDescription") -> None:
    from pipelines.console.report import console_of

    console = console_of()
    facts = {
        "required": ", ".join(family.required),
        "optional": ", ".join(family.optional) or "none",
        "other fields": ", ".join(family.other) or "none",
        "targets": ", ".join(family.targets),
        "forms of answer": ", ".join(family.forms) or "any",
    }
    for name, text in facts.items():
        console.print(f"{name}: {text}", markup=False, soft_wrap=True)
    for labels in family.labels:
        console.print(f"labels {' / '.join(labels)}", markup=False, soft_wrap=True)
    for template in family.templates:
        notes = " · ".join(filter(None, (template.kind, template.form, template.domain)))
        console.rule(f"{template.id} · {notes}", align="left")
        parts = filter(None, (template.instruction, template.inputs))
        console.print("\n\n".join(parts), markup=False, soft_wrap=True)
        console.print(f"⇒ {template.targets}", markup=False, soft_wrap=True)


def _show_problems(problems: Problems) -> None:
    from pipelines.console.report import console_of

    console = console_of()
    for problem in problems:
        name = ":".join(filter(None, (problem.family, problem.template)))
        place = ": ".join(filter(None, (problem.place, name)))
        line = f"{place}: {problem.rule.replace('_', ' ')}: {problem.detail}"
        console.print(line, markup=False, soft_wrap=True)
    count = "1 problem" if len(problems) == 1 else f"{len(problems) or 'no'} problems"
    console.print(count)


def _show_tasks(tasks: "list[TaskCoverage]") -> None:
    from pipelines.console.report import console_of, plain_table

    table = plain_table("task", "family", "opt", "noopt", "inversion", right=3)
    for task in tasks:
        counts = (str(count) for count in (task.opt, task.noopt, task.inversion))
        table.add_row(task.task, task.family, *counts)
    console_of().print(table)


def _show_families(families: "list[FamilyCoverage]") -> None:
    from pipelines.console.report import console_of, plain_table

    table = plain_table("family", "inversion", "opt", "noopt", "instruction apart", right=3)
    for family in families:
        counts = (str(n) for n in (family.opt, family.noopt, family.instruction_apart))
        table.add_row(family.family, "; ".join(family.inversions), *counts)
    console = console_of()
    console.print(table)
    total = sum(family.opt + family.noopt for family in families)
    console.print(f"{total} templates in {len(families)} families")


TEMPLATES = Command(
    name="templates",
    help="check, count or show templates",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
