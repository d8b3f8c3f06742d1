"""What makes a snapshot the one it is: its nodes, of which the last has its fingerprint."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import tfrecords_schema
import transforms
from pipelines.building.ingest import ReadSource
from pipelines.building.nodes import EVALUATION, Node, stage_nodes
from pipelines.recipe import Recipe
from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.vocabulary import load_vocabulary

# Modules that hold templates and nothing else: what they say is in the nodes.
_TEMPLATES = ("templates/families/", "templates/inversions/")


def code_version() -> dict[str, str]:
    """The package's version, and a digest of the code that makes the bytes of a snapshot."""
    digest = sha256()
    for package in (tfrecords_schema, transforms):
        root = Path(next(iter(package.__path__)))
        for file in sorted(root.rglob("*.py")):
            name = file.relative_to(root).as_posix()
            if not name.startswith(_TEMPLATES):
                digest.update(name.encode() + b"\0" + file.read_bytes())
    return {"flanbeam": tfrecords_schema.__version__, "code": digest.hexdigest()[:16]}


def vocabulary_info(recipe: Recipe) -> VocabularyInfo:
    """What the manifest says of the recipe's vocabulary, which is opened to be sure.

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


def snapshot_nodes(
    recipe: Recipe, sources: list[ReadSource], held_out: list[ReadSource]
) -> list[Node]:
    """What a snapshot of `recipe` is made of; the fingerprint of the last node is the snapshot's.

    Raises:
      ConfigurationError: the vocabulary cannot be read.
    """
    nodes = [source.node for source in sources]
    evaluations = [replace(source.node, kind=EVALUATION) for source in held_out]
    vocabulary = vocabulary_info(recipe).model_dump()
    stages = stage_nodes(recipe.stated(), vocabulary, code_version(), nodes, evaluations)
    return [*nodes, *evaluations, *stages]
