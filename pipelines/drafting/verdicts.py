"""Read the words by which data say that an answer is right or a reply good, and leave out others.

{"label": "thumbs_down"} → the row is not learned
"""

import re
from typing import Any

from pipelines.drafting.guess import Guess
from pipelines.drafting.key_names import ANSWERS, CONTEXTS, QUESTIONS, RIGHT
from pipelines.drafting.keys_read import keys_read
from pipelines.drafting.samples import Sample
from transforms.sources.conditions import is_empty
from transforms.sources.raw_answers import number_of

_GOOD = {
    *("true", "yes", "good", "great", "excellent", "right", "correct", "ok", "valid", "helpful"),
    *("thumbs_up", "thumbsup", "thumb_up", "up", "upvote", "upvoted", "like", "liked", "👍"),
    *("accept", "accepted", "approved", "chosen", "preferred", "desired", "desirable"),
    *("pass", "passed"),
}
_BAD = {
    *("false", "no", "bad", "poor", "awful", "terrible", "wrong", "incorrect", "invalid"),
    *("unhelpful", "thumbs_down", "thumbsdown", "thumb_down", "down", "downvote", "downvoted"),
    *("dislike", "disliked", "👎", "reject", "rejected", "disapproved", "undesired"),
    *("undesirable", "fail", "failed", "not_helpful", "not_correct"),
}
# Whether a reply is good: in words, or in numbers.
_VERDICTS = (
    *("label", "rating", "feedback", "thumbs", "thumb", "vote", "verdict", "quality", "judgment"),
    *("judgement", "evaluation", "grade", "reaction", "is_good", "good", "is_desirable"),
    *(
        "desirable",
        "liked",
        "helpful",
        "is_helpful",
        "relevance",
        "relevant",
        "is_relevant",
        "is_answer",
        "score",
    ),
)
_REPLIES = ("completion", "output", "assistant", "gpt", "bot", *ANSWERS)
_MOST_NAMED = 6
_IS = re.compile(r"(?:\w+\.)*is_", re.I)


def is_good(value: object) -> bool | None:
    """Return whether a value says that something is right or good; None if it says neither."""
    number = number_of(value)
    if number is not None:
        return {1: True, 0: False, -1: False}.get(number)
    word = str(value).strip().casefold().replace(" ", "_").replace("-", "_")
    return True if word in _GOOD else False if word in _BAD else None


def filter_of(values: list[Any]) -> Any:
    """Return the filter that keeps the rows whose value is good, of values that a key has."""
    good = list(dict.fromkeys((type(v), v) for v in values if is_good(v)))
    shown = [int(v) if isinstance(v, float) else v for _, v in good]
    return shown[0] if len(shown) == 1 else shown


def leave_out_bad(sample: Sample, guess: Guess) -> None:
    """Keep only rows whose answer is right or whose reply is good, if a key says whether it is."""
    keys = guess.keys
    is_classified = {"labels", "label_of"} & {*keys} or "options" in keys.get("fields", {})
    sample = sample.flattened() or sample
    # Of options, the answer is the right one; the verdict is about a model's.
    if is_classified or not ("fields" in keys or keys["format"] in ("chat", "alpaca")):
        return
    are_pairs = sample.find("chosen", "response_j")
    names = RIGHT if are_pairs or keys.get("rows_are") else (*RIGHT, *_VERDICTS)
    for key in dict.fromkeys(found for name in names if (found := sample.find(name))):
        values = sample.values(key)
        if not all(isinstance(value, (str, bool, int, float)) for value in values):
            continue
        # The reader of chats leaves out rows with false and 0 under this key, no words.
        is_read_as_word = keys["format"] == "chat" and key == "label" and _are_words(values)
        is_read = key in keys_read(sample, guess) and not is_read_as_word
        if not is_read and not repeats_answer(sample, key):
            _filter(sample, guess, key, values)
    for key in sample.keys:
        # Nothing says whether a good reply is one with `is_safe`, or one without `is_toxic`.
        seen = list(dict.fromkeys(map(str, sample.values(key))))
        is_fact = _IS.match(key) and len(seen) == 2 and None not in map(is_good, seen)
        if is_fact and key not in keys_read(sample, guess) and not are_pairs:
            _name_unknown(guess, key, seen, are_words=True)


