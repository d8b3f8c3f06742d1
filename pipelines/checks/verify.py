"""Verify a snapshot: read every byte, count everything again, compare with the manifest."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import orjson

from pipelines.checks.row_facts import FactReader, Facts
from pipelines.checks.snapshot_promises import broken_promises
from pipelines.checks.verification import ID, Ids, Verification
from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import Manifest, MetadataFile, ShardInfo
from tfrecords_schema.snapshot import (
    CONTAMINATION,
    MANIFEST,
    MANIFEST_DIGEST,
    REJECTIONS,
    RUN,
    Snapshot,
    ids_path,
    open_snapshot,
    parquet_path,
    shard_name,
)

_DIGITS = 2 * ID.itemsize


def verify(path: str) -> Verification:
    """Check the snapshot at `path` completely; memory: 16 bytes per example, and a shard's index.

    Raises:
      DataError: there is no snapshot, or its manifest cannot be read.
    """
    snapshot = open_snapshot(path)
    verification = Verification(contaminated=set(_contaminated(snapshot)))
    manifest = snapshot.manifest
    reader = FactReader(manifest.row_features, manifest.vocabulary.unk_id)
    for split, info in manifest.splits.items():
        for number, shard in enumerate(info.shards):
            expected = shard_name(split, number, len(info.shards))
            verification.check(
                shard.path == f"{manifest.data_dir}/{expected}",
                f"{shard.path}: out of sequence; expected {expected}",
            )
            before = len(verification.ids)
            _check_shard(snapshot, split, shard, reader, verification)
            expected = parquet_path(manifest.name, split, number, len(info.shards))
            _check_parquet(snapshot, shard, expected, verification.ids[before:], verification)
        rows = sum(shard.rows for shard in info.shards)
        verification.check(
            info.rows == rows, f"{split}: {info.rows} rows stated, shards have {rows}"
        )
    _check_files(snapshot, verification)
    _check_ids(verification)
    _check_mixture(manifest, verification)
    _check_ledger(manifest, verification)
    _check_rejections(snapshot, verification)
    for problem in broken_promises(manifest, verification):
        verification.check(False, problem)
    return verification


def _contaminated(snapshot: Snapshot) -> Iterator[str]:
    """Yield the ids of the records in which a held-out item was found."""
    for file in snapshot.manifest.reports:
        path = filesystem.join(snapshot.path, file.path)
        if file.path.startswith(f"{CONTAMINATION}/") and filesystem.exists(path):
            for line in filesystem.read_bytes(path).splitlines():
                # The check of digests finds a modified file.
                with suppress(orjson.JSONDecodeError, KeyError, TypeError):
                    yield str(orjson.loads(line)["id"])


def _check_shard(
    snapshot: Snapshot,
    split: str,
    shard: ShardInfo,
    reader: FactReader,
    verification: Verification,
) -> None:
    path = filesystem.join(snapshot.path, shard.path)
    files = {"": shard.sha256, ".index": shard.index_sha256, ".lengths": shard.lengths_sha256}
    for suffix, expected in files.items():
        if not filesystem.exists(path + suffix):
            verification.check(False, f"{shard.path}{suffix}: missing")
            return
        digest, size = filesystem.sha256_of(path + suffix)
        verification.check(digest == expected, f"{shard.path}{suffix}: its sha256 differs")
        if not suffix:
            verification.check(
                size == shard.bytes, f"{shard.path}: {size} bytes, not {shard.bytes}"
            )
            verification.num_bytes += size
    try:
        _check_rows(snapshot, split, shard, reader, verification)
    except DataError as error:
        verification.check(False, str(error))
    verification.shards += 1


def _check_parquet(
    snapshot: Snapshot,
    shard: ShardInfo,
    expected: str,
    ids: list[Ids],
    verification: Verification,
) -> None:
    """Check that the shard's Parquet file, if any, has the same examples in the same order."""
    if (file := shard.parquet) is None:
        return
    verification.check(file.path == expected, f"{file.path}: out of sequence; expected {expected}")
    path = filesystem.join(snapshot.path, file.path)
    if not filesystem.exists(path):
        verification.check(False, f"{file.path}: missing")
        return
    # Arrow, for the snapshots that have Parquet.
    from tfrecords_schema.parquet import read_column

    stated = (file.sha256, file.bytes)
    verification.check(
        filesystem.sha256_of(path) == stated, f"{file.path}: its sha256 or size differs"
    )
    try:
        written = np.array(list(map(bytes.fromhex, read_column(path, "id"))), ID)
        same = np.array_equal(written, _joined(ids))
    except (DataError, ValueError) as error:
        verification.check(False, str(error))
    else:
        verification.check(same, f"{file.path}: its examples differ from those of {shard.path}")


