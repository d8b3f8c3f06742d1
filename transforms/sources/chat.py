"""Conversations with an assistant: each of its turns is a target, the turns before it the prompt.

The first message of a conversation is an instruction. A system prompt or earlier turns before a
message are the history that templates show with it. A record holds only the newest turns of the
history, so that the size of a corpus is linear in the number of turns, not quadratic.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Literal

from transforms.sources.files.row import BadRow
from transforms.sources.layout import Draft

SYSTEM, TOOLS, USER, ASSISTANT, TOOL = "system", "tools", "user", "assistant", "tool"
CHAT, SINGLE_TURN, AFTER_TOOL = "", "single_turn", "after_tool"
FORMS = (CHAT, SINGLE_TURN, AFTER_TOOL)
FAMILIES = {CHAT: "chat", SINGLE_TURN: "instruction_only", AFTER_TOOL: "chat_after_tool"}
# Default number of characters of earlier turns in a record.
HISTORY_CHARACTERS = 12_288
Turns = Literal["all", "last"]
# About four times the tokens of the largest limit in use. Without a limit, a conversation of n
# turns would become n² / 2 turns.
MAX_HISTORY_CHARACTERS = 32_768
MAX_TURNS = 4_096
_LABELS = {
    SYSTEM: "System",
    TOOLS: "Tools",
    USER: "User",
    ASSISTANT: "Assistant",
    TOOL: "Tool",
}
# A tag in quotes or backticks is what the text is about. Templates of models that always reason put
# the opening tag into the prompt; a reply that was cut off lacks the closing one.
_OPENING, _CLOSING = r"(?<![`'\"])<think>", r"(?<![`'\"])</think>\s*"
_THINKING = re.compile(rf"{_OPENING}.*?(?:{_CLOSING}|\Z)", re.S)
_UNOPENED = re.compile(rf"\A(?:(?!{_OPENING}).)*?{_CLOSING}", re.S)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: role, text, and, for the assistant, whether it is to be learned."""

    role: str
    text: str
    is_target: bool = True


def without_thinking(text: str) -> str:
    """Return a reply without the assistant's reasoning: "<think>Hm</think> Yes" → "Yes".

    Without its opening tag, reasoning begins where the reply does ("Hm</think> Yes" → "Yes");
    without its closing tag, it ends there ("Yes <think>Hm" → "Yes").
    """
    if "think>" not in text:
        return text
    return _THINKING.sub("", _UNOPENED.sub("", text))


def _merged(turns: Iterable[Turn]) -> list[Turn]:
    """Return turns in a row of one role as one: "Hi", "Are you there?" → "Hi\nAre you there?"."""
    merged = []
    for role, group in groupby(turns, key=lambda turn: turn.role):
        said = [turn for turn in group if turn.text.strip()]
        text = "\n".join(turn.text for turn in said)
        merged.append(Turn(role, text, all(turn.is_target for turn in said)))
    return merged


def _seen(turn: Turn) -> str:
    """Return a turn as later ones see it: models do not see their reasoning of earlier turns."""
    return without_thinking(turn.text) if turn.role == ASSISTANT else turn.text


def _labeled(turn: Turn) -> str:
    return f"{_LABELS[turn.role]}: {_seen(turn)}"


def _asked(turn: Turn) -> str:
    """Return the turn that is answered: a user's as it is, others with a label.

    A user who writes "System: Hi" gets a label as well: "User: System: Hi".
    """
    is_clear = turn.role == USER and not turn.text.startswith(f"{_LABELS[SYSTEM]}: ")
    return turn.text if is_clear or not turn.text else _labeled(turn)


def _history(
    head: Sequence[Turn], before: Sequence[Turn], characters: int
) -> tuple[list[str], tuple[int, ...]]:
    """Return system prompt, tools, and as many of the newest turns as fit into `characters`.

    With them the positions of those of the assistant that are not to be learned.
    """
    newest: list[str] = []
    room = characters
    for turn in reversed(before):
        line = _labeled(turn)
        if len(line) > room and newest:
            break
        if len(line) > room:
            # The next turn refers to the end of a long turn.
            line = f"{_LABELS[turn.role]}: {_seen(turn)[-room:]}"
        newest.append(line)
        room -= len(line)
    kept = before[len(before) - len(newest) :]
    unlearned = tuple(
        position
        for position, turn in enumerate([*head, *kept])
        if turn.role == ASSISTANT and not turn.is_target
    )
    return [*map(_labeled, head), *reversed(newest)], unlearned


def chat_drafts(
    turns: Sequence[Turn],
    which: Turns,
    own_id: str | None,
    forms: tuple[str, str, str],
    characters: int = HISTORY_CHARACTERS,
) -> Iterator[Draft | BadRow]:
    """Yield a draft for each turn of the assistant that answers another, or for the last one.

    Args:
      forms: the forms of drafts with history, without history, and after a tool.
      characters: maximum size of the earlier turns; system prompt and tools are always kept.
    """
    merged = _merged(turns)
    if len(merged) > MAX_TURNS:
        yield BadRow("too_many_turns", f"{len(merged):,} turns, more than {MAX_TURNS:,}")
        return
    head = list(takewhile(lambda turn: turn.role in (SYSTEM, TOOLS), merged))
    answers = [
        index for index, turn in enumerate(merged) if turn.role == ASSISTANT and index > len(head)
    ]
    if not answers:
        yield BadRow("empty_field", "no turn of the assistant that answers another")
        return
    chosen = answers if which == "all" else answers[-1:]
    targets = [index for index in chosen if merged[index].is_target]
    if not targets:
        yield BadRow(
            "not_a_target", "the data mark every turn of the assistant as not to be learned"
        )
    for index in targets:
        before, last = merged[: index - 1], merged[index - 1]
        asked = _asked(last)
        answer = merged[index].text
        turn_id = f"{own_id}#{index}" if own_id else None
        if before:
            history, unlearned = _history(head, before[len(head) :], characters)
            form = forms[2] if last.role == TOOL and last.text else forms[0]
            fields = {"history": history, "input": asked, "output": answer}
            yield Draft(fields, turn_id, form, unlearned)
        else:
            text = last.text if last.role == USER else asked
            yield Draft({"instruction": text, "output": answer}, turn_id, forms[1])


def latest(texts: Sequence[str], most: int = MAX_HISTORY_CHARACTERS) -> list[str]:
    """Return the last texts with at most `most` characters in total, or the end of the last one.

    ["aaa", "bb", "c"], 3 → ["bb", "c"]
    """
    start, size = len(texts), 0
    while start and size + len(texts[start - 1]) <= most:
        start -= 1
        size += len(texts[start])
    return list(texts[start:]) or [text[-most:] for text in texts[-1:]]
