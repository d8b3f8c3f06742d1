"""Name enumerated options: "b", "(b)", "2", "ii", as the prompts of a snapshot do.

Where a prompt enumerates its options, the answer is such a name, not the option's text.
"""

from string import ascii_lowercase, ascii_uppercase

KINDS = ("letter", "LETTER", "digit", "roman", "ROMAN")
# Markers that an answer keeps: "(b)"; of the others it gives the letter or number alone.
ANSWER_WRAPPERS = ("({})", "[{}]")
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


def symbol(kind: str, number: int) -> str:
    """Return the letter or numeral of option `number`, counted from 0.

    >>> [symbol(kind, 3) for kind in KINDS]
    ['d', 'D', '4', 'iv', 'IV']
    """
    if kind == "digit":
        return str(number + 1)
    if kind in ("roman", "ROMAN"):
        roman = _roman(number)
        return roman.upper() if kind == "ROMAN" else roman
    return _letters(number, ascii_uppercase if kind == "LETTER" else ascii_lowercase)


def names_like(answer: str, number: int, count: int) -> tuple[str, ...]:
    """Return the names of `count` options in the form of `answer`, which names option `number`.

    Returns no names if `answer` is not the name of that option in any form.

    >>> names_like("(b)", 1, 3)
    ('(a)', '(b)', '(c)')
    >>> names_like("blue", 1, 3)
    ()
    """
    for kind in KINDS:
        for wrapper in ("{}", *ANSWER_WRAPPERS):
            if wrapper.format(symbol(kind, number)) == answer:
                return tuple(wrapper.format(symbol(kind, place)) for place in range(count))
    return ()


def _letters(number: int, alphabet: str) -> str:
    """Count as the columns of a spreadsheet: 0 → a, 25 → z, 26 → aa."""
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