def _bytes_of(ids: list[str], where: str, before: int) -> Ids:
    """Return ids as bytes; `before` counts the examples of the shard before them."""
    # Joined, they are hexadecimal if each is; spaces, which are skipped, would leave fewer bytes.
    with suppress(ValueError):
        joined = bytes.fromhex("".join(ids))
        if set(map(len, ids)) == {_DIGITS} and 2 * len(joined) == _DIGITS * len(ids):
            return np.frombuffer(joined, ID)
    found = []
    for number, stated in enumerate(ids, start=before):
        try:
            found.append(bytes.fromhex(stated))
        except ValueError as error:
            raise DataError(f"{where}: example {number}: its id is not hexadecimal") from error
    return np.array(found, ID)


def _joined(ids: list[Ids]) -> Ids:
    return np.concatenate([np.zeros(0, ID), *ids])


def _check_rows(
    snapshot: Snapshot,
    split: str,
    shard: ShardInfo,
    reader: FactReader,
    verification: Verification,
) -> None:
    """Read the shard from front to back; index and lengths must match it."""
    path = filesystem.join(snapshot.path, shard.path)
    rows = 0
    framed = [np.zeros(0, np.int64)]
    tokens = [np.zeros((0, 2), np.int64)]
    ids: list[str] = []
    for facts in reader.read(path, shard.path):
        verification.ids.append(_bytes_of(facts.id, shard.path, rows))
        rows += len(facts.id)
        framed.append(facts.framed)
        tokens.append(np.stack([facts.inputs, facts.targets], axis=1))
        ids += [f"{one} {record}\n" for one, record in zip(facts.id, facts.record_id, strict=True)]
        _count(split, shard, facts, verification)
    verification.examples += rows
    verification.check(rows == shard.rows, f"{shard.path}: {rows} rows found, {shard.rows} stated")
    sizes = np.concatenate(framed)
    index = np.stack([np.cumsum(sizes) - sizes, sizes], axis=1)
    lengths = np.concatenate(tokens)
    verification.check(
        np.array_equal(tfrecord.read_index(path), index), f"{shard.path}.index: wrong"
    )
    verification.check(
        np.array_equal(tfrecord.read_lengths(path), lengths), f"{shard.path}.lengths: wrong"
    )
    name = ids_path(shard.path)
    where = filesystem.join(snapshot.path, name)
    listed = any(file.path == name for file in snapshot.manifest.reports)
    if listed and filesystem.exists(where):
        intact = filesystem.read_bytes(where) == "".join(ids).encode()
        verification.check(intact, f"{name}: wrong")
    empty = int((lengths == 0).any(axis=1).sum())
    verification.check(empty == 0, f"{shard.path}: {empty} examples without inputs or targets")
    totals = tuple(lengths.sum(axis=0).tolist())
    stated = (shard.input_tokens, shard.target_tokens)
    verification.check(totals == stated, f"{shard.path}: {totals} tokens found, {stated} stated")


def _count(split: str, shard: ShardInfo, facts: Facts, verification: Verification) -> None:
    """Add facts of a shard to what is counted of the snapshot."""
    verification.tokens += int(facts.inputs.sum() + facts.targets.sum())
    verification.unknown += int(facts.unknown.sum())
    types = Counter(zip(facts.task, facts.template_type, strict=True))
    for (task, template_type), number in types.items():
        verification.counts[split, task, template_type] += number
    if facts.split.count(split) != len(facts.split):
        for example, stated in zip(facts.id, facts.split, strict=True):
            where = f"{shard.path}: example {example}"
            verification.check(stated == split, f"{where}: belongs to another split")
    verification.licenses.update(facts.license)
    if verification.contaminated:
        verification.overlapping += sum(
            record in verification.contaminated for record in facts.record_id
        )


