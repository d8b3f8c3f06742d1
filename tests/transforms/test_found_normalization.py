"""Found: questions that mean something else have one normal form, so one of them is lost."""

import pytest

from transforms.normalization import normalize_text


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
def test_different(one: str, two: str) -> None:
    assert normalize_text(one) != normalize_text(two)
