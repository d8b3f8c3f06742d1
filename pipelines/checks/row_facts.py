"""Read what verification counts of every example of a shard.

Compiled kernels check and parse a megabyte at a time. At the first example that they do not know,
every further one is decoded by itself, which names what is wrong with it.
"""

from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

import numpy as np

from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import decode_row
from tfrecords_schema.features import (
    ID,
    INPUTS,
    LICENSE,
    RECORD_ID,
    SPLIT,
    TARGETS,
    TASK_NAME,
    TEMPLATE_TYPE,
    Feature,
)

_TEXTS = (ID, RECORD_ID, TASK_NAME, TEMPLATE_TYPE, SPLIT, LICENSE)
_BLOCK_BYTES = 1 << 20
# Loading the kernels takes as long as decoding so many examples; compiling them, so many.
_WORTH_LOADING, _WORTH_COMPILING = 5_000, 100_000


class Facts(NamedTuple):
    """What is counted of some examples that follow one another: a list for each feature.

    Attributes:
      framed: sizes in the shard, in bytes.
      inputs, targets: numbers of tokens; `unknown` of those that the vocabulary does not have.
    """

    id: list[str]
    record_id: list[str]
    task: list[str]
    template_type: list[str]
    split: list[str]
    license: list[str]
    framed: list[int]
    inputs: list[int]
    targets: list[int]
    unknown: list[int]


def read_facts(
    path: str, name: str, features: Sequence[Feature], unknown_id: int, among: int
) -> Iterator[Facts]:
    """Yield the facts of every example of the shard at `path`, one of those of a snapshot.

    Every length, CRC and feature is checked.

    Args:
      among: examples of the snapshot: whether it is worth while to load or compile kernels.

    Raises:
      DataError: an example is damaged; the message names `name`, the shard in its snapshot.
    """
    count = 0
    with filesystem.open_read(path) as stream:
        if among >= _WORTH_LOADING:
            for facts in _read_blocks(stream, features, unknown_id, among):
                yield facts
                count += len(facts.id)
        position = stream.tell()
        for data in tfrecord.read_frames(stream, path, position):
            row = decode_row(data, f"{name}: example {count}", features)
            inputs, targets = list(row[INPUTS]), list(row[TARGETS])  # type: ignore[arg-type]
            sizes = len(data) + tfrecord.FRAME_BYTES, len(inputs), len(targets)
            unknown = inputs.count(unknown_id) + targets.count(unknown_id)
            values = [*(str(row[text]) for text in _TEXTS), *sizes, unknown]
            yield Facts._make([value] for value in values)
            count += 1


def _read_blocks(
    stream: IO[bytes], features: Sequence[Feature], unknown_id: int, among: int
) -> Iterator[Facts]:
    """Yield facts as long as kernels can; leave the stream at the first example that they cannot
    read, or at its end.
    """
    from tfrecords_schema import frame_checks
    from tfrecords_schema.compiled import HAS_NUMBA

    if not HAS_NUMBA or (among < _WORTH_COMPILING and not frame_checks.is_ready()):
        return
    checker = frame_checks.FrameChecker(features, _TEXTS, unknown_id)
    position, size = 0, _BLOCK_BYTES
    while (block := _read_at(stream, position, size)) and size <= tfrecord.MAX_RECORD_BYTES:
        found = checker.check(block)
        if found is None:
            break
        ends, spans, numbers = found
        texts = [
            [block[start:end].decode() for start, end in spans[:, which].tolist()]
            for which in range(len(_TEXTS))
        ]
        framed = np.diff(ends, prepend=0)
        yield Facts._make([*texts, framed.tolist(), *numbers.T.tolist()])
        if not len(ends) and len(block) < size:
            break
        # An example of which the block has only a part comes with the next one.
        position += int(framed.sum())
        size = _BLOCK_BYTES if len(ends) else 2 * size
    stream.seek(position)


def _read_at(stream: IO[bytes], position: int, size: int) -> bytes:
    stream.seek(position)
    return stream.read(size)
