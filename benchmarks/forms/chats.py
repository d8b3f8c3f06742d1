"""Conversations as programs write them."""

import json
from typing import Any

from benchmarks.forms.rows import (
    ANSWERS,
    PAIRS,
    TEXTS,
    Form,
    json_lines,
    named,
    of,
    parquet,
    table,
)

Row = dict[str, Any]
TWICE = [answer for answer in ANSWERS for _ in range(2)]


def _turns(asked: str, answer: str, user: str = "user", bot: str = "assistant") -> list[Row]:
    return [{"role": user, "content": asked}, {"role": bot, "content": answer}]


def _said(asked: str, answer: str, user: str = "human", bot: str = "gpt") -> list[Row]:
    return [{"from": user, "value": asked}, {"from": bot, "value": answer}]


def _parts(text: str) -> list[Row]:
    return [{"type": "text", "text": text}]


def _flat() -> list[Row]:
    """Return Open Assistant's columns, replies before what they answer."""
    asked = [
        {"message_id": f"q{n}", "parent_id": None, "role": "prompter", "text": t}
        for n, t in enumerate(TEXTS)
    ]
    said = [
        {"message_id": f"a{n}", "parent_id": f"q{n}", "role": "assistant", "text": a}
        for n, a in enumerate(ANSWERS)
    ]
    return said + asked


def _tree(asked: str, answer: str) -> Row:
    reply = {"role": "assistant", "text": answer, "replies": []}
    return {"prompt": {"role": "prompter", "text": asked, "replies": [reply]}}


def _export(asked: str, answer: str) -> Row:
    def node(role: str, text: str, parent: str) -> Row:
        content = {"content_type": "text", "parts": [text]}
        return {"message": {"author": {"role": role}, "content": content}, "parent": parent}

    mapping = {
        "root": {"message": None, "parent": None},
        "q": node("user", asked, "root"),
        "other": node("assistant", "Not looked at last.", "q"),
        "a": node("assistant", answer, "q"),
    }
    return {"title": "t", "mapping": mapping, "current_node": "a"}


def _reply(text: str) -> Row:
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}


def _call(asked: str, answer: str) -> list[Row]:
    """Return a conversation in which the assistant calls a tool with empty content."""
    function = {"name": "look_up", "arguments": '{"of": "it"}'}
    return [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "function": function}]},
        {"role": "tool", "tool_call_id": "1", "content": "found"},
        {"role": "assistant", "content": answer},
    ]


def _segments(asked: str, answer: str) -> list[Row]:
    return [
        {"label": False, "text": f"<s>User: {asked}\nAssistant: "},
        {"label": True, "text": f"{answer}</s>"},
    ]


_SHARED = {"messages": _turns(*PAIRS[0])}
_MESSAGES = [{"messages": _turns(*pair)} for pair in PAIRS]
_TEXT_FORMS = {
    "ChatML in a text": "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n{}<|im_end|>\n",
    "Llama 2 in a text": "<s>[INST] {} [/INST] {} </s>",
    "Llama 3 in a text": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
    "Gemma in a text": "<start_of_turn>user\n{}<end_of_turn>\n<start_of_turn>model\n{}"
    "<end_of_turn>\n",
    "Zephyr in a text": "<|user|>\n{}</s>\n<|assistant|>\n{}</s>\n",
    "Guanaco in a text": "### Human: {}### Assistant: {}",
    "Alpaca's prompt in a text": "Below is an instruction.\n\n### Instruction:\n{}\n\n### Response:\n"
    "{}</s>",
    "Vicuna in a text": "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions. "
    "USER: {} ASSISTANT: {}</s>",
    "Koala in a text": "BEGINNING OF CONVERSATION: USER: {} GPT: {}</s>",
    "OIG in a text": "<human>: {}\n<bot>: {}",
    "Human and Assistant in a text": "\n\nHuman: {}\n\nAssistant: {}",
}