def _are_words(values: list[Any]) -> bool:
    return any(isinstance(value, str) or number_of(value) not in (0, 1) for value in values)


def repeats_answer(sample: Sample, key: str) -> bool:
    """Return whether the label of a yes or no can be that answer again, as a number or a word.

    "yes" with 1 and "no" with 0 in all rows → True; an answer with both 0 and 1 → False
    """
    answer = sample.find(*_REPLIES)
    values = sample.values(key)
    if answer is None or sample.distinct(answer) is None:
        return False
    if all(isinstance(value, bool) for value in values):
        return False
    rows = [row for row in sample.rows if not is_empty(row.get(answer)) and key in row]
    pairs = {(str(row[answer]).strip(), str(row[key]).strip()) for row in rows}
    answers = {said for said, _ in pairs}
    if len(pairs) > len(answers) or _are_asked_twice(sample, answer, key):
        return False
    if all(is_good(said) is not None for said in answers):
        return True
    are_words = not any(" " in said for said in answers)
    return are_words and len({value for _, value in pairs}) == len(answers)


def _are_asked_twice(sample: Sample, answer: str, key: str) -> bool:
    """Return whether a question has two answers with different labels: only one can be right."""
    found = (sample.find(name) for name in (*QUESTIONS, *CONTEXTS))
    asked = [name for name in dict.fromkeys(found) if name not in (None, answer, key)]
    rows = {tuple(str(row.get(name)) for name in (*asked, key)) for row in sample.rows}
    return bool(asked) and len({row[:-1] for row in rows}) < len(rows)


def _filter(sample: Sample, guess: Guess, key: str, values: list[Any]) -> None:
    """Filter rows by a verdict under a key, and name values that say neither good nor bad."""
    seen = list(dict.fromkeys(map(str, values)))
    of = {text: is_good(text) for text in seen}
    good, bad = ([text for text in seen if of[text] is which] for which in (True, False))
    unknown = [text for text in seen if of[text] is None]
    if len(unknown) > _MOST_NAMED or not (good or bad) or (unknown and _are_numbers(seen)):
        _name_unknown(guess, key, seen)
    elif not good and not unknown and len(sample.rows) == len(values):
        guess.problem = (
            f"{key!r} is {_named(bad)} in all rows: they have no reply that is to be learned"
        )
    elif not good and not unknown:
        guess.keys["filters"] = {**guess.keys.get("filters", {}), key: {"empty": True}}
        guess.assumed.append(f"rows with {key!r} ({_named(bad)}) are not learned")
    elif not good:
        guess.problem = (
            f"{key!r} is {_named(bad)} in some rows, whose replies are not to be learned, and "
            f"{_named(unknown)} in others: if their replies are good, write the mapping by hand "
            f"with `filters: {{{key}: [{_named(unknown)}]}}`"
        )
    elif bad or unknown:
        guess.keys["filters"] = {**guess.keys.get("filters", {}), key: filter_of(values)}
        guess.assumed.append(f"rows with `{key}: {_named(bad or unknown).lower()}` are not learned")
        if bad and unknown:
            guess.unknown.append(f"whether {_named(unknown)} under {key!r} is good: not learned")
        if len(values) < len(sample.rows):
            guess.unknown.append(f"whether rows without {key!r} are good: they are not learned")


def _name_unknown(guess: Guess, key: str, seen: list[str], *, are_words: bool = False) -> None:
    """State that nothing tells which rows are good, where a key may say so."""
    if len(seen) < 2:
        return
    if _are_numbers(seen) and not are_words:
        least, most = min(map(float, seen)), max(map(float, seen))
        guess.unknown.append(
            f"which {key!r} a good reply has, from {least:g} to {most:g}: all rows are learned; "
            f"`filters: {{{key}: {{at_least: …}}}}` chooses"
        )
    elif len(seen) <= _MOST_NAMED:
        guess.unknown.append(
            f"whether {_named(seen)} under {key!r} says that a reply is good: all rows are "
            f"learned; `filters: {{{key}: […]}}` chooses"
        )


def _are_numbers(seen: list[str]) -> bool:
    try:
        return all(float(text) == float(text) for text in seen)
    except ValueError:
        return False


def _named(texts: list[str]) -> str:
    return ", ".join(texts)
