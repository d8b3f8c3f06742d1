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
labels: ["no", "yes"]              # the options; an answer is one of them, or its position
label_of: {"A": yes, "B": no}      # a raw answer becomes the option that it means
marks: [A, B, C, D]                # a raw answer names an option by its mark
answer_is: position                # where an answer could be an option's text or its position
explode: passage.questions         # a record for each item of a list, under the same keys
optional: {context: closed_book_qa}  # rows without a context are a task of that family
"""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from string import Formatter, ascii_lowercase, ascii_uppercase
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from tfrecords_schema.errors import nearest
from transforms.records.fields import is_missing, spelled
from transforms.settings import Settings
from transforms.sources.conditions import Filters, meets
from transforms.sources.files.json_documents import loads
from transforms.sources.files.row import BadRow, Row
from transforms.sources.files.unfolding import Unfolding
from transforms.sources.patterns import PatternError, compile_pattern
from transforms.templates.families import FAMILIES
from transforms.types import Task


class Constant(Settings):
    """The same text for every row."""

    constant: str = Field(description="Text for every row.")


class Keys(Settings):
    """A list of the values of several keys; keys that a row lacks are left out."""

    keys: list[str] = Field(min_length=1, description="Keys whose values form the list, in order.")


class Text(Settings):
    """A text composed from keys: "{title}. {body}".

    `words` gives words for the raw values of a key; any other value leaves the field empty.
    `replace` replaces texts in the result, in the given order.
    """

    text: str = Field(description="A text with keys in braces.")
    words: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Maps a key to the words for each of its raw values."
    )
    replace: dict[str, str] = Field(
        default_factory=dict, description="Maps a text in the result to its replacement."
    )

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
            raise ValueError("replace: the text to replace is empty")
        return self


class Extract(Settings):
    """The first or every match of a regular expression's group in a key's text."""

    extract: str = Field(description="Key of the text to search.")
    pattern: str = Field(description="A regular expression with one group in parentheses.")
    every: bool = Field(False, description="Return all matches as a list instead of the first.")

    @field_validator("pattern")
    @classmethod
    def _has_one_group(cls, pattern: str) -> str:
        try:
            groups = compile_pattern(pattern).groups
        except PatternError as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if groups != 1:
            raise ValueError(f"expected one group in parentheses, found {groups}")
        return pattern


class Passages(Settings):
    """A text with a line for each passage of a list, its title first.

    A passage is a text or a list of sentences, or a pair of a title and one of them.
    """

    passages: str = Field(description="Key of the list of passages.")
    titles: str | None = Field(
        None, description="Key of the list of their titles, one for each passage."
    )


FieldSource = str | Constant | Keys | Text | Extract | Passages


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
        keys = [key for source in self.fields.values() for key in _keys_of(source)]
        single = (self.id, self.license_key, self.marks)
        keys += [*self.filters, *(key for key in single if isinstance(key, str))]
        keys += [self.explode] if isinstance(self.explode, str) else self.explode or []
        return list(dict.fromkeys(keys))


def _as_text(value: object) -> object:
    """Return a number as text; anything else, booleans too, as it is."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else value


def _keys_of(source: FieldSource) -> list[str]:
    if isinstance(source, str):
        return [source]
    if isinstance(source, Constant):
        return []
    if isinstance(source, Keys):
        return source.keys
    if isinstance(source, Extract):
        return [source.extract]
    if isinstance(source, Passages):
        return [source.passages, *([source.titles] if source.titles else [])]
    return [name for _, name, _, _ in Formatter().parse(source.text) if name]


def look_up(row: Row, key: str) -> Any:
    """Return the value under `key` or a dotted path; None where it is missing.

    A text that is a JSON list or object counts as one.

    {"choices": [{"text": "a"}, {"text": "b"}]}: "choices.text" → ["a", "b"], "choices.0.text" → "a"
    """
    if key in row:
        return row[key]
    first, *rest = key.split(".")
    while rest and first not in row:
        # A key may have dots of its own: {"label.responses": ["spam"]}.
        first, *rest = f"{first}.{rest[0]}", *rest[1:]
    return _descend(row.get(first), rest)


