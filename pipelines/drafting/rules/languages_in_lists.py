"""Guess translations in lists, where a list beside the texts names the language of each.

{"translation": {"language": ["de", "en"], "translation": ["Hallo", "Hi"]}}, or
{"texts": [{"lang": "de", "text": "Hallo"}, {"lang": "en", "text": "Hi"}]}
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.key_names import ANSWERS, QUESTIONS
from pipelines.drafting.language_names import language_name
from pipelines.drafting.samples import Sample
from transforms.sources.field_sources import look_up
from transforms.sources.messages import ROLE_KEYS

_LANGUAGES = ("language", "lang", "languages", "langs", "locale", "code", "lang_code")


@dataclass(frozen=True)
class _Lists:
    """Where a key has languages and texts: in an object of two lists, or in a list of objects."""

    key: str
    language: str
    text: str
    are_objects: bool

    def path(self, name: str, place: int) -> str:
        """Return the path of one of the languages or texts: "texts.0.lang"."""
        inner = f"{place}.{name}" if self.are_objects else f"{name}.{place}"
        return f"{self.key}.{inner}"


def of_lists(sample: Sample) -> Guess | None:
    """Guess the first two languages that most rows have at the same places of their lists."""
    if sample.find(*QUESTIONS) and sample.find(*ANSWERS):
        return None
    for key in sample.keys:
        found = _in_object(sample, key) or _in_objects(sample, key)
        if found:
            return _paired(sample, found)
    return None


def _in_object(sample: Sample, key: str) -> _Lists | None:
    """Return the languages and texts of an object of two lists, as Hugging Face has it."""
    values = sample.values(key)
    if not values or not all(isinstance(value, Mapping) for value in values):
        return None
    for name in (one for one in _LANGUAGES if all(one in value for value in values)):
        others = [one for one in values[0] if one != name]
        texts = next((one for one in others if all(_are_texts(v.get(one)) for v in values)), None)
        if texts and all(_are_languages(v[name]) and len(v[name]) == len(v[texts]) for v in values):
            return _Lists(key, name, texts, are_objects=False)
    return None


def _in_objects(sample: Sample, key: str) -> _Lists | None:
    """Return the languages and texts of a list of objects with one of each."""
    values = sample.values(key)
    if not sample.is_list_of(key, Mapping) or any(len(value) < 2 for value in values):
        return None
    items = [item for value in values for item in value]
    if any({*ROLE_KEYS} & {*item} for item in items):
        return None
    for name in (one for one in _LANGUAGES if all(one in item for item in items)):
        others = [one for one in items[0] if one != name]
        text = next((k for k in others if all(isinstance(i.get(k), str) for i in items)), None)
        if text and all(
            _are_languages(of := [item[name] for item in value]) and len({*of}) == len(of)
            for value in values
        ):
            return _Lists(key, name, text, are_objects=True)
    return None


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _are_languages(value: Any) -> bool:
    return _are_texts(value) and bool(value) and all(map(language_name, value))


def _paired(sample: Sample, lists: _Lists) -> Guess:
    """Return the mapping of the two languages at the same places of most rows, or a refusal."""
    rows = [_languages_of(row, lists) for row in sample.rows if row.get(lists.key)]
    common = Counter(map(tuple, rows)).most_common(1)[0][0]
    other = next((n for n, code in enumerate(common) if code != common[0]), 0)
    pair = (common[0], common[other])
    alike = sum(len(row) > other and (row[0], row[other]) == pair for row in rows)
    if not other or 2 * alike < len(rows):
        return Guess(
            problem=f"{lists.key!r} has lists of texts and their languages, which differ from row "
            'to row: write those of each row under their languages, `"translation": {"en": "…", '
            '"de": "…"}`',
            is_final=True,
        )
    names = [language_name(code) or code for code in pair]
    fields = {
        "text": lists.path(lists.text, 0),
        "answer": lists.path(lists.text, other),
        "source_language": {"constant": names[0]},
        "target_language": {"constant": names[1]},
    }
    said = f"{lists.key!r} has texts and their languages; translated from {pair[0]} to {pair[1]}"
    guess = mapped(sample, "translation", fields, said)
    guess.keys["filters"] = {
        lists.path(lists.language, place): code
        for place, code in zip((0, other), pair, strict=True)
    }
    if others := dict.fromkeys(code for row in rows for code in row if code not in pair):
        guess.unknown.append(
            f"translations into {', '.join(others)}: a second source can learn them"
        )
    if alike < len(rows):
        guess.unknown.append("rows with other languages at these places: they are not learned")
    return guess


def _languages_of(row: Mapping[str, Any], lists: _Lists) -> list[str]:
    """Return the languages of a row, in the order of its texts."""
    codes: list[str] = []
    while isinstance(code := look_up(row, lists.path(lists.language, len(codes))), str):
        codes.append(code)
    return codes
