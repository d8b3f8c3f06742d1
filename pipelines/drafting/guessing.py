"""Guess the meaning of a file's rows: the format or family, and the mapping to canonical fields.

Rules begin with unambiguous signs (messages with roles, Alpaca's keys), continue with names of
columns, and end with the form of the values. Each guess states its assumptions.
"""

from collections.abc import Iterable

from pipelines.drafting.guess import Guess, Rule, id_of
from pipelines.drafting.keys_read import state_unused
from pipelines.drafting.rules import (
    coded_labels,
    conversations,
    dialogs,
    generation,
    judged_answers,
    labels,
    languages_in_lists,
    options,
    preferences,
    prompts,
    published,
    questions,
    tables,
    text_pairs,
    translations,
)
from pipelines.drafting.samples import Sample
from pipelines.drafting.shown_material import show_material
from pipelines.drafting.verdicts import leave_out_bad

_MEDIA = ("image", "images", "img", "video", "videos", "audio", "audios")


def guess(sample: Sample, exports: Iterable[Rule] = ()) -> Guess:
    """Return the best guess at a file's rows; keys within objects count where the others do not.

    `exports` are rules for the files of certain tools, which are tried first.
    """
    for rule in exports:
        if (guessed := rule(sample)) is not None:
            guessed.keys |= {} if guessed.problem else {**id_of(sample), **sample.stated}
            return guessed
    unusable = None
    flattened = sample.flattened()
    for one in (sample, flattened) if flattened else (sample,):
        for rule in _RULES:
            guessed = rule(one)
            if guessed is not None and not guessed.problem:
                guessed.keys |= sample.stated
                show_material(one, sample, guessed)
                leave_out_bad(one, guessed)
                state_unused(one, guessed)
                return guessed if guessed.problem else _without_media(sample, guessed)
            if guessed is not None and guessed.is_final:
                return guessed
            unusable = unusable or guessed
            if guessed is not None:
                break
    if unusable:
        return unusable
    keys = ", ".join(sample.keys[:12])
    return Guess(
        problem=f"no task can be seen in the keys {keys}; write the mapping by hand "
        "(docs/adding_a_task.md)"
    )


def _without_media(sample: Sample, guessed: Guess) -> Guess:
    """Refuse rows of which each has an image or the like; state it if some have one."""
    key = sample.find(*_MEDIA)
    if key is None or guessed.keys["format"] == "chat":
        return guessed
    if len(sample.values(key)) == len(sample.rows):
        return Guess(problem=f"each row has something under {key!r}, which is not text")
    guessed.unknown.append(f"whether rows make sense without what they have under {key!r}")
    return guessed


_RULES: tuple[Rule, ...] = (
    published.super_ni,
    published.published,
    preferences.ranked,
    judged_answers.judged_answers,
    questions.questions_of_passages,
    conversations.tree,
    dialogs.with_history,
    translations.with_languages,
    languages_in_lists.of_lists,
    conversations.exported_chats,
    conversations.table_of_messages,
    questions.evaluations,
    prompts.alpaca,
    conversations.alternating,
    prompts.segments,
    prompts.turns_with_references,
    conversations.conversations,
    conversations.transcripts,
    published.known_benchmarks,
    generation.keywords,
    questions.drop,
    questions.squad,
    generation.queries,
    coded_labels.vectors,
    options.multiple_choice,
    text_pairs.pairs_of_texts,
    text_pairs.labeled_pairs,
    questions.math,
    questions.rationales,
    generation.summaries,
    translations.of_columns,
    prompts.answered,
    prompts.prompted,
    questions.questions,
    generation.programs,
    labels.classification,
    labels.several_labels,
    coded_labels.numbered,
    tables.only_texts,
    tables.two_columns,
)
