"""Conversations: messages under any key, preference pairs, prompts with completions, trees.

`chat`, `sharegpt` and `openai_messages` are the same reader, under the names of common formats.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

import orjson
from pydantic import Field, field_validator

from transforms.records.fields import is_missing
from transforms.sources import chat
from transforms.sources.chat import ASSISTANT, SYSTEM, USER, Turn
from transforms.sources.files.json_documents import loads
from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.layout import Draft, Layout
from transforms.sources.lines import lines_of
from transforms.sources.messages import (
    CONTENT_KEYS,
    ROLE_KEYS,
    ROLES,
    MessageKeys,
    in_order_of_calls,
    tools_of,
    turn_of,
)
from transforms.sources.source import Piece, stated_id
from transforms.sources.threads import TABLE_COLUMNS, conversations_of, of_export
from transforms.sources.transcripts import turns_in, without_end_of_turn

# A text in square brackets, such as "[INST]", is no list.
_JSON_LIST = re.compile(r"\s*\[\s*[\[{\"']")
MESSAGE_KEYS = (
    *("messages", "conversations", "conversation", "chosen_messages", "items", "dialogue"),
    *("dialog", "chat", "turns", "contents"),
)
SYSTEM_KEYS = (
    *("system", "system_prompt", "system_message", "systemInstruction", "system_instruction"),
)
TOOL_KEYS = ("tools", "functions")
ANSWER_KEYS = ("chosen", "completion")
MEDIA_KEYS = ("images", "image", "videos", "video", "audios", "audio")


class Conversations(Layout):
    """Conversations; `<task>_single_turn` has the messages that stand alone.

    `<task>_after_tool` has the turns that follow the answer of a tool.
    """

    families: ClassVar[dict[str, str]] = chat.FAMILIES
    names_splits: ClassVar[bool] = True
    row_id_keys: ClassVar[tuple[str, ...]] = (
        *("id", "prompt_id", "conversation_id", "message_tree_id"),
    )
    column_names: ClassVar[tuple[str, ...]] = (
        *("messages", "role", "content", "system", "tools", "prompt", "chosen", "completion"),
        "context",
        *TABLE_COLUMNS,
    )

    format: Literal["chat", "sharegpt", "openai_messages"]
    rows_are: Literal["conversations", "messages"] = Field(
        "conversations",
        description="Whether a row is a conversation or one message. In a table of messages, "
        "`parent_id` names the message that it answers, or `conversation_id` its "
        "conversation.",
    )
    replies: Literal["all", "best"] = Field(
        "all",
        description="Replies to a message of a tree that become targets; the best has the lowest "
        "`rank`.",
    )
    turns: chat.Turns = Field("all", description="Turns of the assistant that become targets.")
    roles: dict[str, str | list[str]] = Field(
        default_factory=dict,
        description="Maps a role (system, user, assistant or tool) to its spellings in the data.",
    )
    thinking: Literal["keep", "drop"] = Field(
        "keep",
        description="Begin targets with the assistant's reasoning in <think> tags, or leave it out "
        "of all conversations, those in one text too; the history never shows it.",
    )
    history_characters: int | None = Field(
        None,
        ge=256,
        description="Maximum characters of earlier turns in a record; if left out, derived from "
        "the limit of input tokens.",
    )

    @field_validator("roles")
    @classmethod
    def _known_roles(cls, roles: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        for role in roles:
            if role not in ROLES:
                raise ValueError(f"{role!r} is not a role: use {', '.join(ROLES)}")
        return roles

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        # The messages of a conversation may be anywhere in a table.
        of_messages = self.rows_are == "messages"
        return (
            [Piece(path=path, relative=relative)]
            if of_messages
            else super().pieces(path, relative, size)
        )

    def rows(self, piece: Piece) -> Rows:
        rows = super().rows(piece)
        return conversations_of(rows, self.column_keys) if self.rows_are == "messages" else rows

    def is_row(self, document: Mapping[str, object]) -> bool:
        """Return whether a JSON document is one conversation, not a list of them."""
        keys = (self.column_keys.get("messages", ""), *MESSAGE_KEYS)
        messages = next((v for k in keys if isinstance(v := document.get(k), list)), [])
        return bool(messages) and isinstance(messages[0], Mapping) and self._is_message(messages[0])

    def _is_message(self, item: Row) -> bool:
        names = (self.column_keys.get("role", ""), *ROLE_KEYS)
        return any(isinstance(item.get(name), str) for name in names)

    def _keys(self) -> MessageKeys:
        spelled = {
            name.lower(): role
            for role, names in self.roles.items()
            for name in ([names] if isinstance(names, str) else names)
        }
        role, content = self.column_keys.get("role"), self.column_keys.get("content")
        return MessageKeys(role, content, spelled, self.thinking == "keep")

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        own_id = stated_id(row.get("id")) or stated_id(row.get("prompt_id"))
        characters = self.history_characters or chat.HISTORY_CHARACTERS
        if any(row.get(key) for key in MEDIA_KEYS):
            yield BadRow("has_media", "the row has images, audio or video")
            return
        if (root := self._root(row)) is not None:
            yield from self._of_tree(root, characters)
            return
        turns = self._turns(row)
        if isinstance(turns, BadRow):
            yield turns
        else:
            turns = self._as_learned(turns)
            yield from chat.chat_drafts(turns, self.turns, own_id, chat.FORMS, characters)

    def _as_learned(self, turns: Iterable[Turn]) -> list[Turn]:
        """Return turns without the assistant's reasoning, if it is to be dropped."""
        if self.thinking == "keep":
            return list(turns)
        return [
            replace(turn, text=chat.without_thinking(turn.text)) if turn.role == ASSISTANT else turn
            for turn in turns
        ]

    def _turns(self, row: Row) -> list[Turn] | BadRow:
        keys = self._keys()
        key, messages = self._messages(row)
        turns = messages if isinstance(messages, BadRow) else self._as_turns(messages, key, keys)
        if isinstance(turns, BadRow):
            return turns
        answer_key = next((key for key in ANSWER_KEYS if row.get(key)), None)
        if answer_key:
            answer = self._as_turns(row[answer_key], answer_key, keys)
            if isinstance(answer, BadRow):
                return answer
            starts_alike = bool(turns) and answer[: len(turns)] == turns
            before = [] if starts_alike or (len(answer) > 1 and not turns) else turns
            # Only the chosen answer or the completion is to be learned.
            both = _continued(before, answer)
            turns = [Turn(turn.role, turn.text, False) for turn in both[:-1]] + both[-1:]
        if key == "chosen_messages":
            turns = [Turn(turn.role, turn.text, False) for turn in turns[:-1]] + turns[-1:]
        if row.get("label") in (False, 0) and isinstance(row.get("label"), (bool, int)):
            turns = [Turn(turn.role, turn.text, False) for turn in turns]
        head = _system_of(row)
        if isinstance(head, BadRow):
            return head
        if "context" in self.columns and (context := lines_of(row.get("context"))):
            head = [*head, Turn(SYSTEM, context)]
        systems = [turn for turn in turns[:1] if turn.role == SYSTEM]
        tools = next((listed for k in TOOL_KEYS if (listed := tools_of(row, k))), [])
        return [*head, *systems, *tools, *turns[len(systems) :]]

    def _messages(self, row: Row) -> tuple[str, Any]:
        """Return the key of the messages and its value; of the prompt, if there are no messages."""
        if isinstance(row.get("mapping"), Mapping) and "current_node" in row:
            return "mapping", of_export(row)
        for key in ("messages", *MESSAGE_KEYS):
            if not (value := row.get(key)):
                continue
            if isinstance(value, str) and _JSON_LIST.match(value):
                try:
                    value = loads(value)
                except orjson.JSONDecodeError as error:
                    return key, BadRow("invalid_json", f"{key}: {error.msg}, column {error.colno}")
            if key == "messages" or isinstance(value, (list, Mapping)):
                return key, value
        if prompt := row.get("prompt"):
            return "prompt", prompt
        if any(row.get(key) for key in ANSWER_KEYS):
            return "", []
        if "parent_id" in row and "text" in row:
            detail = "a message whose parents are in other rows; say `rows_are: messages`"
            return "", BadRow("wrong_type", detail)
        shown = ", ".join(list(row)[:8])
        detail = f"no messages among the keys {shown}; name theirs: `columns: {{messages: KEY}}`"
        return "", BadRow("wrong_type", detail)

    def _as_turns(self, value: Any, key: str, keys: MessageKeys) -> list[Turn] | BadRow:
        """Return one message, a list of messages, a text or a transcript as turns."""
        if isinstance(value, str):
            return _of_text(value, key, keys)
        messages = _in_rows(value) if isinstance(value, Mapping) else value
        if not isinstance(messages, list):
            return BadRow("wrong_type", f"{key} is {type(value).__name__}, not a list of messages")
        is_stated = "messages" in self.columns
        if is_stated and messages and all(isinstance(message, str) for message in messages):
            return [Turn((USER, ASSISTANT)[n % 2], text) for n, text in enumerate(messages)]
        if messages and all(_is_exchange(message) for message in messages):
            both = (USER, ASSISTANT)
            return [Turn(r, text) for pair in messages for r, text in zip(both, pair, strict=True)]
        turns: list[Turn] = []
        for message in in_order_of_calls(messages):
            if not isinstance(message, Mapping):
                detail = f"{key} holds {type(message).__name__}, not messages with a role"
                return BadRow("wrong_type", detail)
            if (said := _by_role(message, keys)) is not None:
                turns += said
                continue
            turn = turn_of(message, keys)
            if isinstance(turn, BadRow):
                return turn
            turns.append(turn)
        return turns

    def _root(self, row: Row) -> Row | None:
        """Return the first message of a tree, if the row is one."""
        contents = (self.column_keys.get("content", ""), *CONTENT_KEYS)
        for node in (row.get("prompt"), row):
            if not isinstance(node, Mapping) or not isinstance(node.get("replies"), list):
                continue
            if any(key in node for key in contents):
                return node
        return None

    def _of_tree(self, root: Row, characters: int) -> Iterator[Draft | BadRow]:
        """Yield a draft for each reply of the assistant in a tree, with the messages above it."""
        keys, is_empty = self._keys(), True
        open_nodes: list[tuple[Row, tuple[Turn, ...], tuple[str, ...]]] = [(root, (), ())]
        while open_nodes:
            node, above, ids_above = open_nodes.pop()
            turn = turn_of(node, keys)
            if isinstance(turn, BadRow):
                yield turn
                is_empty = False
                continue
            if node.get("deleted") is True:
                continue
            path, own_id = (*above, turn), stated_id(node.get("message_id"))
            ids = (*ids_above, own_id) if own_id else ids_above
            if turn.role == ASSISTANT and above:
                is_empty = False
                said = self._as_learned(path)
                for draft in chat.chat_drafts(said, "last", own_id, chat.FORMS, characters):
                    # Whoever wrote a message is in all records that may show it.
                    yield draft if isinstance(draft, BadRow) else replace(draft, row_ids=ids)
            replies = node.get("replies")
            children = replies if isinstance(replies, list) else []
            children = _best(children) if self.replies == "best" else children
            open_nodes += [(child, path, ids) for child in reversed(children) if _is_object(child)]
        if is_empty:
            yield BadRow("empty_field", "no message of the assistant that answers another")


