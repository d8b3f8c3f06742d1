"""Tables of messages: trees by parent, lists by conversation, and what belongs to neither."""

from collections.abc import Callable
from typing import Any

from transforms.sources.files.row import BadRow
from transforms.sources.formats.conversations import Conversations
from transforms.sources.threads import conversations_of, of_export
from transforms.types import Record

_TABLE = [
    '{"message_id": "b", "parent_id": "a", "role": "assistant", "text": "Fine.", "rank": 1}',
    '{"message_id": "c", "parent_id": "a", "role": "assistant", "text": "Well.", "rank": 0}',
    '{"message_id": "a", "parent_id": null, "role": "prompter", "text": "How are you?"}',
    '{"message_id": "x", "parent_id": "gone", "role": "assistant", "text": "Lost."}',
    '{"message_id": "a", "parent_id": null, "role": "prompter", "text": "Twice?"}',
    '{"parent_id": "a", "role": "assistant", "text": "Nameless."}',
    '{"message_id": {"$oid": "a"}, "parent_id": null, "role": "assistant", "text": "Odd."}',
    '{"message_id": "y", "parent_id": ["a"], "role": "assistant", "text": "Odd."}',
    '{"message_id": "d", "parent_id": "e", "role": "assistant", "text": "Round"}',
    '{"message_id": "e", "parent_id": "d", "role": "prompter", "text": "and round"}',
]


def _found(elements: list[Any]) -> list[str]:
    texts = [e.fields["output"] if isinstance(e, Record) else getattr(e, "reason", "")
             for e in elements]  # fmt: skip
    return sorted(text for text in texts if text)


def test_every_reply_or_the_best(read_file: Callable[..., list[Any]]) -> None:
    keys: dict[str, Any] = {"format": "chat", "collection": "c", "rows_are": "messages"}
    table = "\n".join(_TABLE) + "\n"
    bad = ["duplicate_id", *["no_parent"] * 4, "wrong_type", "wrong_type"]
    assert _found(read_file(Conversations(**keys), table, "t.jsonl")) == ["Fine.", "Well.", *bad]
    best = Conversations(**keys, replies="best")
    assert _found(read_file(best, table, "t.jsonl")) == ["Well.", *bad]


def test_messages_in_the_order_of_their_numbers() -> None:
    rows = [
        ("f:1", {"chat": 7, "n": "10", "role": "user", "lang": "en"}),
        ("f:2", {"chat": 8, "n": "1", "role": "user", "lang": "de"}),
        ("f:3", {"chat": 7, "n": "9", "role": "system", "lang": "en"}),
        ("f:4", {"n": "9", "role": "system"}),
    ]
    found = dict(conversations_of(iter(rows), {"conversation_id": "chat", "position": "n"}))
    assert [m["role"] for m in found["f:1"]["messages"]] == ["system", "user"]  # type: ignore[index]
    assert (found["f:1"]["lang"], found["f:2"]["lang"]) == ("en", "de")  # type: ignore[index]
    assert isinstance(found["f:4"], BadRow)


def test_an_export_that_leads_in_a_circle() -> None:
    message = {"author": {"role": "user"}, "content": {"parts": ["Hi"]}}
    nodes = {"a": {"message": message, "parent": "b"}, "b": {"message": message, "parent": "a"}}
    found = of_export({"mapping": nodes, "current_node": "a"})
    assert found == BadRow("wrong_type", "the nodes of mapping lead in a circle")
