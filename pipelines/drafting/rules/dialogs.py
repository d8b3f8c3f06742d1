"""Guess turns with a history beside them: what was said before, what is said now, the answer."""

from collections.abc import Mapping

from pipelines.drafting.guess import Guess, id_of
from pipelines.drafting.samples import Sample

HISTORIES = (
    *("history", "chat_history", "dialogue_history", "dialog_history", "conversation_history"),
    *("previous_turns", "previous_messages", "past_messages", "chat_hist"),
)
_ASKED = (
    *("instruction", "query", "question", "input", "prompt", "user", "human", "utterance"),
    *("user_message", "user_input", "message", "current_turn"),
)
_ANSWERS = (
    *("output", "response", "answer", "completion", "reply", "target", "assistant", "bot", "gpt"),
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
    if not history or not answer or not sample.is_text(answer) or sample.find("messages"):
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
