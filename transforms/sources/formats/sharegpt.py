"""ShareGPT: `conversations`, a list of `{from, value}`; optionally `system` and `tools`."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources import chat
from transforms.sources.chat import ASSISTANT, SYSTEM, TOOL, USER, Turn
from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import Draft, Layout, objects_of, text_of
from transforms.sources.source import stated_id

_ROLES = {
    "system": SYSTEM,
    "human": USER,
    "user": USER,
    "gpt": ASSISTANT,
    "chatgpt": ASSISTANT,
    "bing": ASSISTANT,
    "bard": ASSISTANT,
    "assistant": ASSISTANT,
    "function_call": ASSISTANT,
    "observation": TOOL,
    "tool": TOOL,
}


class ShareGpt(Layout):
    """Conversations; `<task>_single_turn` has the messages that stand alone."""

    families: ClassVar[dict[str, str]] = chat.FAMILIES

    names_splits: ClassVar[bool] = True

    format: Literal["sharegpt"]
    turns: chat.Turns = Field("all", description="Which turns of the assistant are targets.")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        turns = _turns(row)
        if isinstance(turns, BadRow):
            yield turns
        else:
            own_id = stated_id(row.get("id"))
            yield from chat.chat_drafts(turns, self.turns, own_id, (chat.CHAT, chat.SINGLE_TURN))


def _turns(row: Row) -> list[Turn] | BadRow:
    messages = objects_of(row, "conversations")
    if messages is None:
        return BadRow("wrong_type", "conversations is not a list of objects")
    turns = [Turn(SYSTEM, text_of(row, k)) for k in ("system", "tools") if text_of(row, k).strip()]
    for message in messages:
        role, text = text_of(message, "from"), message.get("value")
        if role not in _ROLES:
            return BadRow("unknown_role", f"{role!r}")
        if not isinstance(text, str):
            return BadRow("wrong_type", f"value of {role} is {type(text).__name__}, not text")
        turns.append(Turn(_ROLES[role], text))
    return turns
