"""Cues: the short last line of a prompt after which the answer stands, such as "Answer:"."""

import re
from functools import lru_cache

from transforms.templates.template import Family, Template

# Drawn once for a few-shot prompt, for the parts that have none of their own; families may state
# others.
_ANSWER_CUES = ("Answer:", "Output:", "Response:")
_OTHER_CUES = ("Output:", "Response:", "Result:")
# A cue is short and ends the text.
_MARKS = (":", "=>", "->")
_LONGEST = 48
_SENTENCE_END = re.compile(r"[.!?][\"')\]]* ")
# An answer that has begun, in the words of a template: "A: Let's think step by step." In the text
# of a field, "Answer: 5" is no cue, and only these words are.
_BEGUN = re.compile(r"(?:^|\n)(?:A|Answer|Solution|Reasoning): [^\n]{1,48}$")
_BEGUN_IN_FIELD = re.compile(r"(?:^|\n)(?:A|Answer|Solution|Reasoning): Let['’]s [^\n]{1,42}$")


def cues_of(template: Template, family: Family) -> tuple[str, ...]:
    """Return cues to draw from for what a template asks: "Answer:" is for answers alone."""
    if family.cues:
        return family.cues
    is_answer = "answer" in template.asked and "question" not in template.asked
    return _ANSWER_CUES if is_answer else _OTHER_CUES


def ends_in_cue(text: str) -> bool:
    """Return whether the end of a text waits for an answer: "Answer:", "1 + 1 =>", "Why? A:"."""
    end = text[-64:].rstrip()
    if end.endswith(_MARKS):
        last = end.rpartition("\n")[2]
        return min(len(last), len(_SENTENCE_END.split(last)[-1])) <= _LONGEST + 2
    return ": Let" in end and _BEGUN_IN_FIELD.search(end) is not None


def has_cue(template: Template) -> bool:
    """Return whether a template ends in a cue of its own, whatever its fields hold."""
    return _is_cue(template.tail)


@lru_cache(maxsize=4096)
def _is_cue(tail: str) -> bool:
    """Return whether the text of a template after its last field is a cue."""
    return bool(tail.strip()) and (ends_in_cue(tail) or _BEGUN.search(tail.rstrip()) is not None)


def with_cue(text: str, cue: str) -> str:
    """Return `text` ending in a cue: its own, or else `cue` on a line of its own."""
    return text if ends_in_cue(text) else f"{text}\n{cue}"


def cued(template: Template, text: str, is_bare: bool, cue: str) -> str:
    """Return a part of a few-shot prompt with its cue, so that the answer can follow.

    Args:
      is_bare: whether it has only inputs and outputs, without cues.
    """
    if is_bare:
        return f"{text}\n"
    if has_cue(template) or (template.is_layout and template.tail.strip()):
        return text
    return with_cue(text, cue)


def join_instruction(instruction: str, inputs: str) -> str:
    """Return a zero-shot prompt: the instruction, then the material."""
    return "\n\n".join(part for part in (instruction, inputs) if part)


def answered(text: str, answer: str) -> str:
    """Return a text that ends in a cue, followed by its answer.

    The answer stands on the same line, or on the next one if `text` ends in a newline or the
    answer has several lines.
    """
    lead = text.rstrip()
    separator = "\n" if text.endswith("\n") or "\n" in answer else " "
    return f"{lead}{separator}{answer}"