def _continued(before: list[Turn], answer: list[Turn]) -> list[Turn]:
    """Return a prompt and its answer.

    Templates of models that always reason end a prompt with "<think>", which begins the answer.
    """
    if before and answer and before[-1].role == answer[0].role == ASSISTANT:
        opening, first = before[-1].text, answer[0]
        if opening.strip() == "<think>":
            return [*before[:-1], replace(first, text=opening + first.text), *answer[1:]]
    return [*before, *answer]


def _best(replies: list[Any]) -> list[Any]:
    """Return replies without those of the assistant that another one outranks."""
    ranks = [r["rank"] for r in replies if _is_object(r) and not is_missing(r.get("rank"))]
    if not ranks:
        return replies
    return [r for r in replies if not _is_object(r) or r.get("rank") in (None, min(ranks))]


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


def _system_of(row: Row) -> list[Turn] | BadRow:
    """Return the system prompt that a row states beside its messages, none where it has none."""
    stated = next((value for key in SYSTEM_KEYS if (value := row.get(key))), None)
    if stated is None or (isinstance(stated, float) and is_missing(stated)):
        return []
    turn = turn_of({"role": SYSTEM, "content": stated}, MessageKeys())
    if isinstance(turn, BadRow):
        return turn
    return [turn] if turn.text.strip() else []


