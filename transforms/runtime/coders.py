"""Coders that send runs and dataclasses between workers as paths and JSON, opaque to runners.

Beam would pickle them. Its RowCoder cannot be used: runners in Java decode its output, and read
the values of maps in another form.
"""

from functools import lru_cache
from typing import Any

import apache_beam as beam
import orjson
from pydantic import TypeAdapter

from transforms.runtime.exchange import Run


class DataclassCoder(beam.coders.Coder):
    """Elements of one dataclass, whose fields are numbers, texts, and dataclasses of such."""

    def __init__(self, element_type: Any) -> None:
        self._type = element_type

    @classmethod
    def from_type_hint(cls, typehint: Any, registry: Any) -> "DataclassCoder":
        """Return a coder of `typehint`, as Beam's registry asks."""
        return cls(typehint)

    def to_type_hint(self) -> Any:
        """Return the dataclass."""
        return self._type

    def encode(self, element: Any) -> bytes:
        """Encode `element` as JSON."""
        return orjson.dumps(element)

    def decode(self, encoded: bytes) -> Any:
        """Decode JSON, checked against the types of the fields."""
        return _adapter(self._type).validate_json(encoded)

    def is_deterministic(self) -> bool:
        """Return True: the order of fields is fixed."""
        return True


class RunCoder(beam.coders.Coder):
    """Codes a run as its path, and as its content if it has it.

    Side inputs, whose runs have none, are small, however many tasks there are.
    """

    def encode(self, run: Run) -> bytes:
        """Return the path; before the content, a zero byte, which no path has."""
        path = run.path.encode()
        return path if run.content is None else b"".join([path, b"\0", run.content])

    def decode(self, encoded: bytes) -> Run:
        """Return the run at a path."""
        end = encoded.find(b"\0")
        if end < 0:
            return Run(encoded.decode())
        return Run(encoded[:end].decode(), content=encoded[end + 1 :])

    def is_deterministic(self) -> bool:
        """Return that equal runs have equal bytes."""
        return True


beam.coders.registry.register_coder(Run, RunCoder)


@lru_cache
def _adapter(element_type: Any) -> TypeAdapter[Any]:
    return TypeAdapter(element_type)
