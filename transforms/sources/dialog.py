"""Dialogs between two speakers, in the canonical form: a list of turns that alternate."""

from collections.abc import Iterable
from itertools import groupby


def alternating(turns: Iterable[tuple[str, str]], first: str) -> list[str]:
    """Turn (speaker, text) into texts that alternate, `first` speaking first.

    Empty turns are removed, and consecutive turns of one speaker are joined. An opening turn of the
    other speaker is removed, so that all replies are the other speaker's.

    [("B", "Hi"), ("A", "Hello"), ("A", "A table, please"), ("B", "For two?")], "A"
      → ["Hello A table, please", "For two?"]
    """
    spoken = [(speaker, text.strip()) for speaker, text in turns if text.strip()]
    merged = [
        (speaker, " ".join(text for _, text in group))
        for speaker, group in groupby(spoken, key=lambda turn: turn[0])
    ]
    start = next((i for i, (speaker, _) in enumerate(merged) if speaker == first), len(merged))
    return [text for _, text in merged[start:]]
