"""Check quickly whether a snapshot is damaged, by names, sizes and small files.

A power cut, a full disk or an interrupted copy leaves empty and missing files. `verify` reads every
byte and counts everything again.
"""

import hashlib
import os
from collections.abc import Iterator

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import Manifest
from tfrecords_schema.snapshot import MANIFEST, MANIFEST_DIGEST, NODES, open_snapshot


def damage_of(path: str) -> str | None:
    """Return the first damage of the snapshot at `path`, or None.

    On an object store, which writes whole objects, only the manifest and the nodes are checked.
    """
    try:
        manifest = open_snapshot(path).manifest
    except DataError as error:
        return str(error)
    return next(_damage(path, manifest), None)


def _damage(path: str, manifest: Manifest) -> Iterator[str]:
    is_local = filesystem.is_local(path)
    digest = filesystem.join(path, MANIFEST_DIGEST)
    if is_local and os.path.exists(digest):
        stated = filesystem.read_bytes(digest).split(b" ")[0].decode(errors="replace")
        if filesystem.sha256_of(filesystem.join(path, MANIFEST))[0] != stated:
            yield f"{filesystem.join(path, MANIFEST)}: its sha256 differs"
    for file in manifest.metadata:
        if is_local or file.path == NODES:
            yield from _differing(filesystem.join(path, file.path), file.sha256)
    if is_local:
        yield from _wrong_sizes(path, manifest)


def _differing(path: str, sha256: str) -> Iterator[str]:
    if not filesystem.exists(path):
        yield f"{path}: missing"
    elif hashlib.sha256(filesystem.read_bytes(path)).hexdigest() != sha256:
        yield f"{path}: its sha256 differs"


def _wrong_sizes(path: str, manifest: Manifest) -> Iterator[str]:
    shards = [shard for split in manifest.splits.values() for shard in split.shards]
    stated = {shard.path: shard.bytes for shard in shards}
    stated |= {shard.parquet.path: shard.parquet.bytes for shard in shards if shard.parquet}
    for file in manifest.files:
        where = filesystem.join(path, file)
        if not os.path.exists(where):
            yield f"{where}: missing"
        elif file in stated and (size := os.path.getsize(where)) != stated[file]:
            yield f"{where}: {size:,} bytes, but the manifest states {stated[file]:,}"
    for shard in shards:
        for suffix in (".index", ".lengths"):
            if shard.rows and not os.path.getsize(filesystem.join(path, shard.path + suffix)):
                yield f"{filesystem.join(path, shard.path + suffix)}: empty"
