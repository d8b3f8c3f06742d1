"""Conversations with an assistant: each of its turns is a target, the turns before it the prompt.

A message that opens a conversation is an instruction of its own; where a system prompt or earlier
turns come before it, they are the history that templates show with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from transforms.sources.files.row import BadRow
from transforms.sources.layout import Draft

SYSTEM, USER, ASSISTANT, TOOL = "system", "user", "assistant", "tool"
CHAT, SINGLE_TURN = "", "single_turn"
FAMILIES = {CHAT: "chat", SINGLE_TURN: "instruction_only"}
Turns = Literal["all", "last"]
# What a prompt can hold of the turns before it: some four times the tokens of the widest limit
# in use. Without a limit a conversation of n turns would become n² / 2 of them.
MAX_HISTORY_CHARACTERS = 32_768
MAX_TURNS = 4_096
_LABELS = {SYSTEM: "System", USER: "User", ASSISTANT: "Assistant", TOOL: "Tool"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one role said."""

    role: str
    text: str


def _merged(turns: Iterable[Turn]) -> list[Turn]:
    """Join consecutive turns of one role: "Hi", "Are you there?" → "Hi\nAre you there?"."""
    return [
        Turn(role, "\n".join(turn.text for turn in group if turn.text.strip()))
        for role, group in groupby(turns, key=lambda turn: turn.role)
    ]


def _labelled(turn: Turn) -> str:
    return f"{_LABELS[turn.role]}: {turn.text}"


def chat_drafts(
    turns: Sequence[Turn], which: Turns, own_id: str | None, forms: tuple[str, str]
) -> Iterator[Draft | BadRow]:
    """Yield a draft for each turn of the assistant that answers somebody, or for the last alone.

    Args:
      forms: of a draft with history, and of one without.
    """
    merged = _merged(turns)
    if len(merged) > MAX_TURNS:
        yield BadRow("too_many_turns", f"{len(merged):,} turns, more than {MAX_TURNS:,}")
        return
    labelled = [_labelled(turn) for turn in merged]
    answers = [
        index
        for index, turn in enumerate(merged)
        if turn.role == ASSISTANT and index and merged[index - 1].role != SYSTEM
    ]
    if not answers:
        yield BadRow("empty_field", "no turn of the assistant that answers another")
    for index in answers if which == "all" else answers[-1:]:
        last = merged[index - 1]
        asked = last.text if last.role == USER or not last.text else _labelled(last)
        answer = merged[index].text
        turn_id = f"{own_id}#{index}" if own_id else None
        if index > 1:
            history = "\n".join(latest(labelled[: index - 1]))
            yield Draft({"history": history, "input": asked, "output": answer}, turn_id, forms[0])
        else:
            yield Draft({"instruction": asked, "output": answer}, turn_id, forms[1])


def latest(texts: Sequence[str], most: int = MAX_HISTORY_CHARACTERS) -> list[str]:
    """Return the last texts that have at most `most` characters together; the end of one at least.

    ["aaa", "bb", "c"], 3 → ["bb", "c"]
    """
    start, size = len(texts), 0
    while start and size + len(texts[start - 1]) <= most:
        start -= 1
        size += len(texts[start])
    return list(texts[start:]) or [text[-most:] for text in texts[-1:]]
