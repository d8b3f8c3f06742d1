"""Audit rendered prompts: search the finished text for what it must show, not the template for it.

Each build counts, by family, how many examples show every essential field of their record, how many
targets the evaluation's parser reads back, and how many prompts end in one cue.
"""

import re
from dataclasses import dataclass

from tfrecords_schema.answers import parse_answer
from transforms.prompts.cues import ends_in_cue, has_cue
from transforms.prompts.fitting import LEAST_SHARE, LEAST_TOKENS, Fitted
from transforms.prompts.prompting import Draft
from transforms.prompts.showing import hidden_fields
from transforms.types import Prompt, Record, Task

_TWO_CUES = re.compile(r"(?:^|\n)[^\n]{1,48}:[ \n]*\n[^\n]{1,48}:$")
# A token has some three characters or more in every vocabulary but bytes.
_LEAST_CHARACTERS = LEAST_TOKENS


@dataclass
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
    fields = {**task.fields, **record.fields}
    essential = draft.family.essential(draft.template)
    missing = hidden_fields(essential, fields, prompt.inputs, draft.fields.get("response", ""))
    if fitted.context_shortened:
        missing = [name for name in missing if not _is_shortened(draft, prompt, name, record)]
    for exemplar in draft.exemplars:
        if exemplar.hidden:
            # Of one layout, the instruction is there once for all.
            said = frozenset() if draft.mixed else draft.template.instructs_with
            missing += [name for name in exemplar.hidden if name not in said]
    return Finding(tuple(missing), _reads_back(draft, prompt), _has_one_cue(draft, prompt))


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
    end = prompt.inputs[-128:].rstrip(" \n")
    if end.endswith(":"):
        before = end.rpartition("\n")[0].rstrip(" \n")
        if before.endswith(":") and _TWO_CUES.search(end):
            return False
    own_cue = has_cue(draft.template) or (
        draft.template.is_layout and bool(draft.template.tail.strip())
    )
    return not draft.exemplars or own_cue or ends_in_cue(prompt.inputs)
