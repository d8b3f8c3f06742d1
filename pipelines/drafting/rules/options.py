"""Guess questions with options, and how their answers name one: by mark, position or text."""

import operator
import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.key_names import ASKED, CONTEXTS, KEYED, OPTIONS
from pipelines.drafting.samples import Sample
from transforms.sources.field_sources import look_up
from transforms.sources.patterns import compile_pattern
from transforms.sources.raw_answers import listed_in, number_of

_NUMBERED = re.compile(
    r"(?:choice|option|ending|answer|sol|distractor)[_ ]?\d|op[a-e]|"
    r"(?:choice|option|answer)[_ ]?[a-j]",
    re.I,
)
_LETTERS = "ABCDEFGHIJ"
# A later row may have more options than the first ones.
_COMMON = 5


def multiple_choice(sample: Sample) -> Guess | None:
    """Guess questions with options, of which the answer is one."""
    lettered = [key for key in _LETTERS if key in sample.keys]
    numbered = [key for key in sample.keys if _NUMBERED.fullmatch(key)]
    are_options = {*lettered, *numbered} if max(len(lettered), len(numbered)) > 1 else set()
    question = sample.find(*ASKED)
    if not question and (listed := sample.find(*OPTIONS)) and sample.is_list_of(listed, str):
        # WSC, Winograd's schemas, story endings.
        question = sample.find("text", "premise", "story", "passage", "context")
    found = (key for name in KEYED if (key := sample.find(name)) and key not in are_options)
    answer = next((key for key in found if not _is_verdict(sample, key)), None)
    listed = sample.find(*OPTIONS)
    if not question or not sample.is_text(question) or not (answer or listed or are_options):
        return None
    if answer is None and are_options:
        shown = ", ".join(key for key in sample.keys if key in are_options)
        return Guess(problem=f"questions with options under {shown}, and no key of answers")
    if answer is None:
        return Guess(
            problem=f"questions with {listed!r} and no answers: nothing to learn from; as a set to "
            "keep apart it belongs under `held_out`"
        )
    options: Any = None
    if numbered and numbered[0].startswith("distractor"):
        numbered.append(answer)
    values = sample.values(listed) if listed else []
    marks: Any = None
    if values and all(isinstance(value, list) for value in values):
        items = [item for value in values for item in value]
        if all(isinstance(item, Mapping) and "text" in item for item in items):
            options, marks = f"{listed}.text", f"{listed}.label" if "label" in items[0] else None
        elif not any(isinstance(item, (list, Mapping)) for item in items):
            options = listed
    elif values and all(listed_in(value) for value in values):
        options = listed
    elif values and all(isinstance(value, Mapping) and "text" in value for value in values):
        options, marks = f"{listed}.text", f"{listed}.label"
    elif values and all(isinstance(value, Mapping) and _is_lettered(value) for value in values):
        marks = max((list(value) for value in values), key=lambda letters: len(letters))
        options = {"keys": [f"{listed}.{mark}" for mark in marks]}
    elif pattern := _pattern_in(values):
        options, marks = (
            {"extract": listed, "pattern": pattern, "every": True},
            [*_LETTERS[:_COMMON]],
        )
    elif pattern := _pattern_between(values, [str(v).strip() for v in sample.values(answer)]):
        options = {"extract": listed, "pattern": pattern, "every": True}
    elif len(lettered) > 2:
        options, marks = {"keys": lettered}, lettered
    elif len(numbered) > 1:
        options = {"keys": numbered}
    if options is None:
        return None
    fields = {"question": question, "options": options, "answer": answer}
    guess = mapped(sample, "multiple_choice_qa", fields, f"{answer!r} is the right option")
    premise = sample.find("premise")
    if premise and {str(value) for value in sample.values(question)} <= {"cause", "effect"}:
        fields["question"] = {"text": f"{{{premise}}} What is the {{{question}}}?"}
    context = sample.find(*CONTEXTS)
    if context and context != question and sample.is_text(context):
        fields["context"] = context
    _state_positions(sample, guess, answer, marks, numbered if "keys" in options else [])
    return guess


