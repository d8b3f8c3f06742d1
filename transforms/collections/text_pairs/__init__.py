"""Data sets as pairs of ready-made sequences: T5's own tasks, and tasks of ExMix in T5's form.

A record has the whole `input` and the `answer`. Its family has no wording of its own, so the
published sequences stay as they are, but for whitespace around them.
"""

from transforms.collections.text_pairs import ex_mix, pairs, t5
from transforms.collections.tfds_task import Collection

T5 = Collection("T5", t5.TASKS, (pairs, t5))
EX_MIX = Collection("ExMix", ex_mix.TASKS, (pairs, ex_mix))
