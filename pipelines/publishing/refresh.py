"""A scheduled refresh: plan → build → verify → publish, under the channel's lock."""

from dataclasses import dataclass

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.checks.damage import damage_of
from pipelines.checks.verification import Verification
from pipelines.checks.verify import verify
from pipelines.console.report import warn
from pipelines.publishing.channels import Published, channel_lock, publish
from pipelines.publishing.refresh_plan import RefreshPlan, plan_refresh
from pipelines.recipe import Recipe
from pipelines.stores.store import Store
from tfrecords_schema.snapshot import open_snapshot


@dataclass(frozen=True)
class Refreshed:
    """The result of a refresh; `built` and `published` are None if there was nothing to do."""

    plan: RefreshPlan
    built: BuildResult | None = None
    published: Published | None = None


def refresh(recipe: Recipe, store: Store, channel: str, options: RunnerOptions) -> Refreshed:
    """Bring `channel` up to date with the sources and the recipe, if its gates allow.

    Raises:
      LockedError: another refresh of the channel is running.
      ConfigurationError, DataError: a source or the recipe is wrong; nothing was published.
    """
    with channel_lock(store, channel, "a refresh") as lock:
        plan = plan_refresh(recipe, store, channel)
        if not plan.has_work:
            return Refreshed(plan)
        built, verification = _build_or_take(recipe, store, plan, options)
        return Refreshed(
            plan, built, publish(built.path, store, channel, recipe.gates, lock, verification)
        )


def _build_or_take(
    recipe: Recipe, store: Store, plan: RefreshPlan, options: RunnerOptions
) -> tuple[BuildResult, Verification]:
    """Return the snapshot of an earlier killed or refused refresh, or build a new one."""
    for name in store.snapshot_names():
        path = store.snapshot(name)
        if name.split("-")[1:2] != [plan.fingerprint[:12]]:
            continue
        if damage := damage_of(path):
            warn(f"{damage}; the snapshot is skipped, and gc will delete it")
            continue
        manifest = open_snapshot(path).manifest
        if manifest.fingerprint == plan.fingerprint and (verification := verify(path)).passed:
            taken = BuildResult(
                path=path,
                manifest=manifest,
                sources_read=[],
                errors=plan.errors,
                losses=plan.losses,
            )
            return taken, verification
    built = build(recipe, store.root, options)
    return built, verify(built.path)
