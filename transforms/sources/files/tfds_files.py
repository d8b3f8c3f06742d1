"""Read the splits and examples of data sets that TFDS has prepared on disk.

Nothing is downloaded. Splits and features come from the metadata next to the shards. The shards are
read by our own reader and decoded with NumPy, so that TensorFlow is never imported.
"""

import posixpath
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from google.protobuf.message import DecodeError

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.tfrecord import FRAME_BYTES, read_frames
from transforms.collections.tfds_task import TfdsTask
from transforms.sources.files.row import BadRow, Row
from transforms.sources.source import Piece, UnreadableFileError

MAX_EXAMPLES = 100_000
METADATA = ("dataset_info.json", "features.json")


def _prepare_command(builder: str) -> str:
    # Without the path, so that the same data give the same ledger on every machine.
    load = f"import tensorflow_datasets as tfds; tfds.load('{builder}', data_dir='DIR')"
    return f'`python -c "{load}"`, where DIR is the path of the source'


@contextmanager
def _metadata_of(directory: str) -> Iterator[str]:
    """Yield a local directory with all files except the shards: TFDS does not read through Beam."""
    if filesystem.is_local(directory):
        yield directory
        return
    with tempfile.TemporaryDirectory(prefix="flanbeam-") as copy:
        for file in filesystem.files_below(directory):
            if ".tfrecord" not in file and "/" not in file:
                data = filesystem.read_bytes(filesystem.join(directory, file))
                Path(copy, file).write_bytes(data)
        yield copy


def open_prepared(root: str, task: TfdsTask) -> Any:
    """Open the builder of `task` over its prepared files below `root`.

    Raises:
      UnreadableFileError: it is missing, or not in TFRecords; the message says how to prepare it.
    """
    directory = filesystem.join(root, task.directory)
    for name in METADATA:
        if not filesystem.exists(filesystem.join(directory, name)):
            raise UnreadableFileError(
                f"{filesystem.join(directory, name)} is missing: {task.builder} is not prepared; "
                f"run {_prepare_command(task.builder)}"
            )
    # 0.3 s, and no TensorFlow as long as only metadata and NumPy decoding are used.
    import tensorflow_datasets as tfds

    try:
        with _metadata_of(directory) as local:
            builder = tfds.builder_from_directory(local)
    except Exception as error:
        raise UnreadableFileError(
            f"{directory}: the metadata of {task.builder} cannot be read ({error}); remove the "
            f"directory and run {_prepare_command(task.builder)}"
        ) from error
    if builder.info.file_format.value != "tfrecord":
        form = builder.info.file_format.value
        raise UnreadableFileError(f"{directory}: the examples are in {form}, not in tfrecord")
    return builder


def example_ranges(builder: Any, split: str) -> Iterator[tuple[str, int, int]]:
    """Yield (shard, first example, end) of each part of `split`, at most MAX_EXAMPLES long."""
    try:
        instructions = builder.info.splits[split].file_instructions
    except (ValueError, KeyError) as error:
        raise UnreadableFileError(
            f"{builder.info.full_name}: split {split!r} cannot be read: {error}"
        ) from error
    for instruction in instructions:
        end = instruction.skip + instruction.take
        for start in range(instruction.skip, end, MAX_EXAMPLES):
            shard = posixpath.basename(str(instruction.filename))
            yield shard, start, min(start + MAX_EXAMPLES, end)


def _skip(stream: IO[bytes], examples: int) -> None:
    """Skip records without reading them."""
    for _ in range(examples):
        header = stream.read(8)
        if len(header) < 8:
            return
        stream.seek(struct.unpack("<Q", header)[0] + FRAME_BYTES - 8, 1)


def plain(value: Any) -> Any:
    """Convert decoded NumPy values to plain Python.

    {"a": b"x", "b": np.int64(1)} → {"a": "x", "b": 1}

    Raises:
      UnicodeDecodeError: a text is not UTF-8.
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "tolist"):
        # Arrays become lists, NumPy's scalars Python's.
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _decode(data: bytes, features: Any, where: str) -> Row | BadRow:
    try:
        row: Row = plain(features.deserialize_example_np(data))
    except UnicodeDecodeError as error:
        return BadRow("invalid_utf8", str(error))
    except (DecodeError, KeyError, ValueError) as error:
        raise UnreadableFileError(f"{where} does not fit features.json ({error})") from error
    return row


def read_examples(piece: Piece, features: Any) -> Iterator[tuple[str, Row | BadRow]]:
    """Yield (place, row or its problem) of each example of `piece`.

    Raises:
      UnreadableFileError: the shard is damaged, or shorter than the metadata says.
    """
    number, end = piece.start, piece.end or 0
    try:
        with filesystem.open_read(piece.path) as stream:
            _skip(stream, piece.start)
            for data in islice(read_frames(stream, piece.path), end - piece.start):
                where = f"example {number}"
                yield (
                    f"{piece.relative}: {where}",
                    _decode(data, features, f"{piece.path}: {where}"),
                )
                number += 1
    except UnreadableFileError:
        raise
    except DataError as error:
        raise UnreadableFileError(str(error)) from error
    if number < end:
        raise UnreadableFileError(
            f"{piece.path}: {number} examples, but {end} expected: the file is truncated; "
            "prepare it again"
        )
