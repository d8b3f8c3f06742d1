"""TREC CAsT: questions of a conversation and the rewrites by hand that make them self-contained.

Layouts of 2019 to 2022 (github.com/daltonj/treccastweb): topics with a list `turn`, in 2022 a tree
that goes back by `parent`. The rewrites of 2019 are in a separate file, `31_2⇥question`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import ClassVar, Literal

from pydantic import Field

from transforms.sources.chat import MAX_HISTORY_CHARACTERS, MAX_TURNS, latest
from transforms.sources.files.lines import read_lines
from transforms.sources.files.row import BadRow, Row
from transforms.sources.files.streams import with_compressed
from transforms.sources.layout import MAIN, Draft, Layout, objects_of, text_of
from transforms.sources.source import Element, Piece, UnreadableFileError


class Cast(Layout):
    """Follow-up questions → rewrites; the first question of a topic needs no rewrite."""

    families: ClassVar[dict[str, str]] = {MAIN: "conversational_rewrite"}

    row_id_keys: ClassVar[tuple[str, ...]] = ("id", "number")

    format: Literal["cast"]
    collection: str = Field("dialog", description="Collection of the task.")
    rewrites: str | None = Field(
        None, description="File of rewrites of 2019, relative to `path` or its directory."
    )

    @property
    def patterns(self) -> tuple[str, ...]:
        return with_compressed(["*topics*.json"])

    def files_beside(self) -> list[str]:
        return [self.rewrites] if self.rewrites else []

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        rewrites = _read_rewrites(self.beside(self.rewrites)) if self.rewrites else {}
        yield from self.read_with(name, piece, partial(_drafts, rewrites))

    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        return _drafts({}, row)


def _read_rewrites(path: str) -> dict[str, str]:
    rewrites = {}
    for where, line in read_lines(Piece(path=path, relative=path)):
        number, tab, text = line.partition("\t") if isinstance(line, str) else ("", "", "")
        if not tab:
            raise UnreadableFileError(
                f"{where}: expected the number of a turn, a tab and its rewrite"
            )
        rewrites[number.strip()] = text.strip()
    return rewrites


def _drafts(rewrites: Mapping[str, str], topic: Row) -> Iterator[Draft | BadRow]:
    """Yield a draft for each question of a topic, with the earlier turns as history."""
    turns = objects_of(topic, "turn")
    if not turns:
        yield BadRow("wrong_type", "turn is not a list of objects")
        return
    if len(turns) > MAX_TURNS:
        yield BadRow("too_many_turns", f"{len(turns):,} turns, more than {MAX_TURNS:,}")
        return
    by_number = {str(turn.get("number")): turn for turn in turns}
    is_tree = any("parent" in turn for turn in turns)
    for position, turn in enumerate(turns):
        question = _question(turn)
        if not question:
            if not _said(turn, "response"):
                yield BadRow("empty_field", f"turn {turn.get('number')}: no utterance")
            continue
        number = f"{topic.get('number')}_{turn.get('number')}"
        before = _latest(_ancestors(turn, by_number) if is_tree else reversed(turns[:position]))
        rewrite = _said(turn, "manual_rewritten_utterance") or rewrites.get(number, "")
        if not before:
            yield BadRow("no_history", f"{number}: nothing comes before the question")
        else:
            fields = {"history": _history(before), "question": question, "answer": rewrite}
            yield Draft(fields, number)


def _question(turn: Row) -> str:
    return _said(turn, "raw_utterance") or _said(turn, "utterance")


def _said(turn: Row, key: str) -> str:
    """Return a text without the remains of the form in which it was annotated in 2021.

    "Utterance: Who won?" → "Who won?", "They won. Utterance type: Question" → "They won."
    """
    return _FORM.sub("", text_of(turn, key))


_FORM = re.compile(r"^\s*Utterance:\s*|\s*Utterance type: \w+\s*$")


def _ancestors(turn: Row, by_number: Mapping[str, Row]) -> Iterator[Row]:
    """Yield the turns that lead to `turn`, the last first; stop if they form a loop."""
    passed: set[int] = set()
    parent = by_number.get(str(turn.get("parent")))
    while parent is not None and id(parent) not in passed:
        passed.add(id(parent))
        yield parent
        parent = by_number.get(str(parent.get("parent")))


def _latest(before: Iterator[Row]) -> list[Row]:
    """Return as many turns as a history has room for, oldest first, given newest first."""
    turns: list[Row] = []
    size = 0
    for turn in before:
        turns.append(turn)
        size += sum(len(text_of(turn, key)) for key in ("raw_utterance", "response", "passage"))
        if size > MAX_HISTORY_CHARACTERS:
            break
    return turns[::-1]


def _history(turns: list[Row]) -> list[str]:
    """Return questions and, if the topic has them, the system's answers, both marked."""
    said = [(_question(turn), _said(turn, "response") or _said(turn, "passage")) for turn in turns]
    if not any(answer for _, answer in said):
        return latest([question for question, _ in said])
    lines = []
    for question, answer in said:
        lines += [f"User: {question}"] if question else []
        lines += [f"System: {answer}"] if answer else []
    return latest(lines)
