"""Conditions on the values of a row, for `filters`.

{text: {min_words: 5}, reply: {empty: false}, score: {at_least: 0.8}}
"""

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, NonNegativeInt, Tag, field_validator, model_validator

from transforms.records.fields import is_missing, spelled
from transforms.settings import Settings
from transforms.sources.patterns import PatternError, compile_pattern
from transforms.texts.scripts import has_characters, split_characters

FilterValue = str | int | bool


class Condition(Settings):
    """What a value has to be; if several keys are given, all of them must hold."""

    empty: bool | None = Field(None, description="false: the row has a value; true: it has none.")
    none_of: list[FilterValue] = Field(
        default_factory=list, description="The value is none of these."
    )
    at_least: float | None = Field(None, description="The value is a number and not below this.")
    at_most: float | None = Field(None, description="The value is a number and not above this.")
    min_words: NonNegativeInt | None = Field(
        None,
        description="The text has at least so many words; in scripts without spaces, characters.",
    )
    max_words: NonNegativeInt | None = Field(
        None, description="The text has at most so many words."
    )
    matches: str | None = Field(
        None, description="A regular expression (RE2) that is found anywhere in the text."
    )

    @field_validator("matches")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        try:
            compile_pattern(f"({pattern})")
        except PatternError as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"no condition is given; known: {', '.join(type(self).model_fields)}")
        return self

    def holds(self, value: Any) -> bool:
        """Return whether a raw value meets it; one that is missing meets only `empty: true`."""
        if is_empty(value):
            return self.empty is True
        if self.empty or any(equals(value, item) for item in self.none_of):
            return False
        return self._holds_for_number(value) and self._holds_for_text(value)

    def _holds_for_number(self, value: Any) -> bool:
        if self.at_least is None and self.at_most is None:
            return True
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            return False
        least = float("-inf") if self.at_least is None else self.at_least
        return least <= number <= (float("inf") if self.at_most is None else self.at_most)

    def _holds_for_text(self, value: Any) -> bool:
        text = spelled(value) if isinstance(value, str | int | float | bool) else str(value)
        if self.matches is not None and compile_pattern(f"({self.matches})").first(text) is None:
            return False
        if self.min_words is None and self.max_words is None:
            return True
        count = len((split_characters(text) if has_characters(text) else text).split())
        return (self.min_words or 0) <= count and (
            self.max_words is None or count <= self.max_words
        )


def _kind(wanted: Any) -> str:
    if isinstance(wanted, dict | Condition):
        return "conditions"
    return "values" if isinstance(wanted, list) else "value"


# Without the tags, a mistake in one form would be reported once for each form.
Filters = dict[
    str,
    Annotated[
        Annotated[FilterValue, Tag("value")]
        | Annotated[list[FilterValue], Tag("values")]
        | Annotated[Condition, Tag("conditions")],
        Discriminator(_kind),
    ],
]


def meets(value: Any, wanted: FilterValue | list[FilterValue] | Condition) -> bool:
    """Return whether a raw value is what a filter asks for; True, 1 and "1" all differ.

    1.0 equals 1.
    """
    if isinstance(wanted, Condition):
        return wanted.holds(value)
    return any(equals(value, item) for item in (wanted if isinstance(wanted, list) else [wanted]))


def equals(value: Any, item: FilterValue) -> bool:
    """Return whether a raw value is a value of a recipe; a text may spell a number."""
    if isinstance(value, str):
        return value == spelled(item)
    # Tables with missing values hold whole numbers as floats.
    kind = int if isinstance(value, float) else type(value)
    return bool(value == item) and kind is type(item)


def is_empty(value: Any) -> bool:
    """Return whether a raw value says nothing: null, NaN, white space, an empty list or object."""
    return is_missing(value) or (not value.strip() if isinstance(value, str) else value in ([], {}))
