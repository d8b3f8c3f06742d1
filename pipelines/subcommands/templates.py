"""`flanbeam templates`: check templates, and show how many there are of each kind."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pipelines.building.ingest import find_source
from pipelines.configuration import yaml_document
from pipelines.configuration.shipped import find_file
from pipelines.configuration.validation import validate
from pipelines.recipe import Recipe, shipped_recipes
from pipelines.subcommands.preview import tasks_of
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.vocabulary import UNK_ID, load_vocabulary
from transforms.prompts.prompting import candidates
from transforms.records.fields import DERIVED
from transforms.templates.catalog import CATALOG
from transforms.templates.inversions import INVERSIONS
from transforms.templates.jinja import parse_templates
from transforms.templates.lint import Problem, lint
from transforms.templates.promptsource_lint import promptsource_problems
from transforms.templates.template import OPTIONS, Family


def encodable(model: str | None) -> Callable[[str], bool] | None:
    """A test whether a SentencePiece model has pieces for a text; None without a model."""
    if model is None:
        return None
    if not filesystem.exists(model):
        raise ConfigurationError(f"--vocabulary {model}: does not exist")
    info = VocabularyInfo(kind="sentencepiece", size=0, extra_ids=0)
    vocabulary = load_vocabulary(info, model)
    return lambda text: UNK_ID not in vocabulary.encode(text)


def recipe_families(path: str) -> list[Family]:
    """The templates that a recipe adds, those of each task as a family of its name."""
    document = yaml_document.read(find_file(path, shipped_recipes(), "recipe"))
    recipe = validate(Recipe, document)
    return [
        Family(name, (), tuple(spec.template() for spec in specs))
        for name, specs in recipe.templates.items()
    ]


def lint_promptsource(path: str) -> list[Problem]:
    """Problems of a templates.yaml, or of all below a directory."""
    below = sorted(Path(path).rglob("templates.yaml")) if os.path.isdir(path) else [Path(path)]
    if not below:
        raise ConfigurationError(f"{path}: no templates.yaml below it")
    files = [parse_templates(file.read_text("utf-8"), str(file)) for file in below]
    return [problem for file in files for problem in promptsource_problems(file)]


def lint_templates(path: str | None, model: str | None) -> list[Problem]:
    """Problems of our templates, or of those at `path`: a recipe, or promptsource's files."""
    can_encode = encodable(model)
    if path is None:
        return lint(CATALOG.values(), can_encode)
    if os.path.isdir(path) or os.path.basename(path) == "templates.yaml":
        return lint_promptsource(path)
    few = "too_few_templates"
    return [problem for problem in lint(recipe_families(path), can_encode) if problem.rule != few]


def task_coverage(recipe: Recipe) -> Iterator[dict[str, Any]]:
    """How many templates serve each task of a recipe, told from its first records."""
    for name, source in recipe.sources.items():
        found = find_source(name, source, "", recipe.where("sources", name, "path"))
        for task, records in tasks_of(found):
            own = tuple(spec.template() for spec in recipe.templates.get(task.name, ()))
            kinds = {frozenset({**task.fields, **record.fields}) for record in records}
            names = frozenset().union(*kinds) | {*DERIVED} if kinds else frozenset()
            inverted = INVERSIONS.get(task.family)
            yield {
                "task": task.name,
                "family": task.family,
                "opt": len(candidates(task.family, own, OPTIONS in names, names)),
                "noopt": len(candidates(task.family, own, False, names)),
                "inversion": len(inverted.templates) if inverted else 0,
            }


def coverage(families: Iterable[Family]) -> Iterator[dict[str, Any]]:
    """For each family how many templates serve each kind of prompt."""
    for family in families:
        with_options = sum(template.shows_options for template in family.templates)
        apart = sum(bool(template.instruction) for template in family.templates)
        yield {
            "family": family.name,
            "opt": with_options,
            "noopt": len(family.templates) - with_options,
            "instruction_apart": apart,
            "inversions": sorted({t.inversion for t in family.templates if t.inversion}),
            "targets": list(family.targets),
        }
