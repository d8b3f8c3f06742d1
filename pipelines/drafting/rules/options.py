"""Guess questions with options, in a list, an object, columns or one text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.key_names import ASKED, CONTEXTS, KEYED, OPTIONS
from pipelines.drafting.rules.option_marks import (
    COMMON,
    LETTERS,
    state_marks_of_rows,
    state_positions,
)
from pipelines.drafting.rules.pointed_answers import answers_as_options
from pipelines.drafting.samples import Sample
from transforms.sources.patterns import compile_pattern
from transforms.sources.raw_answers import listed_in

_NUMBERED = re.compile(
    r"(?:choice|option|ending|answer|sol|distractor)[_ ]?\d|op[a-e]|"
    r"(?:choice|option|answer)[_ ]?[a-j]",
    re.I,
)


def multiple_choice(sample: Sample) -> Guess | None:
    """Guess questions with options, of which the answer is one."""
    lettered = [key for key in LETTERS if key in sample.keys]
    numbered = [key for key in sample.keys if _NUMBERED.fullmatch(key)]
    are_options = {*lettered, *numbered} if max(len(lettered), len(numbered)) > 1 else set()
    question = sample.find(*ASKED)
    if not question and (listed := sample.find(*OPTIONS)) and sample.is_list_of(listed, str):
        # WSC, Winograd's schemas, story endings.
        question = sample.find("text", "premise", "story", "passage", "context")
    asked: Any = question
    one, two = sample.find("sent1"), sample.find("sent2")
    if not question and one and two and are_options:
        # SWAG: a sentence, and the beginning of the one that the options end.
        question, asked = one, {"text": f"{{{one}}} {{{two}}}"}
    listed = sample.find(*OPTIONS)
    pointed = None if listed or are_options else answers_as_options(sample)
    if isinstance(pointed, Guess):
        return pointed if question else None
    found = (key for name in KEYED if (key := sample.find(name)) and key not in are_options)
    answer = next((key for key in found if not _is_verdict(sample, key)), None)
    if pointed:
        listed, answer = pointed
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
    stated: list[str] = []
    if numbered and numbered[0].startswith("distractor"):
        numbered.append(answer)
    values = sample.values(listed) if listed else []
    marks: Any = None
    if values and all(isinstance(value, list) for value in values):
        items = [item for value in values for item in value]
        if all(isinstance(item, Mapping) and "text" in item for item in items):
            options, stated = f"{listed}.text", _keys_beside(str(listed), items)
        elif not any(isinstance(item, (list, Mapping)) for item in items):
            options = listed
    elif values and all(listed_in(value) for value in values):
        options = listed
    elif values and all(isinstance(value, Mapping) and "text" in value for value in values):
        options, stated = f"{listed}.text", _keys_beside(str(listed), values)
    elif values and all(isinstance(value, Mapping) and _is_lettered(value) for value in values):
        marks = max((list(value) for value in values), key=lambda letters: len(letters))
        options = {"keys": [f"{listed}.{mark}" for mark in marks]}
    elif pattern := _pattern_in(values):
        options, marks = (
            {"extract": listed, "pattern": pattern, "every": True},
            [*LETTERS[:COMMON]],
        )
    elif pattern := _pattern_between(values, [str(v).strip() for v in sample.values(answer)]):
        options = {"extract": listed, "pattern": pattern, "every": True}
    elif len(lettered) > 2:
        options, marks = {"keys": lettered}, lettered
    elif len(numbered) > 1:
        options = {"keys": numbered}
    if options is None:
        return None
    fields = {"question": asked, "options": options, "answer": answer}
    guess = mapped(sample, "multiple_choice_qa", fields, f"{answer!r} is the right option")
    premise = sample.find("premise")
    if premise and {str(value) for value in sample.values(question)} <= {"cause", "effect"}:
        fields["question"] = {"text": f"{{{premise}}} What is the {{{question}}}?"}
    context = sample.find(*CONTEXTS)
    if context and context != question and sample.is_text(context):
        fields["context"] = context
    names = numbered if "keys" in options else []
    if not state_marks_of_rows(sample, guess, answer, stated):
        state_positions(sample, guess, answer, marks, names)
    return guess


def _keys_beside(listed: str, items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the keys beside the texts of options that may hold their marks."""
    return [f"{listed}.{name}" for name in _MARKS_BESIDE if all(name in item for item in items)]


_MARKS_BESIDE = ("label", "id", "key", "letter", "mark", "index")


def _is_verdict(sample: Sample, key: str) -> bool:
    """Return whether a key says that an answer is right or wrong, or is an id: not which it is."""
    texts = {str(value).lower() for value in sample.values(key)}
    is_id = key.lower() == "key" and any(len(text) > _LONGEST_MARK for text in texts)
    return texts <= {"true", "false"} or is_id


_LONGEST_MARK = 3


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
            is_whole = letters == [*LETTERS[: len(letters)]] and len(letters) > 1
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
    """Return whether options are under letters or digits: {"A": "red", "B": "blue"}."""
    return len(options) > 1 and all(len(mark) == 1 and mark.isalnum() for mark in options)