def _descend(value: Any, path: list[str]) -> Any:
    if not path:
        return value
    first, *rest = path
    value = _parsed(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return _descend(value.get(first), rest) if first in value else None
    if not isinstance(value, list):
        return None
    if first.isdecimal():
        return _descend(value[int(first)], rest) if int(first) < len(value) else None
    return [_descend(item, path) for item in value]


def _parsed(text: str) -> Any:
    """Return the object or list that a text spells in JSON, as cells of tables do, or None."""
    try:
        return loads(text) if text.startswith(("{", "[")) else None
    except ValueError:
        return None


def value_of(row: Row, source: FieldSource) -> Any:
    if isinstance(source, str):
        return look_up(row, source)
    if isinstance(source, Constant):
        return source.constant
    if isinstance(source, Keys):
        values = [look_up(row, key) for key in source.keys]
        return [value for value in values if not is_missing(value)]
    if isinstance(source, Extract):
        return _extracted(row, source)
    if isinstance(source, Passages):
        return _passages(row, source)
    return _composed(row, source)


def _passages(row: Row, source: Passages) -> str | None:
    """Return a line for each passage, None if there are none or they are of another form.

    [["Mars", ["It is red. ", "It is dry."]]] → "Mars: It is red. It is dry."
    """
    passages = look_up(row, source.passages)
    if not isinstance(passages, list):
        return None
    titles = look_up(row, source.titles) if source.titles else None
    if not isinstance(titles, list) or len(titles) != len(passages):
        titles = [None] * len(passages)
    lines = []
    for title, passage in zip(titles, passages, strict=True):
        if isinstance(passage, list) and [*map(type, passage)] == [str, list]:
            title, passage = passage
        sentences = passage if isinstance(passage, list) else [passage]
        if not all(isinstance(sentence, str) for sentence in sentences):
            return None
        text = " ".join(filter(None, map(str.strip, sentences)))
        lines.append(f"{title}: {text}" if title and text else text)
    return "\n".join(filter(None, lines)) or None


_BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”"}
_SEPARATORS = " \t\n.,;:-–—|/"


def _composed(row: Row, source: Text) -> str | None:
    """Compose keys into a text, omitting those without a value together with their separators.

    "{title}. {body}" → "body" without a title, "title" without a body; "{name} ({year})" → "name".
    None where no key has a value.
    """
    pieces: list[str] = []
    closing = ""
    for literal, name, _, _ in Formatter().parse(source.text):
        literal = literal.removeprefix(closing) if closing else literal
        closing = ""
        if not name:
            pieces.append(literal)
            continue
        value = look_up(row, name)
        if name in source.words and not is_missing(value):
            value = source.words[name].get(spelled(value))
            if value is None:
                # A value without words is of a kind that the recipe does not cover.
                return None
        if is_missing(value) or value == "":
            closing = _BRACKETS.get(literal[-1:], "")
        else:
            literal = (
                literal if pieces or _is_first(source.text, name) else literal.lstrip(_SEPARATORS)
            )
            pieces += [literal, written(value)]
    text = "".join(pieces)
    for old, new in source.replace.items():
        text = text.replace(old, new)
    return text or None


def _is_first(template: str, name: str) -> bool:
    return next((first for _, first, _, _ in Formatter().parse(template) if first), "") == name


def written(value: object) -> str:
    """Return any raw value as text: texts unchanged, lists and objects as JSON."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return spelled(value)


def _extracted(row: Row, source: Extract) -> Any:
    text = look_up(row, source.extract)
    if not isinstance(text, str):
        return None
    pattern = compile_pattern(source.pattern)
    return pattern.every(text) if source.every else pattern.first(text)


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
    position = _chosen(row, mapping, answer, options)
    if isinstance(position, BadRow):
        return position
    options = without_marks(options)
    return {**fields, "options": options, "answer": options[position]}


def listed_in(value: object) -> list[Any] | None:
    """Return the list that the text of a cell spells in JSON or Python; None if it spells none.

    "['red', 'blue']" → ["red", "blue"]. NumPy's "['red' 'blue']" has no commas, and is none.
    """
    if not isinstance(value, str) or not value.strip().startswith("["):
        return None
    if len(value) > _LONGEST_LIST or _WITHOUT_COMMA.search(value):
        return None
    try:
        value_read = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    are_scalars = isinstance(value_read, list) and all(
        isinstance(i, (str, int, float)) for i in value_read
    )
    return value_read if value_read and are_scalars else None


_LONGEST_LIST = 65_536
_WITHOUT_COMMA = re.compile(r"""(['"])\s+\1""")
_MARK = re.compile(r"\A\s*\(?([A-Za-z]|\d{1,2})(?:[.:]\s+|\)\s*)(?=\S)")


def without_marks(options: list[Any]) -> list[Any]:
    """Return options without the marks that they bring: ["A. one", "B. two"] → ["one", "two"].

    Prompts add marks and change the order. Only consecutive marks from the first on count as
    marks: "A", "B"; "a", "b"; "1", "2".
    """
    matches = [_MARK.match(option) for option in options if isinstance(option, str)]
    marks = [match[1] for match in matches if match]
    numbers = [str(number) for number in range(1, len(options) + 1)]
    in_order = (list(ascii_uppercase), list(ascii_lowercase), numbers)
    if len(options) < 2 or not any(marks == order[: len(options)] for order in in_order):
        return options
    return [_MARK.sub("", option, count=1) for option in options]


def number_of(value: object) -> int | None:
    """Return the integer that a raw value represents: 1, 1.0, "1", "1.0" and True → 1."""
    if isinstance(value, str):
        match = _INTEGER.fullmatch(value.strip())
        return int(match[1]) if match else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, (bool, int, Decimal)) and value == int(value) else None


_INTEGER = re.compile(r"(-?\d{1,18})(?:\.0+)?")
_BOOLEANS = {"true": 1, "false": 0}


def label_for(answer: object, label_of: Mapping[str, str]) -> str | None:
    """Return the label of a raw answer, by its spelling or as a number."""
    for text in (spelled(answer), spelled(answer).strip()):
        if text in label_of:
            return label_of[text]
    number = number_of(answer)
    number = _BOOLEANS.get(text.lower()) if number is None else number
    for key, label in label_of.items():
        known = _BOOLEANS.get(key.lower(), number_of(key))
        if known is not None and known == number:
            return label
    return None


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


def _chosen(row: Row, mapping: RowMapping, answer: Any, options: list[Any]) -> int | BadRow:
    """Return the position of the option that a raw answer means."""
    if mapping.marks is not None:
        marks = look_up(row, mapping.marks) if isinstance(mapping.marks, str) else mapping.marks
        spellings = [spelled(mark) for mark in marks] if isinstance(marks, list) else []
        position = _position_of(answer, spellings)
        if position is None:
            return BadRow("unknown_label", f"answer {answer!r} is none of the marks {spellings}")
        if position >= len(options):
            return BadRow("unknown_label", f"answer {answer!r} of {len(options)} options")
        return position
    same = None if mapping.answer_is == "position" else _position_of(answer, options)
    is_in_words = mapping.answer_is != "position" and number_of(answer) is None
    if same is None and is_in_words and mapping.labels is None:
        same = _position_in_words(spelled(answer), without_marks(options))
    position = None if mapping.answer_is == "text" else _as_position(answer, options, mapping)
    if same is None and position is None:
        is_text = number_of(answer) is None
        problem = "is none of the options" if is_text else f"of {len(options)} options"
        return BadRow("unknown_label", f"answer {answer!r} {problem}")
    if same is not None and position is not None and same != position:
        detail = (
            f"answer {answer!r} is the text of option {same} and the position of another; "
            "say which with `answer_is: text` or `answer_is: position`"
        )
        return BadRow("ambiguous_label", detail)
    return position if same is None and position is not None else same or 0


def _position_of(answer: object, options: list[Any]) -> int | None:
    """Return the position of `answer` in `options`, by its spelling or as a number."""
    text, spellings = spelled(answer).strip(), [spelled(option).strip() for option in options]
    if text in spellings:
        return spellings.index(text)
    number = number_of(answer)
    if number is None or isinstance(answer, bool):
        return None
    numbers = [number_of(option) for option in options]
    return numbers.index(number) if number in numbers else None


def _position_in_words(answer: str, options: list[Any]) -> int | None:
    """Return the position of the one option that differs from `answer` in case and period alone."""
    plain = [_plain(spelled(option)) for option in options]
    return plain.index(_plain(answer)) if plain.count(_plain(answer)) == 1 else None


def _plain(text: str) -> str:
    return text.strip().removesuffix(".").casefold()


def _as_position(answer: object, options: list[Any], mapping: RowMapping) -> int | None:
    """Return the position that `answer` can be; None if it cannot.

    If the options are numbers, not texts, or are stated by the recipe, a number is one of them.
    """
    number = number_of(answer)
    if number is None:
        number = _BOOLEANS.get(spelled(answer).strip().lower()) if len(options) == 2 else None
    elif isinstance(answer, bool) and len(options) != 2:
        number = None
    if number is None or not 0 <= number < len(options):
        return None
    if mapping.answer_is is None and all(number_of(option) is not None for option in options):
        are_numbers = not any(isinstance(option, str) for option in options)
        if mapping.labels is not None or are_numbers:
            return None
    return number
