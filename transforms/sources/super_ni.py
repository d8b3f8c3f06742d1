"""Super-Natural Instructions: one JSON file a task.

Keys: `Definition`, `Positive Examples`, `Instances` (`id`, `input`, `output`), `Categories`,
`Input_language`, `Output_language`, `Instance License`.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Literal

import orjson
from pydantic import Field

from tfrecords_schema import filesystem
from transforms.sources.source import Element, Piece, Source, UnreadableFileError, reject
from transforms.types import FieldValue, Task

FAMILY = "instruction_input"


class SuperNi(Source):
    """A directory of task files in the Super-Natural Instructions schema."""

    format: Literal["super_ni"]
    collection: str = Field("natural_instructions", description="The tasks' collection.")

    @property
    def pattern(self) -> str:
        return "*.json"

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        document = _load(piece.path)
        task = _task(document, name, self.collection, piece.path)
        yield task
        license_name = ", ".join(_texts(document.get("Instance License"))) or None
        for position, instance in enumerate(document["Instances"]):
            where = f"{piece.relative}: instance {position + 1}"
            if not isinstance(instance, dict):
                yield reject(task, "wrong_type", f"{where}: not an object")
                continue
            own_id = instance.get("id")
            output = instance.get("output")
            fields = {
                "input": instance.get("input"),
                "output": output if isinstance(output, list) else [output],
            }
            if not str(fields["input"] or "").strip():
                yield reject(task, "empty_field", f"{where}: input is empty or missing")
                continue
            own_id = own_id if isinstance(own_id, str) else None
            yield self.record_or_rejection(task, fields, own_id, where, license_name)


def _load(path: str) -> dict[str, Any]:
    try:
        document = orjson.loads(filesystem.read_bytes(path))
    except orjson.JSONDecodeError as error:
        raise UnreadableFileError(
            f"{path}:{error.lineno}: not valid JSON ({error.msg}, column {error.colno}); "
            "the file may be truncated: fetch it again or remove it"
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("Instances"), list):
        raise UnreadableFileError(
            f"{path}: not a Super-Natural Instructions task (no list under the key 'Instances')"
        )
    return document


def _texts(value: object) -> tuple[str, ...]:
    """A string or a list of strings as a tuple; anything else as none."""
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _task(document: dict[str, Any], source: str, collection: str, path: str) -> Task:
    definition = "\n".join(_texts(document.get("Definition"))).strip()
    if not definition:
        raise UnreadableFileError(f"{path}: no text under the key 'Definition'")
    languages = {
        *_texts(document.get("Input_language")),
        *_texts(document.get("Output_language")),
    }
    return Task(
        name=PurePosixPath(path).stem,
        source=source,
        collection=collection,
        family=FAMILY,
        fields={"instruction": definition},
        exemplars=tuple(_exemplars(document.get("Positive Examples"))),
        languages=tuple(sorted(languages)),
        categories=_texts(document.get("Categories")),
    )


def _exemplars(examples: object) -> Iterator[dict[str, FieldValue]]:
    for example in examples if isinstance(examples, list) else []:
        if not isinstance(example, dict):
            continue
        texts = {key: example.get(key) for key in ("input", "output", "explanation")}
        kept = {key: text.strip() for key, text in texts.items() if isinstance(text, str)}
        fields: dict[str, FieldValue] = {key: text for key, text in kept.items() if text}
        if "input" in fields and "output" in fields:
            yield fields
