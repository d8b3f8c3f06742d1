"""Convert messages of a conversation, in the forms of common programs, to turns.

Known without a mapping: OpenAI (`role`, `content`, `tool_calls`, `function_call`, `weight`),
ShareGPT (`from`, `value`), LLaMA-Factory (parts with `value`, `loss_weight`), Anthropic (parts
`thinking`, `tool_use`, `tool_result`), Gemini (`parts`), axolotl (`train`), Open Assistant
(`prompter`, `text`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from transforms.records.fields import is_missing
from transforms.sources.chat import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    TOOLS,
    USER,
    Turn,
)
from transforms.sources.field_sources import look_up, written
from transforms.sources.files.row import BadRow, Row

ROLES = {
    SYSTEM: ("system", "developer", "system_prompt"),
    USER: (
        *("user", "human", "prompter", "customer", "usr", "question", "instruction", "input"),
        *("prompt", "query", "问"),
    ),
    ASSISTANT: (
        *("assistant", "gpt", "chatgpt", "bing", "bard", "model", "bot", "ai", "chatbot", "agent"),
        *("function_call", "tool_call", "answer", "claude", "gemini", "llm", "response", "output"),
        *("completion", "reply", "答"),
    ),
    TOOL: (
        *("tool", "observation", "function", "ipython", "tool_result", "tool_response"),
        *("function_response", "function response", "environment"),
    ),
}
ROLE_KEYS = ("role", "from", "speaker", "sender", "author")
CONTENT_KEYS = ("content", "value", "text", "message", "utterance", "parts")
_THINKING_KEYS = ("reasoning_content", "reasoning", "thinking")
_WEIGHT_KEYS = ("weight", "loss_weight", "train", "training", "loss", "learn", "label")
_TEXT_PARTS = ("text", "input_text", "output_text")
_CALL_PARTS = ("tool_call", "tool_use", "function_call")
_MEDIA_PARTS = (
    *("image", "image_url", "input_image", "audio", "input_audio", "video", "video_url"),
    *("inlineData", "fileData"),
)
# A part in Gemini's form has no `type`: one of these keys says what it is.
_GEMINI_PARTS = ("functionCall", "functionResponse", "inlineData", "fileData")


@dataclass(frozen=True)
class MessageKeys:
    """The keys of a message.

    Attributes:
      role, content: keys, dots reach deeper; None for the usual ones.
      roles: additional lowercase spellings → role.
      keeps_thinking: whether a turn begins with the reasoning that is beside its text.
    """

    role: str | None = None
    content: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    keeps_thinking: bool = True

    def role_of(self, message: Row) -> str | BadRow:
        """Return the role of a message."""
        value = _first(message, (self.role,) if self.role else ROLE_KEYS)
        name = str(value or "").strip().lower()
        role = self.roles.get(name) or _ROLE_OF.get(name)
        if role is None:
            keys = ", ".join(map(repr, message)) if not name else ""
            unknown = f"{value!r}" if name else f"no role among the keys {keys:.80}"
            return BadRow("unknown_role", f"{unknown}; name it under `roles` or `columns`")
        return role


_ROLE_OF = {name: role for role, names in ROLES.items() for name in names}


@dataclass
class _Said:
    """The parts of one message."""

    texts: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def _first(message: Row, keys: Iterable[str]) -> Any:
    return next((value for key in keys if not is_missing(value := look_up(message, key))), None)


def turn_of(message: Row, keys: MessageKeys) -> Turn | BadRow:
    """Convert a message to a turn, or return its problem."""
    role = keys.role_of(message)
    if isinstance(role, BadRow):
        return role
    said = _Said()
    content = _first(message, (keys.content,) if keys.content else CONTENT_KEYS)
    if problem := _collect(content, said):
        return problem
    for name in ("tool_calls", "function_call"):
        calls = message.get(name)
        if isinstance(calls, str):
            said.calls.append(calls)
            continue
        if calls and not isinstance(calls, (list, Mapping)):
            return BadRow("wrong_type", f"{name} is {type(calls).__name__}, not a list of calls")
        if name == "tool_calls" and isinstance(calls, Mapping) and not calls:
            return BadRow("wrong_type", "tool_calls is an empty object, not a list of calls")
        said.calls += map(_call, calls if isinstance(calls, list) else [calls] if calls else [])
    thought = _first(message, _THINKING_KEYS)
    if isinstance(thought, str) and thought.strip():
        said.thoughts.append(thought)
    if content is None and not said.calls and not said.thoughts:
        return BadRow("wrong_type", f"content of {role} is not text but missing")
    return Turn(role, _written(said, role, keys), not _is_excluded(message))


def in_order_of_calls(messages: Sequence[Any]) -> list[Any]:
    """Return messages, the results of tools in the order of the calls that they belong to.

    A prompt shows calls and results in lines, without the ids that tell which belongs to which.
    """
    ordered: list[Any] = []
    places: dict[str, int] = {}
    # Where the results of the last calls begin.
    first = 0
    for message in messages:
        if not isinstance(message, Mapping) or "tool_call_id" not in message:
            calls = message.get("tool_calls") if isinstance(message, Mapping) else None
            listed = calls if isinstance(calls, list) else []
            ids = [call.get("id") for call in listed if isinstance(call, Mapping)]
            places = {str(name): place for place, name in enumerate(ids)}
            ordered.append(message)
            first = len(ordered)
            continue
        ordered.append(message)
        results = [places.get(str(result["tool_call_id"])) for result in ordered[first:]]
        if None not in results:
            ordered[first:] = sorted(
                ordered[first:], key=lambda result: places[str(result["tool_call_id"])]
            )
    return ordered


def _collect(content: object, said: _Said) -> BadRow | None:
    """Add the parts of a message's content to `said`."""
    if content is None:
        return None
    if isinstance(content, Mapping) and isinstance(content.get("parts"), list):
        return _collect(content["parts"], said)
    if isinstance(content, Mapping) and "type" in content:
        return _collect_part(content, said)
    if isinstance(content, list):
        for part in content:
            if not isinstance(part, Mapping):
                said.texts.append(written(part))
            elif problem := _collect_part(part, said):
                return problem
        return None
    said.texts.append(written(content))
    return None


