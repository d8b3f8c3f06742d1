"""Further conversations: data sets of the hub, and the formats of other trainers and services."""

import json
from typing import Any

from benchmarks.forms.rows import ANSWERS, PAIRS, TEXTS, Form, json_lines, named, of, parquet, table

Row = dict[str, Any]
_HELLO = [("Hello there.", "Welcome."), *PAIRS]


def _turns(asked: str, answer: str, user: str = "user", bot: str = "assistant") -> list[Row]:
    return [{"role": user, "content": asked}, {"role": bot, "content": answer}]


def _said(asked: str, answer: str, user: str = "human", bot: str = "gpt") -> list[Row]:
    return [{"from": user, "value": asked}, {"from": bot, "value": answer}]


def _lines(make: Any) -> bytes:
    """Return a line for each pair: `make` turns a question and its answer into a row."""
    return json_lines([make(*pair) for pair in PAIRS])


def _texts(text: str) -> bytes:
    return json_lines([{"text": text.format(*pair)} for pair in PAIRS])


_TOOL = {
    "type": "function",
    "function": {"name": "look_up", "description": "Find a parcel.", "parameters": {}},
}
_CALLED = '{"name":"look_up","arguments":{"n":1}}'


def _with_tools(asked: str, answer: str) -> Row:
    """Return OpenAI's fine-tuning row with a call whose arguments are an object."""
    call = {"id": "c1", "type": "function",
            "function": {"name": "look_up", "arguments": {"n": 1}}}  # fmt: skip
    turns = [
        {"role": "user", "content": asked},
        {"role": "assistant", "tool_calls": [call], "weight": 1},
        {"role": "tool", "tool_call_id": "c1", "content": '{"found": true}'},
        {"role": "assistant", "content": answer, "weight": 1},
    ]
    return {"messages": turns, "tools": [_TOOL], "parallel_tool_calls": False}


def _anthropic_tools(asked: str, answer: str) -> Row:
    use = {"type": "tool_use", "id": "t1", "name": "look_up", "input": {"n": 1}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": [_text("found")]}
    turns = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": [_text(answer)]},
    ]
    tools = [{"name": "look_up", "description": "Find a parcel.", "input_schema": {}}]
    return {"system": "Be brief.", "messages": turns, "tools": tools}


def _text(text: str, kind: str = "text") -> Row:
    return {"type": kind, "text": text}


def _gemini_tools(asked: str, answer: str) -> Row:
    return {"contents": [
        {"role": "user", "parts": [{"text": asked}]},
        {"role": "model", "parts": [{"functionCall": {"name": "look_up", "args": {"n": 1}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "look_up", "response": {}}}]},
        {"role": "model", "parts": [{"text": answer}]},
    ]}  # fmt: skip


def _lmsys(asked: str, answer: str) -> Row:
    return {
        "conversation_id": asked, "model": "m", "conversation": _turns(asked, answer), "turn": 1,
        "language": "English", "redacted": False,
        "openai_moderation": [{"categories": {"hate": False}, "flagged": False}] * 2,
    }  # fmt: skip


def _activities(asked: str, answer: str) -> Row:
    def said(name: str, role: str, text: str) -> Row:
        return {"type": "message", "from": {"id": name, "role": role}, "text": text}

    return {"id": asked, "activities": [said("u", "user", asked), said("b", "bot", answer)]}


_PREFERRED = [
    {"prompt": t, "prompt_id": str(n), "chosen": _turns(t, a), "rejected": _turns(t, "No."),
     "messages": _turns(t, a), "score_chosen": 9.0, "score_rejected": 3.5}
    for n, (t, a) in enumerate(PAIRS)
]  # fmt: skip
_HARMONY = (
    "<|start|>system<|message|>Be brief.<|end|><|start|>user<|message|>{}<|end|>"
    "<|start|>assistant<|channel|>final<|message|>{}<|return|>"
)
_GRANITE = (
    "<|start_of_role|>user<|end_of_role|>{}<|end_of_text|>\n"
    "<|start_of_role|>assistant<|end_of_role|>{}<|end_of_text|>\n"
)
_COMMAND = (
    "<BOS_TOKEN><|START_OF_TURN_TOKEN|><|USER_TOKEN|>{}<|END_OF_TURN_TOKEN|>"
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>{}<|END_OF_TURN_TOKEN|>"
)
_GLAIVE = "USER: {}\n\n\nASSISTANT: {} <|endoftext|>\n\n\n"
_TWO = [x for answer in ANSWERS for x in (_CALLED, answer)]

