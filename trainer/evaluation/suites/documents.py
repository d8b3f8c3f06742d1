"""Read the files of benchmarks; every mistake is named with its file, line or key."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from trainer.errors import TrainerError

_MOST_KEYS = 10
Document = TypeVar("Document", bound=BaseModel)


class Checked(BaseModel):
    """A part of a file: keys that are not declared are ignored, types are not converted."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


def parse(kind: type[Document], data: bytes, where: str) -> Document:
    """Parse a JSON document.

    Args:
        kind: what the document must be.
        data: its text.
        where: the file, or the file and line.

    Raises:
        TrainerError: it is not JSON, or a key is missing or wrong.
    """
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        mistake = error.errors()[0]
        parts = (f"[{p}]" if isinstance(p, int) else f".{p}" for p in mistake["loc"])
        key = "".join(parts).lstrip(".")
        said = mistake["msg"]
        if mistake["type"] == "model_type":
            said = "not a JSON object"
        elif mistake["type"] == "missing":
            found = ", ".join(list(mistake["input"])[:_MOST_KEYS]) or "none"
            said = f"this key is missing (there are: {found})"
        raise TrainerError(f"{where}: {f'{key}: ' if key else ''}{said}: correct it") from error


def read_text(path: Path) -> str:
    """Read a UTF-8 file.

    Raises:
        TrainerError: it is not UTF-8.
    """
    data = path.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TrainerError(
            f"{path}:{line}: not UTF-8 (byte {data[error.start]:#04x}): fetch the file again"
        ) from error
