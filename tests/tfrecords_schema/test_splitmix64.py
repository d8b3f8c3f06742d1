"""The mixing function is SplitMix64, in each of its forms."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.splitmix64 import GOLDEN, MASK, mix_int, mix_words, rehash, stream

# The first outputs of the generator of the paper's authors for the seed 1234567.
SEED = 1234567
PUBLISHED = [
    *(6457827717110365317, 3203168211198807973, 9817491932198370423),
    *(4593380528125082431, 16408922859458223821),
]


def test_the_stream_has_the_published_outputs() -> None:
    # The generator adds its constant before the first output.
    assert stream((SEED + GOLDEN) & MASK, 5).tolist() == PUBLISHED
    assert [mix_int((SEED + GOLDEN * step) & MASK) for step in range(1, 6)] == PUBLISHED


@given(st.integers(0, MASK), st.integers(0, MASK))
def test_the_forms_agree(value: int, salt: int) -> None:
    words = np.array([value, salt], dtype=np.uint64)
    assert mix_words(words).tolist() == [mix_int(value), mix_int(salt)]
    assert rehash(words, salt).tolist() == [mix_int(value ^ salt), mix_int(0)]
