"""A process that compiles the kernels of a large build, once for all workers, which then load them.

Its argument is the path of a SentencePiece model, if the vocabulary has one. What it compiles stays
on disk for later builds. See `transforms.compiling`.
"""

import sys

from tfrecords_schema import filesystem
from tfrecords_schema.compiled import HAS_NUMBA
from tfrecords_schema.features import FEATURES, ID
from tfrecords_schema.vocabulary import UNK_ID, SentencePieceVocabulary
from transforms.runtime.parent_watchdog import end_with_parent


def compile_kernels(model: str | None) -> None:
    """Compile what encodes texts with the model at a path, and what checks examples."""
    from tfrecords_schema.frame_checks import FrameChecker

    if model is not None:
        vocabulary = SentencePieceVocabulary(filesystem.read_bytes(model), 0, is_compiled=True)
        vocabulary.encode("")
        vocabulary.encode_all([""])
    FrameChecker(FEATURES, (ID,), UNK_ID).check(b"")


if __name__ == "__main__":
    end_with_parent()
    if HAS_NUMBA:
        compile_kernels(sys.argv[1] if len(sys.argv) > 1 else None)
