"""Counts of rendered examples, of several tasks that are not in order."""

from collections import Counter

import numpy as np

from tfrecords_schema.manifest import VocabularyInfo
from transforms.job import Job
from transforms.mixture.selection import SELECTED_ROW
from transforms.prompts.example_rows import EXAMPLE_ROW, ONE_CUE, PARSED, READ_BACK
from transforms.prompts.render_notes import RenderNotes
from transforms.types import Task


def _job() -> Job:
    families = {"a": "nli", "b": "closed_book_qa", "c": "nli", "d": "closed_book_qa"}
    tasks = [
        Task(name=name, source="s", collection="c", family=family)
        for name, family in families.items()
    ]
    vocabulary = VocabularyInfo(kind="sentencepiece", size=100, extra_ids=0)
    return Job.model_construct(tasks=tasks, vocabulary=vocabulary)


def test_examples_are_counted_by_task_and_by_family() -> None:
    uses, rows = np.zeros(4, SELECTED_ROW), np.zeros(4, EXAMPLE_ROW)
    # Two examples of "c", one of "b" and one of "a"; none of "d".
    uses["task"] = [2, 1, 2, 0]
    rows["flags"] = [ONE_CUE, ONE_CUE | PARSED | READ_BACK, 0, ONE_CUE | PARSED]
    rows["input_tokens"] = [10, 20, 30, 40]
    rows["target_tokens"] = [1, 2, 3, 4]
    rows["unknown_tokens"] = [0, 5, 7, 1]
    rows["newlines"] = [1, 0, 2, 0]
    rows["lost_newlines"] = [1, 0, 1, 0]
    notes = RenderNotes()
    assert notes.count(_job(), uses, rows) == {"a": 1, "b": 1, "c": 2}
    assert notes.audit == {
        "nli": Counter(examples=3, shows_all=3, one_cue=2, parsed=1, read_back=0),
        "closed_book_qa": Counter(examples=1, shows_all=1, one_cue=1, parsed=1, read_back=1),
    }
    assert notes.lost == {
        "a": Counter(tokens=44, unknown_tokens=1, newlines=0, lost_newlines=0),
        "b": Counter(tokens=22, unknown_tokens=5, newlines=0, lost_newlines=0),
        "c": Counter(tokens=44, unknown_tokens=7, newlines=3, lost_newlines=2),
    }


def test_no_examples_are_counted_as_none() -> None:
    notes = RenderNotes()
    assert notes.count(_job(), np.zeros(0, SELECTED_ROW), np.zeros(0, EXAMPLE_ROW)) == {}
    assert (notes.audit, notes.lost) == ({}, {})
