"""Say how the answers of questions name an option: by mark, name of a column, text or position."""

import operator
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.drafting.guess import Guess
from pipelines.drafting.samples import Sample
from transforms.sources.conditions import is_empty
from transforms.sources.field_sources import look_up
from transforms.sources.patterns import compile_pattern
from transforms.sources.raw_answers import listed_in, number_of

LETTERS = "ABCDEFGHIJ"
# A later row may have more options than the first ones.
COMMON = 5


def state_marks_of_rows(sample: Sample, guess: Guess, answer: str, stated: list[str]) -> bool:
    """State marks that each row has beside its options, where all answers are among them.

    {"choices": {"text": ["red", "blue"], "label": ["1", "2"]}, "answerKey": "1"} → red
    """
    rows = _with(sample, answer)
    answers = [str(row[answer]).strip() for row in rows]
    offered = [_texts_of(row, guess.keys["fields"]["options"]) for row in rows]
    are_texts = _nearly_all(map(operator.contains, offered, answers))
    for key in stated:
        marks = [[_as_mark(mark) for mark in _texts_of(row, key)] for row in rows]
        values = [_as_mark(answer) for answer in answers]
        if not _nearly_all(map(operator.contains, marks, values)):
            continue
        guess.keys["marks"] = key
        guess.assumed.append(f"{answer!r} has the marks under {key!r}")
        rows_read = zip(offered, marks, values, strict=True)
        meant = [dict(zip(of, texts, strict=False)).get(value) for texts, of, value in rows_read]
        if are_texts and meant != answers:
            _refuse(guess, answer, f"`marks: {key}`")
        return True
    are_numbers = all(number_of(value) is not None for value in answers)
    if are_texts or are_numbers or not any(key.endswith(".label") for key in stated):
        return False
    guess.keys["marks"] = stated[0]
    return True


def _as_mark(value: str) -> str:
    """Return a mark in one spelling: "1.0" and "1" → "1"."""
    number = number_of(value)
    return value if number is None else str(number)


def _nearly_all(facts: Iterable[bool]) -> bool:
    """Return whether facts hold for nearly all rows: a few may have mistakes."""
    listed = [*facts]
    return bool(listed) and listed.count(False) * _ROWS_FOR_A_MISTAKE <= len(listed)


# Positions from 0 are among the marks "1", "2", "3" and "4" in three of four rows.
_ROWS_FOR_A_MISTAKE = 20


def _refuse(guess: Guess, answer: str, marks: str) -> None:
    """Refuse answers that can be texts and marks of options."""
    guess.is_final = True
    guess.problem = (
        f"{answer!r} of each row is the text of one option and the mark of another: write the "
        f"mapping by hand, with `answer_is: text` or {marks}"
    )


def _with(sample: Sample, key: str) -> list[Mapping[str, Any]]:
    """Return the rows that have a value under a key."""
    return [row for row in sample.rows if not is_empty(row.get(key))]


def state_positions(
    sample: Sample, guess: Guess, answer: str, marks: Any, numbered: list[str]
) -> None:
    """State how the answers of a guess name options: by mark, name of a column, text or position.

    Args:
      marks: those that the options have, None where they have none.
      numbered: the keys of the options, if each has one.
    """
    rows = _with(sample, answer)
    offered = [_texts_of(row, guess.keys["fields"]["options"]) for row in rows]
    counts = [*map(len, offered)]
    answers = [str(row[answer]).strip() for row in rows]
    names = {_plain(key): number for number, key in enumerate(numbered)}
    if numbered and all(_plain(value) in names for value in answers):
        spelled = {_plain(value): value for value in answers}
        guess.keys["marks"] = [spelled.get(_plain(key), key) for key in numbered]
        guess.assumed.append(f"{answer!r} has the names of columns")
        return
    if not all(number_of(value) is not None for value in answers):
        found = _marks_as_spelled(answers, marks or list(LETTERS))
        if _are_texts(answers, offered):
            guess.keys["answer_is"] = "text"
            guess.assumed.append("answers are texts of options, not letters of their order")
            if found and (marks or _LETTERED.search(f"{numbered[:1]}")):
                _refuse(guess, answer, f"`marks: [{', '.join(found[: max(counts)])}]`")
        elif found:
            guess.keys["marks"] = found if marks else found[: max(COMMON, *counts)]
        elif marks:
            guess.keys["marks"] = marks
        return
    if _nearly_all(map(operator.contains, offered, answers)):
        guess.keys["answer_is"] = "text"
        guess.assumed.append("answers are texts of options, not positions")
        return
    if marks and _nearly_all(value in marks for value in answers):
        guess.keys["marks"] = marks
        return
    numbers = {number_of(value) for value in answers}
    from_one = 0 not in numbers and (
        any(n == count for n, count in zip(map(number_of, answers), counts, strict=False))
        or (bool(numbered) and numbered[0].endswith("1"))
    )
    if from_one:
        most = max(len(numbered), *(int(n) for n in numbers if n is not None))
        guess.keys["marks"] = [str(number) for number in range(1, most + 1)]
        guess.assumed.append("answers are positions from 1 on")
    else:
        guess.keys["answer_is"] = "position"
        guess.assumed.append("answers are positions from 0 on")


_LETTERED = re.compile(r"[_ ]?[a-j]'", re.I)


def _are_texts(answers: list[str], offered: list[list[str]]) -> bool:
    """Return whether single letters are rather texts of options than letters of their order.

    ["C", "D", "A"], "C" → the first option
    """
    folded = [[text.casefold() for text in texts] for texts in offered]
    values = [answer.casefold() for answer in answers]
    by_text = sum(map(operator.contains, folded, values))
    by_letter = sum(
        value.strip("().:") in [*LETTERS[: len(texts)].casefold()]
        for texts, value in zip(folded, values, strict=True)
    )
    return 0 < by_letter <= by_text


def _texts_of(row: Mapping[str, Any], options: Any) -> list[str]:
    """Return the options of a row as texts."""
    if isinstance(options, Mapping) and "pattern" in options:
        return compile_pattern(options["pattern"]).every(str(row.get(options["extract"]) or ""))
    if isinstance(options, Mapping):
        return [str(look_up(row, key)).strip() for key in options["keys"]]
    value = look_up(row, options)
    value = value if isinstance(value, list) else listed_in(value) or []
    return [str(option).strip() for option in value]


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace(" ", "")


def _marks_as_spelled(answers: list[str], marks: list[str]) -> list[str] | None:
    """Return marks as answers spell them; None if half of the answers are more than a mark.

    ["(B)", "(A)"], ["A", "B", "C"] → ["(A)", "(B)", "(C)"]
    """
    matches = [_SPELLED.fullmatch(value) for value in answers]
    found = {(match[1], match[2].islower(), match[3]) for match in matches if match}
    if len(found) != 1 or 2 * matches.count(None) >= len(matches):
        return None
    ((before, is_lower, after),) = found
    spelled = [mark.lower() if is_lower else mark.upper() for mark in marks]
    if not {match[2] for match in matches if match} <= {*spelled}:
        return None
    return [f"{before}{mark}{after}" for mark in spelled]


_SPELLED = re.compile(r"(\(?)([A-Ja-j])([).:]?)")
