"""Conversations in the spellings that people have; expected turns by hand."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from transforms.sources.formats.conversations import Conversations

ReadTexts = Callable[..., list[Any]]
_ONE = [{"instruction": "Name a lake.", "output": "Inari."}]


def _source(**keys: Any) -> Conversations:
    return Conversations(format="chat", collection="c", **keys)


def _messages(role: str, content: str, user: str, assistant: str) -> list[dict[str, str]]:
    return [{role: user, content: "Name a lake."}, {role: assistant, content: "Inari."}]


@pytest.mark.parametrize(
    "row",
    [
        {"conversations": _messages("role", "content", "user", "assistant")},
        {"conversations": _messages("from", "value", "Human", "GPT")},
        {"conversation": _messages("from", "value", "USER", "model")},
        {"messages": _messages("role", "content", "prompter", "bot")},
        {"items": _messages("from", "value", "human", "gpt")},
        {"dialogue": _messages("speaker", "text", "Customer", "Agent")},
        {"messages": json.dumps(_messages("role", "content", "user", "assistant"))},
        {"messages": str(_messages("role", "content", "user", "assistant"))},
        {"messages": {"role": ["user", "assistant"], "content": ["Name a lake.", "Inari."]}},
        {"conversations": {"value": ["Name a lake.", "Inari."], "from": ["human", "gpt"]}},
        {"conversation": [{"input": "Name a lake.", "output": "Inari."}]},
        {"messages": "[INST] Name a lake. [/INST] Inari."},
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "value": "Name a lake."}]},
                {"role": "assistant", "content": [{"type": "text", "text": "Inari."}]},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": ["Name a lake."]},
                {"role": "assistant", "content": {"type": "text", "text": "Inari."}},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": "Name a lake."},
                {
                    "role": "assistant",
                    "content": [{"type": "text", "text": {"value": "Inari.", "annotations": []}}],
                },
            ]
        },
        {"messages": _messages("role", "content", "user", "assistant"), "tools": "[]"},
        {"messages": _messages("role", "content", "user", "assistant"), "tools": []},
        {
            "messages": _messages("role", "content", "user", "assistant"),
            "system": "",
            "tools": None,
        },
        {"prompt": "Name a lake.", "completion": "Inari."},
        {"prompt": "Name a lake.", "chosen": "Inari.", "rejected": "The Moon."},
        {
            "prompt": [{"role": "user", "content": "Name a lake."}],
            "completion": [{"role": "assistant", "content": "Inari."}],
        },
        {
            "chosen": _messages("role", "content", "user", "assistant"),
            "rejected": _messages("role", "content", "user", "assistant"),
        },
        {
            "prompt": [{"role": "user", "content": "Name a lake."}],
            "chosen": _messages("role", "content", "user", "assistant"),
        },
        {
            "conversations": [{"from": "human", "value": "Name a lake."}],
            "chosen": {"from": "gpt", "value": "Inari."},
            "rejected": {"from": "gpt", "value": "The Moon."},
        },
        {"chosen_messages": _messages("role", "content", "user", "assistant")},
        {
            "chosen": "\n\nHuman: Name a lake.\n\nAssistant: Inari.",
            "rejected": "\n\nHuman: Name a lake.\n\nAssistant: The Moon.",
        },
        {"prompt": "Name a lake.", "completion": "Inari.", "label": True},
    ],
)
def test_the_usual_spellings(read_texts: ReadTexts, row: dict[str, Any]) -> None:
    assert read_texts(_source(), json.dumps(row), "f.jsonl") == _ONE
    # The document of one conversation.
    if "messages" in row and isinstance(row["messages"], list):
        assert read_texts(_source(), json.dumps(row, indent=1), "f.json") == _ONE


def test_columns_and_roles(read_texts: ReadTexts) -> None:
    row = {
        "data": {
            "talk": [
                {"who": {"name": "Kunde"}, "says": "Name a lake."},
                {"who": {"name": "BOT 2"}, "says": "Inari."},
            ]
        }
    }
    source = _source(
        columns={"messages": "data.talk", "role": "who.name", "content": "says"},
        roles={"user": "kunde", "assistant": ["Bot 1", "Bot 2"]},
    )
    assert read_texts(source, json.dumps(row), "f.jsonl") == _ONE
    source = _source(columns={"messages": "data"})
    row = {"data": ["Name a lake.", "Inari."]}
    assert read_texts(source, json.dumps(row), "f.jsonl") == _ONE


def test_only_the_context_is_a_text_of_several_keys() -> None:
    with pytest.raises(ValueError, match="'prompt' is one key of your data, not a text of several"):
        _source(columns={"prompt": {"lines": "{a} {b}"}})


def test_a_context_is_shown_with_the_system_prompt(read_file: Callable[..., list[Any]]) -> None:
    row = {"messages": [{"role": "user", "content": "Which lake?"},
                        {"role": "assistant", "content": "Inari."}],
           "system": "Be curt.", "facts": ["Inari is large.", "Mars is dry."]}  # fmt: skip
    text = json.dumps(row)
    *_, record = read_file(_source(columns={"context": "facts"}), text, "f.jsonl")
    assert record.fields == {
        "history": ["System: Be curt.\nInari is large.\nMars is dry."],
        "input": "Which lake?",
        "output": "Inari.",
    }
    # A text of several keys.
    both = {"lines": "About {name}.\n\n{facts}"}
    *_, record = read_file(
        _source(columns={"context": both}), json.dumps({**row, "name": "lakes"}), "f.jsonl"
    )
    assert record.fields["history"] == [
        "System: Be curt.\nAbout lakes.\n\nInari is large.\nMars is dry."
    ]
    # Without the column, it is not read.
    row = {**row, "context": "Lakes"}
    *_, record = read_file(_source(), json.dumps(row), "f.jsonl")
    assert record.fields["history"] == ["System: Be curt."]


def test_filters_ids_and_licenses(read_file: Callable[..., list[Any]]) -> None:
    rows = [
        {"n": n, "lang": lang, "l": "MIT", "prompt": "Name a lake.", "completion": "Inari."}
        for n, lang in enumerate(["en", "fi"])
    ]
    source = _source(filters={"lang": "en"}, id="n", license_key="l")
    record, rejection = [
        element
        for element in read_file(source, json.dumps(rows), "f.json")
        if hasattr(element, "id")
    ]
    assert record.license == "MIT"
    assert (rejection.reason, rejection.detail) == ("filtered", "f.json: item 2")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"columns": {"mesages": "x"}}, "did you mean 'messages'"),
        ({"roles": {"bot": "x"}}, "is not a role"),
        ({"thinking": "maybe"}, "keep"),
    ],
)
def test_mistakes(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _source(**keys)


_CALL = {"id": "c", "type": "function", "function": {"name": "w", "arguments": '{"city":"Ulm"}'}}
_CALLED = '{"name":"w","arguments":"{\\"city\\":\\"Ulm\\"}"}'


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "", "tool_calls": [_CALL]}, _CALLED),
        ({"content": None, "tool_calls": [_CALL]}, _CALLED),
        ({"tool_calls": [_CALL]}, _CALLED),
        ({"content": "Let me look.", "tool_calls": [_CALL]}, f"Let me look.\n{_CALLED}"),
        ({"content": None, "function_call": _CALL["function"]}, _CALLED),
        ({"content": [{"type": "tool_call", "value": _CALLED}]}, _CALLED),
        (
            {"content": [{"type": "tool_use", "id": "c", "name": "w", "input": {"city": "Ulm"}}]},
            '{"name":"w","arguments":{"city":"Ulm"}}',
        ),
        ({"content": {"name": "w", "n": 1}}, '{"name": "w", "n": 1}'),
    ],
)
def test_tool_calls_are_kept(read_texts: ReadTexts, message: dict[str, Any], text: str) -> None:
    tools = [{"type": "function", "function": {"name": "w", "description": None}}]
    row = {
        "tools": tools,
        "messages": [
            {"role": "user", "content": "How is it in Ulm?"},
            {"role": "assistant", **message},
            {"role": "tool", "content": "12 C"},
            {"role": "assistant", "content": "It is 12 degrees."},
        ],
    }
    offered = 'Tools: [{"type":"function","function":{"name":"w"}}]'
    assert read_texts(_source(), json.dumps(row), "f.jsonl") == [
        {"history": [offered], "input": "How is it in Ulm?", "output": text},
        {
            "history": [offered, "User: How is it in Ulm?", f"Assistant: {text}"],
            "input": "Tool: 12 C",
            "output": "It is 12 degrees.",
        },
    ]


@pytest.mark.parametrize(
    "mark",
    [
        {"weight": 0},
        {"weight": 0.0},
        {"train": False},
        {"loss": False},
        {"loss_weight": 0},
        {"label": False},
        {"masked": True},
    ],
)
def test_turns_that_are_not_to_be_learned(read_texts: ReadTexts, mark: dict[str, Any]) -> None:
    messages = [
        {"role": "user", "content": "Name a lake."},
        {"role": "assistant", "content": "The Moon.", **mark},
        {"role": "user", "content": "No."},
        {"role": "assistant", "content": "Inari.", "weight": 1},
    ]
    assert read_texts(_source(), json.dumps({"messages": messages}), "f.jsonl") == [
        {
            "history": ["User: Name a lake.", "Assistant: The Moon."],
            "input": "No.",
            "output": "Inari.",
        }
    ]
    ((reason, _),) = read_texts(_source(), json.dumps({"messages": messages[:2]}), "f.jsonl")
    assert reason == "not_a_target"


def test_a_row_that_is_marked_as_bad(read_texts: ReadTexts) -> None:
    row = {"messages": _messages("role", "content", "user", "assistant"), "label": False}
    ((reason, detail),) = read_texts(_source(), json.dumps(row), "f.jsonl")
    assert (reason, detail.partition(":")[0]) == ("not_a_target", "f.jsonl")


@pytest.mark.parametrize(
    "message",
    [
        {"content": "Inari.", "reasoning_content": "A big one."},
        {"content": "<think>\nA big one.\n</think>\n\nInari."},
        {
            "content": [
                {"type": "reasoning", "value": "A big one."},
                {"type": "text", "value": "Inari."},
            ]
        },
        {
            "content": [
                {"type": "thinking", "thinking": "A big one."},
                {"type": "text", "text": "Inari."},
            ]
        },
    ],
)
def test_thinking(read_texts: ReadTexts, message: dict[str, Any]) -> None:
    user = {"role": "user", "content": "Name a lake."}
    row = json.dumps({"messages": [user, {"role": "assistant", **message}] * 2})
    kept, dropped = "<think>\nA big one.\n</think>\n\nInari.", "Inari."
    for source, output in ((_source(), kept), (_source(thinking="drop"), dropped)):
        assert read_texts(source, row, "f.jsonl") == [
            {"instruction": "Name a lake.", "output": output},
            {
                "history": ["User: Name a lake.", "Assistant: Inari."],
                "input": "Name a lake.",
                "output": output,
            },
        ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            {"messages": _messages("role", "content", "user", "assistant"), "images": ["a.png"]},
            "has_media",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "?"}]},
                    {"role": "assistant", "content": "x"},
                ]
            },
            "has_media",
        ),
        ({"turns": ["Name a lake.", "And another."]}, "wrong_type"),
        ({"text": "Hi", "parent_id": "x", "role": "prompter"}, "wrong_type"),
        ({"messages": "[{"}, "invalid_json"),
        ({"a": 1}, "wrong_type"),
    ],
)
def test_rows_that_are_refused(read_texts: ReadTexts, row: dict[str, Any], reason: str) -> None:
    ((found, _),) = read_texts(_source(), json.dumps(row), "f.jsonl")
    assert found == reason


def test_trees(read_texts: ReadTexts) -> None:
    def node(role: str, text: str, *replies: Any, **keys: Any) -> dict[str, Any]:
        return {"message_id": text, "role": role, "text": text, "replies": list(replies), **keys}

    tree = node(
        "prompter",
        "q",
        node("assistant", "a1", node("prompter", "q2", node("assistant", "a3"))),
        node("assistant", "a2"),
        node("assistant", "spam", deleted=True),
    )
    expected = [
        {"instruction": "q", "output": "a1"},
        {"history": ["User: q", "Assistant: a1"], "input": "q2", "output": "a3"},
        {"instruction": "q", "output": "a2"},
    ]
    for row in (tree, {"message_tree_id": "q", "prompt": tree}):
        assert read_texts(_source(), json.dumps(row), "f.jsonl") == expected


@pytest.mark.parametrize("turns", [250, 1000])
def test_the_size_of_records_is_linear_in_the_turns(read_texts: ReadTexts, turns: int) -> None:
    messages = [{"role": "system", "content": "Be kind."}]
    for number in range(turns):
        messages += [
            {"role": "user", "content": f"Question {number}, and some words more."},
            {"role": "assistant", "content": f"Answer {number}, and some words more."},
        ]
    source = _source(history_characters=1000)
    fields = read_texts(source, json.dumps({"messages": messages}), "f.jsonl")
    assert len(fields) == turns
    assert all(field["history"][0] == "System: Be kind." for field in fields)
    assert fields[-1]["history"][-1] == f"Assistant: Answer {turns - 2}, and some words more."
    assert len(json.dumps(fields)) < turns * 1500


_LAKE = "Name a lake."
_THOUGHT = "<think>\nOne in Finland.\n</think>\n\n"


@pytest.mark.parametrize(
    "row",
    [
        {"messages": f"User: {_LAKE}\nAssistant: {_THOUGHT}Inari."},
        # Reasoning quotes the conversation.
        {"messages": f"User: {_LAKE}\nAssistant: <think>\nUser: a lake?\n</think>\nInari."},
        {
            "messages": f"<|im_start|>user\n{_LAKE}<|im_end|>\n"
            f"<|im_start|>assistant\n{_THOUGHT}Inari.<|im_end|>\n"
        },
        {"messages": f"<s>[INST] {_LAKE} [/INST] {_THOUGHT}Inari.</s>"},
        {"messages": f"### Instruction:\n{_LAKE}\n\n### Response:\n{_THOUGHT}Inari."},
        {"messages": f"<｜User｜>{_LAKE}<｜Assistant｜>{_THOUGHT}Inari.<｜end▁of▁sentence｜>"},
        {
            "messages": f"<|start|>user<|message|>{_LAKE}<|end|>"
            "<|start|>assistant<|channel|>analysis<|message|>In Finland.<|end|>"
            "<|start|>assistant<|channel|>final<|message|>Inari.<|return|>"
        },
        {"messages": [_LAKE, f"{_THOUGHT}Inari."]},
        {"messages": [[_LAKE, f"{_THOUGHT}Inari."]]},
        {"messages": [{"human": _LAKE, "assistant": f"{_THOUGHT}Inari."}]},
        {"prompt": _LAKE, "completion": f"{_THOUGHT}Inari."},
        {"prompt": _LAKE, "chosen": f"{_THOUGHT}Inari.", "rejected": "The Moon."},
        # The opening tag is in the prompt, or was there.
        {"prompt": _LAKE, "completion": "One in Finland.\n</think>\n\nInari."},
        {
            "prompt": f"<|im_start|>user\n{_LAKE}<|im_end|>\n<|im_start|>assistant\n<think>\n",
            "completion": "One in Finland.\n</think>\n\nInari.<|im_end|>",
        },
        {"messages": f"User: {_LAKE}\nAssistant: One in Finland.</think> Inari."},
        # The reply was cut off while it reasoned on.
        {"messages": f"User: {_LAKE}\nAssistant: Inari.<think>But is it"},
    ],
)
def test_reasoning_in_texts(read_texts: ReadTexts, row: dict[str, Any]) -> None:
    source = _source(thinking="drop", columns={"messages": "messages"})
    assert read_texts(source, json.dumps(row), "f.jsonl") == [
        {"instruction": "Name a lake.", "output": "Inari."}
    ]


def test_reasoning_that_begins_in_the_prompt_is_learned(read_texts: ReadTexts) -> None:
    row = {
        "prompt": "<|im_start|>user\nName a lake.<|im_end|>\n<|im_start|>assistant\n<think>\n",
        "completion": "One in Finland.\n</think>\n\nInari.",
    }
    assert read_texts(_source(), json.dumps(row), "f.jsonl") == [
        {"instruction": "Name a lake.", "output": f"{_THOUGHT}Inari."}
    ]


@pytest.mark.parametrize("thinking", ["keep", "drop"])
def test_history_shows_no_reasoning(read_texts: ReadTexts, thinking: str) -> None:
    text = (
        "User: Name a lake.\nAssistant: In Finland.</think> Inari.\n"
        "User: Another?\nAssistant: Saimaa."
    )
    source = _source(thinking=thinking, turns="last", columns={"messages": "text"})
    assert read_texts(source, json.dumps({"text": text}), "f.jsonl") == [
        {
            "history": ["User: Name a lake.", "Assistant: Inari."],
            "input": "Another?",
            "output": "Saimaa.",
        }
    ]


def test_nothing_but_reasoning(read_texts: ReadTexts) -> None:
    row = {"messages": "User: Name a lake.\nAssistant: <think>There are so many"}
    source = _source(thinking="drop", columns={"messages": "messages"})
    ((reason, _),) = read_texts(source, json.dumps(row), "f.jsonl")
    assert reason == "empty_field"
