"""From a raw row to canonical fields, as a recipe or a collection states it.

fields:
  question: sentence.text          # a key, dots reach into objects
  options: {keys: [a, b, c]}       # a list of several keys
  instruction: {constant: Rate it} # the same text for every row
  context: {text: "{title}. {body}"}  # keys put together
labels: ["no", "yes"]              # an integer answer becomes its label; labels are options
"""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

from pydantic import Field, field_validator

from tfrecords_schema.errors import nearest
from transforms.settings import Settings
from transforms.templates.families import FAMILIES

Row = Mapping[str, Any]
FilterValue = str | int | bool


class Constant(Settings):
    """The same text for every row."""

    constant: str


class Keys(Settings):
    """A list of the values of several keys; keys that a row lacks are left out."""

    keys: list[str] = Field(min_length=1)


class Text(Settings):
    """A text put together from keys: "{title}. {body}"."""

    text: str

    @field_validator("text")
    @classmethod
    def _is_format(cls, text: str) -> str:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        if not names or not all(names):
            raise ValueError("write keys in braces, e.g. '{title}. {body}'")
        return text


FieldSource = str | Constant | Keys | Text


class RowMapping(Settings):
    """How the rows of one task become records."""

    family: str = Field(description="The template family of the task.")
    id: str | None = Field(None, description="The key that holds a row's own id.")
    fields: dict[str, FieldSource] = Field(
        min_length=1, description="Canonical field: where its value comes from."
    )
    labels: list[str] | None = Field(
        None, description="Answer options; an integer answer is a position in them."
    )
    label_of: dict[str, str] | None = Field(
        None, description="Raw answer: the option it stands for; its values are the options."
    )
    filters: dict[str, FilterValue | list[FilterValue]] = Field(
        default_factory=dict, description="Key: the value, or values, that a row must have."
    )
    license_key: str | None = Field(None, description="The key that holds a row's license.")

    @field_validator("family")
    @classmethod
    def _known_family(cls, family: str) -> str:
        if family not in FAMILIES:
            raise ValueError(f"no such template family; {nearest(family, FAMILIES)}")
        return family


def look_up(row: Row, key: str) -> Any:
    """The value under `key` or a dotted path ("answers.text.0"); None where it is missing."""
    if key in row:
        return row[key]
    value: Any = row
    for part in key.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, Sequence) and not isinstance(value, str) and part.isdigit():
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


def _value(row: Row, source: FieldSource) -> Any:
    if isinstance(source, str):
        return look_up(row, source)
    if isinstance(source, Constant):
        return source.constant
    if isinstance(source, Keys):
        values = [look_up(row, key) for key in source.keys]
        return [value for value in values if value is not None]
    pieces = []
    for literal, name, _, _ in Formatter().parse(source.text):
        value = look_up(row, name) if name else ""
        if value is None:
            return None
        pieces += [literal, str(value)]
    return "".join(pieces)


def passes(row: Row, filters: Mapping[str, FilterValue | list[FilterValue]]) -> bool:
    """Whether every filtered key has one of its values; True and 1 differ."""
    for key, wanted in filters.items():
        value = look_up(row, key)
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if not any(value == item and type(value) is type(item) for item in allowed):
            return False
    return True


def map_row(row: Row, mapping: RowMapping) -> dict[str, Any] | str:
    """The raw values of the canonical fields, the answer as an option's text; or what is wrong.

    Integers index the options; a text must be one of them.
    """
    fields = {name: _value(row, source) for name, source in mapping.fields.items()}
    answer = fields.get("answer")
    if mapping.label_of is not None and answer is not None:
        if str(answer) not in mapping.label_of:
            return f"answer {answer!r} is none of {', '.join(mapping.label_of)}"
        fields["answer"] = answer = mapping.label_of[str(answer)]
        fields.setdefault("options", list(dict.fromkeys(mapping.label_of.values())))
    elif mapping.labels is not None:
        fields["options"] = list(mapping.labels)
    options = fields.get("options")
    if not isinstance(options, list) or answer is None or answer == "":
        return fields
    if isinstance(answer, int) and not isinstance(answer, bool):
        if not 0 <= answer < len(options):
            return f"answer {answer} of {len(options)} options"
        fields["answer"] = options[answer]
    elif answer not in options:
        return f"answer {answer!r} is none of the options"
    return fields
