"""Read what verification counts of every example of a shard.

Blocks of examples are checked at once. Where one of a block is not as expected, examples are
decoded one by one, which names what is wrong.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
from tfrecords_schema.frame_checks import FrameChecker

_TEXTS = (ID, RECORD_ID, TASK_NAME, TEMPLATE_TYPE, SPLIT, LICENSE)
_BLOCK_BYTES = 1 << 22
# Examples that are decoded one by one before a block is tried again.
_ROWS_ALONE = 1_000


class Facts(NamedTuple):
    """What is counted of some examples that follow one another: for each feature, their values.

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
    framed: NDArray[np.int64]
    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    unknown: NDArray[np.int64]


class FactReader:
    """Reads the facts of a snapshot's examples."""

    def __init__(self, features: Sequence[Feature], unknown_id: int) -> None:
        """Prepare for examples of `features`; `unknown_id` is the token to count."""
        self._features, self._unknown_id = features, unknown_id
        self._checker = FrameChecker(features, _TEXTS, unknown_id)

    def read(self, path: str, name: str) -> Iterator[Facts]:
        """Yield the facts of every example of the shard at `path`.

        Every length, CRC and feature is checked.

        Raises:
          DataError: an example is damaged; the message names `name`, the shard in its snapshot.
        """
        count, position, before = 0, 0, -1
        with filesystem.open_read(path) as stream:
            while before < count:
                before = count
                stream.seek(position)
                block = stream.read(_BLOCK_BYTES)
                checked = self._checker.check(block)
                if checked and len(checked.framed):
                    found = iter([Facts._make([*checked.texts, *checked[1:]])])
                else:
                    stream.seek(position)
                    frames = islice(tfrecord.read_frames(stream, path, position), _ROWS_ALONE)
                    found = (
                        self._decode(data, f"{name}: example {number}")
                        for number, data in enumerate(frames, start=count)
                    )
                for facts in found:
                    yield facts
                    count += len(facts.id)
                    position += int(facts.framed.sum())

    def _decode(self, data: bytes, where: str) -> Facts:
        row = decode_row(data, where, self._features)
        inputs, targets = list(row[INPUTS]), list(row[TARGETS])  # type: ignore[arg-type]
        unknown = inputs.count(self._unknown_id) + targets.count(self._unknown_id)
        numbers = len(data) + tfrecord.FRAME_BYTES, len(inputs), len(targets), unknown
        texts = [[str(row[name])] for name in _TEXTS]
        return Facts._make([*texts, *(np.array([number]) for number in numbers)])
