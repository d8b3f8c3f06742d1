"""Audit rendered prompts: search the finished text for what it must show, not the template for it.

Each build counts, by family, how many examples show every essential field of their record, how many
targets the evaluation's parser reads back, and how many prompts end in one cue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tfrecords_schema.answers import parse_answer
from transforms.prompts.cues import ends_in_cue
from transforms.prompts.fitting import LEAST_SHARE, LEAST_TOKENS, Fitted
from transforms.prompts.prompting import Draft
from transforms.types import FieldValue, Prompt, Record, Task

_TWO_CUES = re.compile(r"(?:^|\n)[^\n]{1,48}:[ \n]*\n[^\n]{1,48}:[ \n]*$")
# A token has some three characters or more in every vocabulary but bytes.
_LEAST_CHARACTERS = LEAST_TOKENS


@dataclass(frozen=True)
class Finding:
    """What the audit found of one example.

    Attributes:
      missing: essential fields of the record, or of an exemplar, that the prompt does not show.
      read_back: whether the target gives the answer back; None where nothing is to be parsed.
      one_cue: whether a few-shot prompt ends in one cue, and a zero-shot one in no more.
    """

    missing: tuple[str, ...]
    read_back: bool | None
    one_cue: bool


def audit(fitted: Fitted, record: Record, task: Task) -> Finding:
    """Return what is wrong with one rendered example."""
    draft, prompt = fitted.draft, fitted.prompt
    missing = _missing(draft, prompt.inputs, {**task.fields, **record.fields})
    if fitted.context_shortened:
        missing = [name for name in missing if not _is_shortened(draft, prompt, name, record)]
    for exemplar in draft.exemplars:
        missing += _missing(draft, exemplar.text, {**task.fields, **exemplar.fields}, True)
    return Finding(tuple(missing), _reads_back(draft, prompt), _has_one_cue(draft, prompt))


def _missing(
    draft: Draft, text: str, fields: Mapping[str, FieldValue], is_exemplar: bool = False
) -> list[str]:
    """Return the essential fields that a text does not show."""
    essential = draft.family.essential(draft.template)
    missing = []
    for name, value in fields.items():
        if name == "turns":
            is_shown = "history" not in essential or _shows_history(text, value, draft, is_exemplar)
        elif name not in essential or (is_exemplar and name in draft.template.instruction):
            is_shown = True
        else:
            parts = value if isinstance(value, list) else [value]
            is_shown = all(part in text for part in parts)
        if not is_shown:
            missing.append(name)
    return missing


def _shows_history(text: str, turns: FieldValue, draft: Draft, is_exemplar: bool) -> bool:
    """Return whether a text has all turns before some reply; for a query, before its own reply."""
    for reply in range(1, len(turns), 2):
        is_asked = is_exemplar or turns[reply] == draft.fields.get("response")
        if is_asked and all(turn in text for turn in turns[:reply]):
            return True
    return False


def _is_shortened(draft: Draft, prompt: Prompt, name: str, record: Record) -> bool:
    """Return whether a field is the one that was shortened, and enough of it is left."""
    context = draft.family.context or ""
    if name not in (context, "turns"):
        return False
    kept, whole = draft.fields[context], record.fields.get(context, "")
    is_enough = len(kept) >= min(LEAST_SHARE * len(whole), _LEAST_CHARACTERS)
    return kept in prompt.inputs and is_enough


def _reads_back(draft: Draft, prompt: Prompt) -> bool | None:
    """Return whether the answer can be read from the target, as the evaluation reads it."""
    answer = draft.fields.get("answer")
    if answer is None or draft.template.asked != {"rationale", "answer"}:
        return None
    # The parser takes the last period for that of the sentence.
    return parse_answer(prompt.targets) == answer.strip().removesuffix(".").strip()


def _has_one_cue(draft: Draft, prompt: Prompt) -> bool:
    if draft.family.is_bare:
        return True
    if _TWO_CUES.search(prompt.inputs[-128:]):
        return False
    layout_cue = draft.template.is_layout and bool(draft.template.tail.strip())
    return not draft.exemplars or layout_cue or ends_in_cue(prompt.inputs)
