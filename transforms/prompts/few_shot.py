"""Few-shot prompts: how many exemplars and which, and how they are set apart.

Exemplars come from the task's pool, or are those that came with the task. The query is never among
them, nor a record whose prompt reads the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.prompts.cues import answered
from transforms.settings import FewShotVariant
from transforms.stable_random import Draws
from transforms.types import Record

SEPARATORS = ("\n\n", "\n\n\n", "\n---\n", "\n###\n", "\n\n***\n\n")
# For parts that hold blank lines themselves.
BLANK_PROOF = SEPARATORS[-1]
EXPLANATION = "explanation"
# Records of the pool that are looked at for one prompt.
_MOST_LOOKED_AT = 64


@dataclass(frozen=True)
class Variant:
    """A few-shot variant as it was drawn for one prompt."""

    shots: int
    mixed: bool
    own: bool
    negative: int


def fitting_variants(
    variants: Sequence[FewShotVariant], template_type: str, has_own: bool
) -> list[FewShotVariant]:
    """Return the variants for prompts of a few-shot template type.

    Args:
      has_own: whether the task came with examples.
    """
    return [
        each
        for each in variants
        if (not each.types or template_type in each.types) and (has_own or not each.own)
    ]


def draw_variant(fitting: Sequence[FewShotVariant], draws: Draws) -> Variant:
    """Draw one of the variants that fit a prompt."""
    drawn = fitting[draws.weighted([each.share for each in fitting])]
    numbers = drawn.shots if isinstance(drawn.shots, list) else [drawn.shots]
    return Variant(draws.choice(numbers), drawn.mixed, drawn.own, drawn.negative)


def draw_exemplars(
    pool: Sequence[Record], keys: NDArray[np.uint64], query: Record, draws: Draws
) -> Iterator[Record]:
    """Yield records of the pool in drawn order, never the query, until some have been looked at.

    A record that joins or leaves the pool changes the prompts that draw it, and no others. More
    than are needed are there, since some may not fit.

    Args:
      keys: `pool_keys` of the pool (transforms/prompts/pools.py).
    """
    for place in draws.rendezvous_order(keys, _MOST_LOOKED_AT):
        record = pool[place]
        if record.id != query.id:
            yield record


def explained_example(lead: str, targets: str, explanation: str, wrong: bool) -> str:
    """Return an exemplar that came with a task: input, explanation, output.

    The explanation is before the cue, so that a query that ends in the cue continues in the same
    way. An exemplar with a wrong output states this, and then the reason.

    Args:
      lead: the exemplar's prompt, which ends in a cue on a separate line.
    """
    body, _, cue = lead.rstrip().rpartition("\n")
    if wrong:
        lines = [body, f"Wrong output: {targets}"]
        return "\n".join([*lines, f"Why it is wrong: {explanation}"] if explanation else lines)
    if not explanation:
        return answered(lead, targets)
    newline = "\n" if lead.endswith("\n") else ""
    return answered(f"{body}\nExplanation: {explanation}\n{cue}{newline}", targets)
