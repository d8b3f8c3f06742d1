"""Show answer options: their order is drawn for each example, so is (in part) their look.

The plain form is a header line and `- ` before each option. The drawn form combines headers,
markers and line ends; where markers enumerate (letters, digits, numerals), the answer is the
marker instead of the option's text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase

from transforms.stable_random import Draws

_HEADERS = (
    "Options:",
    "Choices:",
    "OPTIONS:",
    "Possible answers:",
    "Pick one of these:",
    "Choose from:",
    "Answer options:",
    "Select one:",
    "Candidates:",
    "Available choices:",
    "The options are:",
    "One of these is right:",
)
# Each of these, and each character of a marker, is a piece of T5's vocabulary.
_BULLETS = ("-", "*", "+", "•", "–", "->", "=>", ">", "»")
_WRAPPERS = (
    "{}.",
    "{})",
    "({})",
    "[{}]",
    "{}:",
    "{} -",
    "{}]",
    "{} =",
    "#{}",
    "/{}/",
    "{} |",
    "{} >",
)
_LINE_ENDS = ("", ";", ",")
# Markers that an answer keeps: "(b)"; of the others it gives the letter or number alone.
_ANSWER_WRAPPERS = ("({})", "[{}]")
_ROMAN = (
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def _letters(number: int, alphabet: str) -> str:
    """Count in letters: 0 → a, 25 → z, 26 → aa, as columns of a spreadsheet."""
    text = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, len(alphabet))
        text = alphabet[digit] + text
    return text


def _roman(number: int) -> str:
    text, rest = "", number + 1
    for value, numeral in _ROMAN:
        count, rest = divmod(rest, value)
        text += numeral * count
    return text


def _symbol(kind: str, number: int) -> str:
    if kind == "digit":
        return str(number + 1)
    if kind in ("roman", "ROMAN"):
        roman = _roman(number)
        return roman.upper() if kind == "ROMAN" else roman
    return _letters(number, ascii_uppercase if kind == "LETTER" else ascii_lowercase)


@dataclass(frozen=True)
class OptionStyle:
    """How a block of options looks; `kind` is empty for bullets."""

    header: str
    kind: str
    marker: str
    line_end: str = ""

    @property
    def enumerates(self) -> bool:
        """Whether each option has a marker of its own, which then is the answer."""
        return bool(self.kind)

    def mark(self, number: int) -> str:
        """Return the marker of option `number` (from 0)."""
        return self.marker.format(_symbol(self.kind, number)) if self.kind else self.marker

    def answer(self, number: int) -> str:
        """Name option `number` as an answer does, where options are enumerated: "(b)" or "b"."""
        symbol = _symbol(self.kind, number)
        return self.marker.format(symbol) if self.marker in _ANSWER_WRAPPERS else symbol


PLAIN_STYLE = OptionStyle("Options:", "", "-")


@lru_cache(maxsize=1)
def drawn_markers() -> tuple[tuple[str, str], ...]:
    """Return all (kind, marker) pairs of the drawn form."""
    enumerated = [
        (kind, wrapper)
        for kind in ("letter", "LETTER", "digit", "roman", "ROMAN")
        for wrapper in _WRAPPERS
    ]
    return (*(("", bullet) for bullet in _BULLETS), *enumerated)


def draw_style(draws: Draws, random_share: float) -> OptionStyle:
    """Return the plain style, or with probability `random_share` a drawn one."""
    if draws.uniform() >= random_share:
        return PLAIN_STYLE
    kind, marker = draws.choice(drawn_markers())
    return OptionStyle(draws.choice(_HEADERS), kind, marker, draws.choice(_LINE_ENDS))


@dataclass(frozen=True)
class ShownOptions:
    """Options in drawn order, the block that shows them, and the answer as it is to be given."""

    options: tuple[str, ...]
    answer_index: int
    block: str
    answer: str


def show_options(
    options: Sequence[str], answer: str, style: OptionStyle, draws: Draws
) -> ShownOptions:
    """Shuffle and lay out `options`, of which `answer` is one.

    Raises:
      ValueError: `answer` is none of the options.
    """
    order = draws.sample(options, len(options))
    index = order.index(answer)
    last = len(order) - 1
    lines = [
        f"{style.mark(number)} {option}{style.line_end if number < last else ''}"
        for number, option in enumerate(order)
    ]
    shown = style.answer(index) if style.enumerates else answer
    return ShownOptions(tuple(order), index, "\n".join([style.header, *lines]), shown)
