"""The nodes of a snapshot; the last one has the fingerprint of the snapshot."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

import tfrecords_schema
from pipelines.building.code_digest import code_digest
from pipelines.building.nodes import EVALUATION, SNAPSHOT, Ingredients, Node, stage_nodes
from pipelines.building.sources import Sources
from pipelines.building.stages import STAGES
from pipelines.recipe import Recipe
from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.vocabulary import load_vocabulary
from transforms.sources.source import Source
from transforms.templates.catalog import CATALOG
from transforms.templates.inversions import INVERSIONS
from transforms.templates.template import Family


def code_version() -> dict[str, str]:
    """Return the package's version, and a digest of the code of all stages."""
    digest = sha256()
    for stage in STAGES:
        digest.update(f"{stage.name} {code_digest(stage.run.__module__)}\n".encode())
    return {"flanbeam": tfrecords_schema.__version__, "code": digest.hexdigest()[:16]}


def vocabulary_info(recipe: Recipe) -> VocabularyInfo:
    """Open the recipe's vocabulary and return its description for the manifest.

    Raises:
      ConfigurationError: the model cannot be read.
    """
    settings = recipe.vocabulary
    info = VocabularyInfo(kind=settings.kind, size=0, extra_ids=settings.extra_ids)
    if settings.path is not None:
        if not filesystem.exists(settings.path):
            where = recipe.where("vocabulary", "path")
            raise ConfigurationError(f"{where}: {settings.path} does not exist")
        digest, _ = filesystem.sha256_of(settings.path)
        info = info.model_copy(update={"file": snapshot.VOCABULARY_MODEL, "sha256": digest})
    return info.model_copy(update={"size": load_vocabulary(info, settings.path).size})


def snapshot_nodes(recipe: Recipe, sources: Sources) -> list[Node]:
    """Return the nodes of a snapshot of `recipe`; the last one has the snapshot's fingerprint.

    Raises:
      ConfigurationError: the vocabulary cannot be read.
    """
    train = [source.node for source in sources.train]
    evaluations = [replace(source.node, kind=EVALUATION) for source in sources.held_out]
    known = [replace(source.node, kind=SNAPSHOT) for source in sources.known]
    ingredients = Ingredients(
        stated=recipe.stated(),
        settings=recipe.settings(),
        vocabulary=vocabulary_info(recipe).model_dump(),
        sources=train,
        evaluations=evaluations,
        known=known,
        families=_families(recipe),
        held_out_families=_families_of(source.settings for source in sources.held_out),
    )
    return [*train, *evaluations, *known, *stage_nodes(ingredients).values()]


def _families(recipe: Recipe) -> list[Family]:
    """Return the template families that the recipe's tasks may draw from."""
    forward = _families_of(recipe.sources.values())
    turned = {
        INVERSIONS[name].name
        for source in recipe.sources.values()
        if recipe.mixture.of(source.collection).inversion > 0
        for name in source.family_names() & INVERSIONS.keys()
    }
    return [*forward, *(CATALOG[name] for name in sorted(turned))]


def _families_of(sources: Iterable[Source]) -> list[Family]:
    names = {name for source in sources for name in source.family_names()}
    return [CATALOG[name] for name in sorted(names)]
