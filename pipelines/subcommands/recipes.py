"""`flanbeam recipes` and `flanbeam schema`: the shipped recipes, and the keys of a recipe."""

from argparse import Namespace
from dataclasses import dataclass
from typing import Any

from pipelines.subcommands.command import Command, Result


@dataclass(frozen=True)
class ShippedRecipe:
    """A recipe that comes with flanbeam."""

    name: str
    description: str
    sources: list[str]


def _run_recipes(_: Namespace) -> Result:
    from pipelines.recipe import load_recipe, shipped_recipes

    loaded = {name: load_recipe(name, [], {}, None) for name in shipped_recipes()}
    return Result(
        [
            ShippedRecipe(name, recipe.description, list(recipe.sources))
            for name, recipe in loaded.items()
        ]
    )


def _show_recipes(recipes: list[ShippedRecipe]) -> None:
    from rich.table import Table

    from pipelines.console.report import console_of

    table = Table(box=None, show_header=False, padding=(0, 2, 1, 0))
    table.add_column(style="bold")
    table.add_column()
    for recipe in recipes:
        table.add_row(recipe.name, recipe.description)
    console_of().print(table)


def _run_schema(_: Namespace) -> Result:
    from pipelines.recipe import recipe_schema

    return Result(recipe_schema())


def _show_schema(schema: dict[str, Any]) -> None:
    import json

    print(json.dumps(schema, indent=2, ensure_ascii=False))


RECIPES = Command(
    name="recipes", help="list the shipped recipes", run=_run_recipes, show=_show_recipes
)
SCHEMA = Command(
    name="schema",
    help="print the JSON Schema of recipes, e.g. for an editor",
    run=_run_schema,
    show=_show_schema,
)
