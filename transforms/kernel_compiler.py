"""A process that compiles the kernels of a large build, once for all workers, which then load them.

Its argument is the path of the vocabulary's SentencePiece model. What it compiles stays on disk for
later builds. See `pipelines.building.compiling`.
"""

import sys

from tfrecords_schema import filesystem
from tfrecords_schema.compiled import HAS_NUMBA
from tfrecords_schema.vocabulary import SentencePieceVocabulary
from transforms.runtime.parent_watchdog import end_with_parent


def compile_kernels(model: str) -> None:
    """Compile what encodes texts with the model at a path."""
    vocabulary = SentencePieceVocabulary(filesystem.read_bytes(model), 0, is_compiled=True)
    vocabulary.encode("")
    vocabulary.encode_all([""])


if __name__ == "__main__":
    end_with_parent()
    if HAS_NUMBA:
        compile_kernels(sys.argv[1])
