"""What the readers of raw files yield: a place in the file, and the row there or what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot become a record: the reason as the ledger counts it, and the details.

    `form` says which task of a layout with several it counts for; empty for the main one.
    """

    reason: str
    detail: str
    form: str = ""


Rows = Iterator[tuple[str, Row | BadRow]]
