"""Cues: the short last line of a prompt after which the answer stands, such as "Answer:"."""

import re

from transforms.templates.template import Template

# Drawn once for a few-shot prompt, for the parts that have none of their own.
_ANSWER_CUES = ("Answer:", "Output:", "Response:")
_OTHER_CUES = ("Output:", "Response:", "Result:")
# A cue is short and ends the text: "Answer:", "The translation:", "=>". So does an answer that has
# begun: "A: Let's think step by step."
_CUE = re.compile(
    r"(?:^|\n)(?:[^\n]{0,48}(?::|=>|->)|(?:A|Answer|Solution|Reasoning): [^\n]{1,48})[ \n]*$"
)
# The end of a format string after its last placeholder.
_TAIL = re.compile(r"[^{}]*$")


def cues_of(template: Template) -> tuple[str, ...]:
    """Return cues to draw from for what a template asks: "Answer:" is for answers alone."""
    return _ANSWER_CUES if "answer" in template.asked else _OTHER_CUES


def ends_in_cue(text: str) -> bool:
    """Return whether the last line of a text waits for an answer."""
    return _CUE.search(text[-64:]) is not None


def tail(template: Template) -> str:
    """Return what stands after the last field of a template."""
    found = _TAIL.search(template.inputs)
    return found.group() if found else ""


def has_cue(template: Template) -> bool:
    """Return whether a template ends in a cue of its own, whatever its fields hold."""
    return ends_in_cue(tail(template)) if tail(template).strip() else False


def with_cue(text: str, cue: str) -> str:
    """Return `text` ending in a cue: its own, or else `cue` on a line of its own."""
    return text if ends_in_cue(text) else f"{text}\n{cue}"


def answered(text: str, answer: str) -> str:
    """Return a text that ends in a cue, followed by its answer.

    The answer stands on the same line, or on the next one if `text` ends in a newline or the
    answer has several lines.
    """
    lead = text.rstrip()
    separator = "\n" if text.endswith("\n") or "\n" in answer else " "
    return f"{lead}{separator}{answer}"
