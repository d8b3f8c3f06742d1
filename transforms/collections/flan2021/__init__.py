"""Flan 2021: the 71 configurations of the reference, a module for each family of tasks."""

import inspect
from functools import cache
from hashlib import sha256

from transforms.collections import tfds_task
from transforms.collections.flan2021 import (
    closed_book_qa,
    commonsense,
    coreference,
    misc,
    nli,
    paraphrase,
    reading_comprehension,
    sentiment,
    struct_to_text,
    summarization,
    texts,
    topic,
    translation,
)
from transforms.collections.tfds_task import TfdsTask

TASKS: tuple[TfdsTask, ...] = (
    *nli.TASKS,
    *paraphrase.TASKS,
    *sentiment.TASKS,
    *topic.TASKS,
    *reading_comprehension.TASKS,
    *closed_book_qa.TASKS,
    *commonsense.TASKS,
    *coreference.TASKS,
    *summarization.TASKS,
    *translation.TASKS,
    *struct_to_text.TASKS,
    *misc.TASKS,
)
_DEFINITIONS = (
    tfds_task,
    texts,
    nli,
    paraphrase,
    sentiment,
    topic,
    reading_comprehension,
    closed_book_qa,
    commonsense,
    coreference,
    summarization,
    translation,
    struct_to_text,
    misc,
)


@cache
def definitions_digest() -> str:
    """Return 64 hex digits that change with any mapping or row function: ingest then runs again."""
    text = "\x00".join(inspect.getsource(module) for module in _DEFINITIONS)
    return sha256(text.encode()).hexdigest()
