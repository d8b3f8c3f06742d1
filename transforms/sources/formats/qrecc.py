"""QReCC: `Context` (questions and answers so far), `Question`, its `Rewrite`, `Answer`.

Layout: github.com/apple/ml-qrecc; the rows of a conversation (`Conversation_no`) follow each other.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import Piece

_REWRITE = "rewrite"
_IS_LAST = "is the last of its conversation"


class Qrecc(Layout):
    """Each conversation as a whole, and follow-up questions → rewrites (`<task>_rewrite`).

    The published collection has only the dialog, under the name `qrecc`.
    """

    families: ClassVar[dict[str, str]] = {
        MAIN: "dialog_response",
        _REWRITE: "conversational_rewrite",
    }

    row_id_keys: ClassVar[tuple[str, ...]] = ("id", "Conversation_no")

    format: Literal["qrecc"]
    collection: str = Field("dialog", description="Collection of the tasks.")

    rewrites: bool = Field(
        True, description="Also read the rewrites of follow-up questions, besides the dialogs."
    )

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        return [Piece(path=path, relative=relative)]

    def rows(self, piece: Piece) -> Rows:
        held: tuple[str, Row] | None = None
        for where, row in super().rows(piece):
            conversation = None if isinstance(row, BadRow) else row.get("Conversation_no")
            if held:
                yield held[0], {**held[1], _IS_LAST: held[1].get("Conversation_no") != conversation}
            held = None if isinstance(row, BadRow) else (where, row)
            if isinstance(row, BadRow):
                yield where, row
        if held:
            yield held[0], {**held[1], _IS_LAST: True}

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        context = row.get("Context")
        if not isinstance(context, list) or not all(isinstance(text, str) for text in context):
            yield BadRow("wrong_type", "Context is not a list of texts")
            return
        question, number = text_of(row, "Question"), row.get("Conversation_no")
        if not self.rewrites:
            if not row.get(_IS_LAST):
                yield BadRow("not_last", "the conversation goes on in the next row")
        elif context:
            fields = {"history": context, "question": question, "answer": row.get("Rewrite")}
            yield Draft(fields, f"{number}_{row.get('Turn_no')}", _REWRITE)
        else:
            yield BadRow("no_history", "nothing comes before the question", _REWRITE)
        if row.get(_IS_LAST):
            turns = [*context, question, text_of(row, "Answer")]
            yield Draft({"turns": turns}, str(number))
