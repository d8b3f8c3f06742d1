"""Read what was said before a turn, in the forms that sets of dialogs have under `history`.

[["Hi", "Hello"]] → pairs of what a user said and an assistant answered
["Hi", "Hello"] → texts by turns, the last of them the assistant's if a user asks after them
"User: Hi\\nBot: Hello" → the turns that a text marks, else one text as it is
[{"role": "user", "content": "Hi"}, …], [{"question": "Hi", "answer": "Hello"}] → messages
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from transforms.records.fields import is_missing
from transforms.sources.chat import ASSISTANT, USER, Turn
from transforms.sources.field_sources import parsed
from transforms.sources.files.row import BadRow
from transforms.sources.messages import MessageKeys, turn_of
from transforms.sources.transcripts import turns_in

_KEYS = MessageKeys()
_SPEAKERS = (ASSISTANT, USER)


def turns_of(value: Any, *, is_answered: bool) -> list[Turn] | BadRow:
    """Return the turns of a history, none if it is empty.

    Args:
      is_answered: whether the last turn is the assistant's, since the user says something after it.
    """
    if isinstance(value, str) and (read := parsed(value)) is not None:
        value = read
    if is_missing(value) or value in ("", [], {}):
        return []
    if isinstance(value, str):
        return _of_text(value)
    if not isinstance(value, list):
        return BadRow("wrong_type", f"history is {type(value).__name__}, not a text or a list")
    if all(_is_pair(item) for item in value):
        return [
            Turn(r, text) for pair in value for r, text in zip((USER, ASSISTANT), pair, strict=True)
        ]
    if all(isinstance(item, str) for item in value):
        return _by_turns(value, is_answered)
    turns: list[Turn] = []
    for item in value:
        said = _of_message(item)
        if isinstance(said, BadRow):
            return said
        turns += said
    return turns


def _is_pair(item: Any) -> bool:
    return isinstance(item, list) and [*map(type, item)] == [str, str]


def _by_turns(texts: Sequence[str], is_answered: bool) -> list[Turn]:
    """Return texts as turns of two speakers, or of those that each of them names: "User: Hi"."""
    named = [_NAMED.match(text) for text in texts]
    roles = [_KEYS.role_of({"role": name[1]}) if name else None for name in named]
    if all(isinstance(role, str) for role in roles):
        said = zip(roles, named, texts, strict=True)
        return [Turn(str(role), text[name.end() :]) for role, name, text in said if name]
    last = 0 if is_answered else 1
    backwards = [
        Turn(_SPEAKERS[(number + last) % 2], text) for number, text in enumerate(reversed(texts))
    ]
    return backwards[::-1]


_NAMED = re.compile(r"\s*\[?([A-Za-z]+)\]?\s*: ?")


def _of_text(text: str) -> list[Turn]:
    """Return the turns that a text marks; one without marks belongs to what the user says next."""
    turns = turns_in(text, lambda name: _KEYS.role_of({"role": name}), is_whole=True)
    return turns if isinstance(turns, list) else [Turn(USER, text)]


def _of_message(item: Any) -> list[Turn] | BadRow:
    """Return the turns of a message, or of an object whose keys are the names of speakers."""
    if not isinstance(item, Mapping):
        detail = f"history holds {type(item).__name__} beside others: texts, pairs or messages"
        return BadRow("wrong_type", detail)
    roles = {name: _KEYS.role_of({"role": name}) for name in item}
    if item and all(isinstance(role, str) for role in roles.values()):
        return [Turn(str(roles[name]), str(text)) for name, text in item.items() if text]
    turn = turn_of(item, _KEYS)
    return turn if isinstance(turn, BadRow) else [turn]
