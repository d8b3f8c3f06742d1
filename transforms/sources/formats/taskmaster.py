"""Taskmaster: a list of conversations with `utterances`, each a speaker and a text.

Layout: github.com/google-research-datasets/Taskmaster, all three releases.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.dialog import alternating
from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, objects_of, text_of
from transforms.sources.source import stated_id

_SPEAKERS = ("USER", "ASSISTANT")


class Taskmaster(Layout):
    """Dialogs of a user with an assistant, begun at the user's first turn."""

    families: ClassVar[dict[str, str]] = {MAIN: "dialog_response"}

    format: Literal["taskmaster"]
    collection: str = Field("dialog", description="Collection of the task.")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        utterances = objects_of(row, "utterances")
        if utterances is None:
            yield BadRow("wrong_type", "utterances is not a list of objects")
            return
        said = [(text_of(turn, "speaker").upper(), text_of(turn, "text")) for turn in utterances]
        if strange := [speaker for speaker, _ in said if speaker not in _SPEAKERS]:
            yield BadRow("unknown_role", f"speaker {strange[0]!r}")
            return
        yield Draft({"turns": alternating(said, "USER")}, stated_id(row.get("conversation_id")))