def _collect_part(part: Row, said: _Said) -> BadRow | None:
    kind = part.get("type") or next((k for k in _GEMINI_PARTS if part.get(k)), "text")
    value = _first(part, ("value", "text", "content", "input_text", "thinking", "reasoning"))
    if isinstance(value, Mapping) and isinstance(value.get("value"), str):
        # OpenAI's threads: {"text": {"value": "Hi", "annotations": []}}.
        value = value["value"]
    if kind in _TEXT_PARTS and value is not None:
        said.texts.append(written(value))
    elif kind in ("reasoning", "thinking"):
        said.thoughts.append(written(value or ""))
    elif kind in _CALL_PARTS:
        said.calls.append(written(value) if value is not None else _call(part))
    elif kind == "functionCall":
        said.calls.append(_call(part[kind]))
    elif kind == "functionResponse":
        said.texts.append(written(part[kind]))
    elif kind in ("tool_result", "tool_response"):
        return _collect(part.get("content", value), said)
    elif kind in _MEDIA_PARTS:
        return BadRow("has_media", f"a message has a part of type {kind!r}")
    else:
        return BadRow("wrong_type", f"a message has a part of type {kind!r} that is not text")
    return None


def _call(call: object) -> str:
    """Return the call of a tool as JSON: name and arguments."""
    function = call.get("function", call) if isinstance(call, Mapping) else call
    if isinstance(function, Mapping) and function.get("type") == "tool_use":
        function = {"name": function.get("name"), "arguments": function.get("input")}
    return orjson.dumps(function, default=str).decode()


def _written(said: _Said, role: str, keys: MessageKeys) -> str:
    text = "\n".join(part for part in [*said.texts, *said.calls] if part)
    if role != ASSISTANT:
        return text
    if not keys.keeps_thinking:
        return text
    thought = "\n".join(said.thoughts).strip()
    return f"<think>\n{thought}\n</think>\n\n{text}" if thought else text


def _is_excluded(message: Row) -> bool:
    """Return whether the data exclude a turn from learning."""
    stated = [message.get(key) for key in _WEIGHT_KEYS]
    off = (False, 0, "0", "false", "False")
    is_off = any(
        value is not None and not isinstance(value, (list, dict)) and value in off
        for value in stated
    )
    return is_off or any(message.get(key) in (True, 1) for key in ("mask", "masked"))


def tools_of(row: Row, key: str) -> list[Turn]:
    """Return the tools of a row, given as text or a list, as one turn; no turn if empty."""
    value = row.get(key)
    if isinstance(value, str):
        text = value.strip()
        return [] if text in ("", "[]", "{}", "null", "None") else [Turn(TOOLS, text)]
    if is_missing(value) or value in ([], {}):
        return []
    return [Turn(TOOLS, orjson.dumps(_without_nulls(value), default=str).decode())]


def _without_nulls(value: Any) -> Any:
    """Remove the null keys that Parquet adds because other rows have them."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
