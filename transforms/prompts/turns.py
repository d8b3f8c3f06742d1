"""The turns of a conversation as a prompt writes them: with marks of speakers, a role each."""

from dataclasses import dataclass, replace

from tfrecords_schema.prompt_parts import Role
from transforms.records.fields import DialogLayout
from transforms.types import Record, Task

# How chats mark their speakers (transforms/sources/chat.py).
SYSTEM_MARK, USER_MARK, TOOL_MARK = "System: ", "User: ", "Tool: "
CHAT_MARKS = {
    SYSTEM_MARK: Role.SYSTEM,
    "Tools: ": Role.TOOLS,
    USER_MARK: Role.USER,
    "Assistant: ": Role.ASSISTANT,
    TOOL_MARK: Role.TOOL,
}
# Families whose target is the next turn of the conversation that their prompt holds.
CHATS, DIALOGS = ("chat", "chat_after_tool"), ("dialog_response",)
_TURN = "\x00"


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """One turn as written, `[User] Hi`: characters [start, end) of the line are what was said."""

    role: Role
    line: str
    start: int
    end: int


def spoken_turns(task: Task, record: Record, dialog: DialogLayout | None) -> tuple[SpokenTurn, ...]:
    """Return the turns that the record's history can hold, the oldest first; none of other tasks.

    Those of a dialog are all its turns: how many of them precede the reply, the history says.
    """
    if task.family in CHATS and isinstance(history := record.fields.get("history"), list):
        said = tuple(map(_marked, history))
        if not (unlearned := record.unlearned):
            return said
        return tuple(_unlearned(t) if n in unlearned else t for n, t in enumerate(said))
    turns = record.fields.get("turns")
    if task.family in DIALOGS and dialog is not None and isinstance(turns, list):
        return tuple(_laid_out(number, turn, dialog) for number, turn in enumerate(turns))
    return ()


def _marked(line: str) -> SpokenTurn:
    for mark, role in CHAT_MARKS.items():
        if line.startswith(mark):
            return SpokenTurn(role, line, len(mark), len(line))
    return SpokenTurn(Role.USER, line, 0, len(line))


def _unlearned(turn: SpokenTurn) -> SpokenTurn:
    return replace(turn, role=Role.ASSISTANT_UNLEARNED)


def _laid_out(number: int, turn: str, dialog: DialogLayout) -> SpokenTurn:
    """Return a turn in the layout of its dialog; the second speaker is who replies."""
    start = dialog.line(number, _TURN).index(_TURN)
    role = Role.ASSISTANT if number % 2 else Role.USER
    return SpokenTurn(role, dialog.line(number, turn), start, start + len(turn))
