"""A guess at what a file's rows are, and what all rules of guessing need to make one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.drafting.samples import Sample
from transforms.sources.files.json_documents import loads

END_MARK = re.compile(r"<\|endoftext\|>|</s>|<\|im_end\|>")
# The text before a mark that ends it, in the place of {}.
UNTIL_END = r"^([\s\S]*?)\s*(?:{})?\s*$"


@dataclass
class Guess:
    """A guessed source of the recipe, with its assumptions.

    Attributes:
      keys: the source's keys, without path, collection and task.
      assumed: assumptions, in words.
      unknown: facts that the file does not show.
      problem: the reason if no source could be guessed.
      is_final: whether the problem stands, and no other reading of the rows is to be tried.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    problem: str = ""
    is_final: bool = False


def mapped(sample: Sample, family: str, fields: dict[str, Any], *assumed: str) -> Guess:
    """Return the guess of a family of templates, with the sources of its fields."""
    keys = {"format": sample.form, "family": family, **id_of(sample), "fields": fields}
    return Guess(keys, list(assumed))


def id_of(sample: Sample) -> dict[str, str]:
    """Return the key of ids that are unique, if there is one."""
    key = sample.find("id", "uid", "uuid", "qid", "question_id", "message_id", "example_id", "guid")
    values = sample.values(key) if key else []
    is_unique = len(values) == len(sample.rows) and all(
        isinstance(value, (str, int)) for value in values
    )
    return {"id": key} if key and is_unique and len(set(values)) == len(values) else {}


def is_text(value: object) -> bool:
    """Return whether a value is a text."""
    return isinstance(value, str)


def parsed(value: Any) -> Any:
    """Return the object or list that the text of a cell spells, any other value as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return loads(value)
    except ValueError:
        return value


def folded_in(key: str, names: tuple[str, ...]) -> bool:
    """Return whether the last part of a key is one of the names, in any case."""
    return key.rpartition(".")[2].lower() in names


def is_object(sample: Sample, key: str) -> bool:
    """Return whether a key has a list or an object in some row."""
    return any(isinstance(value, (list, Mapping)) for value in sample.values(key))


Rule = Callable[[Sample], Guess | None]
