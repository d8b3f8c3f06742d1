"""Schema-Guided Dialogue: `dialogues_*.json`, each a list of dialogs with speakers and utterances.

Layout: github.com/google-research-datasets/dstc8-schema-guided-dialogue.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.dialog import alternating
from transforms.sources.files.row import BadRow, Row
from transforms.sources.files.streams import with_compressed
from transforms.sources.layout import MAIN, Draft, Layout, objects_of, text_of
from transforms.sources.source import stated_id

_SPEAKERS = ("USER", "SYSTEM")


class Sgd(Layout):
    """Dialogs of a user with a system that serves them."""

    families: ClassVar[dict[str, str]] = {MAIN: "dialog_response"}

    format: Literal["sgd"]
    collection: str = Field("dialog", description="Collection of the task.")

    @property
    def patterns(self) -> tuple[str, ...]:
        return with_compressed(["dialogues_*.json"])

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        turns = objects_of(row, "turns")
        if turns is None:
            yield BadRow("wrong_type", "turns is not a list of objects")
            return
        said = [(text_of(turn, "speaker"), text_of(turn, "utterance")) for turn in turns]
        if strange := [speaker for speaker, _ in said if speaker not in _SPEAKERS]:
            yield BadRow("unknown_role", f"speaker {strange[0]!r}")
            return
        yield Draft({"turns": alternating(said, "USER")}, stated_id(row.get("dialogue_id")))
