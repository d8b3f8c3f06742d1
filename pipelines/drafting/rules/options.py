"""Guess questions with options, and how their answers name one: by mark, position or text."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess, mapped
from pipelines.drafting.key_names import ASKED, CONTEXTS, KEYED, OPTIONS
from pipelines.drafting.samples import Sample
from transforms.sources.mapping import listed_in, number_of

_NUMBERED = re.compile(
    r"(?:choice|option|ending|answer|sol|distractor)_?\d|op[a-e]|(?:choice|option|answer)_?[A-Ea-e]"
)


def multiple_choice(sample: Sample) -> Guess | None:
    """Guess questions with options, of which the answer is one."""
    question, answer = sample.find(*ASKED), sample.find(*KEYED)
    listed = sample.find(*OPTIONS)
    if not question or not sample.is_text(question) or not (answer or listed):
        return None
    if answer is None:
        return Guess(
            problem=f"questions with {listed!r} and no answers: nothing to learn from; as a set to "
            "keep apart it belongs under `held_out`"
        )
    options: Any = None
    lettered = [key for key in ("A", "B", "C", "D", "E") if key in sample.keys]
    numbered = [key for key in sample.keys if _NUMBERED.fullmatch(key)]
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
        options, marks = {"extract": listed, "pattern": pattern, "every": True}, list("ABCDE")
        if all(str(value).islower() for value in sample.values(answer)):
            marks = list("abcde")
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
    if context and sample.is_text(context):
        fields["context"] = context
    answers = [str(value).strip() for value in sample.values(answer)]
    if marks is None and all(len(value) == 1 and value in "ABCDE" for value in answers):
        marks = list("ABCDE")
    if marks is not None and not all(number_of(value) is not None for value in answers):
        guess.keys["marks"] = marks
    elif all(number_of(value) is not None for value in answers):
        numbers = {number_of(value) for value in answers}
        counts = [len(numbered)] * len(answers) if len(numbered) > 1 else map(len, values)
        from_one = 0 not in numbers and any(
            number == count for number, count in zip(map(number_of, answers), counts, strict=False)
        )
        if from_one:
            guess.keys["marks"] = [str(number) for number in range(1, max(map(int, answers)) + 1)]
            guess.assumed.append("answers are positions from 1 on")
        else:
            guess.keys["answer_is"] = "position"
            guess.assumed.append("answers are positions from 0 on")
    return guess


# Options in one text: "(A) red (B) blue"; "a ) red , b ) blue" (MathQA).
_MARK = r"\([A-E]\)"
_IN_TEXT = {
    r"\(A\) .* \(B\) ": rf"{_MARK} (.*?)(?= {_MARK} |$)",
    r"a \) .* , b \) ": r"[a-e] \) (.*?)(?= , [a-e] \) |$)",
}


def _pattern_in(values: list[Any]) -> str | None:
    """Return the pattern of the options in texts that each have all of them."""
    for sign, pattern in _IN_TEXT.items():
        compiled = re.compile(sign, re.S)
        if values and all(isinstance(v, str) and compiled.match(v) for v in values):
            return pattern
    return None


def _is_lettered(options: Mapping[str, Any]) -> bool:
    """Return whether options are under letters: {"A": "red", "B": "blue"}."""
    return len(options) > 1 and all(len(mark) == 1 and mark.isalpha() for mark in options)
