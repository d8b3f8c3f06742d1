"""Guess conversations: lists and tables of messages, trees, transcripts, turns by turns."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.drafting.guess import Guess, is_text, parsed
from pipelines.drafting.key_names import ANSWERS, QUESTIONS, WANTED
from pipelines.drafting.rules.preferences import preference
from pipelines.drafting.samples import Sample, message_key, role_key
from transforms.records.fields import is_missing
from transforms.sources.chat import ASSISTANT
from transforms.sources.field_sources import look_up
from transforms.sources.formats.conversations import MESSAGE_KEYS
from transforms.sources.messages import CONTENT_KEYS, ROLE_KEYS, ROLES, MessageKeys
from transforms.sources.transcripts import turns_in

_HTML = re.compile(r"</(?:p|div|li|ol|ul|code|pre|span)>")


def tree(sample: Sample) -> Guess | None:
    if not sample.is_list_of("replies", Mapping) and not any(
        isinstance(value, Mapping) and "replies" in value for value in sample.values("prompt")
    ):
        return None
    said = "trees of messages; each assistant reply is a target, the messages above it its history"
    return Guess({"format": "chat"}, [said], ["which replies are good: all of them are learned"])


def table_of_messages(sample: Sample) -> Guess | None:
    """Guess a table with a row for each message: Open Assistant's, or exports of chats."""
    role = sample.find(*ROLE_KEYS)
    content = sample.find("content", "text", "value", "message")
    if not role or not content or not sample.is_text(content):
        return None
    known = {name for names in ROLES.values() for name in names}
    if not all(str(value).strip().lower() in known for value in sample.values(role)):
        return None
    columns = {"role": role} if role not in ROLE_KEYS else {}
    columns |= {"content": content} if content not in CONTENT_KEYS else {}
    keys: dict[str, Any] = {"format": "chat", "rows_are": "messages"}
    parent, own = sample.find("parent_id", "parent"), sample.find("message_id", "id")
    if parent and own:
        columns |= {n: k for n, k in (("parent_id", parent), ("message_id", own)) if n != k}
        said = "a row is a message, and its parent the one that it answers"
        guess = Guess(keys, [said], ["which replies are good: all of them are learned"])
        if sample.find("rank"):
            guess.unknown = ["whether only the best replies are meant: `replies: best`, by `rank`"]
    else:
        names = ("conversation", "chat", "thread", "dialog", "dialogue", "session")
        group = sample.find(*(f"{name}_id" for name in names), *names)
        if not group:
            return None
        columns |= {"conversation_id": group} if group != "conversation_id" else {}
        order = sample.find(*_POSITIONS)
        columns |= {"position": order} if order and order != "position" else {}
        by = f"in the order of {order!r}" if order else "in the order of the file"
        guess = Guess(keys, [f"a row is a message of the conversation {group!r}, {by}"])
    if columns:
        keys["columns"] = columns
    return guess


_POSITIONS = (
    *("position", "turn", "turn_id", "turn_index", "message_index", "index", "order", "step"),
    *("timestamp", "created_at", "created_date", "date"),
)


def transcripts(sample: Sample) -> Guess | None:
    """Guess texts that hold a whole conversation, marked as chat templates do."""
    keys = MessageKeys()
    for key in sample.keys:
        values = sample.values(key)
        turns = [
            turns_in(v, lambda n: keys.role_of({"role": n}), is_whole=True)
            for v in values
            if is_text(v)
        ]
        whole = [t for t in turns if isinstance(t, list) and any(x.role == ASSISTANT for x in t)]
        if len(whole) > len(sample.rows) // 2 and not sample.find("chosen"):
            said = f"{key!r} holds conversations, marked as a chat template does"
            return Guess({"format": "chat", "columns": {"messages": key}}, [said])
    return None


def exported_chats(sample: Sample) -> Guess | None:
    if sample.find("mapping") and sample.find("current_node"):
        said = "ChatGPT's export: of each conversation the branch that was looked at last"
        return Guess({"format": "chat"}, [said])
    return None


def conversations(sample: Sample) -> Guess | None:
    """Guess messages with roles, under a known key or any other."""
    key = next((key for key in MESSAGE_KEYS if _are_messages(sample, key)), None)
    named = message_key(sample)
    guessed = (
        key
        or (named if named and _are_messages(sample, named) else None)
        or next((k for k in sample.keys if _are_messages(sample, k)), None)
    )
    if guessed is None:
        return preference(sample)
    guess = Guess({"format": "chat"}, [f"conversations under {guessed!r}"])
    columns: dict[str, str] = {}
    if key is None:
        columns["messages"] = guessed
    if isinstance(sample.values(guessed)[0], list):
        _add_roles(sample, guessed, columns, guess)
    if columns:
        guess.keys["columns"] = columns
    if any(_HTML.search(str(value)) for value in sample.values(guessed)[:20]):
        guess.unknown.append("whether the HTML tags in the messages are meant: they are kept")
    others = [k for k in sample.keys if k != guessed and _are_messages(sample, k)]
    is_prompt = "." in guessed or guessed in ("input", "inputs", "request", "prompt")
    answers = others[0] if is_prompt and others else _text_after(sample, guessed)
    if answers:
        columns |= {"prompt": guessed, "completion": answers}
        columns.pop("messages", None)
        guess.keys["columns"] = columns
        guess.assumed.append(f"{answers!r} is the answer to {guessed!r}")
    if sample.find("chosen", "rejected", "chosen_messages"):
        guess.assumed.append("preference pairs: what was chosen is learned, `rejected` is not")
    if any(value is False for value in sample.values("label")):
        guess.assumed.append("rows with `label: false` are not learned")
    if sample.find("images", "videos", "audios"):
        guess.assumed.append("rows with images, audio or video are rejected")
    if sample.find("tools", "functions"):
        guess.assumed.append("tools are shown at the top of the history")
    return guess


