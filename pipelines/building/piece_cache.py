"""Take what was read of files that did not change from an earlier reading of a source.

The directory of a source in the cache is named by its fingerprint, which covers all of its files.
`pieces.json` in it says what each piece of the source depends on, so that after an edit only the
pieces of the edited files are read. Only on a local disk, where a link costs nothing.
"""

import os
from dataclasses import asdict
from pathlib import Path

import orjson

from pipelines.building.finished_stages import read_digests
from pipelines.building.nodes import digest
from pipelines.building.sources import FingerprintedSource
from tfrecords_schema import filesystem
from transforms.runtime.exchange import Run, is_whole
from transforms.sources.reading import read_summary, run_path

_PIECES = "pieces.json"


def keep_pieces(source: FingerprintedSource) -> None:
    """Write what each piece of a source that was read depends on."""
    if filesystem.is_local(source.directory) and (keys := _keys(source)):
        filesystem.write_bytes(filesystem.join(source.directory, _PIECES), orjson.dumps(keys))


def take_pieces(source: FingerprintedSource) -> None:
    """Link the pieces that an earlier reading has, into the directory of a source not yet read."""
    if not filesystem.is_local(source.directory):
        return
    wanted, own = _keys(source), Path(source.directory)
    wanted = {index: key for index, key in wanted.items() if not _run(own, index).exists()}
    every = sorted(own.parent.glob(f"*/{_PIECES}"), key=lambda file: -file.stat().st_mtime)
    for kept in every if wanted else ():
        there = read_digests(kept)
        for index in [index for index, key in wanted.items() if there.get(index) == key]:
            if _link(kept.parent, own, index):
                del wanted[index]


def _link(earlier: Path, own: Path, index: str) -> bool:
    """Link the files of a piece, its run last; return whether they are there."""
    run = _run(earlier, index)
    if not is_whole(str(run)):
        return False
    summary = read_summary(Run(str(run)))
    own.mkdir(parents=True, exist_ok=True)
    for name in [*(file.path for file in summary.record_files), summary.rejections, run.name]:
        if not (own / name).exists():
            try:
                os.link(earlier / name, own / name)
            except FileNotFoundError:
                return False
            except OSError:
                filesystem.write_bytes(str(own / name), (earlier / name).read_bytes())
    return True


def _run(directory: Path, index: str) -> Path:
    return Path(run_path(str(directory), int(index)))


def _keys(source: FingerprintedSource) -> dict[str, str]:
    """Return a digest of all that each piece depends on, if that is one file, by its index."""
    digests = {file.path: file.sha256 for file in source.files}
    parts = {name: part for name, part in source.node.parts.items() if name != "files"}
    return {
        str(piece.index): digest(
            [parts, asdict(piece.piece) | {"path": ""}, digests[piece.piece.relative]]
        )
        for piece in source.pieces
        if piece.piece.relative in digests
    }
