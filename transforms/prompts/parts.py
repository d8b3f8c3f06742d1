"""Find the parts of a composed prompt: spans by role, in characters of its text.

`Draft.compose` joins the texts of `Draft.parts`; here the same texts are counted, never searched
for, so that a text that occurs twice is never taken for another.
"""

from collections.abc import Sequence

from tfrecords_schema.prompt_parts import Part, Role
from transforms.prompts.prompting import Draft
from transforms.prompts.turns import (
    CHAT_MARKS,
    CHATS,
    SYSTEM_MARK,
    TOOL_MARK,
    USER_MARK,
    SpokenTurn,
)
from transforms.templates.template import OPTIONS, wording_after

# Role, start and end: a `Part`, which takes ten times as long to make.
Span = tuple[Role, int, int]


def find_parts(draft: Draft) -> list[Span]:
    """Return the parts of `draft.compose().inputs`, in the order of their starts.

    An empty list where the whole prompt is the query and nothing more is known of it.
    """
    texts, joined, gap = draft.parts, draft.joined, len(draft.gap)
    # `compose` leaves out the line ends around the whole.
    position = len(joined.lstrip("\n")) - len(joined)
    size = position + len(joined.rstrip())
    parts: list[Span] = []
    for text in texts[: len(texts) - 1 - len(draft.exemplars)]:
        parts.append((Role.INSTRUCTION, position, position + len(text)))
        position += len(text) + gap
    for exemplar in draft.exemplars:
        for role, start, end in exemplar.spans:
            parts.append((role, position + start, position + end))
        position += len(exemplar.text) + gap
    end = position + len(texts[-1])
    parts.append((Role.QUERY, position, end))
    parts += _inside_query(draft, position)
    if parts[0][1] < 0 or end > size:
        parts = [(role, max(0, start), min(end, size)) for role, start, end in parts]
    kept = [part for part in parts if part[1] < part[2]]
    return [] if kept == [(Role.QUERY, 0, size)] else kept


def _inside_query(draft: Draft, start: int) -> list[Part]:
    """Return the options and the turns of a query that starts at `start`."""
    keeps_turns = bool(draft.turns) and not draft.exemplars and not draft.template.inversion
    if not keeps_turns and not draft.template.shows_options:
        return []
    instruction, _, _ = draft.rendered
    # In a prompt of mixed templates the query brings its instruction along.
    position, text, before = start, "", None
    if draft.exemplars and draft.mixed and instruction:
        position += len(instruction) + 2
    parts: list[Part] = []
    for wording, name in draft.template.pieces:
        begin = position + len(wording_after(before, text, wording))
        text, before = draft.fields[name], name
        position = begin + len(text)
        if name == OPTIONS:
            of_field = [Part(Role.OPTIONS, 0, len(text))]
        elif keeps_turns and name == "history":
            of_field = _turns_of(text, draft.turns, draft.family.name not in CHATS)
        elif keeps_turns and name == "input" and draft.family.name in CHATS:
            of_field = [_last_turn(text, draft.family.name)]
        else:
            continue
        parts += [Part(part.role, begin + part.start, begin + part.end) for part in of_field]
    return parts


def _turns_of(history: str, turns: Sequence[SpokenTurn], reply_is_drawn: bool) -> list[Part]:
    """Return the turns in a history that may have lost its oldest ones, or part of the oldest.

    The system prompt and the tools come first and are never cut.
    """
    first, found, last = 0, [], []
    rest = list(turns)
    while rest and rest[0].role in (Role.SYSTEM, Role.TOOLS):
        turn = rest.pop(0)
        found.append(Part(turn.role, first + turn.start, first + turn.end))
        first += len(turn.line) + 1
    rest = rest[: _turns_within(history[first:], rest, reply_is_drawn)]
    end = len(history)
    while rest and end > first:
        turn = rest.pop()
        whole = history.endswith(turn.line, first, end)
        # The oldest turn that is left may have lost its beginning, and its mark with it.
        marked = history.startswith(turn.line[: turn.start], first)
        start = end - len(turn.line) if whole else first
        said = start + (turn.start if whole or marked else 0)
        last.append(Part(turn.role, min(said, end), end - (len(turn.line) - turn.end)))
        end = start - 1
    return found + last[::-1]


def _turns_within(history: str, turns: Sequence[SpokenTurn], reply_is_drawn: bool) -> int:
    """Return how many of the first turns a history ends with the last of.

    A chat's history ends after its last turn, a dialog's before the reply that was drawn.
    """
    if not reply_is_drawn:
        return len(turns)
    for count in range(len(turns), 0, -1):
        is_reply = turns[count - 1].role == Role.ASSISTANT
        if not is_reply and _ends_with(history, turns[:count]):
            return count
    return 0


def _ends_with(history: str, turns: Sequence[SpokenTurn]) -> bool:
    """Return whether a history is the end of these turns, one a line."""
    end = len(history)
    for turn in reversed(turns):
        if not history.endswith(turn.line, 0, end):
            mark = turn.line[: turn.start]
            left = history[:end].removeprefix(mark)
            return turn.line.endswith(history[:end]) or turn.line.endswith(left)
        end -= len(turn.line) + 1
        if end <= 0:
            return True
    return end <= 0


def _last_turn(text: str, family: str) -> Part:
    """Return the message that a chat answers: a user's, the system's, or what a tool returned.

    A user's has a mark only if it would look like the system's without (sources/chat.py).
    """
    if text.startswith((SYSTEM_MARK, f"{USER_MARK}{SYSTEM_MARK}")):
        mark = SYSTEM_MARK if text.startswith(SYSTEM_MARK) else USER_MARK
        return Part(CHAT_MARKS[mark], len(mark), len(text))
    if family == CHATS[-1] and text.startswith(TOOL_MARK):
        return Part(Role.TOOL, len(TOOL_MARK), len(text))
    return Part(Role.USER, 0, len(text))