def _state_positions(
    sample: Sample, guess: Guess, answer: str, marks: Any, numbered: list[str]
) -> None:
    """State how the answers of a guess name options: by mark, name of a column, text or position.

    Args:
      marks: those that the options have, None where they have none.
      numbered: the keys of the options, if each has one.
    """
    offered = [_texts_of(row, guess.keys["fields"]["options"]) for row in sample.rows]
    counts = [*map(len, offered)]
    answers = [str(value).strip() for value in sample.values(answer)]
    names = {_plain(key): number for number, key in enumerate(numbered)}
    if numbered and all(_plain(value) in names for value in answers):
        spelled = {_plain(value): value for value in answers}
        guess.keys["marks"] = [spelled.get(_plain(key), key) for key in numbered]
        guess.assumed.append(f"{answer!r} has the names of columns")
        return
    if not all(number_of(value) is not None for value in answers):
        if isinstance(marks, str):
            guess.keys["marks"] = marks
        elif found := _marks_as_spelled(answers, marks or list(_LETTERS)):
            guess.keys["marks"] = found if marks else found[: max(_COMMON, *counts)]
        elif marks:
            guess.keys["marks"] = marks
        return
    if len(answers) == len(offered) and all(map(operator.contains, offered, answers)):
        guess.keys["answer_is"] = "text"
        guess.assumed.append("answers are texts of options, not positions")
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


def _is_verdict(sample: Sample, key: str) -> bool:
    """Return whether a key says that an answer is right or wrong, or is an id: not which it is."""
    texts = {str(value).lower() for value in sample.values(key)}
    is_id = key.lower() == "key" and any(len(text) > _LONGEST_MARK for text in texts)
    return texts <= {"true", "false"} or is_id


_LONGEST_MARK = 3


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


# Options in one text: a line each, "(A) red (B) blue", "A. red B. blue", or "a ) red , b ) blue"
# (MathQA). The marks, and the pattern of the options.
_LETTER, _OF_LINE = r"\([A-J]\)", r"\(?[A-Ja-j][.):]"
_IN_TEXT = {
    rf"(?:^|\n)\s*{_OF_LINE}": rf"(?:^|\n)\s*{_OF_LINE}[ \t]*([^\n]*?)\s*(?=\n|$)",
    _LETTER: rf"{_LETTER} ?(.*?)[,;]?(?=\s+{_LETTER}|$)",
    r"(?:^|[\s;,|])[A-J][.):] ": r"(?:^|[\s;,|])[A-J][.):] +(.*?)[;,|]?(?=\s+[A-J][.):] |$)",
    r"[a-e] \) ": r"[a-e] \) (.*?)(?= , [a-e] \) |$)",
}
# Options without marks, between signs.
_BETWEEN = {sign: rf"\s*([^{sign}]*[^{sign}\s])" for sign in ("\\n", ";", "|", ",")}


def _pattern_in(values: list[Any]) -> str | None:
    """Return the pattern of the options in texts that each have all of them, with marks."""
    if not values or not all(isinstance(value, str) for value in values):
        return None
    for mark, pattern in _IN_TEXT.items():
        compiled = compile_pattern(pattern)
        for value in values:
            letters = [re.sub(r"\W", "", found).upper() for found in re.findall(mark, value)]
            is_whole = letters == [*_LETTERS[: len(letters)]] and len(letters) > 1
            if not is_whole or len(compiled.every(value)) != len(letters):
                break
        else:
            return pattern
    return None


def _pattern_between(values: list[Any], answers: list[str]) -> str | None:
    """Return the pattern of the options in texts that have the answer among those between signs."""
    if not values or not all(isinstance(value, str) for value in values):
        return None
    for pattern in _BETWEEN.values():
        found = [compile_pattern(pattern).every(value) for value in values]
        if len(found) == len(answers) and all(
            len(texts) > 1 and answer in texts for texts, answer in zip(found, answers, strict=True)
        ):
            return pattern
    return None


def _is_lettered(options: Mapping[str, Any]) -> bool:
    """Return whether options are under letters: {"A": "red", "B": "blue"}."""
    return len(options) > 1 and all(len(mark) == 1 and mark.isalpha() for mark in options)
