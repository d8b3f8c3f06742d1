"""Guess turns with a history beside them: what was said before, what is said now, the answer."""

from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess, id_of, parsed
from pipelines.drafting.samples import Sample
from transforms.sources.chat import ASSISTANT, SYSTEM, USER
from transforms.sources.formats.conversations import MESSAGE_KEYS, TOOL_KEYS
from transforms.sources.messages import CONTENT_KEYS, ROLE_KEYS, ROLES

HISTORIES = (
    *("history", "chat_history", "dialogue_history", "dialog_history", "conversation_history"),
    *("previous_turns", "previous_messages", "past_messages", "chat_hist"),
)
_ASKED = (
    *("instruction", "query", "question", "input", "prompt", "user", "human", "utterance"),
    *("user_message", "user_input", "message", "current_turn", "user_query", "user_prompt"),
    *("user_question", "user_utterance", "user_turn", "current_message", "last_message"),
)
_ANSWERING = ("assistant", "bot", "model", "ai", "agent")
_SAID = ("response", "answer", "reply", "message", "output", "utterance", "turn")
_ANSWERS = (
    *("output", "response", "answer", "completion", "reply", "target", "assistant", "bot", "gpt"),
    *(f"{who}_{said}" for who in _ANSWERING for said in _SAID),
    *("right_response", "chosen"),
)


def with_history(sample: Sample) -> Guess | None:
    """Guess rows with a history, the turn that follows it, if it is not its last, and the answer.

    {"history": [["Hi", "Hello"]], "query": "Who?", "response": "I."} → "Who?" after the history
    """
    asked = sample.find(*_ASKED)
    asked = asked if asked and sample.is_text(asked) else None
    history = sample.find(*HISTORIES) or (None if asked else _dialog(sample))
    answer = sample.find(*_ANSWERS)
    if not answer or not sample.is_text(answer) or (history and sample.find("messages")):
        return None
    if not history and (before := _messages_before(sample, asked, answer)):
        history, asked = before
    if not history:
        return None
    values = sample.values(history)
    if not all(isinstance(value, (str, list)) for value in values):
        return None
    if not asked and any(_ends_in_pair(value) for value in values):
        return None
    given = sample.find("input", "inputs") if asked != sample.find("input") else None
    system = sample.find("system", "system_prompt", "system_message")
    names = {"instruction": asked or "", "output": answer, "history": history}
    names |= {"input": given or "", "system": system or ""}
    if asked and asked.lower() == "input":
        names["input"] = asked
    columns = {name: key for name, key in names.items() if key and key != name}
    guess = Guess(
        {"format": "alpaca", **id_of(sample), **({"columns": columns} if columns else {})}
    )
    said = f"{asked!r}, which follows it" if asked else "its last turn"
    guess.assumed.append(f"{history!r} is what was said before; {answer!r} answers {said}")
    return guess


def _dialog(sample: Sample) -> str | None:
    """Return the key of a context that a response follows: turns, or a text beside knowledge."""
    context = sample.find("context", "dialogue", "dialog")
    if not context or not sample.find("response", "reply"):
        return None
    is_text = sample.is_text(context) and sample.find("knowledge", "persona", "facts")
    return context if is_text or sample.is_list_of(context, str) else None


def _ends_in_pair(value: object) -> bool:
    """Return whether a history ends in what a user said with its answer."""
    last = value[-1] if isinstance(value, list) and value else None
    return isinstance(last, list) or (isinstance(last, Mapping) and "answer" in last)


def _messages_before(
    sample: Sample, asked: str | None, answer: str
) -> tuple[str, str | None] | None:
    """Return the key of messages that came before a turn beside them, and the key of that turn.

    None in its place if the turn is the last of the messages. Messages that have the turn and its
    answer are the whole conversation.
    """
    if answer.lower() == "chosen" or sample.find(*TOOL_KEYS):
        return None
    for key in dict.fromkeys((*MESSAGE_KEYS, *sample.keys)):
        rows = [row for row in sample.rows if row.get(key)]
        said = [_said(parsed(row[key])) for row in rows]
        if 2 * len(rows) <= len(sample.rows) or not all(said):
            continue
        texts = ["\n".join(text for _, text in turns) for turns in said]
        if _are_within(rows, answer, texts):
            return None
        last = [turns[-1] for turns in said]
        is_asked_last = 2 * sum(role == USER for role, _ in last) > len(rows)
        if asked and not _are_within(rows, asked, texts):
            return None if is_asked_last else (key, asked)
        if asked and not _are_within(rows, asked, [text for _, text in last]):
            return None
        # The reader of chats appends a completion to the messages.
        is_read = answer.lower() == "completion"
        has_answers = any(role == ASSISTANT for turns in said for role, _ in turns)
        return (key, None) if is_asked_last and has_answers and not is_read else None
    return None


def _said(value: Any) -> list[tuple[str, str]]:
    """Return the roles and texts of messages; none if something else is among them."""
    turns = []
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, Mapping):
            return []
        names = [str(item[key]).lower() for key in ROLE_KEYS if item.get(key)]
        role = next((r for r in (USER, ASSISTANT, SYSTEM) if {*names[:1]} & {*ROLES[r]}), None)
        text = next((item[key] for key in CONTENT_KEYS if isinstance(item.get(key), str)), None)
        if role is None or text is None:
            return []
        turns.append((role, text))
    return turns


def _are_within(rows: list[Mapping[str, Any]], key: str, texts: list[str]) -> bool:
    """Return whether the values of a key are in texts in more than a few rows."""
    values = [str(row.get(key) or "").strip() for row in rows]
    found = sum(value in text for value, text in zip(values, texts, strict=True))
    return 4 * found > len(rows)