def _text_after(sample: Sample, key: str) -> str | None:
    """Return the key of a text that answers messages in which no assistant speaks."""
    lists = [value for value in sample.values(key) if isinstance(value, list)]
    items = [item for value in lists for item in value if isinstance(item, Mapping)]
    role = role_key(items) if items else None
    said = {str(look_up(item, role)).lower() for item in items} if role else {ASSISTANT}
    if said & {*ROLES[ASSISTANT]}:
        return None
    names = (*WANTED, "output", "response", "completion", "answer", "target")
    for one in (sample, sample.flattened() or sample):
        found = (k for n in names if (k := one.find(n)) and one.is_text(k))
        if answer := next(found, None):
            return answer
    return None


def _are_messages(sample: Sample, key: str) -> bool:
    values = sample.values(key)
    if values and all(isinstance(value, str) and value.startswith("[") for value in values):
        values = [parsed(value) for value in values]
    if values and all(isinstance(value, Mapping) and _holds_lists(value) for value in values):
        return True
    items = [item for value in values if isinstance(value, list) for item in value]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return False
    role = role_key(items)
    return role is not None and (not _is_asked(sample, key) or _has_roles(items, role))


def _is_asked(sample: Sample, key: str) -> bool:
    """Return whether a question and its answer stand beside a key: it has what they are about."""
    return all(
        (found := sample.find(*names)) and found != key and not sample.is_list_of(found, Mapping)
        for names in (QUESTIONS, (*WANTED, *ANSWERS))
    )


def _has_roles(items: list[Mapping[str, Any]], role: str) -> bool:
    """Return whether one of the speakers is called as users or assistants are."""
    known = {name for names in ROLES.values() for name in names}
    is_named = role.partition(".")[0] in ROLE_KEYS
    return is_named and any(str(look_up(item, role)).lower() in known for item in items)


def _holds_lists(value: Mapping[str, Any]) -> bool:
    """Return whether an object has lists of roles and contents: {"role": […], "content": […]}."""
    lists = [name for name, inner in value.items() if isinstance(inner, list)]
    return any(n in ROLE_KEYS for n in lists) and any(n in CONTENT_KEYS for n in lists)


def _add_roles(sample: Sample, key: str, columns: dict[str, str], guess: Guess) -> None:
    """Add the keys and roles of messages in an unknown form."""
    items = [item for value in sample.values(key) if isinstance(value, list) for item in value]
    role = role_key(items) or ""
    if role not in ROLE_KEYS:
        columns["role"] = role
    if not any(name in items[0] for name in CONTENT_KEYS):
        texts: Counter[str] = Counter()
        for item in items:
            texts.update({path: len(text) for path, text in _texts_of(item) if path != role})
        columns["content"] = max(texts, key=lambda path: texts[path]) if texts else "content"
    known = {name for names in ROLES.values() for name in names}
    spelled = list(dict.fromkeys(str(look_up(item, role)) for item in items))
    unknown = [name for name in spelled if name.lower() not in known]
    if not unknown:
        return
    firsts = [
        look_up(value[0], role) for value in sample.values(key) if isinstance(value, list) and value
    ]
    if {name.lower() for name in spelled} & {*ROLES["user"]}:
        guess.keys["roles"] = {"assistant": unknown}
        guess.assumed.append(f"{', '.join(unknown)} is the assistant, since the user has a name")
        return
    user = max(unknown, key=firsts.count)
    others = [name for name in unknown if name != user]
    guess.keys["roles"] = {"user": [user], **({"assistant": others} if others else {})}
    guess.assumed.append(f"{user!r} is the user, since it speaks first; {others} the assistant")


def _texts_of(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, text) of a message and of the objects in it: ("data.content", "Hello")."""
    for key, value in message.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{k}", text) for k, text in value.items() if isinstance(text, str))
        elif not is_missing(value):
            yield key, str(value)


def alternating(sample: Sample) -> Guess | None:
    """Guess lists of what two speakers said by turns, as in UltraChat."""
    for name in ("data", "dialog", "dialogue", "conversation", "conversations", "turns", "chat"):
        key = sample.find(name)
        if not key or not sample.is_list_of(key, (str, list)) or sample.find("reference"):
            continue
        if sample.is_list_of(key, str) and all(len(value) > 1 for value in sample.values(key)):
            said = f"{key!r} has what a user and an assistant said by turns, the user first"
            return Guess({"format": "chat", "columns": {"messages": key}}, [said])
        pairs = [pair for value in sample.values(key) for pair in value]
        if all(isinstance(p, list) and [type(t) for t in p] == [str, str] for p in pairs):
            said = f"{key!r} has pairs of what a user said and an assistant answered"
            return Guess({"format": "chat", "columns": {"messages": key}}, [said])
    known = {name for names in ROLES.values() for name in names}
    for key in sample.keys:
        items = [i for value in sample.values(key) if isinstance(value, list) for i in value]
        if not items or not all(isinstance(item, Mapping) for item in items):
            continue
        # Elsewhere, inputs and outputs are examples rather than turns.
        are_turns = key in MESSAGE_KEYS or not any({"input", "output"} & {*i} for i in items)
        if are_turns and all({*map(str.lower, item)} <= known for item in items):
            columns = {} if key in MESSAGE_KEYS else {"columns": {"messages": key}}
            said = f"each object of {key!r} has turns under the names of who says them"
            return Guess({"format": "chat", **columns}, [said])
    return None
