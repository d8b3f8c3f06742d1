"""Where the value of a canonical field comes from: keys of a raw row, one or several put together.

mapping.py shows how recipes write them.
"""

import json
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from pydantic import Field, field_validator, model_validator

from tfrecords_schema.errors import nearest
from transforms.records.fields import is_missing, spelled
from transforms.settings import Settings
from transforms.sources.files.json_documents import loads
from transforms.sources.files.row import Row
from transforms.sources.lines import HEADERS, bars, lines_of
from transforms.sources.marked_words import mark_word
from transforms.sources.patterns import PatternError, compile_pattern


class Constant(Settings):
    """The same text for every row."""

    constant: str = Field(description="Text for every row.")


class Keys(Settings):
    """A list of the values of several keys; keys that a row lacks are left out."""

    keys: list[str] = Field(min_length=1, description="Keys whose values form the list, in order.")


def _checked(text: str) -> str:
    """Return a text with keys in braces.

    Raises:
      ValueError: it has none.
    """
    names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    if not names or not all(names):
        raise ValueError("write keys in braces, e.g. '{title}. {body}'")
    return text


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
        return _checked(text)

    @model_validator(mode="after")
    def _words_are_shown(self) -> "Text":
        for key in self.words:
            if key not in keys_of(self):
                raise ValueError(
                    f"words: {key!r} is not in the text; {nearest(key, keys_of(self))}"
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


class Marked(Settings):
    """A text with asterisks around a word at a position: a pronoun that occurs several times."""

    marked: str = Field(description="Key of the text.")
    word: str = Field(description="Key of the word, or words.")
    at: str = Field(description="Key of its position in the text: how many words come before it.")


class Lines(Settings):
    """A text composed from keys as `text` does, with lists and tables in lines.

    A list has a line for each item, a table one for each row with bars between its cells.
    """

    lines: str = Field(description="A text with keys in braces, whose lists become lines.")

    @field_validator("lines")
    @classmethod
    def _is_format(cls, lines: str) -> str:
        return _checked(lines)


FieldSource = str | Constant | Keys | Text | Extract | Passages | Marked | Lines


def keys_of(source: FieldSource) -> list[str]:
    """Return the keys of a row that a field is made of."""
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
    if isinstance(source, Marked):
        return [source.marked, source.word, source.at]
    text = source.lines if isinstance(source, Lines) else source.text
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def value_of(row: Row, source: FieldSource) -> Any:
    """Return the raw value of a field; None where the row has none."""
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
    if isinstance(source, Marked):
        return _marked(row, source)
    if isinstance(source, Lines):
        return _composed(row, source.lines, {}, _lined)
    text = _composed(row, source.text, source.words, lambda _, value: written(value))
    for old, new in source.replace.items():
        text = text.replace(old, new) if text else text
    return text or None


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
    value = parsed(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return _descend(value.get(first), rest) if first in value else None
    if not isinstance(value, list):
        return None
    if first.isdecimal():
        return _descend(value[int(first)], rest) if int(first) < len(value) else None
    return [_descend(item, path) for item in value]


def parsed(text: str) -> Any:
    """Return the object or list that a text spells in JSON, as cells of tables do, or None."""
    try:
        return loads(text) if text.startswith(("{", "[")) else None
    except ValueError:
        return None


def written(value: object) -> str:
    """Return any raw value as text: texts unchanged, lists and objects as JSON."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return spelled(value)


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


def _marked(row: Row, source: Marked) -> Any:
    """Return the text as it is where the row does not say which word is meant."""
    text, word, at = (look_up(row, key) for key in (source.marked, source.word, source.at))
    is_position = str(at).strip().isdecimal()
    if not isinstance(text, str) or not isinstance(word, str) or not is_position:
        return text
    return mark_word(text, word, int(at))


_BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”"}
_SEPARATORS = " \t\n.,;:-–—|/"


def _lined(key: str, value: Any) -> str:
    """Return a value in lines; the names of columns under a key of theirs in one line."""
    value = (parsed(value) or value) if isinstance(value, str) else value
    is_header = key.rpartition(".")[2].lower() in HEADERS and isinstance(value, list)
    return bars(value) if is_header else lines_of(value)


def _composed(
    row: Row,
    template: str,
    words: Mapping[str, Mapping[str, str]],
    write: Callable[[str, Any], str],
) -> str | None:
    """Compose keys into a text, omitting those without a value together with their separators.

    "{title}. {body}" → "body" without a title, "title" without a body; "{name} ({year})" → "name".
    None where no key has a value.
    """
    pieces: list[str] = []
    closing = ""
    for literal, name, _, _ in Formatter().parse(template):
        literal = literal.removeprefix(closing) if closing else literal
        closing = ""
        if not name:
            pieces.append(literal)
            continue
        value = look_up(row, name)
        if name in words and not is_missing(value):
            value = words[name].get(spelled(value))
            if value is None:
                # A value without words is of a kind that the recipe does not cover.
                return None
        shown = "" if is_missing(value) else write(name, value)
        if not shown:
            closing = _BRACKETS.get(literal[-1:], "")
        else:
            literal = (
                literal if pieces or _is_first(template, name) else literal.lstrip(_SEPARATORS)
            )
            pieces += [literal, shown]
    return "".join(pieces) or None


def _is_first(template: str, name: str) -> bool:
    return next((first for _, first, _, _ in Formatter().parse(template) if first), "") == name


def _extracted(row: Row, source: Extract) -> Any:
    text = look_up(row, source.extract)
    if not isinstance(text, str):
        return None
    pattern = compile_pattern(source.pattern)
    return pattern.every(text) if source.every else pattern.first(text)
