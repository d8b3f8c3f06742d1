"""Build the snapshots of a study: one for each arm and suite, all in one store.

Arms share every cached stage, and arms with one recipe share a snapshot.
"""

import os
from collections.abc import Callable

import orjson

from pipelines.building.build import build
from pipelines.building.fingerprints import snapshot_nodes
from pipelines.building.running import RunnerOptions
from pipelines.building.sources import find_sources
from pipelines.console.progress import stage_progress
from pipelines.recipe import Recipe
from pipelines.stores.store import Store
from pipelines.studies.study import Study
from tfrecords_schema import filesystem

STORE = "store"
_INDEX = "snapshots.json"


def build_all(
    study: Study, out: str, options: RunnerOptions, say: Callable[[str], None]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return arm → snapshot, and suite → snapshot for the suites that a recipe makes.

    A snapshot that an earlier start of the study built is taken as it is.

    Raises:
      ConfigurationError, DataError, LockedError: as for `build`.
    """
    arms = {arm: _built(study.recipe_of(arm), out, options, say) for arm in study.arms}
    recipes = {suite: study.suite_recipe(suite) for suite in study.suites}
    suites = {
        suite: _built(recipe, out, options, say)
        for suite, recipe in recipes.items()
        if recipe is not None
    }
    return arms, suites


def _built(recipe: Recipe, out: str, options: RunnerOptions, say: Callable[[str], None]) -> str:
    """Return the snapshot of a recipe."""
    store = os.path.join(out, STORE)
    sources = find_sources(recipe, Store.at(store))
    fingerprint = snapshot_nodes(recipe, sources)[-1].fingerprint
    index = os.path.join(out, _INDEX)
    known: dict[str, str] = {}
    if os.path.exists(index):
        known = orjson.loads(filesystem.read_bytes(index))
    path = os.path.join(store, known.get(fingerprint, ""))
    if fingerprint in known and os.path.isdir(path):
        return path
    say(f"builds {recipe.name}")
    with stage_progress():
        path = build(recipe, store, options).path
    known[fingerprint] = os.path.relpath(path, store)
    filesystem.write_bytes(index, orjson.dumps(known, option=orjson.OPT_INDENT_2))
    return path
