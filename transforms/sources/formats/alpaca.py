"""Alpaca: `instruction`, `input`, `output`; optionally `system` and `history`, a list of pairs."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from transforms.sources.chat import ASSISTANT, SYSTEM, USER, Turn, chat_drafts
from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import MAIN, Draft, Layout, text_of
from transforms.sources.source import stated_id

_NO_INPUT, _CHAT = "no_input", "chat"


class Alpaca(Layout):
    """Instructions with an input; `<task>_no_input` without one, `<task>_chat` with a history."""

    families: ClassVar[dict[str, str]] = {
        MAIN: "instruction_input",
        _NO_INPUT: "instruction_only",
        _CHAT: "chat",
    }

    names_splits: ClassVar[bool] = True
    column_names: ClassVar[tuple[str, ...]] = (
        *("instruction", "input", "output", "system", "history"),
    )
    row_keys: ClassVar[tuple[str, ...]] = ("instruction", "output")

    format: Literal["alpaca"]

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        instruction, given, output = (text_of(row, k) for k in ("instruction", "input", "output"))
        own_id = stated_id(row.get("id"))
        system, pairs = text_of(row, "system"), row.get("history") or []
        if not _are_pairs(pairs):
            yield BadRow("wrong_type", "history is not a list of pairs of texts")
        elif system.strip() or pairs:
            turns = [Turn(SYSTEM, system)] if system.strip() else []
            for said, answered in pairs:
                turns += [Turn(USER, said), Turn(ASSISTANT, answered)]
            question = "\n".join(text for text in (instruction, given) if text.strip())
            turns += [Turn(USER, question), Turn(ASSISTANT, output)]
            yield from chat_drafts(turns, "last", own_id, (_CHAT, _CHAT, _CHAT))
        elif given.strip():
            fields = {"instruction": instruction, "input": given, "output": output}
            yield Draft(fields, own_id)
        else:
            yield Draft({"instruction": instruction, "output": output}, own_id, _NO_INPUT)


def _are_pairs(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
        for pair in value
    )
