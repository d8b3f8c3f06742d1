"""Name rows of which no mapping can say what to learn: two answers and a verdict, pictures."""

import re

from pipelines.drafting.guess import Guess, Rule
from pipelines.drafting.samples import Sample

# Names of two answers to one prompt, as sets of preferences call them.
_PAIRS = (
    *(
        (f"{name}{one}", f"{name}{two}")
        for name in ("response", "answer", "output", "completion", "generation", "conversation")
        for one, two in (("_a", "_b"), ("_0", "_1"), ("_1", "_2"))
    ),
    ("human_ref_A", "human_ref_B"),
)
_VERDICTS = (
    *("better_response_id", "winner", "preference", "preferred", "overall_preference", "better"),
    *("choice", "chosen_id", "labels", "label"),
)
_MEDIA_FILE = re.compile(
    r"\S[^\n]*\.(?:png|jpe?g|webp|gif|bmp|tiff?|mp4|webm|wav|mp3|flac|ogg)", re.I
)


def _two_answers(sample: Sample) -> Guess | None:
    """Name pairs of answers, and the key that says which of them is better."""
    pair = next(
        ((a, b) for one, two in _PAIRS if (a := sample.find(one)) and (b := sample.find(two))), None
    )
    if pair is None or sample.find("chosen") or _has_third(sample, pair[0]):
        return None
    both = f"{pair[0]} and {pair[1]}"
    if verdict := sample.find(*_VERDICTS):
        return Guess(
            problem=f"{both}: {verdict!r} says which of them is better, and a mapping cannot "
            "choose a key by another one's value: write the better one of each row under "
            "`chosen`, the other under `rejected`"
        )
    return Guess(problem=f"{both}: the file does not say which answer is better")


def _has_third(sample: Sample, first: str) -> bool:
    """Return whether there is a third answer: they are rather the options of a question."""
    alike = re.compile(re.escape(first[:-1]) + r"\w", re.I)
    return sum(alike.fullmatch(key) is not None for key in sample.keys) > 2


def _described_columns(sample: Sample) -> Guess | None:
    """Name Qualtrics' tables, whose second and third lines describe columns, too."""
    for row in sample.rows[:2]:
        cells = [str(value) for value in row.values() if value]
        if cells and all(cell.startswith('{"ImportId"') for cell in cells):
            return Guess(
                problem="Qualtrics' table, whose second and third lines describe the columns: "
                "remove these two"
            )
    return None


def _media_files(sample: Sample) -> Guess | None:
    """Name rows about a picture or film, and captions: a file of media and one text in each row."""
    for key in sample.keys:
        values = sample.values(key)
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(sample.rows) or not all(map(_MEDIA_FILE.fullmatch, texts)):
            continue
        others = [other for other in sample.keys if other != key and sample.is_text(other)]
        if len(others) < 2 or _PICTURE.search(key):
            return Guess(
                problem=f"each row is about a file of pictures, sound or film under {key!r}, which "
                "is not text"
            )
    return None


_PICTURE = re.compile(r"image|img|photo|picture|video|frame", re.I)
UNDECIDED: tuple[Rule, ...] = (_described_columns, _two_answers, _media_files)
