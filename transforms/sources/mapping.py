"""Map a raw row to canonical fields, as a recipe or a collection states it.

fields:
  question: sentence.text          # a key, dots reach into objects, numbers into lists
  options: choices.text            # of every object in the list `choices`
  hints: {keys: [a, b, c]}         # a list of several keys
  instruction: {constant: Rate it} # the same text for every row
  context: {text: "{title}. {body}"}  # keys put together
  query: {text: "{query}", replace: {"@blank": "_"}}  # texts in the result exchanged
  cue: {text: "{premise} {kind}", words: {kind: {cause: Why?, effect: So?}}}  # values in words
  text: {extract: line, pattern: "^. (.*)"}  # what a regular expression finds
  context: {passages: ctx.sentences, titles: ctx.title}  # a line for each passage of a list
  text: {marked: text, word: span.text, at: span.index}  # asterisks around the word at a position
  context: {lines: "{title}\n\n{table}"}  # as `text`; a line for each item of a list or table
labels: ["no", "yes"]              # the options; an answer is one of them, or its position
label_of: {"A": yes, "B": no}      # a raw answer becomes the option that it means
marks: [A, B, C, D]                # a raw answer names an option by its mark
answer_is: position                # where an answer could be an option's text or its position
explode: passage.questions         # a record for each item of a list, under the same keys
optional: {context: closed_book_qa}  # rows without a context are a task of that family
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from tfrecords_schema.errors import nearest
from transforms.records.fields import is_missing, says_no_input, spelled
from transforms.settings import Settings
from transforms.sources.conditions import Filters, meets
from transforms.sources.field_sources import FieldSource, keys_of, look_up, value_of
from transforms.sources.files.row import BadRow, Row
from transforms.sources.files.unfolding import Unfolding
from transforms.sources.raw_answers import label_for, listed_in, option_meant, without_marks
from transforms.templates.families import FAMILIES
from transforms.types import Task


class Filtering(Settings):
    """The choice of rows by their values."""

    filters: Filters = Field(
        default_factory=dict,
        description="Keeps only rows with these values: maps a key to a value, a list of values, "
        "or conditions: `empty`, `none_of`, `at_least`, `at_most`, `min_words`, `max_words`, "
        "`matches`.",
    )


class FixedFields(Filtering):
    """Settings of formats in which each file is a task, and rows have fields of fixed names."""

    # The only field that rows may lack.
    optional_field: ClassVar[str]

    optional: dict[str, str] = Field(
        default_factory=dict,
        description="Maps a field that rows may lack to the template family of rows without it, "
        "which form the task `<task>_no_<field>`.",
    )

    @field_validator("optional")
    @classmethod
    def _can_be_missing(cls, optional: dict[str, str]) -> dict[str, str]:
        for field, family in optional.items():
            if field != cls.optional_field:
                raise ValueError(f"{field!r} cannot be missing; only {cls.optional_field!r} can")
            if family not in FAMILIES:
                raise ValueError(f"{family!r} is no template family; {nearest(family, FAMILIES)}")
        return optional


def tasks_without(task: Task, optional: Mapping[str, str]) -> dict[str, Task]:
    """Return {field: the task of the rows that lack it}, for fields and families of `optional`."""
    return {
        field: replace(
            task,
            name=f"{task.name}_no_{field}",
            family=family,
            exemplars=(),
            negative_exemplars=(),
        )
        for field, family in optional.items()
    }


class RowMapping(Unfolding, Filtering):
    """The mapping from the rows of one task to records."""

    family: str = Field(description="Template family of the task.")
    id: str | None = Field(None, description="Key of the row's id.")
    fields: dict[str, FieldSource] = Field(
        min_length=1, description="Maps each canonical field to the source of its value."
    )
    optional: dict[str, str] = Field(
        default_factory=dict,
        description="Maps a field that rows may lack to the template family of rows without it, "
        "which form the task `<task>_no_<field>`.",
    )
    required: list[str] = Field(
        default_factory=list, description="Fields that a row must have; other rows are rejected."
    )
    labels: list[str] | None = Field(
        None,
        description="Answer options; the raw answer is the text of one, or its position (0, 1.0, "
        "'2').",
    )
    label_of: dict[str, str] | None = Field(
        None,
        description="Maps each raw answer to the option that it means; the values are the options.",
    )
    marks: list[str] | str | None = Field(
        None,
        description="Marks of the options (e.g. A, B), or the key that holds them; the raw answer "
        "is a mark.",
    )
    answer_is: Literal["text", "position"] | None = Field(
        None,
        description="How to read a numeric answer: as the text of an option, or as its position "
        "from 0. If left out, rows that could mean both are rejected as "
        "`ambiguous_label`.",
    )
    license_key: str | None = Field(None, description="Key of the row's license.")

    @field_validator("family")
    @classmethod
    def _known_family(cls, family: str) -> str:
        # A held-out set needs none; the recipe checks that a source has one.
        if family and family not in FAMILIES:
            raise ValueError(f"no such template family; {nearest(family, FAMILIES)}")
        return family

    @model_validator(mode="after")
    def _optional_fields_are_mapped(self) -> Self:
        for field, family in self.optional.items():
            if field not in self.fields:
                raise ValueError(
                    f"optional: {field!r} is not in `fields`; {nearest(field, self.fields)}"
                )
            if family not in FAMILIES:
                raise ValueError(
                    f"optional: {family!r} is no template family; {nearest(family, FAMILIES)}"
                )
        return self

    @field_validator("labels", "marks", mode="before")
    @classmethod
    def _numbers_are_texts(cls, value: object) -> object:
        return [_as_text(item) for item in value] if isinstance(value, list) else value

    @field_validator("label_of", mode="before")
    @classmethod
    def _keys_are_texts(cls, value: object) -> object:
        # YAML reads unquoted `0`, `true` and `yes` as numbers and booleans, like those of rows.
        if not isinstance(value, dict):
            return value
        return {spelled(key): _as_text(label) for key, label in value.items()}

    @property
    def keys(self) -> list[str]:
        """All keys of a row that the mapping reads."""
        keys = [key for source in self.fields.values() for key in keys_of(source)]
        single = (self.id, self.license_key, self.marks)
        keys += [*self.filters, *(key for key in single if isinstance(key, str))]
        keys += [self.explode] if isinstance(self.explode, str) else self.explode or []
        return list(dict.fromkeys(keys))


def _as_text(value: object) -> object:
    """Return a number as text; anything else, booleans too, as it is."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else value


