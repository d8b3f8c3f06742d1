"""From a raw row to canonical fields, as a recipe or a collection states it.

fields:
  question: sentence.text          # a key, dots reach into objects, numbers into lists
  options: choices.text            # of every object in the list `choices`
  hints: {keys: [a, b, c]}         # a list of several keys
  instruction: {constant: Rate it} # the same text for every row
  context: {text: "{title}. {body}"}  # keys put together
  query: {text: "{query}", replace: {"@blank": "_"}}  # texts in the result exchanged
  cue: {text: "{premise} {kind}", words: {kind: {cause: Why?, effect: So?}}}  # values in words
  text: {extract: line, pattern: "^. (.*)"}  # what a regular expression finds
labels: ["no", "yes"]              # an integer answer becomes its label; labels are options
label_of: {"A": yes, "B": no}      # a raw answer becomes what it stands for
marks: [A, B, C, D]                # a raw answer names an option by its mark
each: passage.questions            # a record for each object of a list, under the same keys
"""

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from pydantic import Field, field_validator, model_validator

from tfrecords_schema.errors import nearest
from transforms.settings import Settings
from transforms.sources.files.row import BadRow, Row
from transforms.templates.families import FAMILIES

FilterValue = str | int | bool


class Constant(Settings):
    """The same text for every row."""

    constant: str


class Keys(Settings):
    """A list of the values of several keys; keys that a row lacks are left out."""

    keys: list[str] = Field(min_length=1)


class Text(Settings):
    """A text put together from keys: "{title}. {body}".

    `words` has what to write for the raw values of a key; a value that it lacks leaves the field
    empty. `replace` exchanges texts in the result, in the order stated.
    """

    text: str
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    replace: dict[str, str] = Field(default_factory=dict)

    @field_validator("text")
    @classmethod
    def _is_format(cls, text: str) -> str:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        if not names or not all(names):
            raise ValueError("write keys in braces, e.g. '{title}. {body}'")
        return text

    @model_validator(mode="after")
    def _words_are_shown(self) -> "Text":
        for key in self.words:
            if key not in _keys_of(self):
                raise ValueError(
                    f"words: {key!r} is not in the text; {nearest(key, _keys_of(self))}"
                )
        if "" in self.replace:
            raise ValueError("replace: an empty text is in every place; name the text to replace")
        return self


