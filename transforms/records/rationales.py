"""Remove the sentence of a rationale that only states the answer.

The templates of the family `chain_of_thought` add that sentence, and a target should not contain it
twice.
"""

import re

_CONCLUSION = re.compile(
    r"(?:\A|(?<=[.!?\n])\s*|\n+)"
    r"(?:(?:so|thus|hence|therefore),?\s+)?(?:the\s+)?(?:final\s+)?answer(?:\s+is)?\s*:?\s*"
    r"(?P<answer>[^\n]{1,200}?)\.?\s*\Z",
    re.I,
)
_FINAL = re.compile(r"\n\s*####\s*(?P<answer>[^\n]{1,200}?)\s*\Z")


def without_conclusion(rationale: str, answer: str) -> str:
    """Return `rationale` without a last sentence "The answer is …" or "#### …" that gives `answer`.

    "2 + 2 is 4. The answer is 4.", "4" → "2 + 2 is 4."; a rationale without other text is kept.
    """
    for pattern in (_CONCLUSION, _FINAL):
        # Only the end matters, so a long rationale is not searched completely.
        tail = rationale[-300:]
        match = pattern.search(tail)
        if match and _folded(match["answer"]) == _folded(answer):
            return rationale[: len(rationale) - len(tail) + match.start()].rstrip() or rationale
    return rationale


def _folded(text: str) -> str:
    return " ".join(text.casefold().strip(" ().\"'*$").split())
