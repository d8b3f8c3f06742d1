"""Show answer options: their order is drawn for each example, so is (in part) their look.

The plain form is a header line and `- ` before each option. The drawn form combines headers,
markers, or sets short options side by side on one line; where markers enumerate
(letters, digits, numerals), the answer is the marker instead of the option's text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tfrecords_schema.enumeration import ANSWER_WRAPPERS, KINDS, symbol
from transforms.stable_random import Draws

# None of them asks to choose: the template does, and a prompt asks once.
_HEADERS = (
    "Options:",
    "Choices:",
    "OPTIONS:",
    "Possible answers:",
    "Answer choices:",
    "Answer options:",
    "Your options:",
    "Candidates:",
    "Available choices:",
    "The options are:",
    "The choices are:",
    "The possible answers are:",
    "Your options are:",
    "Your choices:",
    "Available options:",
    "Possible choices:",
)
# Each of these, and each character of a marker, is a piece of T5's vocabulary.
_BULLETS = ("-", "*", "+", "•", "–", "->", ">", "»")
_WRAPPERS = (
    "{}.",
    "{})",
    "({})",
    "[{}]",
    "{}:",
    "{} -",
    "{} –",
    "- {}:",
    "- {})",
    "**{}.**",
)
_INLINE_WRAPPERS = ("({})", "{})", "{}.", "[{}]", "{}:")
_INLINE_SEPARATORS = (" / ", " | ", "; ", ", ")
# Options that are set on one line have no more characters than this together, and no newline.
_MAX_INLINE = 160
_ENDS_IN_PUNCTUATION = re.compile(r"[.,;:!?]$")
# A letter or a number that an option brings along: "A. one", "(2) two".
# Options of an ordered scale: "3", "4.5", "2 stars".
_ON_SCALE = re.compile(r"(-?\d+(?:\.\d+)?)(?: stars?)?")
# Options that name others by letters: "Both A and B", "A, B and C only", "Neither (a) nor (b)".
_LETTERS = r"\(?{0}\)?(?:\s*,\s*\(?{0}\)?)*\s*,?\s*(?:and|or|nor|&)\s*\(?{0}\)?"
_OF_LETTERS = re.compile(
    r"(?:(?i:both|either|neither|only|all of|options?|choices?)\s+)*"
    rf"(?:{_LETTERS.format('[A-H]')}|{_LETTERS.format('[a-h]')})"
    r"(?i:\s+(?:only|both|above|together|are (?:both )?(?:correct|true)))*\.?"
)
# Options that name all others, or those above them.
_OF_ALL = re.compile(
    r"(?i)(?:all|none|neither|both|any|some|two|either) of (?:the )?"
    r"(?:above|these|those|others?|(?:other |given )?(?:options|choices|answers))\b.*"
)
_OWN_MARK = re.compile(r"\(?([A-Za-z]|\d{1,2})[).:]\s+(?=\S)")


@dataclass(frozen=True, kw_only=True)
class OptionStyle:
    """How a block of options looks; `kind` is empty for bullets."""

    header: str
    kind: str
    marker: str
    inline: bool = False

    @property
    def enumerates(self) -> bool:
        """Whether each option has a different marker, which is then the answer."""
        return bool(self.kind)

    def mark(self, number: int) -> str:
        """Return the marker of option `number` (from 0)."""
        return self.marker.format(symbol(self.kind, number)) if self.kind else self.marker

    def answer(self, number: int) -> str:
        """Name option `number` as an answer does, where options are enumerated: "(b)" or "b"."""
        name = symbol(self.kind, number)
        return self.marker.format(name) if self.marker in ANSWER_WRAPPERS else name


PLAIN_STYLE = OptionStyle(header="Options:", kind="", marker="-")


@lru_cache(maxsize=1)
def drawn_markers() -> tuple[tuple[str, str], ...]:
    """Return all (kind, marker) pairs of the drawn form for options on separate lines."""
    enumerated = [(kind, wrapper) for kind in KINDS for wrapper in _WRAPPERS]
    return (*(("", bullet) for bullet in _BULLETS), *enumerated)


@lru_cache(maxsize=1)
def inline_markers() -> tuple[tuple[str, str], ...]:
    """Return all (kind, marker) pairs on one line; without a kind, the marker separates."""
    enumerated = [(kind, wrapper) for kind in KINDS for wrapper in _INLINE_WRAPPERS]
    return (*(("", separator) for separator in _INLINE_SEPARATORS), *enumerated)


def draw_style(draws: Draws, random_share: float) -> OptionStyle:
    """Return the plain style, or with probability `random_share` a drawn one.

    Each of the styles of markers, on lines or on one line, is as likely.
    """
    if draws.uniform() >= random_share:
        return PLAIN_STYLE
    on_lines, inline = drawn_markers(), inline_markers()
    number = draws.below(len(on_lines) + len(inline))
    header = draws.choice(_HEADERS)
    if number < len(on_lines):
        kind, marker = on_lines[number]
        return OptionStyle(header=header, kind=kind, marker=marker)
    kind, marker = inline[number - len(on_lines)]
    return OptionStyle(header=header, kind=kind, marker=marker, inline=True)


@dataclass(frozen=True, kw_only=True)
class ShownOptions:
    """Options in drawn order, the block that shows them, and the answer as it is to be given.

    Attributes:
      text: the answer's own text, without a letter that all options had brought along.
    """

    options: tuple[str, ...]
    answer_index: int
    block: str
    answer: str
    text: str


def without_own_marks(options: Sequence[str]) -> list[str]:
    """Return options without their own letters or numbers, if all have one, in order.

    ["A. one", "B. two"] → ["one", "two"]: the drawn markers would contradict them.
    """
    marks = [_OWN_MARK.match(option) for option in options]
    symbols = [mark[1].casefold() for mark in marks if mark]
    for kind in ("letter", "digit"):
        if len(symbols) > 1 and symbols == [symbol(kind, n) for n in range(len(options))]:
            return [
                option[mark.end() :] for option, mark in zip(options, marks, strict=True) if mark
            ]
    return list(options)


def _block(options: Sequence[str], style: OptionStyle) -> str:
    """Return the header and the options, on lines or, if they are short, on one line."""
    texts = [
        f"{style.mark(number)} {option}" if style.kind or not style.inline else option
        for number, option in enumerate(options)
    ]
    short = sum(map(len, texts)) <= _MAX_INLINE and not any("\n" in text for text in texts)
    # After "Yes." or "a, b" a separator would be read as part of the option.
    punctuated = any(_ENDS_IN_PUNCTUATION.search(option) for option in options)
    clashes = punctuated or any(style.marker.strip() in option for option in options)
    if style.inline and style.kind and short:
        return f"{style.header} {' '.join(texts)}"
    if style.inline and not style.kind and short and not clashes:
        return f"{style.header} {style.marker.join(texts)}"
    if style.inline and not style.kind:
        texts = [f"- {option}" for option in options]
    return "\n".join([style.header, *texts])


def _scale(options: Sequence[str]) -> list[str] | None:
    """Return options in ascending order if all of them are points of a scale."""
    points = [_ON_SCALE.fullmatch(option.strip()) for option in options]
    if len(options) < 3 or not all(points):
        return None
    values = [float(point[1]) for point in points if point]
    return [option for _, option in sorted(zip(values, options, strict=True))]


def refers_to_letters(option: str) -> bool:
    """Return whether an option names others by letters: "Both A and B"."""
    return _OF_LETTERS.fullmatch(option.strip()) is not None


def refers_to_options(option: str) -> bool:
    """Return whether an option means nothing without the others: "Both A and B", "All of these"."""
    return refers_to_letters(option) or _OF_ALL.fullmatch(option.strip()) is not None


def _is_last(option: str) -> bool:
    return "above" in option.casefold() and _OF_ALL.fullmatch(option.strip()) is not None


def show_options(
    options: Sequence[str], answer: str, style: OptionStyle, draws: Draws
) -> ShownOptions:
    """Shuffle and lay out `options`, of which `answer` is one.

    Letters that all options bring along are left out. The points of a scale stay in order, and
    have no letters or numbers of their own. Where an option names others by letters, all keep their
    order and have these letters; "All of the above" stays below the others.

    Raises:
      ValueError: `answer` is none of the options.
    """
    texts = without_own_marks(options)
    answer = texts[list(options).index(answer)]
    order = draws.sample(texts, len(texts))
    if (scale := _scale(texts)) is not None:
        order = scale
        style = PLAIN_STYLE if style.enumerates else style
    elif referring := [text for text in texts if refers_to_letters(text)]:
        order = texts
        kind = "LETTER" if re.search(r"\b[A-H]\b", referring[0]) else "letter"
        style = OptionStyle(header=style.header, kind=kind, marker="{}.")
    else:
        order.sort(key=_is_last)
    index = order.index(answer)
    shown = style.answer(index) if style.enumerates else answer
    return ShownOptions(
        options=tuple(order),
        answer_index=index,
        block=_block(order, style),
        answer=shown,
        text=answer,
    )