CHATS: list[Form] = [
    of("`messages` (OpenAI)", "a.jsonl", json_lines(_MESSAGES)),
    of("`messages` in Parquet", "a.parquet", parquet(messages=[_turns(*pair) for pair in PAIRS])),
    of("`messages` as JSON text", "a.jsonl",
       json_lines([{"messages": json.dumps(_turns(*pair))} for pair in PAIRS])),
    of("`messages` as Python's `str(list)`", "a.csv",
       table([["messages"], *([str(_turns(*pair))] for pair in PAIRS)])),
    of("one conversation as a document", "a.json", json.dumps(_SHARED).encode(), ANSWERS[:1], rows=1),
    of("`conversations` (ShareGPT)", "a.json",
       json.dumps([{"id": f"c{n}", "conversations": _said(*p)} for n, p in enumerate(PAIRS)]).encode()),
    of("`conversations` with role and content", "a.jsonl",
       json_lines([{"conversations": _turns(*pair)} for pair in PAIRS])),
    of("roles Human and GPT", "a.jsonl",
       json_lines([{"conversations": _said(*pair, "Human", "GPT")} for pair in PAIRS])),
    of("roles nobody knows", "a.jsonl",
       json_lines([{"talk": _turns(*pair, "Kunde", "Berater")} for pair in PAIRS])),
    of("keys and roles nobody knows", "a.jsonl",
       json_lines([{"talk": [{"who": "Kunde", "says": t}, {"who": "Berater", "says": a}]}
                   for t, a in PAIRS])),
    of("a system prompt in the turns", "a.jsonl",
       json_lines([{"messages": [{"role": "system", "content": "Be brief."}, *_turns(*pair)]}
                   for pair in PAIRS])),
    of("`system_prompt`, `question`, `response` (OpenOrca)", "a.jsonl",
       json_lines([{"system_prompt": "Be brief.", "question": t, "response": a} for t, a in PAIRS])),
    of("content parts", "a.jsonl",
       json_lines([{"messages": _turns(_parts(t), _parts(a))} for t, a in PAIRS])),  # type: ignore[arg-type]
    of("turns of `weight: 0`", "a.jsonl",
       json_lines([{"messages": [*_turns("Hi.", "Not this.")[:1],
                                 {"role": "assistant", "content": "Not this.", "weight": 0},
                                 *_turns(*pair)]} for pair in PAIRS])),
    of("`label: false` on half (KTO)", "a.jsonl",
       json_lines([{"prompt": t, "completion": a, "label": n % 2 == 0}
                   for n, (t, a) in enumerate(PAIRS)]), ANSWERS[::2]),
    of("TRL's prompt and completion", "a.jsonl",
       json_lines([{"prompt": _turns(*p)[:1], "completion": _turns(*p)[1:]} for p in PAIRS])),
    of("preference pair of texts", "a.jsonl",
       json_lines([{"prompt": t, "chosen": a, "rejected": "No."} for t, a in PAIRS])),
    of("preference pairs as CSV", "a.csv",
       table([["prompt", "chosen", "rejected"], *([t, a, "No."] for t, a in PAIRS)])),
    of("chosen and rejected lists (UltraFeedback)", "a.jsonl",
       json_lines([{"prompt": t, "chosen": _turns(t, a), "rejected": _turns(t, "No.")}
                   for t, a in PAIRS])),
    of("OpenAI's preference pairs", "a.jsonl",
       json_lines([{"input": {"messages": _turns(t, a)[:1], "tools": []},
                    "preferred_output": _turns(t, a)[1:],
                    "non_preferred_output": _turns(t, "No.")[1:]} for t, a in PAIRS])),
    of("answers with ranks (Nectar)", "a.jsonl",
       json_lines([{"prompt": f"\n\nHuman: {t}\n\nAssistant: ",
                    "answers": [{"answer": "No.", "rank": 2.0}, {"answer": a, "rank": 1.0}]}
                   for t, a in PAIRS]), rows=20),
    Form(name="tool calls with empty content", file="a.jsonl",
         data=json_lines([{"messages": _call(*pair), "tools": []} for pair in PAIRS]), rows=20,
         targets=[x for a in ANSWERS for x in (r'{"name":"look_up","arguments":"{\"of\": \"it\"}"}', a)]),
    Form(name="legacy `function_call`", file="a.jsonl",
         data=json_lines([{"messages": [{"role": "user", "content": t},
                           {"role": "assistant", "content": None,
                            "function_call": {"name": "look_up", "arguments": "{}"}}]}
                          for t in TEXTS]), targets=['{"name":"look_up","arguments":"{}"}'] * 10),
    named("rows with images", "a.jsonl",
          json_lines([{"messages": _turns(*pair), "images": ["a.png"]} for pair in PAIRS]), "has_media"),
    of("Open Assistant's trees", "a.jsonl", json_lines([_tree(*pair) for pair in PAIRS])),
    of("Open Assistant's flat table", "a.jsonl", json_lines(_flat())),
    of("Open Assistant's flat table in Parquet", "a.parquet",
       parquet(**{key: [row[key] for row in _flat()] for key in _flat()[0]})),
    of("CSV with a row for each message", "a.csv",
       table([["conversation_id", "turn", "role", "content"],
              *([n, 2, "assistant", a] for n, a in enumerate(ANSWERS)),
              *([n, 1, "user", t] for n, t in enumerate(TEXTS))])),
    of("ChatGPT's export", "a.json", json.dumps([_export(*pair) for pair in PAIRS]).encode()),
    of("Gemini's `contents`", "a.jsonl",
       json_lines([{"contents": [{"role": "user", "parts": [{"text": t}]},
                                 {"role": "model", "parts": [{"text": a}]}]} for t, a in PAIRS])),
    of("Bedrock's messages", "a.jsonl",
       json_lines([{"system": [{"text": "Be brief."}],
                    "messages": _turns([{"text": t}], [{"text": a}])} for t, a in PAIRS])),  # type: ignore[arg-type]
    of("Cohere's roles", "a.jsonl",
       json_lines([{"messages": _turns(*pair, "User", "Chatbot")} for pair in PAIRS])),
    of("logged calls of a model", "a.jsonl",
       json_lines([{"request": {"messages": _turns(t, a)[:1]}, "response": _reply(a)}
                   for t, a in PAIRS])),
    of("traces with `inputs.messages`, `outputs.messages`", "a.jsonl",
       json_lines([{"inputs": {"messages": _turns(*p)[:1]}, "outputs": {"messages": _turns(*p)[1:]}}
                   for p in PAIRS])),
    of("UltraChat's lists", "a.jsonl", json_lines([{"id": t, "data": [t, a]} for t, a in PAIRS])),
    of("lists of texts by turns (LIMA)", "a.jsonl",
       json_lines([{"conversations": [t, a]} for t, a in PAIRS])),
    of("turns by role (MOSS)", "a.jsonl",
       json_lines([{"turns": [{"human": t, "assistant": a}]} for t, a in PAIRS])),
    of("pairs of turns", "a.json", json.dumps([{"conversation": [pair]} for pair in PAIRS]).encode()),
    of("Alpaca with pairs of earlier turns under `history`", "a.jsonl",
       json_lines([{"instruction": t, "output": a, "history": [["Hi.", "Hello."]]} for t, a in PAIRS])),
    *(of(name, "a.jsonl", json_lines([{"text": text.format(*pair)} for pair in PAIRS]))
      for name, text in _TEXT_FORMS.items()),
    of("Baize in a text", "a.json",
       json.dumps([{"topic": "t", "input": "The conversation between human and AI assistant.\n"
                    f"[|Human|] {t}\n[|AI|] {a}\n[|Human|] "} for t, a in PAIRS]).encode()),
    of("axolotl's `segments`", "a.jsonl", json_lines([{"segments": _segments(*p)} for p in PAIRS])),
    named("requests to a model without responses", "a.jsonl",
          json_lines([{"custom_id": str(n), "body": {"messages": _turns(*p)[:1]}}
                      for n, p in enumerate(PAIRS)]), "without its responses"),
    named("responses of a model without requests", "a.jsonl",
          json_lines([{"custom_id": str(n), "response": {"body": _reply(a)}}
                      for n, a in enumerate(ANSWERS)]), "without"),
    named("turns without speakers", "a.txt", "\n".join(TEXTS).encode(), ""),
    named("messages by author without a conversation (Slack)", "a.json",
          json.dumps([{"user": f"U{n % 3}", "text": t, "ts": f"{n}.0"}
                      for n, t in enumerate(TEXTS)]).encode(), ""),
]  # fmt: skip