FURTHER_CHATS: list[Form] = [
    of("ShareGPT, the assistant speaks first", "a.json",
       json.dumps([{"id": f"x_{n}", "conversations": [{"from": "gpt", "value": "Welcome."},
                                                      *_said(*pair)]}
                   for n, pair in enumerate(PAIRS)]).encode()),
    of("ShareGPT under `items`", "a.json",
       json.dumps([{"id": str(n), "items": _said(*p)} for n, p in enumerate(PAIRS)]).encode()),
    of("ShareGPT with null weights (SlimOrca)", "a.jsonl",
       _lines(lambda t, a: {"conversations": [
           {"from": "system", "value": "Be brief.", "weight": None},
           {"from": "human", "value": t, "weight": 0.0},
           {"from": "gpt", "value": a, "weight": 1.0}]}), shows="Be brief."),
    of("ShareGPT with a system text beside it (ToolACE)", "a.json",
       json.dumps([{"system": "Be brief.", "conversations": _said(*p, "user", "assistant")}
                   for p in PAIRS]).encode(), shows="Be brief."),
    of("roles USER and ASSISTANT", "a.jsonl",
       _lines(lambda t, a: {"conversation": [{"role": "USER", "text": t},
                                             {"role": "ASSISTANT", "text": a}]})),
    of("roles instruction and response", "a.jsonl",
       _lines(lambda t, a: {"messages": _turns(t, a, "instruction", "response")})),
    of("pairs of input and output under `conversation` (Capybara)", "a.jsonl",
       _lines(lambda t, a: {"source": "s", "conversation": [{"input": t, "output": a}]})),
    of("LMSYS's rows with moderation", "a.jsonl", _lines(_lmsys)),
    of("LMSYS's rows in Parquet", "a.parquet",
       parquet(**{key: [_lmsys(*pair)[key] for pair in PAIRS] for key in _lmsys(*PAIRS[0])})),
    of("WildChat's rows", "a.jsonl",
       _lines(lambda t, a: {"conversation_hash": t, "toxic": False, "conversation": [
           {"content": t, "country": "Peru", "hashed_ip": "x", "language": "English",
            "redacted": False, "role": "user", "toxic": False, "turn_identifier": 1},
           {"content": a, "country": None, "hashed_ip": None, "language": "English",
            "redacted": False, "role": "assistant", "toxic": False, "turn_identifier": 1}]})),
    of("OpenHermes' rows", "a.json",
       json.dumps([{"id": None, "source": "s", "category": None, "idx": None, "model": None,
                    "system_prompt": None, "custom_instruction": None, "views": 7,
                    "conversations": _said(*pair)} for pair in PAIRS]).encode()),
    of("a prompt beside its messages (No Robots)", "a.jsonl",
       _lines(lambda t, a: {"prompt": t, "prompt_id": t, "messages": _turns(t, a),
                            "category": "Open QA"})),
    of("OpenAI's fine-tuning rows with tools, arguments as an object", "a.jsonl",
       _lines(_with_tools), _TWO, rows=20, shows="Find a parcel."),
    of("Anthropic's rows with tools", "a.jsonl", _lines(_anthropic_tools), _TWO, rows=20,
       shows="Find a parcel."),
    of("Gemini's rows with calls of functions", "a.jsonl", _lines(_gemini_tools),
       [x for a in ANSWERS for x in ('{"name":"look_up","args":{"n":1}}', a)], rows=20),
    of("OpenAI's responses: input and output items", "a.jsonl",
       _lines(lambda t, a: {
           "input": [{"role": "user", "content": [_text(t, "input_text")]}],
           "output": [{"type": "message", "role": "assistant", "status": "completed",
                       "content": [_text(a, "output_text")]}]})),
    of("queries with tools and calls as JSON text (xLAM)", "a.json",
       json.dumps([{"id": n, "query": t, "answers": json.dumps([{"name": f"f{n}", "arguments": {}}]),
                    "tools": json.dumps([{"name": "look_up", "description": "Find a parcel."}])}
                   for n, t in enumerate(TEXTS)]).encode(),
       [f'[{{"name": "f{n}", "arguments": {{}}}}]' for n in range(len(TEXTS))],
       shows="Find a parcel."),
    of("Glaive's calls: system and chat as texts", "a.json",
       json.dumps([{"system": "SYSTEM: Be brief.", "chat": _GLAIVE.format(*pair)}
                   for pair in PAIRS]).encode(), shows="Be brief."),
    of("preferences of transcripts (HH-RLHF)", "a.jsonl",
       _lines(lambda t, a: {
           "chosen": f"\n\nHuman: Hi.\n\nAssistant: Not this.\n\nHuman: {t}\n\nAssistant: {a}",
           "rejected": f"\n\nHuman: Hi.\n\nAssistant: Not this.\n\nHuman: {t}\n\nAssistant: No."})),
    of("a prompt as a transcript, and preferences", "a.jsonl",
       _lines(lambda t, a: {"prompt": f"\n\nHuman: Hi.\n\nAssistant: Yes?\n\nHuman: {t}\n\nAssistant:",
                            "chosen": f" {a}", "rejected": " No."})),
    of("preferences with scores and messages (UltraFeedback)", "a.jsonl", json_lines(_PREFERRED)),
    of("preferences, the prompt as messages", "a.jsonl",
       _lines(lambda t, a: {"prompt": [{"role": "system", "content": "Be brief."},
                                       {"role": "user", "content": t}],
                            "chosen": [{"role": "assistant", "content": a}],
                            "rejected": [{"role": "assistant", "content": "No."}]}),
       shows="Be brief."),
    of("preferences with a system text (Orca)", "a.jsonl",
       _lines(lambda t, a: {"system": "Be brief.", "question": t, "chosen": a, "rejected": "No."}),
       shows="Be brief."),
    of("preferences of ShareGPT's messages (LLaMA-Factory)", "a.json",
       json.dumps([{"conversations": _said(t, a)[:1], "chosen": _said(t, a)[1],
                    "rejected": {"from": "gpt", "value": "No."}} for t, a in PAIRS]).encode()),
    of("KTO, messages and labels", "a.jsonl",
       json_lines([{"prompt": _turns(t, a)[:1], "completion": _turns(t, a)[1:], "label": n % 2 == 0}
                   for n, (t, a) in enumerate(PAIRS)]), ANSWERS[::2]),
    named("two answers and the better one's number (PKU)", "a.jsonl",
          _lines(lambda t, a: {"prompt": t, "response_0": a, "response_1": "No.",
                               "better_response_id": 0, "safer_response_id": 0}),
          "better_response_id"),
    named("two conversations and a winner (Arena)", "a.jsonl",
          _lines(lambda t, a: {"question_id": t, "model_a": "x", "model_b": "y",
                               "winner": "model_b", "conversation_a": _turns(t, a),
                               "conversation_b": _turns(t, "No.")}),
          "winner"),
    named("two answers and a label (SHP)", "a.jsonl",
          _lines(lambda t, a: {"history": t, "human_ref_A": a, "human_ref_B": "No.", "labels": 1,
                               "score_A": 8, "score_B": 2, "domain": "askbaking"}),
          "human_ref_A"),
    of("Phi-3 in a text", "a.jsonl", _texts("<|user|>\n{}<|end|>\n<|assistant|>\n{}<|end|>\n")),
    of("Mistral in a text, two exchanges", "a.jsonl",
       _texts("<s>[INST] {} [/INST] {}</s>[INST] And then? [/INST] So it is.</s>"),
       [x for a in ANSWERS for x in (a, "So it is.")], rows=20),
    of("Harmony in a text (gpt-oss)", "a.jsonl", _texts(_HARMONY), shows="Be brief."),
    of("Granite in a text", "a.jsonl", _texts(_GRANITE)),
    of("Command R in a text", "a.jsonl", _texts(_COMMAND)),
    of("`User:` and `Assistant:` in a text", "a.jsonl", _texts("User: {}\n\nAssistant: {}")),
    of("ChatGLM's rounds in a text", "a.jsonl", _texts("[Round 1]\n\n问：{}\n\n答：{}")),
    of("`messages` as Python's text in CSV", "a.csv",
       table([["id", "messages"], *([n, str(_turns(*pair))] for n, pair in enumerate(PAIRS))])),
    of("lists of roles and of contents in Parquet", "a.parquet",
       parquet(messages=[{"role": ["user", "assistant"], "content": list(p)} for p in PAIRS])),
    of("lists of speakers and of texts under `conversations`", "a.jsonl",
       _lines(lambda t, a: {"conversations": {"from": ["human", "gpt"], "value": [t, a]}})),
    of("a bot's activities in JSON Lines", "a.jsonl", _lines(_activities)),
    of("Telegram's export of one chat", "a.json",
       json.dumps({"name": "Ann", "type": "personal_chat", "id": 1, "messages": [
           message for n, (t, a) in enumerate(PAIRS) for message in (
               {"id": 2 * n, "type": "message", "date": "2024-05-01", "from": "Ann", "text": t},
               {"id": 2 * n + 1, "type": "message", "date": "2024-05-01", "from": "Bob",
                "text": a})]}).encode(),
       rows=10),
    of("JSON list of conversations, each a list", "a.json",
       json.dumps([_turns(*pair) for pair in PAIRS]).encode()),
    of("JSON Lines of conversations, each a list", "a.jsonl",
       json_lines([_turns(*pair) for pair in PAIRS])),
    of("conversations by id in a document", "a.json",
       json.dumps({f"c{n}": {"messages": _turns(*p)} for n, p in enumerate(PAIRS)}).encode()),
    of("`dialog` of texts with labels beside it (DailyDialog)", "a.jsonl",
       _lines(lambda t, a: {"dialog": [t, a], "act": [2, 1], "emotion": [0, 0]})),
    of("one turn each under `human` and `assistant`", "a.jsonl",
       _lines(lambda t, a: {"human": t, "assistant": a})),
    of("one turn each under `user` and `assistant` with a system text", "a.csv",
       table([["system", "user", "assistant"], *(["Be brief.", *pair] for pair in PAIRS)]),
       shows="Be brief."),
    of("reasoning beside the answer (DeepSeek)", "a.jsonl",
       _lines(lambda t, a: {"messages": [{"role": "user", "content": t},
                                         {"role": "assistant", "reasoning_content": "Hm.",
                                          "content": a}]}),
       [f"<think>\nHm.\n</think>\n\n{a}" for a in ANSWERS]),
    of("instruction, think, answer", "a.jsonl",
       _lines(lambda t, a: {"prompt": t, "response": f"<think>Hm.</think>\n{a}"}),
       [f"<think>Hm.</think>\n{a}" for a in ANSWERS]),
]  # fmt: skip
