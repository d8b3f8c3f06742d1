"""How dataclasses travel between workers: as JSON that runners pass on without a look.

Beam would pickle them. Its RowCoder is no way out: runners in Java decode what it wrote, and read
the values of maps in another form.
"""

from functools import lru_cache
from typing import Any

import apache_beam as beam
import orjson
from pydantic import TypeAdapter


class DataclassCoder(beam.coders.Coder):
    """Elements of one dataclass, whose fields are numbers, texts, and dataclasses of such."""

    def __init__(self, element_type: Any) -> None:
        self._type = element_type

    @classmethod
    def from_type_hint(cls, typehint: Any, registry: Any) -> "DataclassCoder":
        """What Beam's registry calls."""
        return cls(typehint)

    def to_type_hint(self) -> Any:
        """The dataclass."""
        return self._type

    def encode(self, element: Any) -> bytes:
        """As JSON."""
        return orjson.dumps(element)

    def decode(self, encoded: bytes) -> Any:
        """Checked against the types of the fields."""
        return _adapter(self._type).validate_json(encoded)

    def is_deterministic(self) -> bool:
        """Fields have their order."""
        return True


@lru_cache
def _adapter(element_type: Any) -> TypeAdapter[Any]:
    return TypeAdapter(element_type)
