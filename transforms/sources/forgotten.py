"""Rows that a store leaves out on request, whatever recipe reads them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from transforms.records.rejections import place_of
from transforms.types import Record, Rejection

# The reason of their rejections.
FORGOTTEN = "forgotten"
RECORD_ID = re.compile(r"[0-9a-f]{32}")


def digest_of(source: str, own_id: str) -> str:
    """Return what stands for a row's own id: ids can be names, and the list must not keep them."""
    return sha256(f"{source}\0{own_id}".encode()).hexdigest()


@dataclass(frozen=True)
class Forgotten:
    """What to leave out of one source.

    Attributes:
      records: ids of records.
      own_ids: digests of ids that rows state; all records of all rows that state one are meant.
    """

    records: frozenset[str] = frozenset()
    own_ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Return whether there is anything to leave out."""
        return bool(self.records or self.own_ids)

    def covers(self, row: Record | Rejection) -> bool:
        """Return whether a record, or a row that became none, is to be left out."""
        return self.names(row.source, row.id, (row.own_id, *row.row_ids))

    def names(self, source: str, identity: str, stated: Iterable[str]) -> bool:
        """Return whether the id of a record is listed, or one that its row states."""
        if identity in self.records:
            return True
        if not self.own_ids:
            return False
        return any(digest_of(source, one) in self.own_ids for one in stated if one)

    def __sub__(self, other: "Forgotten") -> "Forgotten":
        """Return the rows that `other` does not list."""
        return Forgotten(self.records - other.records, self.own_ids - other.own_ids)

    def stated(self) -> Mapping[str, list[str]]:
        """Return it for a fingerprint."""
        return {"records": sorted(self.records), "own_ids": sorted(self.own_ids)}


def forget(row: Record | Rejection, stage: str) -> Rejection:
    """Return the rejection of a row to leave out; it says where the row is, not what it says."""
    place = row.place if isinstance(row, Record) else place_of(row)
    return Rejection(
        stage=stage,
        reason=FORGOTTEN,
        id=row.id,
        source=row.source,
        task=row.task,
        detail=f"{place or 'a row'}: left out on request (`flanbeam forget`)",
    )
