"""Fit a prompt to the token limits without losing what matters.

Exemplars go first, from the last; then the family's context field is shortened from its end, at a
word, or at a character where a script has no spaces or a word has no end. At least half of it or
200 tokens stay, or else the prompt could not be answered from what it shows. A conversation loses
its oldest turns, never its system prompt and its tools. Instruction, question and options stay
whole. What still does not fit is rejected.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from tfrecords_schema.vocabulary import Ids, Vocabulary
from transforms.prompts.prompting import Draft
from transforms.settings import Limits
from transforms.texts.scripts import has_characters
from transforms.types import Prompt

INPUT_TOO_LONG, TARGET_TOO_LONG = "input_too_long", "target_too_long"
EMPTY_PROMPT = "empty_prompt"
# How the parts of a conversation begin that it never loses (transforms/sources/chat.py).
_ALWAYS_KEPT = ("System: ", "Tools: ")
_LABELS = ("User: ", "Assistant: ", "Tool: ")
# A shortened context counts as shown with this share of it, or so many tokens.
LEAST_SHARE, LEAST_TOKENS = 0.5, 200
# What a cut may have left of a word. Longer ones are cut themselves: an address, a line of minified
# code, a text in a script without spaces.
_LONGEST_WORD = 40
_LAST_WORD = re.compile(rf"\s+\S{{0,{_LONGEST_WORD}}}$")
_FIRST_WORD = re.compile(rf"^\S{{0,{_LONGEST_WORD}}}\s+")


@dataclass(kw_only=True, eq=False)
class Fitted:
    """A prompt that fits, its token ids without EOS, and what it lost on the way."""

    draft: Draft
    prompt: Prompt
    inputs: Ids
    targets: Ids
    exemplars_dropped: int
    context_shortened: bool


def shorten(text: str, keep: float, end: str) -> str:
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
    if draft.context_parts:
        return _drop_oldest(draft, vocabulary, limit)
    text = draft.fields.get(draft.family.context or "", "")
    low, high = 0.0, 1.0
    best = None
    while high - low > 0.5 / max(len(text), 1):
        keep = (low + high) / 2
        shorter = shorten(text, keep, draft.family.context_keeps)
        candidate = draft.with_context(shorter)
        if shorter and len(vocabulary.encode(candidate.compose().inputs)) <= limit:
            best, low = candidate, keep
        else:
            high = keep
    if best is None:
        return None
    kept = best.fields[draft.family.context or ""]
    if draft.family.context_keeps == "end":
        whole = _whole_lines(kept, text)
        if len(whole) >= LEAST_SHARE * len(text):
            return draft.with_context(whole)
    enough = len(kept) >= LEAST_SHARE * len(text)
    return best if enough or len(vocabulary.encode(kept)) >= LEAST_TOKENS else None


def _whole_lines(kept: str, text: str) -> str:
    """Return `kept`, the end of `text`, without a first line that lost its beginning: a turn."""
    before = text[: len(text) - len(kept)]
    return (
        kept
        if not before.strip() or "\n" in before[len(before.rstrip()) :]
        else (kept.partition("\n")[2])
    )


def _drop_oldest(draft: Draft, vocabulary: Vocabulary, limit: int) -> Draft | None:
    """Return the draft with as many of its newest turns as fit; the newest one cut if need be."""
    head = list(takewhile(lambda part: part.startswith(_ALWAYS_KEPT), draft.context_parts))
    turns = draft.context_parts[len(head) :]

    def with_turns(kept: Sequence[str]) -> Draft | None:
        candidate = draft.with_context("\n".join([*head, *kept]))
        return candidate if len(vocabulary.encode(candidate.compose().inputs)) <= limit else None

    low, high, best = 0, len(turns), None
    while low < high:
        middle = (low + high) // 2
        fitted = with_turns(turns[middle:])
        if fitted is not None:
            best, high = fitted, middle
        else:
            low = middle + 1
    if best is not None or not turns:
        return best
    label = next((label for label in _LABELS if turns[-1].startswith(label)), "")
    text = turns[-1].removeprefix(label)
    low, high = 0, len(text)
    while low < high - 1:
        middle = (low + high) // 2
        fitted = with_turns([label + shorten(text, middle / len(text), "end")])
        if fitted is not None:
            best, low = fitted, middle
        else:
            high = middle
    return best if best is not None or not head else with_turns([])


def fit(draft: Draft, vocabulary: Vocabulary, limits: Limits) -> Fitted | str:
    """Fit the prompt of `draft` within `limits` (which count EOS), or say why it cannot be had."""
    return fit_all([draft], vocabulary, limits)[0]


def fit_all(drafts: Sequence[Draft], vocabulary: Vocabulary, limits: Limits) -> list[Fitted | str]:
    """Fit several prompts as `fit` does, whose texts are encoded together."""
    prompts = [draft.compose() for draft in drafts]
    inputs = vocabulary.encode_all([prompt.inputs for prompt in prompts])
    targets = vocabulary.encode_all([prompt.targets for prompt in prompts])
    return [
        _fit(*parts, vocabulary, limits)
        for parts in zip(drafts, prompts, inputs, targets, strict=True)
    ]


def _fit(
    draft: Draft, prompt: Prompt, inputs: Ids, targets: Ids, vocabulary: Vocabulary, limits: Limits
) -> Fitted | str:
    """Fit a prompt whose ids are known."""
    max_inputs, max_targets = limits.max_input_tokens - 1, limits.max_target_tokens - 1
    if not prompt.inputs or not prompt.targets:
        return EMPTY_PROMPT
    if len(targets) > max_targets:
        return TARGET_TOO_LONG
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
    return Fitted(
        draft=draft,
        prompt=prompt,
        inputs=inputs,
        targets=targets,
        exemplars_dropped=asked - len(draft.exemplars),
        context_shortened=shortened,
    )