class Extract(Settings):
    """What the one group of a regular expression finds in a key's text, first or every time."""

    extract: str
    pattern: str
    every: bool = False

    @field_validator("pattern")
    @classmethod
    def _has_one_group(cls, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if groups != 1:
            raise ValueError(f"one group in parentheses, not {groups}")
        return pattern


FieldSource = str | Constant | Keys | Text | Extract


class RowMapping(Settings):
    """How the rows of one task become records."""

    family: str = Field(description="The template family of the task.")
    id: str | None = Field(None, description="The key that holds a row's own id.")
    fields: dict[str, FieldSource] = Field(
        min_length=1, description="Canonical field: where its value comes from."
    )
    required: list[str] = Field(
        default_factory=list, description="Fields without which a row is left out."
    )
    labels: list[str] | None = Field(
        None, description="Answer options; an integer answer is a position in them."
    )
    label_of: dict[str, str] | None = Field(
        None, description="Raw answer: the option it stands for; its values are the options."
    )
    marks: list[str] | str | None = Field(
        None, description="Marks of the options, or the key that holds them; the answer is one."
    )
    filters: dict[str, FilterValue | list[FilterValue]] = Field(
        default_factory=dict, description="Key: the value, or values, that a row must have."
    )
    license_key: str | None = Field(None, description="The key that holds a row's license.")
    each: str | None = Field(
        None, description="The list that has an object for each record; keys stay as they are."
    )

    @field_validator("family")
    @classmethod
    def _known_family(cls, family: str) -> str:
        # A held-out set needs none; that a source has one, the recipe checks.
        if family and family not in FAMILIES:
            raise ValueError(f"no such template family; {nearest(family, FAMILIES)}")
        return family

    @property
    def keys(self) -> list[str]:
        """Every key of a row that the mapping reads."""
        keys = [key for source in self.fields.values() for key in _keys_of(source)]
        single = (self.id, self.license_key, self.marks, self.each)
        keys += [*self.filters, *(key for key in single if isinstance(key, str))]
        return list(dict.fromkeys(keys))


def _keys_of(source: FieldSource) -> list[str]:
    if isinstance(source, str):
        return [source]
    if isinstance(source, Constant):
        return []
    if isinstance(source, Keys):
        return source.keys
    if isinstance(source, Extract):
        return [source.extract]
    return [name for _, name, _, _ in Formatter().parse(source.text) if name]


def look_up(row: Row, key: str) -> Any:
    """Return the value under `key` or a dotted path; None where it is missing.

    {"choices": [{"text": "a"}, {"text": "b"}]}: "choices.text" → ["a", "b"], "choices.0.text" → "a"
    """
    if key in row:
        return row[key]
    return _descend(row, key.split("."))


def _descend(value: Any, path: list[str]) -> Any:
    if not path:
        return value
    first, *rest = path
    if isinstance(value, Mapping):
        return _descend(value.get(first), rest) if first in value else None
    if not isinstance(value, list):
        return None
    if first.isdecimal():
        return _descend(value[int(first)], rest) if int(first) < len(value) else None
    return [_descend(item, path) for item in value]


def value_of(row: Row, source: FieldSource) -> Any:
    if isinstance(source, str):
        return look_up(row, source)
    if isinstance(source, Constant):
        return source.constant
    if isinstance(source, Keys):
        values = [look_up(row, key) for key in source.keys]
        return [value for value in values if value is not None]
    if isinstance(source, Extract):
        return _extracted(row, source)
    return _put_together(row, source)


def _put_together(row: Row, source: Text) -> str | None:
    text = ""
    for literal, name, _, _ in Formatter().parse(source.text):
        value = look_up(row, name) if name else ""
        if name in source.words and value is not None:
            value = source.words[name].get(spelled(value))
        if value is None:
            return None
        text += literal + str(value)
    for old, new in source.replace.items():
        text = text.replace(old, new)
    return text


def _extracted(row: Row, source: Extract) -> Any:
    text = look_up(row, source.extract)
    if not isinstance(text, str):
        return None
    if source.every:
        return re.findall(source.pattern, text)
    found = re.search(source.pattern, text)
    return found[1] if found else None


def rows_of(row: Row, mapping: RowMapping) -> list[Row] | BadRow:
    """Return a row for each object of the list that the mapping names, or the row itself.

    {"text": "T", "qas": [{"q": "a"}, {"q": "b"}]}, "qas"
      → {"text": "T", "qas": {"q": "a"}}, {"text": "T", "qas": {"q": "b"}}
    """
    if mapping.each is None:
        return [row]
    rows = list(_spread(row, mapping.each.split(".")))
    return rows or BadRow("empty_field", f"{mapping.each} is no list of objects, or an empty one")


def _spread(row: Row, path: list[str]) -> Iterator[Row]:
    first, *rest = path
    value = row.get(first)
    for item in value if isinstance(value, list) else [value] if rest else []:
        if not isinstance(item, Mapping):
            continue
        for inner in _spread(item, rest) if rest else [item]:
            yield {**row, first: inner}


def passes(row: Row, filters: Mapping[str, FilterValue | list[FilterValue]]) -> bool:
    """Return whether every filtered key has one of its values; True, 1 and "1" all differ."""
    for key, wanted in filters.items():
        value = look_up(row, key)
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if not any(_equals(value, item) for item in allowed):
            return False
    return True


def _equals(value: Any, item: FilterValue) -> bool:
    if isinstance(value, str):
        return value == spelled(item)
    return bool(value == item) and type(value) is type(item)


def spelled(value: object) -> str:
    """Spell a raw answer as recipes do: booleans as in JSON, numbers in digits."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def map_row(row: Row, mapping: RowMapping) -> dict[str, Any] | BadRow:
    """Return the raw values of the canonical fields, the answer as an option; or what is wrong.

    Integers index the options; a text must be one of them.
    """
    fields = {name: value_of(row, source) for name, source in mapping.fields.items()}
    for name in mapping.required:
        if fields.get(name) in (None, "", []):
            return BadRow("empty_field", f"{name} is empty or missing")
    answer = fields.get("answer")
    if mapping.label_of is not None and answer is not None:
        if spelled(answer) not in mapping.label_of:
            expected = ", ".join(mapping.label_of)
            return BadRow("unknown_label", f"answer {answer!r} is none of {expected}")
        fields["answer"] = answer = mapping.label_of[spelled(answer)]
        fields.setdefault("options", list(dict.fromkeys(mapping.label_of.values())))
    elif mapping.labels is not None:
        fields["options"] = list(mapping.labels)
    options = fields.get("options")
    if not isinstance(options, list) or answer is None or answer == "":
        return fields
    chosen = _chosen(row, mapping, answer, options)
    return chosen if isinstance(chosen, BadRow) else {**fields, "answer": chosen}


def map_item(row: Row, mapping: RowMapping) -> dict[str, Any]:
    """Return the raw values of a held-out row: without its answer where no option is that."""
    mapped = map_row(row, mapping.model_copy(update={"required": []}))
    if not isinstance(mapped, BadRow):
        return mapped
    fields = {
        name: value_of(row, source) for name, source in mapping.fields.items() if name != "answer"
    }
    stated = list(dict.fromkeys((mapping.label_of or {}).values())) or mapping.labels
    return {**fields, "options": stated} if stated else fields


def _chosen(row: Row, mapping: RowMapping, answer: Any, options: list[Any]) -> Any | BadRow:
    """Return the option that a raw answer stands for."""
    position = answer if isinstance(answer, int) and not isinstance(answer, bool) else None
    texts = [spelled(option).strip() for option in options]
    if isinstance(answer, str) and answer.strip().isdecimal() and answer.strip() not in texts:
        # Tables have positions as text.
        position = int(answer)
    if mapping.marks is not None:
        marks = look_up(row, mapping.marks) if isinstance(mapping.marks, str) else mapping.marks
        spellings = [spelled(mark) for mark in marks] if isinstance(marks, list) else []
        if spelled(answer).strip() not in spellings:
            return BadRow("unknown_label", f"answer {answer!r} is none of the marks {spellings}")
        position = spellings.index(spelled(answer).strip())
    if position is not None:
        if not 0 <= position < len(options):
            return BadRow("unknown_label", f"answer {answer!r} of {len(options)} options")
        return options[position]
    if spelled(answer).strip() not in texts:
        return BadRow("unknown_label", f"answer {answer!r} is none of the options")
    return answer