def passes(row: Row, filters: Filters) -> bool:
    """Return whether every filtered key has what its filter asks for."""
    return all(meets(look_up(row, key), wanted) for key, wanted in filters.items())


def lacking(fields: Mapping[str, Any], optional: Iterable[str]) -> str:
    """Return the first optional field that has no value, "" where all have one."""
    return next(
        (n for n in optional if is_missing(fields.get(n)) or not str(fields[n]).strip(" \n[]")), ""
    )


def map_row(row: Row, mapping: RowMapping) -> dict[str, Any] | BadRow:
    """Return the raw values of the canonical fields, the answer as an option; or the problem.

    Integers index the options; a text must be one of them.
    """
    fields = {name: value_of(row, source) for name, source in mapping.fields.items()}
    if "input" in mapping.optional and says_no_input(fields["input"]):
        fields["input"] = None
    for name in mapping.required:
        if is_missing(fields.get(name)) or fields[name] in ("", []):
            return BadRow("empty_field", f"{name} is empty or missing")
    answer = fields.get("answer")
    if mapping.label_of is not None and not is_missing(answer) and answer != "":
        label = label_for(answer, mapping.label_of)
        if label is None:
            expected = ", ".join(mapping.label_of)
            return BadRow("unknown_label", f"answer {answer!r} is none of {expected}")
        fields["answer"] = answer = label
        fields.setdefault("options", list(dict.fromkeys(mapping.label_of.values())))
    elif mapping.labels is not None:
        fields["options"] = list(mapping.labels)
    options = fields.get("options")
    if isinstance(options, str) and (listed := listed_in(options)):
        fields["options"] = options = listed
    if not isinstance(options, list) or is_missing(answer) or answer == "":
        return fields
    position = option_meant(row, mapping, answer, options)
    if isinstance(position, BadRow):
        return position
    options = without_marks(options)
    return {**fields, "options": options, "answer": options[position]}


def map_item(row: Row, mapping: RowMapping) -> dict[str, Any]:
    """Return the raw values of a held-out row, without an answer that is not an option."""
    mapped = map_row(row, mapping.model_copy(update={"required": []}))
    if not isinstance(mapped, BadRow):
        return mapped
    fields = {
        name: value_of(row, source) for name, source in mapping.fields.items() if name != "answer"
    }
    stated = list(dict.fromkeys((mapping.label_of or {}).values())) or mapping.labels
    return {**fields, "options": stated} if stated else fields


def advice_on(field: str, source: FieldSource, value: object) -> str:
    """Say what kind of value a field got, from which key, and what to write in the recipe instead.

    "answer", "reply", {"id": 1, "text": "Yes."} → "an object with the keys id, text under 'reply':
    name one of them, `answer: reply.id`, or show all of it, `answer: {text: \"{reply}\"}`"
    """
    if not isinstance(source, str):
        return "name keys of texts, numbers or lists of texts"
    items = value if isinstance(value, list) else [value]
    wrong = next((item for item in items if isinstance(item, (list, Mapping, bytes))), value)
    if isinstance(wrong, bytes):
        return f"bytes under {source!r} that are no UTF-8: they are no text, name another key"
    names = [str(name) for name in wrong] if isinstance(wrong, Mapping) else []
    of_keys = f"with the keys {', '.join(names[:8])}" if names else "without keys"
    kind = f"an object {of_keys}" if isinstance(wrong, Mapping) else "a list"
    kind = f"a list, and in it {kind}" if wrong is not value else kind
    inner = f"name one of them, `{field}: {source}.{names[0]}`, or " if names else ""
    return f'{kind} under {source!r}: {inner}show all of it, `{field}: {{text: "{{{source}}}"}}`'
