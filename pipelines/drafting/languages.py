"""Guess the language of texts by their script, or by the most common function words."""

import re
from collections import Counter
from collections.abc import Iterable

_SCRIPTS = (
    ("ja", r"[\u3040-\u30ff]"),
    ("ko", r"[\uac00-\ud7af]"),
    ("zh", r"[\u4e00-\u9fff]"),
    ("th", r"[\u0e00-\u0e7f]"),
    ("hi", r"[\u0900-\u097f]"),
    ("ar", r"[\u0600-\u06ff]"),
    ("he", r"[\u0590-\u05ff]"),
    ("el", r"[\u0370-\u03ff]"),
    ("ru", r"[\u0400-\u04ff]"),
)
_SMALL_WORDS = {
    "en": "the of and to in is that it for was are with this you how what",
    "de": "der die das und ist nicht ein eine zu mit den von wie sie auf",
    "fr": "le la les des est et une que dans pour qui sur pas du vous",
    "es": "el los las que y una es por con para como del se qué",
    "it": "il di che è un una per non con sono gli della come",
    "pt": "o os que não uma é com para como do da em são",
    "nl": "de het een en van is dat niet op zijn met voor hoe",
}
_WORDS = {language: set(words.split()) for language, words in _SMALL_WORDS.items()}
_LEAST_SHARE = 0.06
# The share of the texts of known languages that the language of a set has at least.
_LEAST_OF_KNOWN = 0.8


def language_of(texts: Iterable[str]) -> str | None:
    """Return the BCP 47 tag of the language of the texts; None if unsure, or if they are mixed."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        if code := _language_of_one(text[:2000]):
            counts[code] += 1
    language, count = counts.most_common(1)[0] if counts else ("", 0)
    is_one = count >= _LEAST_OF_KNOWN * counts.total()
    return language if is_one and count * 2 > total else None


def _language_of_one(text: str) -> str | None:
    letters = sum(char.isalpha() for char in text)
    for language, pattern in _SCRIPTS:
        if letters and len(re.findall(pattern, text)) / letters > 0.3:
            return language
    words = re.findall(r"[^\W\d_]+", text.lower())
    shares = {
        language: sum(word in small for word in words) / max(1, len(words))
        for language, small in _WORDS.items()
    }
    best = max(shares, key=lambda language: shares[language])
    return best if len(words) > 3 and shares[best] >= _LEAST_SHARE else None
