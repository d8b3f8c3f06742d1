"""Score predictions, and estimate means with confidence intervals.

Answers are compared as in SQuAD (Rajpurkar et al. 2016), lower case, no punctuation, no articles;
numbers by their value.
"""

import hashlib
import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 1000
# From fewer, no interval: even if all differ the same way, chance does that in 2 / 2**5 = 6.25%.
FEWEST_VALUES = 6
TOO_FEW = f"there are fewer than {FEWEST_VALUES} questions"
ALL_ALIKE = "all values are the same"
ONE_A_TASK = "a task has one question"
_Z = 1.959964  # 97.5% of a normal distribution are below it
_HALVINGS = 50
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
    """A mean without an interval, since the values do not support one; `why` says the reason."""

    mean: float
    low: None = None
    high: None = None
    why: str = ""


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


def mean_of_proportions(groups: Sequence[Sequence[float]]) -> Estimate:
    """Return the mean of the groups' proportions, each value 0 or 1.

    The interval combines Wilson's of the groups (Zou and Donner 2008), so it has a width even where
    all values are the same: 1 of 2 and 1 of 2 -> 0.5 with the interval [0.2133, 0.7867].
    """
    parts = [wilson(round(sum(group)), len(group)) for group in groups]
    mean = math.fsum(part.mean for part in parts) / len(parts)
    below = math.hypot(*(part.mean - part.low for part in parts)) / len(parts)
    above = math.hypot(*(part.high - part.mean for part in parts)) / len(parts)
    return Estimate(mean, mean - below, mean + above)


def paired_proportions(gains: int, losses: int, count: int) -> Estimate:
    """Return the difference of two proportions of the same questions, with Tango's interval (1998).

    1 gain and 7 losses of 21 -> -0.286 with the interval [-0.517, -0.026].

    Args:
        gains: questions that the first alone has right.
        losses: questions that the second alone has right.
        count: all questions.
    """
    found = (gains - losses) / count

    def is_inside(difference: float) -> bool:
        # The score statistic, with the likeliest share of losses.
        linear = (2 * count - gains + losses) * difference - gains - losses
        constant = -losses * difference * (1 - difference)
        root = math.sqrt(max(linear**2 - 8 * count * constant, 0.0))
        share = (root - linear) / (4 * count)
        variance = count * (2 * share + difference * (1 - difference))
        return abs(count * (found - difference)) <= _Z * math.sqrt(max(variance, 0.0))

    return Estimate(found, _end(is_inside, found, -1.0), _end(is_inside, found, 1.0))


def _end(is_inside: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return where an interval ends between a value inside and the last possible one."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if is_inside(middle) else (inside, middle)
    return inside


def bootstrapped(groups: Sequence[Sequence[float]]) -> Estimate | Mean:
    """Estimate the mean of the groups' means; the bootstrap resamples within each group.

    The draws depend on the values alone, so the same results give the same interval. There is none
    where resamples cannot show how the values vary.
    """
    arrays = [np.asarray(group, np.float64) for group in groups]
    mean = float(np.mean([array.mean() for array in arrays]))
    if why := _why_no_bootstrap(arrays):
        return Mean(mean, why=why)
    digest = hashlib.blake2b(b"".join(array.tobytes() for array in arrays), digest_size=8)
    random = np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest(), "little")))
    means = np.zeros(_RESAMPLES)
    for array in arrays:
        drawn = random.integers(0, len(array), (_RESAMPLES, len(array)))
        means += array[drawn].mean(axis=1) / len(arrays)
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(mean, float(low), float(high))


def _why_no_bootstrap(arrays: Sequence[NDArray[np.float64]]) -> str:
    """Return why resampling within groups gives no interval; empty if it gives one."""
    if sum(map(len, arrays)) < FEWEST_VALUES:
        return TOO_FEW
    if any(len(array) == 1 for array in arrays):
        return ONE_A_TASK
    return ALL_ALIKE if all((array == array[0]).all() for array in arrays) else ""


def percent(value: Estimate | Mean | None) -> str:
    """Return a score in percent with its interval, if it has one: "50.0 [23.7, 76.3]", "50.0"."""
    if value is None:
        return ""
    if value.low is None:
        return f"{100 * value.mean:.1f}"
    return f"{100 * value.mean:.1f} [{100 * value.low:.1f}, {100 * value.high:.1f}]"


def estimate(score: str, *groups: Sequence[float]) -> Estimate | Mean:
    """Estimate the mean of the groups' means of a score, with an interval if they support one.

    That of proportions is Wilson's, or combines Wilson's; that of other scores is a bootstrap's.
    """
    return mean_of_proportions(groups) if score in PROPORTIONS else bootstrapped(groups)


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
