"""Dolly: `instruction`, `context` (may be empty), `response`, `category`.

Layout: huggingface.co/datasets/databricks/databricks-dolly-15k.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from transforms.sources.files.row import BadRow, Row
from transforms.sources.formats.self_instruct import NO_INPUT, instruction_draft
from transforms.sources.layout import MAIN, Draft, Layout, text_of


class Dolly(Layout):
    """Instructions of people; `<task>_no_input` without a context."""

    families: ClassVar[dict[str, str]] = {MAIN: "instruction_input", NO_INPUT: "instruction_only"}

    format: Literal["dolly"]

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        instruction, context, response = (
            text_of(row, key) for key in ("instruction", "context", "response")
        )
        yield instruction_draft(instruction, context, response)
