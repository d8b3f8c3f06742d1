"""Whether a history of reads and conditional writes of one object has an order that explains it.

The search of Wing and Gong (1993): an operation may come first if it began before all others ended;
states that were tried are remembered, as Lowe (2017) does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One call, from its beginning to its end.

    Attributes:
      data: what was read, or written.
      expected: of a swap, the state that it replaces.
      may_have_won: whether a failed swap may have taken effect: its reply was lost.
    """

    kind: Literal["read", "swapped", "refused"]
    began: int
    ended: int
    data: bytes | None
    expected: bytes | None = None
    may_have_won: bool = False

    def states(self, state: bytes | None) -> Iterator[bytes | None]:
        """Yield the possible states after it, if it may happen in a state."""
        if self.kind == "read":
            if state == self.data:
                yield state
        elif state == self.expected:
            if self.kind == "swapped" or self.may_have_won:
                yield self.data
        elif self.kind == "refused":
            yield state


def is_linearizable(history: list[Operation]) -> bool:
    """Return whether the history of an object that was absent at first is linearizable."""
    tried: set[tuple[frozenset[Operation], bytes | None]] = set()

    def search(left: frozenset[Operation], state: bytes | None) -> bool:
        if not left:
            return True
        if (left, state) in tried:
            return False
        tried.add((left, state))
        first_end = min(operation.ended for operation in left)
        return any(
            search(left - {operation}, after)
            for operation in left
            if operation.began <= first_end
            for after in operation.states(state)
        )

    return search(frozenset(history), None)
