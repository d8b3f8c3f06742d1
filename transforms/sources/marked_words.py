"""Put asterisks around one of the words of a text, such as a pronoun that occurs several times."""


def mark_word(text: str, word: str, at: int) -> str:
    """Return a text with asterisks around the word, or words, at a position counted from 0.

    Where another word is there, nothing is marked.

    "Al saw he won, he said.", "he", 2 → "Al saw *he* won, he said."
    """
    words, span = text.split(), word.split()
    if span and at >= 0 and words[at : at + len(span)]:
        last = at + len(span) - 1
        # The last word may carry punctuation: "he," becomes "*he*,".
        tail = words[last].removeprefix(span[-1]) if last < len(words) else ""
        if words[at:last] == span[:-1] and words[last : last + 1] == [span[-1] + tail]:
            words = [*words[:at], f"*{' '.join(span)}*{tail}", *words[last + 1 :]]
    return " ".join(words)
