"""The final answer in a chain of thought, as the templates write it and evaluation reads it.

A target with a rationale ends in one of these sentences, so a prediction is read the same way:
"The answer is: X.", "So the answer is: X.", "Therefore, the answer is: X.", "The final answer: X."
The colon may be absent, as in snapshots of earlier versions.
"""

import re

# The last announcement (`.*` is greedy), to the end of its line: an answer may hold periods of its
# own ("3.5", "St. Louis").
_ANSWER = re.compile(
    r".*\bthe (?:final )?answer(?: is(?: that)?:?|:)[ \t]*(\S[^\n]*)", re.IGNORECASE | re.DOTALL
)


def parse_answer(text: str) -> str | None:
    """Return the last answer that the text announces, without its final period, or None.

    >>> parse_answer("3 and 4 make 7. So the answer is 7.")
    '7'
    >>> parse_answer("I do not know.") is None
    True
    """
    announced = _ANSWER.match(text)
    return announced[1].strip().removesuffix(".").strip() if announced else None
