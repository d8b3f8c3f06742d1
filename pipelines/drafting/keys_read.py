"""Name the keys of a file that a drafted source reads, and those that it leaves out."""

from pydantic import TypeAdapter, ValidationError

from pipelines.drafting.guess import Guess
from pipelines.drafting.key_names import BESIDES, IDS
from pipelines.drafting.samples import Sample
from transforms.sources.field_sources import Lines, keys_of
from transforms.sources.formats.alpaca import Alpaca
from transforms.sources.formats.conversations import (
    ANSWER_KEYS,
    MEDIA_KEYS,
    MESSAGE_KEYS,
    SYSTEM_KEYS,
    TOOL_KEYS,
    Conversations,
)
from transforms.sources.mapping import RowMapping

_MOST_UNUSED = 8
_SOURCE = TypeAdapter[str | Lines](str | Lines).validate_python
# Read only where `columns` names it.
_CONTEXT = {"context"}
_OF_ALPACA = [name for name in Alpaca.column_names if name not in _CONTEXT]
_OF_MESSAGES = [name for name in Conversations.column_names if name not in _CONTEXT]
# A guess states of `rejected` that it is not learned.
_OF_CHAT = (
    *(*SYSTEM_KEYS, *TOOL_KEYS, *ANSWER_KEYS, *MEDIA_KEYS, "rejected", "label", "prompt_id"),
    *("mapping", "current_node", "replies", "rank", "deleted"),
)


def state_unused(sample: Sample, guess: Guess) -> None:
    """State which keys a source leaves out: one of them may be what the user wants."""
    read = keys_read(sample, guess)
    named = str(guess.unknown)
    unused = [
        key
        for key in sample.keys
        if read
        and key not in read
        and not _says_nothing(sample, key)
        and repr(key) not in named
        and sample.values(key)
    ]
    if unused:
        guess.assumed.append(
            f"{', '.join(unused[:_MOST_UNUSED])}{' …' if len(unused) > _MOST_UNUSED else ''} "
            f"{'is' if len(unused) == 1 else 'are'} not needed (a second source can make another "
            "task of the same file)"
        )


def _says_nothing(sample: Sample, key: str) -> bool:
    """Return whether a key has ids, or is about the rows and has one value in all of them."""
    is_alike = len({str(value) for value in sample.values(key)}) < 2
    return key.lower() in IDS or (key.lower() in BESIDES and is_alike)


def keys_read(sample: Sample, guess: Guess) -> list[str]:
    """Return the keys of a sample that a guess reads; none for formats of published files."""
    paths = _paths(sample, guess)
    return [key for key in sample.keys if any(_meet(key, path) for path in paths)]


def _meet(key: str, path: str) -> bool:
    """Return whether a path is a key or leads through it: "answers" meets "answers.text"."""
    return key == path or path.startswith(f"{key}.") or key.startswith(f"{path}.")


def _paths(sample: Sample, guess: Guess) -> list[str]:
    keys = guess.keys
    if "fields" in keys:
        try:
            stated = {name: keys[name] for name in RowMapping.model_fields if name in keys}
            return RowMapping.model_validate(stated).keys
        except ValidationError:
            return []
    form, columns = keys["format"], keys.get("columns", {})
    if form not in ("alpaca", "chat"):
        return []
    exploded = keys.get("explode", [])
    stated_keys = [key for source in columns.values() for key in keys_of(_SOURCE(source))]
    paths = [*stated_keys, *keys.get("filters", {}), keys.get("id", "id")]
    paths += [exploded] if isinstance(exploded, str) else exploded
    if form == "alpaca":
        return [*paths, *(name for name in _OF_ALPACA if name not in columns)]
    if keys.get("rows_are") == "messages":
        return [*paths, *_OF_MESSAGES, "text", "value", "rank", "deleted"]
    paths += _OF_CHAT
    messages = [key for key in ("messages", *MESSAGE_KEYS) if sample.values(key)]
    if "messages" in columns or "prompt" in columns:
        return paths
    return [*paths, *(messages[:1] or ["prompt"])]
