"""Register a snapshot with seqio, as a cached task that needs no source.

seqio, and TensorFlow with it, is imported by the functions: workers that build never call them.
"""

import os
from typing import Any

from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.filesystem import is_local, join
from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.snapshot import Snapshot, open_snapshot


def register_tasks(path: str) -> list[str]:
    """Register the snapshot at `path` as seqio task `name:version`; the names registered.

    >>> register_tasks("corpora/20261122T122854.604518Z-57d03b48d953")  # doctest: +SKIP
    ['quickstart:1.0.0']

    Use them with `use_cached=True`, alone or in a `seqio.Mixture`; registering a snapshot again
    does nothing. Hosts share whole shards, so build with `output.min_shards` at least the number of
    hosts: with fewer shards than hosts, seqio has every host read all of them.

    Raises:
      ConfigurationError: seqio knows another snapshot of this name and version.
      DataError: there is no snapshot at `path`.
    """
    import seqio

    path = os.path.abspath(path) if is_local(path) else path.rstrip("/")
    snapshot = open_snapshot(path)
    name = f"{snapshot.manifest.name}:{snapshot.manifest.version}"
    seqio.add_global_cache_dirs([path])
    is_new = name not in seqio.TaskRegistry.names()
    if is_new:
        _add_task(name, snapshot)
    cached = seqio.TaskRegistry.get(name).cache_dir
    if cached != join(path, snapshot.manifest.data_dir):
        if is_new:
            seqio.TaskRegistry.remove(name)
        raise ConfigurationError(
            f"{path}: seqio reads task {name!r} from {cached} already, and a process can "
            "read only one snapshot of a name and version; give the recipe another "
            "`version`"
        )
    return [name]


def _add_task(name: str, snapshot: Snapshot) -> None:
    import seqio

    splits = {split: info.rows for split, info in snapshot.manifest.splits.items() if info.rows}
    vocabulary = seqio_vocabulary(snapshot.manifest.vocabulary, snapshot.vocabulary_path)
    seqio.TaskRegistry.add(
        name,
        source=seqio.FunctionDataSource(_no_source, list(splits), num_input_examples=splits),
        preprocessors=[
            seqio.CacheDatasetPlaceholder(required=True),
            seqio.preprocessors.append_eos_after_trim,
        ],
        output_features={
            feature: seqio.Feature(vocabulary, add_eos=True) for feature in ("inputs", "targets")
        },
    )


def seqio_vocabulary(info: VocabularyInfo, path: str | None) -> Any:
    """Return seqio's vocabulary of the same ids; `path` is a SentencePiece vocabulary's model."""
    import seqio

    if info.kind == "bytes":
        return seqio.ByteVocabulary(extra_ids=info.extra_ids)
    return seqio.SentencePieceVocabulary(path, extra_ids=info.extra_ids)


def _no_source(split: str, shuffle_files: bool, seed: int | None = None) -> Any:
    raise ConfigurationError(
        f"a snapshot contains only tokenized examples: read split {split!r} with use_cached=True"
    )
