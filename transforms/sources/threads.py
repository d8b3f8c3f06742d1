"""Conversations that are spread over rows or nodes: tables of messages, and ChatGPT's export."""

from collections.abc import Iterator, Mapping
from typing import Any

from transforms.records.fields import is_missing
from transforms.sources.field_sources import look_up
from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.raw_answers import number_of


def conversations_of(rows: Rows, columns: Mapping[str, str]) -> Rows:
    """Yield the conversations of a table that has a row for each message.

    Messages that name a parent become trees, under `replies`; others become lists, under
    `messages`, by `conversation_id` and in the order of `position`, else of the file. The whole
    table is in memory.

    Args:
      columns: `message_id`, `parent_id`, `conversation_id`, `position`: the key that the rows have.
    """
    keys = {name: columns.get(name, name) for name in TABLE_COLUMNS}
    good: list[tuple[str, dict[str, Any]]] = []
    for where, row in rows:
        if isinstance(row, BadRow):
            yield where, row
        else:
            good.append((where, dict(row)))
    if any(keys["parent_id"] in row for _, row in good):
        yield from _trees(good, keys)
    else:
        yield from _lists(good, keys)


TABLE_COLUMNS = ("message_id", "parent_id", "conversation_id", "position")


def _is_named(value: object) -> bool:
    """Return whether a value can be a name: a text or a number, not empty."""
    return isinstance(value, (str, int, float)) and not is_missing(value) and value != ""


def _trees(rows: list[tuple[str, dict[str, Any]]], keys: Mapping[str, str]) -> Rows:
    nodes: dict[Any, tuple[str, dict[str, Any]]] = {}
    for where, row in rows:
        name = look_up(row, keys["message_id"])
        if not _is_named(name):
            yield where, BadRow("wrong_type", f"no {keys['message_id']}, so no reply can name it")
        elif name in nodes:
            yield where, BadRow("duplicate_id", f"{keys['message_id']} {name!r} is used twice")
        else:
            nodes[name] = (where, {**row, "message_id": name, "replies": []})
    roots = []
    for where, node in nodes.values():
        parent = look_up(node, keys["parent_id"])
        if is_missing(parent) or parent == "":
            roots.append((where, node))
        elif _is_named(parent) and parent in nodes:
            nodes[parent][1]["replies"].append(node)
        else:
            yield where, BadRow("no_parent", f"its parent {parent!r} is in no row of the file")
    yield from roots
    reached, waiting = set[int](), [node for _, node in roots]
    while waiting:
        node = waiting.pop()
        reached.add(id(node))
        waiting += node["replies"]
    for where, node in nodes.values():
        parent = look_up(node, keys["parent_id"])
        if id(node) not in reached and _is_named(parent) and parent in nodes:
            yield where, BadRow("no_parent", "the messages above it begin with none of the file")


def _lists(rows: list[tuple[str, dict[str, Any]]], keys: Mapping[str, str]) -> Rows:
    groups: dict[Any, list[tuple[str, dict[str, Any]]]] = {}
    for where, row in rows:
        name = look_up(row, keys["conversation_id"])
        if _is_named(name):
            groups.setdefault(name, []).append((where, row))
        else:
            detail = f"no {keys['conversation_id']}; name the key under `columns`"
            yield where, BadRow("wrong_type", detail)
    for group in groups.values():
        messages = [row for _, row in group]
        if all(_is_named(look_up(row, keys["position"])) for row in messages):
            messages.sort(key=lambda row: _in_order(look_up(row, keys["position"])))
        first = group[0][1]
        # What all messages share is the conversation's; the rest belongs to each.
        shared = {k: v for k, v in first.items() if all(row.get(k) == v for row in messages)}
        yield group[0][0], {**shared, "messages": messages}


def _in_order(position: object) -> tuple[int, float, str]:
    """Return what sorts numbers, also in texts, by size and everything else as text."""
    number = position if isinstance(position, float) else number_of(position)
    return (0, number, "") if number is not None else (1, 0, str(position))


def of_export(row: Row) -> list[Row] | BadRow:
    """Return the messages of a conversation as ChatGPT exports it, the branch last looked at.

    {"mapping": {"a": {"message": …, "parent": None}, "b": {…, "parent": "a"}}, "current_node": "b"}
    """
    nodes, name = row["mapping"], row.get("current_node")
    messages: list[Row] = []
    seen = set[str]()
    while isinstance(name, str) and isinstance(node := nodes.get(name), Mapping):
        if name in seen:
            return BadRow("wrong_type", "the nodes of mapping lead in a circle")
        seen.add(name)
        messages += _exported(node.get("message"))
        name = node.get("parent")
    if not messages:
        return BadRow("wrong_type", "no messages above current_node in mapping")
    return messages[::-1]


def _exported(message: Any) -> Iterator[Row]:
    if not isinstance(message, Mapping):
        return
    hidden = look_up(message, "metadata.is_visually_hidden_from_conversation")
    content = message.get("content")
    if hidden or not isinstance(content, Mapping):
        return
    parts = content.get("parts") or [content.get("text") or ""]
    if any(part not in ("", None) for part in parts):
        media = [p for p in parts if isinstance(p, Mapping) and "asset_pointer" in p]
        said: Any = [{"type": "image"}] if media else parts
        yield {"role": look_up(message, "author.role"), "content": said}
