"""What is the same text to the deduplication, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.texts.normalization import normalize_text, words

SAME = [
    ("case", "What IS it", "what is it"),
    ("case beyond ASCII", "STRASSE Ünï", "straße üNÏ"),
    ("final sigma", "ΟΔΟΣ", "οδος"),
    ("white space", "  a\tb\n\nc \u3000d\u00a0", "a b c d"),
    ("full width", "Ｗｈａｔ？", "what?"),
    ("ligature", "ﬁne", "fine"),
    ("composed", "e\u0301", "é"),
    ("end of sentence", "It is so. Is it? Yes!", "it is so is it yes"),
    ("commas, colons", "one, two: three; four", "one two three four"),
    ("quotes", "“so” 'it' «is» \"said\" `here`", "so it is said here"),
    ("apostrophes", "don’t", "don't"),
    ("dots", "wait… what...", "wait what"),
    ("stop after a digit", "It is 3.", "it is 3"),
    ("comma after a digit", "3, 4", "3 4"),
    ("zero-width space", "the ceil\u200bing of", "the ceiling of"),
    ("byte order mark", "\ufeffWho painted", "who painted"),
    ("soft hyphen", "paint\u00ading", "painting"),
    ("word joiner", "Sistine\u2060 Chapel", "sistine chapel"),
    ("direction marks", "\u200fמה\u200e \u202aso\u202c \u2066it\u2069", "מה so it"),
    ("Persian joiner", "می\u200cخواهم", "میخواهم"),
    ("Indic joiner", "क्\u200dष", "क्ष"),
    ("emoji joiner", "👩\u200d💻", "👩💻"),
    ("variation selector", "❤\ufe0f", "❤"),
    ("between a letter and its accent", "e\u200d\u0301", "é"),
    ("before a stop", "It is so\u200b.", "it is so"),
    ("hidden tags", "so\U000e0041\U000e0042", "so"),
]
DIFFERENT = [
    ("decimal", "3.5", "35"),
    ("time", "12:30", "1230"),
    ("thousands", "1,000", "1000"),
    ("plus and minus", "3 + 4", "3 - 4"),
    ("times and divided", "3 * 4", "3 / 4"),
    ("sign", "-3", "3"),
    ("brackets", "(1 + 2) * 3", "1 + 2 * 3"),
    ("relations", "a < b", "a > b"),
    ("equality", "a = b", "a b"),
    ("percent", "5%", "5"),
    ("currency", "$5", "5"),
    ("power", "2^3", "23"),
    ("underscore", "a_b", "ab"),
    ("accents", "résumé", "resume"),
    ("words", "a b", "ab"),
    (
        "flags of England and Scotland",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ),
]


@pytest.mark.parametrize(("one", "two"), [s[1:] for s in SAME], ids=[s[0] for s in SAME])
def test_same(one: str, two: str) -> None:
    assert normalize_text(one) == normalize_text(two)


@pytest.mark.parametrize(("one", "two"), [d[1:] for d in DIFFERENT], ids=[d[0] for d in DIFFERENT])
def test_different(one: str, two: str) -> None:
    assert normalize_text(one) != normalize_text(two)


def test_the_example_of_the_docstring() -> None:
    assert normalize_text("  Ｗhat's 3.5, doubled? ") == "what's 3.5 doubled"


@pytest.mark.parametrize(
    ("ignore_case", "ignore_punctuation", "normal"),
    [
        (True, True, "so it is 3.5 yes"),
        (False, True, "So it is 3.5 yes"),
        (True, False, "so, it is 3.5, yes!"),
        (False, False, "So, it is 3.5, yes!"),
    ],
)
def test_case_and_punctuation_can_count(
    ignore_case: bool, ignore_punctuation: bool, normal: str
) -> None:
    assert normalize_text("So,  it is 3.5, yes! ", ignore_case, ignore_punctuation) == normal


@given(st.text())
def test_white_space_is_single_and_inside(text: str) -> None:
    normal = normalize_text(text)
    assert normal == " ".join(normal.split())
    assert words(text) == normal.split()


@given(st.text(st.characters(categories=["L", "N"], max_codepoint=0x17F), max_size=20), st.text())
def test_a_normal_form_is_its_own(start: str, rest: str) -> None:
    normal = normalize_text(f"{start} {rest}")
    assert normalize_text(normal) == normal


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # The module says that operators stay.
        ("Is it true that 3 != 4?", "Is it true that 3 = 4?"),
        ("What is 5! + 1?", "What is 5 + 1?"),
        ("Differentiate f'(x).", "Differentiate f(x)."),
        # NFKC turns superscripts into digits.
        ("What is 2²?", "What is 22?"),
        ("What is 10⁻²?", "What is 10−2?"),
        # A decimal point without a digit before it.
        ("What is half of .5?", "What is half of 5?"),
        # Punctuation between letters.
        ("Go to a.bc", "Go to ab.c"),
    ],
)
def test_different_questions_stay_different(one: str, two: str) -> None:
    assert normalize_text(one) != normalize_text(two)
