"""Read what verification counts of every example of a shard.

Compiled kernels check and parse a megabyte at a time. At the first example that they do not know,
every further one is decoded by itself, which names what is wrong with it.
"""

from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

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


class RowFacts(NamedTuple):
    """What is counted of one example; `framed` is its size in the shard, `unknown` its tokens
    that the vocabulary does not have.
    """

    id: str
    record_id: str
    task: str
    template_type: str
    split: str
    license: str
    framed: int
    inputs: int
    targets: int
    unknown: int


def read_facts(
    path: str, name: str, rows: int, features: Sequence[Feature], unknown_id: int
) -> Iterator[RowFacts]:
    """Yield the facts of every example of the shard at `path`, which states so many `rows`.

    Every length, CRC and feature is checked.

    Raises:
      DataError: an example is damaged; the message names `name`, the shard in its snapshot.
    """
    count = 0
    with filesystem.open_read(path) as stream:
        if rows >= _WORTH_LOADING:
            for facts in _read_blocks(stream, rows, features, unknown_id):
                yield facts
                count += 1
        position = stream.tell()
        for data in tfrecord.read_frames(stream, path, position):
            row = decode_row(data, f"{name}: example {count}", features)
            inputs, targets = list(row[INPUTS]), list(row[TARGETS])  # type: ignore[arg-type]
            sizes = len(data) + tfrecord.FRAME_BYTES, len(inputs), len(targets)
            unknown = inputs.count(unknown_id) + targets.count(unknown_id)
            yield RowFacts._make([*(str(row[text]) for text in _TEXTS), *sizes, unknown])
            count += 1


def _read_blocks(
    stream: IO[bytes], rows: int, features: Sequence[Feature], unknown_id: int
) -> Iterator[RowFacts]:
    """Yield facts as long as kernels can; leave the stream at the first example that they cannot
    read, or at its end.
    """
    from tfrecords_schema import frame_checks
    from tfrecords_schema.compiled import HAS_NUMBA

    if not HAS_NUMBA or (rows < _WORTH_COMPILING and not frame_checks.is_ready()):
        return
    checker = frame_checks.FrameChecker(features, _TEXTS, unknown_id)
    position, size = 0, _BLOCK_BYTES
    while (block := _read_at(stream, position, size)) and size <= tfrecord.MAX_RECORD_BYTES:
        found = checker.check(block)
        if found is None:
            break
        ends = found[0].tolist()
        start = 0
        # Flat lists: one of each span would cost more than the kernel.
        texts, numbers = found[1].reshape(-1, 2 * len(_TEXTS)).tolist(), found[2].tolist()
        for end, (a, b, c, d, e, f, g, h, i, j, k, m), counts in zip(
            ends, texts, numbers, strict=True
        ):
            spans = block[a:b], block[c:d], block[e:f], block[g:h], block[i:j], block[k:m]
            yield RowFacts._make([*map(bytes.decode, spans), end - start, *counts])
            start = end
        if not ends and len(block) < size:
            break
        # An example of which the block has only a part comes with the next one.
        position, size = position + start, _BLOCK_BYTES if ends else 2 * size
    stream.seek(position)


def _read_at(stream: IO[bytes], position: int, size: int) -> bytes:
    stream.seek(position)
    return stream.read(size)
