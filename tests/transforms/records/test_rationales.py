"""The sentence that states the answer is said once."""

import pytest

from transforms.records.rationales import without_conclusion


@pytest.mark.parametrize(
    ("rationale", "answer", "kept"),
    [
        ("2 + 2 is 4. The answer is 4.", "4", "2 + 2 is 4."),
        ("2 + 2 is 4.\nSo the answer is: (4)", "4", "2 + 2 is 4."),
        ("Fish swim. Therefore, the final answer is Yes.", "yes", "Fish swim."),
        ("It grew by 3.\n#### 3", "3", "It grew by 3."),
        ("2 + 2 is 4. Answer: 4", "4", "2 + 2 is 4."),
        ("2 + 2 is 4. The answer is 5.", "4", "2 + 2 is 4. The answer is 5."),
        ("The answer is 4.", "4", "The answer is 4."),
        ("We know that the answer is 4.", "4", "We know that the answer is 4."),
        ("The answer is 4. It fits.", "4", "The answer is 4. It fits."),
        ("x" * 1000 + ". The answer is 4.", "4", "x" * 1000 + "."),
    ],
)
def test_conclusions(rationale: str, answer: str, kept: str) -> None:
    assert without_conclusion(rationale, answer) == kept
