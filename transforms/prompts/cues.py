"""Cues: the short last line of a prompt after which the answer stands, such as "Answer:"."""

import re

from transforms.templates.template import Template

# Drawn once for a few-shot prompt, for the parts that have none of their own.
_ANSWER_CUES = ("Answer:", "Output:", "Response:")
_OTHER_CUES = ("Output:", "Response:", "Result:")
# A cue is short and ends the text.
_MARKS = (":", "=>", "->")
_LONGEST = 48
# An answer that has begun: "A: Let's think step by step."
_BEGUN = re.compile(r"(?:^|\n)(?:A|Answer|Solution|Reasoning): [^\n]{1,48}$")


def cues_of(template: Template) -> tuple[str, ...]:
    """Return cues to draw from for what a template asks: "Answer:" is for answers alone."""
    return _ANSWER_CUES if "answer" in template.asked else _OTHER_CUES


def ends_in_cue(text: str) -> bool:
    """Return whether the last line of a text waits for an answer: "Answer:", "1 + 1 =>"."""
    end = text[-64:].rstrip()
    if end.endswith(_MARKS):
        return len(end.rpartition("\n")[2]) <= _LONGEST + 2
    return ": " in end and _BEGUN.search(end) is not None


def has_cue(template: Template) -> bool:
    """Return whether a template ends in a cue of its own, whatever its fields hold."""
    return ends_in_cue(template.tail) if template.tail.strip() else False


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
    if template.is_layout and template.tail.strip():
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
