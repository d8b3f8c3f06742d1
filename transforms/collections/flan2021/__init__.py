"""Flan 2021: the 71 configurations of the reference, a module for each family of tasks."""

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
from transforms.collections.tfds_task import Collection, TfdsTask

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

FLAN_2021 = Collection("Flan 2021", TASKS, _DEFINITIONS)
