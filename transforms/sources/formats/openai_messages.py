"""OpenAI chat format: `messages`, a list of `{role, content}`."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

import orjson
from pydantic import Field

from transforms.sources import chat
from transforms.sources.chat import ASSISTANT, SYSTEM, TOOL, USER, Turn
from transforms.sources.files.row import BadRow, Row
from transforms.sources.layout import Draft, Layout, objects_of, text_of
from transforms.sources.source import stated_id

_ROLES = {
    "system": SYSTEM,
    "developer": SYSTEM,
    "user": USER,
    "assistant": ASSISTANT,
    "tool": TOOL,
    "function": TOOL,
}


class OpenAiMessages(Layout):
    """Conversations; `<task>_single_turn` has the messages that stand alone.

    Content in parts is joined where all are texts. A call of a tool is text in JSON.
    """

    families: ClassVar[dict[str, str]] = chat.FAMILIES

    format: Literal["openai_messages"]
    turns: chat.Turns = Field("all", description="Which turns of the assistant are targets.")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        turns = _turns(row)
        if isinstance(turns, BadRow):
            yield turns
        else:
            own_id = stated_id(row.get("id")) or stated_id(row.get("prompt_id"))
            yield from chat.chat_drafts(turns, self.turns, own_id, (chat.CHAT, chat.SINGLE_TURN))


def _turns(row: Row) -> list[Turn] | BadRow:
    messages = objects_of(row, "messages")
    if messages is None:
        return BadRow("wrong_type", "messages is not a list of objects")
    turns = []
    for message in messages:
        role, text = text_of(message, "role"), _text(message)
        if role not in _ROLES:
            return BadRow("unknown_role", f"{role!r}")
        if text is None:
            return BadRow("wrong_type", f"content of {role} is not text")
        turns.append(Turn(_ROLES[role], text))
    return turns


def _text(message: Row) -> str | None:
    """Return what a message says; None if that is not text alone, e.g. an image."""
    content, calls = message.get("content"), message.get("tool_calls")
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, Mapping) else part for part in content]
        texts = [part for part in parts if isinstance(part, str)]
        content = "\n".join(texts) if len(texts) == len(parts) else None
    if content is None and calls:
        return "\n".join(map(_call, calls)) if isinstance(calls, list) else None
    return content if isinstance(content, str) else None


def _call(call: object) -> str:
    function = call.get("function", call) if isinstance(call, Mapping) else call
    return orjson.dumps(function, default=str).decode()
