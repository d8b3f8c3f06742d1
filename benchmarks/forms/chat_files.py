"""Conversations as programs for chats export them."""

import json
from typing import Any

from benchmarks.forms.rows import (
    PAIRS,
    Form,
    csv_of,
    json_lines,
    lines_of,
    named,
    of,
)

Row = dict[str, Any]


def _document(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _part(text: str) -> list[Row]:
    return [{"type": "text", "text": {"value": text, "annotations": []}}]


CHAT_FILES: list[Form] = [
    of("OpenAI's threads: texts with annotations", "a.jsonl",
       lines_of(lambda n, t, a: {"id": f"thread_{n}", "messages": [
           {"id": f"m{n}", "role": "user", "content": _part(t)},
           {"id": f"r{n}", "role": "assistant", "content": _part(a)}]})),
    of("Open WebUI's export", "a.json",
       _document([{"id": f"c{n}", "user_id": "u", "title": "T", "chat": {
           "models": ["x"], "messages": [
               {"id": "1", "parentId": None, "role": "user", "content": t},
               {"id": "2", "parentId": "1", "role": "assistant", "content": a, "model": "x"}]}}
                  for n, (t, a) in enumerate(PAIRS)])),
    of("LibreChat's export", "a.jsonl",
       lines_of(lambda n, t, a: {"conversationId": f"c{n}", "endpoint": "x", "messages": [
           {"messageId": "1", "sender": "User", "text": t, "isCreatedByUser": True},
           {"messageId": "2", "sender": "GPT-4", "text": a, "isCreatedByUser": False}]})),
    named("SillyTavern's chat: a row for each message", "a.jsonl",
          json_lines([{"user_name": "Ann", "character_name": "Bob", "create_date": "2024-05-01"},
                      *({"name": name, "is_user": name == "Ann", "mes": text}
                        for pair in PAIRS for name, text in zip(("Ann", "Bob"), pair,
                                                                strict=True))]), ""),
    named("Character.AI's histories", "a.json",
          _document({"histories": {"histories": [{"msgs": [
              {"src": {"name": "Ann", "is_human": True}, "text": t},
              {"src": {"name": "Bob", "is_human": False}, "text": a}]} for t, a in PAIRS]}}), ""),
    named("Zendesk's tickets: comments by numbers of authors", "a.jsonl",
          lines_of(lambda n, t, a: {"id": n, "subject": f"Ticket {n}", "requester_id": 1,
                                    "comments": [{"author_id": 1, "body": t, "public": True},
                                                 {"author_id": 2, "body": a, "public": True}]}),
          ""),
    of("Context and Response", "a.csv", csv_of(["Context", "Response"], lambda n, t, a: [t, a])),
    of("a deeply nested request and its response", "a.jsonl",
       lines_of(lambda n, t, a: {"ts": n, "request": {"model": "x", "messages": [
           {"role": "system", "content": "Be brief."}, {"role": "user", "content": t}]},
           "response": {"id": "r", "choices": [{"index": 0, "message": {
               "role": "assistant", "content": a}, "finish_reason": "stop"}]}}),
       shows="Be brief."),
    of("Anthropic's request and response", "a.jsonl",
       lines_of(lambda n, t, a: {"request": {"model": "x", "max_tokens": 9, "system": "Be brief.",
                                             "messages": [{"role": "user", "content": t}]},
                                 "response": {"id": "r", "role": "assistant", "content": [
                                     {"type": "text", "text": a}], "stop_reason": "end_turn"}}),
       shows="Be brief."),
]  # fmt: skip
