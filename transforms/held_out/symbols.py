"""Lines of a held-out item that are symbols rather than words: brackets, sums, assignments.

The search for words leaves brackets out and lets some words differ, but in "[ [ ( )" and "a = 1"
each symbol counts. A record must have such a line symbol by symbol; a word in the place of a few is
an edit, another symbol is another item.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import category

from transforms.texts.normalization import fold_for_search, symbol_words

_SEGMENT_END = re.compile(r"(?<=[.?!:])\s+|(?<=[。？！：])|\n+")
_OPERATORS, _KINDS = frozenset("*/-"), frozenset(("Ps", "Pe", "Sm"))
_BRACKETS = frozenset("()[]{}<>⟨⟩")
# A word of a record may have taken the place of one symbol, or of a few in a longer line: one word
# for so many symbols of the line, and one lost symbol for so many.
_PER_WORD, _PER_LOST = 10, 3


def _is_word(token: str) -> bool:
    """Return whether a token is a word: letters, and not one ASCII letter alone."""
    return token[0].isalpha() and (len(token) > 1 or not token.isascii())


class SymbolLine(NamedTuple):
    """A folded line of an item, and the tokens before and after it there, if any."""

    before: str
    text: str
    after: str


def symbolic_lines(text: str) -> list[SymbolLine]:
    """Return the lines and sentences of a text that have more symbols than words.

    "Close the brackets. Input: [ [ (" → [("input", "[ [ (", "")]
    """
    lines = [line for line in _SEGMENT_END.split(fold_for_search(text)) if line and line.strip()]
    tokens = [symbol_words(line) for line in lines]
    before = ["", *("".join(of[-1:]) for of in tokens[:-1])]
    after = [*("".join(of[:1]) for of in tokens[1:]), ""]
    every = zip(map(SymbolLine, before, lines, after), tokens, strict=True)
    return [line for line, of in every if _is_symbolic(of)]


def _is_symbolic(tokens: Sequence[str]) -> bool:
    words = sum(map(_is_word, tokens))
    # Brackets and operators. Numbers are words of tables, letters alone names in a formula or words
    # of English ("a", "I"), and prose has units ("$", "°", "%").
    symbols = sum(token in _OPERATORS or category(token[0]) in _KINDS for token in tokens)
    return symbols > words


@dataclass(frozen=True)
class SymbolText:
    """The tokens of a record.

    Attributes:
      tokens: of all its fields, in their order.
      is_first: whether a line begins with the token; one more at the end.
      fields: positions of the first tokens of the fields.
    """

    tokens: Sequence[str]
    is_first: Sequence[bool]
    fields: Set[int]

    @classmethod
    def of(cls, texts: Iterable[str], fold: Callable[[str], str] = fold_for_search) -> "SymbolText":
        """Return the tokens of some texts, without their markup unless `fold` keeps it."""
        tokens: list[str] = []
        is_first: list[bool] = []
        fields = set()
        for text in texts:
            fields.add(len(tokens))
            for line in map(symbol_words, fold(text).splitlines()):
                tokens += line
                is_first += [number == 0 for number in range(len(line))]
        return cls(tokens, [*is_first, True], fields)

    def has(self, line: SymbolLine) -> bool:
        """Return whether the symbols of a line are in the record, and do not go on there."""
        wanted = symbol_words(line.text)
        return any(
            self._has_at(start, wanted, line.after) for start in self._starts(wanted[0], line)
        )

    def _starts(self, first: str, line: SymbolLine) -> Iterator[int]:
        """Yield where a line may begin: at its first symbol, or at a word that replaced it."""
        for place, token in enumerate(self.tokens):
            beside = self.tokens[place - 1] if place else ""
            is_replaced = _is_word(token) and beside == line.before != ""
            if is_replaced or (token == first and self._ends(place, beside, line.before)):
                yield place

    def _ends(self, place: int, beside: str, expected: str) -> bool:
        """Return whether a line can end before a token, or begin with it: at a line's end.

        Else the token beside it must be no bracket, or the one that is there in the item.
        """
        return self.is_first[place] or beside not in _BRACKETS or beside == expected

    def _has_at(self, start: int, wanted: Sequence[str], after: str) -> bool:
        """Return whether a line is there from a token on, but for a few replaced symbols."""
        place, is_after_word, words, lost = start, False, 0, 0
        for token in wanted:
            found = self.tokens[place] if place < len(self.tokens) else ""
            if found == token:
                place, is_after_word = place + 1, False
                continue
            lost += 1
            # A word can have taken the place of several symbols, "(-2".
            if not is_after_word:
                words += 1
                if not found or place in self.fields or not _is_word(found):
                    return False
                place, is_after_word = place + 1, True
            if words > max(1, len(wanted) // _PER_WORD) or lost > max(1, len(wanted) // _PER_LOST):
                return False
        # What begins the line after a shorter one, "Output:", replaced none of its symbols.
        if is_after_word and self.is_first[place - 1]:
            return False
        return place == len(self.tokens) or self._ends(place, self.tokens[place], after)
