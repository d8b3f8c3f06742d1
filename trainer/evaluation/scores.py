"""Score predictions, and estimate means with confidence intervals.

Answers are compared as in SQuAD (Rajpurkar et al. 2016), lower case, no punctuation, no articles;
numbers by their value.
"""

import hashlib
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

_RESAMPLES = 1000
PROPORTIONS = {"accuracy", "exact_match"}
# A minus sign belongs to a number unless it joins two: "-3", but 5 in "3-5".
_NUMBER = re.compile(r"(?:(?<![\w.])-)?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)")
_ONLY_NUMBER = re.compile(r"\$?(-?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d+)?)\.?")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True)
class Estimate:
    """A mean and its 95% confidence interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Mean:
    """A mean without an interval: nothing shows how far the values of a group are apart."""

    mean: float
    low: None = None
    high: None = None


def normalized(text: str) -> str:
    """Normalize a text as SQuAD does: `"The  Answer."` -> `"answer"`.

    Never removes everything: `"(A)"` -> `"a"`, and brackets alone stay brackets.
    """
    plain = text.lower().translate(_NO_PUNCTUATION)
    for kept in (_ARTICLES.sub(" ", plain), plain, text.lower()):
        if kept.split():
            return " ".join(kept.split())
    return ""


def exact_match(prediction: str, targets: Sequence[str]) -> float:
    """Return 1.0 if the prediction is one of the targets, both normalized, else 0.0.

    Two numbers are compared by their value, since without punctuation -3 would be 3, and 1.5 15.
    """
    return float(any(_is_same(prediction, target) for target in targets))


def _is_same(prediction: str, target: str) -> bool:
    numbers = [_number(text) for text in (prediction, target)]
    if None not in numbers:
        return numbers[0] == numbers[1]
    return normalized(prediction) == normalized(target)


def _number(text: str) -> Decimal | None:
    """Return the number that all of a text is, a sign and a period after it included."""
    match = _ONLY_NUMBER.fullmatch(text.strip())
    return Decimal(match[1].replace(",", "")) if match else None


def numeric_match(prediction: str, targets: Sequence[str]) -> float:
    """Return 1.0 if the last number of the prediction equals that of a target, else 0.0.

    "They pay $1,000.00." and "1000" are equal; "18 apples" and "81" are not.
    """
    number = last_number(prediction)
    return float(number is not None and number in map(last_number, targets))


def last_number(text: str) -> Decimal | None:
    """Return the last number that a text holds: "3 boxes of 1,250.50" → 1250.50."""
    numbers = _NUMBER.findall(text)
    return Decimal(numbers[-1].replace(",", "")) if numbers else None


def token_f1(prediction: str, targets: Sequence[str]) -> float:
    """Return the best F1 of the words shared with a target.

    >>> round(token_f1("a red car", ["the red bus"]), 3)
    0.5
    """
    return max(_f1(normalized(prediction).split(), normalized(t).split()) for t in targets)


def rouge_l(prediction: str, targets: Sequence[str]) -> float:
    """Return the best ROUGE-L F-measure against a target, with stemming (rouge-score).

    Texts of other scripts are compared by words or, in Chinese and Japanese, by characters.
    """
    scorer = _rouge_scorer()
    return max(float(scorer.score(target, prediction)["rougeL"].fmeasure) for target in targets)


def wilson(successes: int, count: int) -> Estimate:
    """Return a proportion with Wilson's score interval (1927), which stays within 0 and 1.

    5 of 10 -> 0.5 with the interval [0.2366, 0.7634].
    """
    from scipy.stats import binomtest  # imports slowly

    interval = binomtest(successes, count).proportion_ci(method="wilson")
    return Estimate(successes / count, float(interval.low), float(interval.high))


def bootstrapped(groups: Sequence[Sequence[float]]) -> Estimate | Mean:
    """Estimate the mean of the groups' means; the bootstrap resamples within each group.

    The draws depend on the values alone, so the same results give the same interval. Groups of one
    value have none: every resample is the same.
    """
    arrays = [np.asarray(group, np.float64) for group in groups]
    if all(len(array) == 1 for array in arrays):
        return Mean(float(np.mean(arrays)))
    digest = hashlib.blake2b(b"".join(array.tobytes() for array in arrays), digest_size=8)
    random = np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest(), "little")))
    means = np.zeros(_RESAMPLES)
    for array in arrays:
        drawn = random.integers(0, len(array), (_RESAMPLES, len(array)))
        means += array[drawn].mean(axis=1) / len(arrays)
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(np.mean([array.mean() for array in arrays])), float(low), float(high))


def percent(value: Estimate | Mean | None) -> str:
    """Return a score in percent with its interval, if it has one: "50.0 [23.7, 76.3]", "50.0"."""
    if value is None:
        return ""
    if value.low is None:
        return f"{100 * value.mean:.1f}"
    return f"{100 * value.mean:.1f} [{100 * value.low:.1f}, {100 * value.high:.1f}]"


def estimate(score: str, values: Sequence[float]) -> Estimate | Mean:
    """Estimate the mean of a score: Wilson's interval for proportions, bootstrap for others."""
    if score in PROPORTIONS:
        return wilson(round(sum(values)), len(values))
    return bootstrapped([values])


def _f1(prediction: list[str], target: list[str]) -> float:
    shared = sum((Counter(prediction) & Counter(target)).values())
    if not shared:
        return float(prediction == target)
    precision, recall = shared / len(prediction), shared / len(target)
    return 2 * precision * recall / (precision + recall)


@cache
def _rouge_scorer() -> Any:
    # Imports nltk, which takes a second.
    usual = import_module("rouge_score.tokenizers").DefaultTokenizer(use_stemmer=True)
    rouge_scorer = import_module("rouge_score.rouge_scorer")
    return rouge_scorer.RougeScorer(["rougeL"], tokenizer=_Tokenizer(usual))


class _Tokenizer:
    """Tokens of rouge-score, which leaves out all letters but a to z, and those of other scripts.

    Args:
      usual: the tokenizer of rouge-score.
    """

    def __init__(self, usual: Any) -> None:
        self._usual = usual

    def tokenize(self, text: str) -> list[str]:
        """Return the tokens of a text; of Chinese and Japanese, characters."""
        if text.isascii():
            return list(self._usual.tokenize(text))
        kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text.lower())
        words = _IDEOGRAPH.sub(r" \g<0> ", "".join(kept)).split()
        return [token for word in words for token in self._of_word(word)]

    def _of_word(self, word: str) -> list[str]:
        return list(self._usual.tokenize(word)) if word.isascii() else [word]
