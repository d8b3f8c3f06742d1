"""Guess translations: a text, the same text in another language, and the names of both languages.

The languages are in columns of their own, in one column ("en-de"), or in the names of the keys.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.language_names import language_name
from pipelines.drafting.languages import language_of
from pipelines.drafting.samples import Sample

_SOURCE_LANGUAGES = (
    *("source_lang", "source_language", "src_lang", "src_language", "sourcelang", "lang_src"),
    *("from_lang", "from_language", "language_from", "lang1", "language1", "input_language"),
    *("original_language", "sl"),
)
_TARGET_LANGUAGES = (
    *("target_lang", "target_language", "tgt_lang", "tgt_language", "trg_lang", "targetlang"),
    *("lang_tgt", "to_lang", "to_language", "language_to", "lang2", "language2"),
    *("output_language", "translation_language", "tl"),
)
_PAIRS = ("lang_pair", "language_pair", "langs", "languages", "pair", "direction", "lp")
_SOURCES = (
    *("source", "src", "source_text", "src_text", "source_sentence", "original", "original_text"),
    *("text", "input", "inputs", "input_text", "sentence", "sentence1", "text1", "prompt"),
)
_TARGETS = (
    *("target", "tgt", "trg", "target_text", "tgt_text", "target_sentence", "translation"),
    *("translation_text", "translated", "translated_text", "reference", "ref", "output"),
    *("outputs", "output_text", "sentence2", "text2", "completion", "response"),
)
# Signs between the codes of two languages; "_" and "-" may be within a code as well.
_BETWEEN = [re.compile(rf"\s*(?:{sign})\s*") for sign in (r"-*>|→|2|\||/|:|,|\bto\b", "-", "_")]
_LABELS = ("label", "labels", "gold_label", "class", "category", "sentiment", "intent")
_WORDS = re.compile(r"[^\W\d_]{2,}")
# Names of keys beside the language: "sentence_eng_Latn", "source_en", "de_text".
_STEM = (
    r"(?:source|src|target|tgt|trg|text|texts|sentence|sent|translation|input|output|lang|content)"
)
_NAMED = re.compile(rf"(?:{_STEM}[_.-])?([A-Za-z]{{2,}}(?:[-_][A-Za-z]{{2,4}})*?)(?:[_.-]{_STEM})?")
# Codes of languages that are names of other columns as well: these have no sentences.
_OTHER_NAMES = ("id", "no")


def with_languages(sample: Sample) -> Guess | None:
    """Guess texts and translations beside columns that name their languages.

    {"source": "Hi", "target": "Hallo", "source_lang": "en", "target_lang": "de"}
    """
    one, two = _text(sample, _SOURCES), _text(sample, _TARGETS)
    target = _language_column(sample, _TARGET_LANGUAGES)
    pair = next((k for n in _PAIRS if (k := sample.find(n)) and _are_pairs(sample, k)), None)
    if not one or not two or not (target or pair) or _is_said(sample, target):
        return None
    if sample.find(*_LABELS) or (one[-1:].isdigit() and sample.find("score", "similarity")):
        return None
    fields: dict[str, Any] = {"text": one, "answer": two}
    if target:
        source = _language_column(sample, _SOURCE_LANGUAGES)
        fields |= _source_language(sample, source, one)
        fields["target_language"] = _named(sample, target)
        keys = [key for key in (source, target) if key]
    else:
        for place, name in enumerate(("source_language", "target_language")):
            words = {p: _names_in(p)[place] for p in _values(sample, str(pair))}
            fields[name] = {"text": f"{{{pair}}}", "words": {str(pair): words}}
        keys = [str(pair)]
    guess = mapped(sample, "translation", fields)
    guess.assumed.append(f"{two!r} is the translation of {one!r}")
    if coded := [key for key in keys if f"{{{key}}}" in str(fields)]:
        named = ", ".join(map(repr, coded))
        guess.unknown.append(f"languages under {named} that only later rows have: to be rejected")
    return guess


def _text(sample: Sample, names: tuple[str, ...]) -> str | None:
    return next((k for n in names if (k := sample.find(n)) and sample.is_text(k)), None)


def _values(sample: Sample, key: str) -> list[str]:
    return list(dict.fromkeys(map(str, sample.values(key))))


def _language_column(sample: Sample, names: tuple[str, ...]) -> str | None:
    """Return the first key that has nothing but languages."""
    found = (key for name in names if (key := sample.find(name)) and sample.is_text(key))
    return next((key for key in found if all(map(language_name, _values(sample, key)))), None)


def _named(sample: Sample, key: str) -> Any:
    """Return the source of the names of languages: the key, or the key with words for its codes."""
    words = {code: language_name(code) for code in _values(sample, key)}
    are_names = all(code == name for code, name in words.items())
    return key if are_names else {"text": f"{{{key}}}", "words": {key: words}}


def _source_language(sample: Sample, key: str | None, text: str) -> dict[str, Any]:
    """Return the field of the language of the texts, which none may name."""
    if key:
        return {"source_language": _named(sample, key)}
    code = language_of(value for value in sample.values(text) if isinstance(value, str))
    return {"source_language": {"constant": language_name(code)}} if code else {}


def _names_in(pair: str) -> list[str]:
    """Return the names of the two languages of a pair, none if it is no pair: "en-de"."""
    for sign in _BETWEEN:
        parts = [part for part in sign.split(pair) if part]
        names = [name for part in parts if (name := language_name(part))]
        if len(parts) == len(names) == 2:
            return names
    return []


def _are_pairs(sample: Sample, key: str) -> bool:
    return sample.is_text(key) and all(map(_names_in, _values(sample, key)))


def _is_said(sample: Sample, key: str | None) -> bool:
    """Return whether an instruction says already into which language a text is translated."""
    instruction = sample.find("instruction")
    if not instruction or not key:
        return bool(instruction)
    said = [
        str(language_name(str(row.get(key)))) in str(row.get(instruction)) for row in sample.rows
    ]
    return 2 * sum(said) > len(said)


def of_columns(sample: Sample) -> Guess | None:
    """Guess texts under the names of their languages.

    {"translation": {"en": "Hi", "de": "Hallo"}}, {"en": "Hi", "de": "Hallo"}, or
    {"source_en": "Hi", "target_de": "Hallo"}
    """
    values = sample.values("translation")
    if values and all(isinstance(value, Mapping) for value in values):
        counts = Counter(k for value in values for k, text in value.items() if text)
        codes = {f"translation.{key}": key for key in counts}
        # Most rows have the languages of the set; others are those of some rows.
        keys = sorted(codes, key=lambda key: -counts[codes[key]])[:2]
        keys = [key for key in codes if key in keys]
    else:
        codes = {key: code for key in sample.keys if (code := _code_in(sample, key))}
        codes = {} if sample.find(*_LABELS) else codes
        keys = list(codes)[:2]
    if len(keys) != 2 or (not values and len({*map(language_name, codes.values())}) < 2):
        return None
    (source, target), (text, answer) = [codes[key] for key in keys], keys
    fields = {
        "text": text,
        "answer": answer,
        "source_language": {"constant": language_name(source) or source},
        "target_language": {"constant": language_name(target) or target},
    }
    guess = mapped(sample, "translation", fields, f"translated from {source} to {target}")
    if others := [key for key in codes if key not in keys]:
        shown = ", ".join(map(repr, others[:8]))
        guess.unknown.append(f"translations under {shown}: a second source can learn them")
    return guess


def _code_in(sample: Sample, key: str) -> str | None:
    """Return the language that the name of a key with texts has: "source_en" → "en"."""
    match = _NAMED.fullmatch(key)
    if not match or not language_name(match[1]):
        return None
    values = sample.values(key)
    are_texts = values and all(isinstance(v, str) and _WORDS.search(v) for v in values)
    if match[1].lower() in _OTHER_NAMES:
        are_texts = are_texts and 2 * sum(" " in v.strip() for v in values) > len(values)
    return match[1] if are_texts else None
