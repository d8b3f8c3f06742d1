"""What each command does: arguments in, (a JSON document, exit status) out, a report on the way.

Heavy libraries are imported by the command that needs them, so that `flanbeam recipes` is quick.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import asdict

from pipelines.configuration import yaml_document
from pipelines.configuration.validation import validate
from pipelines.console import report
from pipelines.console.progress import Progress
from pipelines.recipe import Recipe, shipped_recipes
from pipelines.subcommands.outcome import (
    DONE,
    FAILED_CHECK,
    Outcome,
    recipe_of,
    runner_options,
    summary_of,
)
from tfrecords_schema.channels import resolve
from tfrecords_schema.errors import ConfigurationError


def run_build(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam build RECIPE --store STORE`; `--out` is another name for it."""
    from pipelines.building.build import build

    options, recipe = runner_options(arguments), recipe_of(arguments)
    with Progress():
        result = build(recipe, arguments.out, options)
    document = {
        **summary_of(result.path, result.manifest),
        "sources_read": result.sources_read,
        "errors": result.errors,
    }
    if not arguments.json:
        report.print_build(document)
        print(result.path)
    return document, DONE


def run_mixture_plan(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam plan RECIPE --out STORE`."""
    from pipelines.building.build import plan

    options, recipe = runner_options(arguments), recipe_of(arguments)
    with Progress():
        planned, errors = plan(recipe, arguments.out, options)
    examples = sum(quota.examples for quota in planned.quotas.values())
    document = {
        "examples": examples,
        "validation": sum(sum(quota.validation.values()) for quota in planned.quotas.values()),
        "errors": errors,
        "tasks": [
            {
                **asdict(quota),
                "share": quota.examples / examples if examples else 0.0,
                "repeated": quota.repeated,
            }
            for quota in planned.quotas.values()
        ],
    }
    if not arguments.json:
        report.print_plan(document)
    return document, DONE


def run_verify(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam verify SNAPSHOT [--deep]`."""
    from pipelines.checks.verify import verify

    path = resolve(arguments.snapshot)
    found = verify(path)
    rerendered = 0
    if arguments.deep:
        from pipelines.building.deep_verification import render_again
        from pipelines.building.running import RunnerOptions

        with Progress():
            rerendered, differences = render_again(path, RunnerOptions())
        for difference in differences:
            found.check(False, difference)
    document = {
        "snapshot": path,
        "passed": found.passed,
        "examples": found.examples,
        "shards": found.shards,
        "bytes": found.num_bytes,
        "rejections": found.rejections,
        "rendered_again": rerendered,
        "problems": found.problems,
    }
    if not arguments.json:
        report.print_verification(document)
    return document, DONE if found.passed else FAILED_CHECK


def run_explain(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam explain SNAPSHOT ID`."""
    from pipelines.checks.explain import explain

    document = asdict(explain(resolve(arguments.snapshot), arguments.id))
    if not arguments.json:
        report.print_explanation(document)
    return document, DONE


def run_preview(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam preview RECIPE [--task T] [--type TYPE] [-n N]`."""
    from pipelines.subcommands.preview import preview
    from transforms.prompts.prompting import segments

    if arguments.n < 1:
        raise ConfigurationError(f"-n {arguments.n}: at least 1")
    shown = preview(recipe_of(arguments), arguments.task, arguments.type, arguments.n)
    documents = [
        {
            "task": item.record.task,
            "record_id": item.record.id,
            **asdict(item.fitted.prompt),
            "input_tokens": len(item.fitted.inputs),
            "target_tokens": len(item.fitted.targets),
            "parts": segments(item.fitted.draft),
        }
        for item in shown
    ]
    if not arguments.json:
        report.print_examples(documents)
    return documents, DONE


def run_sources(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam sources RECIPE`."""
    from pipelines.building.ingest import describe_source
    from pipelines.stores.store import Store

    recipe = recipe_of(arguments)
    cache = Store.at(arguments.out).cache if arguments.out else None
    documents = [
        {
            "held_out": group == "held_out",
            **describe_source(name, source, cache, recipe.where(group, name, "path")),
        }
        for group in ("sources", "held_out")
        for name, source in getattr(recipe, group).items()
    ]
    if not arguments.json:
        report.print_sources(documents)
    found = all(document["found"] for document in documents)
    return documents, DONE if found else FAILED_CHECK


def run_templates(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam templates lint [PATH]` and `flanbeam templates list`."""
    from pipelines.subcommands.templates import coverage, lint_templates, task_coverage
    from transforms.templates.catalog import CATALOG

    if arguments.action == "list" and arguments.recipe:
        documents = list(task_coverage(recipe_of(arguments)))
        if not arguments.json:
            report.print_task_coverage(documents)
        return documents, DONE
    if arguments.action == "list":
        documents = list(coverage(CATALOG.values()))
        if not arguments.json:
            report.print_coverage(documents)
        return documents, DONE
    problems = [asdict(problem) for problem in lint_templates(arguments.path, arguments.vocabulary)]
    if not arguments.json:
        report.print_problems(problems)
    return problems, FAILED_CHECK if problems else DONE


def run_recipes(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam recipes`."""
    documents = []
    for name, path in shipped_recipes().items():
        recipe = validate(Recipe, yaml_document.read(path))
        documents.append(
            {"name": name, "description": recipe.description, "sources": list(recipe.sources)}
        )
    if not arguments.json:
        report.print_recipes(documents)
    return documents, DONE


def run_schema(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam schema`."""
    schema = Recipe.model_json_schema()
    if not arguments.json:
        report.print_json(schema)
    return schema, DONE


def run_demo(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam demo`: the whole way on the bundled data."""
    from pipelines.subcommands.demo import demo
    from pipelines.subcommands.training_commands import train_config

    document = demo(arguments.out, train_config("quickstart", []))
    if not arguments.json:
        report.print_demo(document)
    return document, DONE


COMMANDS: Mapping[str, Callable[[argparse.Namespace], Outcome]] = {
    "build": run_build,
    "verify": run_verify,
    "explain": run_explain,
    "preview": run_preview,
    "sources": run_sources,
    "templates": run_templates,
    "recipes": run_recipes,
    "schema": run_schema,
    "demo": run_demo,
}
