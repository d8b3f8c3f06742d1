"""What happens, or is done, in everyday life."""

import re
from collections.abc import Iterator

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Keys
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

_COPA_QUESTIONS = {
    "cause": "What brought this about?",
    "effect": "What happened as a result?",
}
# Marks of WikiHow articles: [header], [title], [step], [substeps].
_WIKIHOW_MARK = re.compile(r"\s*\[(header|title|step|substeps)\]\s*")


def copa_question(row: Row) -> Iterator[Row]:
    """Ask for the cause or effect.

    {"premise": "It fell.", "question": "cause"} → "It fell. What brought this about?"
    """
    if row["question"] in _COPA_QUESTIONS:
        yield {**row, "question": f"{row['premise'].strip()} {_COPA_QUESTIONS[row['question']]}"}


def without_marks(row: Row) -> Iterator[Row]:
    """Remove WikiHow's marks from HellaSwag: "[header] To knit [title] Cast on." → "To knit. …"."""
    yield {
        **row,
        "context": _plain(row["context"]),
        "endings": [_plain(ending) for ending in row["endings"]],
    }


def _plain(text: str) -> str:
    return _WIKIHOW_MARK.sub(" ", text).strip()


def from_one(row: Row) -> Iterator[Row]:
    """Count Story Cloze's endings from 0, which it counts from 1: {"label": 2} → {"label": 1}."""
    yield {**row, "label": row["label"] - 1}


def last_word(row: Row) -> Iterator[Row]:
    """Split off the last word.

    {"passage": "It was her own dog"} → {"text": "It was her own", "answer": "dog"}
    """
    text, _, word = row["passage"].strip().rpartition(" ")
    if text:
        yield {"text": text, "answer": word}


_ENDINGS = RowMapping(
    family="sentence_completion",
    fields={"text": "context", "options": "endings", "answer": "label"},
)

TASKS = (
    TfdsTask(
        name="copa",
        builder="super_glue/copa:1.0.2",
        mapping=RowMapping(
            family="commonsense",
            fields={
                "question": "question",
                "options": Keys(keys=["choice1", "choice2"]),
                "answer": "label",
            },
        ),
        license="BSD-2-Clause",
        prepare=copa_question,
    ),
    TfdsTask(
        name="hellaswag",
        builder="hellaswag:1.1.0",
        mapping=_ENDINGS,
        license="MIT",
        prepare=without_marks,
    ),
    TfdsTask(
        name="lambada",
        builder="lambada:1.0.0",
        mapping=RowMapping(
            family="sentence_completion", fields={"text": "text", "answer": "answer"}
        ),
        evaluation="test",
        license="CC-BY-4.0",
        prepare=last_word,
    ),
    TfdsTask(
        name="piqa",
        builder="piqa:1.0.0",
        mapping=RowMapping(
            family="commonsense",
            fields={
                "question": "goal",
                "options": Keys(keys=["sol1", "sol2"]),
                "answer": "label",
            },
        ),
        domain="how_to",
    ),
    TfdsTask(
        name="story_cloze",
        builder="story_cloze/2016:1.0.0",
        mapping=_ENDINGS,
        # The stories for training have one ending, the right one.
        train="validation",
        evaluation="test",
        prepare=from_one,
    ),
)