def _in_rows(value: Row) -> list[Row]:
    """Return one message, or those whose keys hold a list each, as TFDS and `datasets` write them.

    {"role": ["user", "assistant"], "content": ["Hi", "Hello"]} → [{"role": "user", …}, …]
    """
    lists = {key: items for key, items in value.items() if isinstance(items, list)}
    is_table = len(lists) > 1 and any(key in lists for key in ROLE_KEYS)
    if not is_table or len({len(items) for items in lists.values()}) != 1:
        return [value]
    return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]


def _by_role(message: Row, keys: MessageKeys) -> list[Turn] | None:
    """Return the turns of an object whose keys are roles; None if it is a message.

    {"human": "Hi", "assistant": "Hello"} → [Turn(user, "Hi"), Turn(assistant, "Hello")]
    """
    said = {name: value for name, value in message.items() if isinstance(value, str)}
    if len(said) != len(message) or any(name in message for name in (*ROLE_KEYS, *CONTENT_KEYS)):
        return None
    roles = [keys.role_of({"role": name}) for name in said]
    if not roles or any(isinstance(role, BadRow) for role in roles):
        return None
    return [Turn(str(role), text) for role, text in zip(roles, said.values(), strict=True)]


def _is_exchange(item: object) -> bool:
    """Return whether an item is a pair of what a user said and an assistant answered."""
    return isinstance(item, list) and [type(text) for text in item] == [str, str]


def _of_text(text: str, key: str, keys: MessageKeys) -> list[Turn] | BadRow:
    """Return a text as one turn, or as the turns that it marks as chat templates do."""
    is_whole = key in MESSAGE_KEYS
    turns = turns_in(text, lambda name: keys.role_of({"role": name}), is_whole=is_whole)
    if turns is not None:
        return turns
    if key == "prompt" or key in MESSAGE_KEYS:
        return [Turn(USER, text)]
    return [Turn(ASSISTANT, without_end_of_turn(text))]
