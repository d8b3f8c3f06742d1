"""What is looked for of a held-out record: the ways in which it can be found in another.

Which field asks, and which only goes with it, the template family says; without a family the names
of the fields do. The item's own words count, never a template's. Options that a question itself
lists, as in BIG-Bench Hard, are taken apart, so that their order does not matter. A program is
found by its problem in words or by its code.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from transforms.held_out.programs import body_tokens, code_tokens, problem_text, shape_tokens
from transforms.held_out.symbols import SymbolLine, symbolic_lines
from transforms.templates.roles import roles_of
from transforms.templates.template import Family, Role
from transforms.texts.scripts import split_characters
from transforms.types import FieldValue

Stream = Literal["words", "code", "shape"]
# Texts as words, programs as tokens, programs as tokens without the names that they chose.
STREAMS: tuple[Stream, ...] = ("words", "code", "shape")
_PROGRAMS = ("code", "solution", "solutions", "canonical_solution")
_OPTION_BLOCK = re.compile(r"\n\s*(?:options|choices|answer choices)\s*:\s*\n", re.I)
_MARKER = re.compile(r"^\s*(?:\(?[A-Za-z0-9]{1,2}[).:]|[-*•])\s+", re.M)
_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+|(?<=[。？！])|\n+")
_LEAST_ASK_WORDS = 6
# Shorter programs are written by everybody: with their signatures, without, and without names.
_LEAST_CODE, _LEAST_BODY, _LEAST_SHAPE = 15, 20, 40
# Without names, assignments are all alike: so many different words and signs besides numbers.
_LEAST_KINDS = 9
_MOST_PROGRAMS = 8


@dataclass(frozen=True)
class ItemName:
    """A held-out record: the evaluation set (a source of the recipe), its task, its id."""

    set: str
    task: str
    id: str


@dataclass(frozen=True, kw_only=True)
class ItemTexts:
    """One way to find a held-out item: all `questions` are in one record.

    Attributes:
      questions: a text for each field that asks something.
      options, passage, answer: what must be there too where the questions prove nothing alone.
      symbols: lines of the questions that are symbols, of which each must be found as it is.
      stream: what the texts are, and so what of a record they are looked for in.
    """

    name: ItemName
    questions: tuple[str, ...]
    options: tuple[str, ...] = ()
    passage: str = ""
    answer: str = ""
    symbols: tuple[SymbolLine, ...] = ()
    stream: Stream = "words"


def _as_text(value: FieldValue) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def split_options(question: str) -> tuple[str, list[str]]:
    """("…?", options) of a question that lists its options itself, else (question, [])."""
    parts = _OPTION_BLOCK.split(question, maxsplit=1)
    if len(parts) == 1:
        return question, []
    lines = [_MARKER.sub("", line).strip() for line in parts[1].splitlines()]
    return parts[0], [line for line in lines if line]


def last_sentence(text: str) -> str:
    """Return the final part of a question, which asks; at least a few words."""
    sentences = [part for part in _SENTENCE_END.split(text.strip()) if part and part.strip()]
    ask: list[str] = []
    while sentences and len(split_characters(" ".join(ask)).split()) < _LEAST_ASK_WORDS:
        ask.insert(0, sentences.pop())
    return " ".join(ask)


def item_ways(
    name: ItemName, fields: Mapping[str, FieldValue], family: Family | None
) -> Iterator[ItemTexts]:
    """Yield the ways in which a held-out record can be found; one at least."""
    by_role: dict[Role, list[str]] = {}
    for field, role in roles_of(fields, family).items():
        by_role.setdefault(role, []).append(field)
    asked, options = [], []
    for field in by_role.get("question", []):
        question, listed = split_options(_as_text(fields[field]))
        asked.append(question)
        options += listed
    questions = [problem_text(question) for question in asked]
    if questions != asked:
        yield ItemTexts(name=name, questions=tuple(asked), symbols=_symbols(asked))
    for field in by_role.get("options", []):
        value = fields[field]
        options = [*([value] if isinstance(value, str) else value), *options]
    yield ItemTexts(
        name=name,
        questions=tuple(question for question in questions if question.strip()),
        symbols=_symbols(questions),
        options=tuple(options),
        passage="\n".join(_as_text(fields[field]) for field in by_role.get("passage", [])),
        answer="\n".join(
            _as_text(fields[f]) for f in by_role.get("answer", []) if f != "rationale"
        ),
    )
    for field in _PROGRAMS:
        value = fields.get(field, [])
        programs = [value] if isinstance(value, str) else value
        for program in programs[:_MOST_PROGRAMS]:
            yield from _program_ways(name, program)


def _symbols(questions: Iterable[str]) -> tuple[SymbolLine, ...]:
    return tuple(line for question in questions for line in symbolic_lines(question))


def _program_ways(name: ItemName, program: str) -> Iterator[ItemTexts]:
    """Yield a program by its tokens, where there are enough of them."""
    body, whole, shape = body_tokens(program), code_tokens(program), shape_tokens(program)
    code = body if len(body) >= _LEAST_BODY else whole
    if len(code) >= _LEAST_CODE:
        yield ItemTexts(name=name, questions=(" ".join(code),), stream="code")
    kinds = {token for token in shape if not token[0].isdigit()}
    if len(shape) >= _LEAST_SHAPE and len(kinds) >= _LEAST_KINDS:
        text = " ".join(shape).removeprefix("def ")
        yield ItemTexts(name=name, questions=(text,), stream="shape")
