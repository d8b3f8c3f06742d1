"""Fit a prompt to the token limits without losing what matters.

Exemplars go first, from the last; then the family's context field is shortened from its end, at a
word, or at a character where a script has no spaces or a word has no end. At least half of it or
200 tokens stay, or else the prompt could not be answered from what it shows. Instruction, question
and options stay whole. What still does not fit is rejected.
"""

import re
import unicodedata
from dataclasses import dataclass

from tfrecords_schema.vocabulary import Vocabulary
from transforms.prompts.prompting import Draft
from transforms.settings import Limits
from transforms.texts.scripts import has_characters
from transforms.types import Prompt

INPUT_TOO_LONG, TARGET_TOO_LONG = "input_too_long", "target_too_long"
EMPTY_PROMPT = "empty_prompt"
# A shortened context counts as shown with this share of it, or so many tokens.
LEAST_SHARE, LEAST_TOKENS = 0.5, 200
# What a cut may have left of a word. Longer ones are cut themselves: an address, a line of minified
# code, a text in a script without spaces.
_LONGEST_WORD = 40
_LAST_WORD = re.compile(rf"\s+\S{{0,{_LONGEST_WORD}}}$")
_FIRST_WORD = re.compile(rf"^\S{{0,{_LONGEST_WORD}}}\s+")


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
    """Keep about a share `keep` (0 to 1) of `text` at its start or `end`.

    It is cut at white space, between characters where these are words, and else within a word.
    """
    size = int(len(text) * keep)
    place = size if end == "start" else len(text) - size
    # Marks stay with their letter.
    while 0 < place < len(text) and unicodedata.category(text[place])[0] == "M":
        place += -1 if end == "start" else 1
    between = has_characters(text[max(0, place - 1) : place + 1])
    if end == "start":
        cut = text[:place]
        return (cut if between else _LAST_WORD.sub("", cut) or cut).rstrip()
    cut = text[place:]
    return (cut if between else _FIRST_WORD.sub("", cut) or cut).lstrip()


def _shorten_context(draft: Draft, vocabulary: Vocabulary, limit: int) -> Draft | None:
    """Return the draft with as much of its context as fits, None if too little of it does."""
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
    if best is None:
        return None
    kept = best.fields[draft.family.context or ""]
    enough = len(kept) >= LEAST_SHARE * len(text)
    return best if enough or len(vocabulary.encode(kept)) >= LEAST_TOKENS else None


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
