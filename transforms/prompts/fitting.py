"""Fit a prompt to the token limits without losing what matters.

Exemplars go first, from the last; then the family's context field is shortened from its end, at a
word. Instruction, question and options stay whole. What still does not fit is rejected.
"""

import re
from dataclasses import dataclass

from tfrecords_schema.vocabulary import Vocabulary
from transforms.prompts.prompting import Draft
from transforms.settings import Limits
from transforms.types import Prompt

INPUT_TOO_LONG, TARGET_TOO_LONG = "input_too_long", "target_too_long"
EMPTY_PROMPT = "empty_prompt"
# What a cut may have left of a word.
_LAST_WORD = re.compile(r"\s+\S*$")
_FIRST_WORD = re.compile(r"^\S*\s+")


@dataclass(frozen=True)
class Fitted:
    """A prompt that fits, its token ids without EOS, and what it lost on the way."""

    draft: Draft
    prompt: Prompt
    inputs: list[int]
    targets: list[int]
    exemplars_dropped: int
    context_shortened: bool


def _shorten(text: str, keep: float, end: str) -> str:
    """Keep about a share `keep` (0 to 1) of `text` at its start or `end`, cut at white space."""
    size = int(len(text) * keep)
    if end == "start":
        cut = text[:size]
        return (_LAST_WORD.sub("", cut) or cut).rstrip()
    cut = text[len(text) - size :]
    return (_FIRST_WORD.sub("", cut) or cut).lstrip()


def _shorten_context(draft: Draft, vocabulary: Vocabulary, limit: int) -> Draft | None:
    """Return the draft with as much of its context as fits; None if not even a word does."""
    text = draft.fields.get(draft.family.context or "", "")
    low, high = 0.0, 1.0
    best = None
    while high - low > 0.5 / max(len(text), 1):
        keep = (low + high) / 2
        shorter = _shorten(text, keep, draft.family.context_keeps)
        candidate = draft.with_context(shorter)
        if shorter and len(vocabulary.encode(candidate.compose().inputs)) <= limit:
            best, low = candidate, keep
        else:
            high = keep
    return best


def fit(draft: Draft, vocabulary: Vocabulary, limits: Limits) -> Fitted | str:
    """Fit the prompt of `draft` within `limits` (which count EOS), or say why it cannot be had."""
    max_inputs, max_targets = limits.max_input_tokens - 1, limits.max_target_tokens - 1
    prompt = draft.compose()
    if not prompt.inputs or not prompt.targets:
        return EMPTY_PROMPT
    targets = vocabulary.encode(prompt.targets)
    if len(targets) > max_targets:
        return TARGET_TOO_LONG
    inputs = vocabulary.encode(prompt.inputs)
    asked = len(draft.exemplars)
    while len(inputs) > max_inputs and draft.exemplars:
        draft = draft.without_last_exemplar()
        prompt = draft.compose()
        inputs = vocabulary.encode(prompt.inputs)
    shortened = len(inputs) > max_inputs
    if shortened:
        shorter = _shorten_context(draft, vocabulary, max_inputs)
        if shorter is None:
            return INPUT_TOO_LONG
        draft, prompt = shorter, shorter.compose()
        inputs = vocabulary.encode(prompt.inputs)
    return Fitted(draft, prompt, inputs, targets, asked - len(draft.exemplars), shortened)
