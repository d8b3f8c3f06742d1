"""Load a recipe, see its mixture, and build it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from flanbeam.missing import needs_flanbeam
from flanbeam.snapshots import Snapshot, open_snapshot
from flanbeam.tables import html_table

if TYPE_CHECKING:
    from pipelines.recipe import Recipe as StatedRecipe
    from pipelines.subcommands.plan import MixturePlan


@dataclass(frozen=True)
class Recipe:
    """A recipe: which sources become a corpus, and how; `stated` has every key of it."""

    stated: "StatedRecipe" = field(repr=False)

    @property
    def name(self) -> str:
        """Return the name of the corpus."""
        return self.stated.name

    def __repr__(self) -> str:
        stated = self.stated
        return f"<Recipe {stated.name} {stated.version}: {len(stated.sources)} sources>"

    def _repr_html_(self) -> str:
        rows = [(n, s.format, s.collection, s.path or "") for n, s in self.stated.sources.items()]
        names = ("source", "format", "collection", "path")
        return html_table(f"{self.name} {self.stated.version}", names, rows)


@dataclass(frozen=True)
class Plan:
    """The mixture that a build would make; `mixture` has all numbers."""

    mixture: "MixturePlan" = field(repr=False)

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """Return the numbers of each task: available, cap, requested, examples, share and so on."""
        return [asdict(task) for task in self.mixture.tasks]

    def __repr__(self) -> str:
        of, tasks = self.mixture, len(self.mixture.tasks)
        return (
            f"<Plan: {of.examples:,} examples of {tasks} tasks, {of.validation:,} for validation>"
        )

    def _repr_html_(self) -> str:
        names = ("task", "available", "examples", "share")
        rows = [(t.task, t.available, t.examples, f"{t.share:.1%}") for t in self.mixture.tasks]
        return html_table(f"{self.mixture.examples:,} examples", names, rows)


def load_recipe(
    name_or_path: str,
    settings: Mapping[str, object] | None = None,
    sources: Mapping[str, str] | None = None,
    seed: int | None = None,
) -> Recipe:
    """Load a recipe that ships with flanbeam, or a YAML file.

    Args:
      settings: dotted keys and values that override the recipe's, e.g. {"mixture.examples": 1000}.
      sources: name of a source: its path.
      seed: of everything that is drawn; the recipe's if left out.

    Raises:
      ConfigurationError: every mistake, with file, line and key.
    """
    try:
        from pipelines import recipe
    except ImportError as error:
        raise needs_flanbeam(error) from error
    assignments = [f"{key}={value}" for key, value in (settings or {}).items()]
    return Recipe(recipe.load_recipe(str(name_or_path), assignments, dict(sources or {}), seed))


def plan(recipe: Recipe, store: str, workers: int = 1) -> Plan:
    """Read what is new of a recipe's sources into a store, and return the mixture.

    Raises:
      ConfigurationError, DataError: a source is wrong, or nothing is left of them.
    """
    try:
        from pipelines.building import build as building
        from pipelines.building.running import RunnerOptions
        from pipelines.subcommands.plan import report_mixture
    except ImportError as error:
        raise needs_flanbeam(error) from error
    return Plan(report_mixture(building.plan(recipe.stated, store, RunnerOptions(workers))))


def build(recipe: Recipe, store: str, workers: int = 1) -> Snapshot:
    """Build a snapshot in a store, and open it; what is cached there is not read again.

    Raises:
      ConfigurationError, DataError: a source is wrong, or nothing is left of them.
    """
    try:
        from pipelines.building import build as building
        from pipelines.building.running import RunnerOptions
    except ImportError as error:
        raise needs_flanbeam(error) from error
    return open_snapshot(building.build(recipe.stated, store, RunnerOptions(workers)).path)