def _check_files(snapshot: Snapshot, verification: Verification) -> None:
    """Check that the manifest and its files are as written, and that there are no other files."""
    manifest = snapshot.manifest
    known = {MANIFEST, MANIFEST_DIGEST, RUN, *manifest.files}
    for file in [
        *manifest.metadata,
        *(MetadataFile(path=file.path, sha256=file.sha256) for file in manifest.records),
        MetadataFile(path=MANIFEST, sha256=_stated_digest(snapshot)),
    ]:
        path = filesystem.join(snapshot.path, file.path)
        intact = filesystem.exists(path) and filesystem.sha256_of(path)[0] == file.sha256
        verification.check(intact, f"{file.path}: missing, or its sha256 differs")
    for file_path in filesystem.files_below(snapshot.path):
        verification.check(file_path in known, f"{file_path}: does not belong to the snapshot")


def _stated_digest(snapshot: Snapshot) -> str:
    path = filesystem.join(snapshot.path, MANIFEST_DIGEST)
    line = filesystem.read_bytes(path) if filesystem.exists(path) else b""
    return line[:64].decode("ascii", "replace")


def _check_ids(verification: Verification) -> None:
    ids = np.sort(_joined(verification.ids).view("S16"))
    repeated = int((ids[1:] == ids[:-1]).sum())
    verification.check(repeated == 0, f"{repeated} examples share their id with another example")


def _check_mixture(manifest: Manifest, verification: Verification) -> None:
    stated = {
        (e.split, e.task, e.template_type): e.realised for e in manifest.mixture if e.realised
    }
    for key in sorted(stated.keys() | verification.counts.keys()):
        count = verification.counts[key]
        verification.check(
            stated.get(key, 0) == count,
            f"{', '.join(key)}: {stated.get(key, 0)} examples stated, {count} found",
        )


def _check_ledger(manifest: Manifest, verification: Verification) -> None:
    left: dict[str, int] = {}
    items: dict[str, int] = {}
    planned: Counter[str] = Counter()
    for mixture in manifest.mixture:
        planned[mixture.task] += mixture.planned
    for entry in manifest.ledger:
        where = f"ledger: {entry.stage}, {entry.task}"
        verification.check(
            entry.balances,
            f"{where}: {entry.entered} entered, but kept and rejected do not add up to that number",
        )
        # The entries of rendering count examples; a record may give several.
        of_stage = items if entry.counts_items else left
        before = planned[entry.task] if entry.stage == "render" else of_stage.get(entry.task)
        verification.check(
            before is None or before == entry.entered,
            f"{where}: {entry.entered} entered, {before} came from the stage before",
        )
        of_stage[entry.task] = entry.kept
    examples: Counter[str] = Counter()
    for (_, task, _), count in verification.counts.items():
        examples[task] += count
    for task, count in examples.items():
        verification.check(
            left.get(task) == count, f"ledger: {task}: {left.get(task)} left, {count} found"
        )


def _check_rejections(snapshot: Snapshot, verification: Verification) -> None:
    """Check that each rejection counted with a row has one, and that the files are as stated."""
    manifest = snapshot.manifest
    for file in [*manifest.rejections, *manifest.reports]:
        path = filesystem.join(snapshot.path, file.path)
        if not filesystem.exists(path):
            verification.check(False, f"{file.path}: missing")
            continue
        data = filesystem.read_bytes(path)
        verification.check(
            filesystem.sha256_of(path)[0] == file.sha256, f"{file.path}: sha256 differs"
        )
        verification.check(data.count(b"\n") == file.rows, f"{file.path}: not {file.rows} rows")
    verification.rejections = sum(
        file.rows
        for file in manifest.rejections
        if filesystem.exists(filesystem.join(snapshot.path, file.path))
    )
    counted = sum(count for entry in snapshot.manifest.ledger for count in entry.rejected.values())
    verification.check(
        counted == verification.rejections,
        f"{REJECTIONS}: {verification.rejections} rows, the ledger counts {counted}",
    )
