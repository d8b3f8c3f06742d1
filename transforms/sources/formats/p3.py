"""P3: rows already prompted, `inputs_pretokenized` and `targets_pretokenized`.

Options that the prompt does not show already (`answer_choices`) stay separate, as templates with
and without options need them.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import Piece


class P3(Layout):
    """Prompted rows; each directory of files is a task with the directory's name."""

    families: ClassVar[dict[str, str]] = {MAIN: "prompted"}

    format: Literal["p3"]
    collection: str = Field("p3", description="Collection of the tasks.")

    def task_name(self, name: str, piece: Piece) -> str:
        return self.task or PurePosixPath(piece.relative).parent.name or name

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        shown = text_of(row, "inputs_pretokenized").strip()
        answer = text_of(row, "targets_pretokenized").strip()
        choices = row.get("answer_choices") or []
        if not isinstance(choices, list) or not all(isinstance(text, str) for text in choices):
            yield BadRow("wrong_type", "answer_choices is not a list of texts")
            return
        options = [text.strip() for text in choices]
        separate = answer in options and not all(_shows(shown, text) for text in options)
        yield Draft({"input": shown, "answer": answer, "options": options if separate else []})


def _shows(prompt: str, option: str) -> bool:
    """Return whether the option occurs in the prompt as a complete word or words."""
    return re.search(rf"(?<!\w){re.escape(option)}(?!\w)", prompt) is not None
