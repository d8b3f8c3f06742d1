"""Few-shot prompts: how many exemplars, which, and how they are set apart from the query.

Exemplars come from the task's pool, or are those that came with the task. The query is never among
them, nor a record whose prompt reads the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.settings import FewShot
from transforms.stable_random import Draws
from transforms.types import Record

# Every prefix holds a word, so exemplars stay apart even for a vocabulary without newlines.
_PREFIXES = (
    ("Input: ", "Output: "),
    ("Q: ", "A: "),
    ("Problem: ", "Solution: "),
    ("Example: ", "Answer: "),
    ("Prompt: ", "Response: "),
    ("Given: ", "Result: "),
)
_SEPARATORS = ("\n\n", "\n\n\n", "\n---\n", "\n###\n", "\n\n***\n\n")


@dataclass(frozen=True)
class ShotFormat:
    """The frame of exemplars and query, whatever the template."""

    input_prefix: str
    output_prefix: str
    separator: str

    def exemplar(self, inputs: str, targets: str) -> str:
        """Return one worked example."""
        return f"{self.input_prefix}{inputs}\n{self.output_prefix}{targets}"

    def query(self, inputs: str) -> str:
        """Return the question that is left open."""
        return f"{self.input_prefix}{inputs}\n{self.output_prefix.rstrip()}"

    def join(self, instruction: str, exemplars: Sequence[str], query: str) -> str:
        """Return the whole prompt."""
        parts = [instruction, *exemplars, query]
        return self.separator.join(part for part in parts if part)


SHOT_FORMATS = tuple(
    ShotFormat(input_prefix, output_prefix, separator)
    for input_prefix, output_prefix in _PREFIXES
    for separator in _SEPARATORS
)


def draw_num_shots(settings: FewShot, draws: Draws) -> int:
    """Draw a number of exemplars from the recipe's distribution."""
    counts = sorted(settings.shots)
    return counts[draws.weighted([settings.shots[count] for count in counts])]


def draw_exemplars(
    pool: Sequence[Record], query: Record, num_shots: int, draws: Draws
) -> list[Record]:
    """Draw up to `num_shots` records of the pool, never the query."""
    others = [record for record in pool if record.id != query.id]
    return draws.sample(others, num_shots)
