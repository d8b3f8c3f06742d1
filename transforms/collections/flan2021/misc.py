"""Grammar, word senses, algebra, and texts to be restored."""

from collections.abc import Iterator

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

_REMOVED_MARKS = str.maketrans("", "", ".,;:!?\"'()[]")


def lower_case(row: Row) -> Iterator[Row]:
    """Put the text in lower case.

    {"en": "It is Al."} → {"text": "it is al.", "answer": "It is Al."}
    """
    yield from _damaged(row, row["en"].lower())


def without_punctuation(row: Row) -> Iterator[Row]:
    """Remove punctuation: {"en": "Yes, it is."} → {"text": "Yes it is", "answer": "Yes, it is."}"""
    yield from _damaged(row, row["en"].translate(_REMOVED_MARKS))


def without_spaces(row: Row) -> Iterator[Row]:
    """Remove the spaces: {"en": "It is."} → {"text": "Itis.", "answer": "It is."}"""
    yield from _damaged(row, "".join(row["en"].split()))


def _damaged(row: Row, text: str) -> Iterator[Row]:
    # A text that stays as it is teaches nothing.
    if text.strip() != row["en"].strip():
        yield {"text": text, "answer": row["en"]}


_RESTORED = {"text": "text", "answer": "answer"}
# The English side of one corpus, an own stretch of it for each task.
_PARA_CRAWL = "para_crawl/enda:1.2.0"

TASKS = (
    TfdsTask(
        name="cola",
        builder="glue/cola:2.0.0",
        mapping=RowMapping(
            family="acceptability",
            fields={"text": "sentence", "answer": "label"},
            labels=["unacceptable", "acceptable"],
        ),
    ),
    TfdsTask(
        name="fix_punct",
        builder=_PARA_CRAWL,
        mapping=RowMapping(family="punctuation", fields={**_RESTORED}),
        train="train[200000:400000]",
        evaluation="train[602000:604000]",
        license="CC0-1.0",
        prepare=without_punctuation,
    ),
    TfdsTask(
        name="math_dataset",
        builder="math_dataset/algebra__linear_1d:1.0.0",
        mapping=RowMapping(
            family="math_word_problem", fields={"question": "question", "answer": "answer"}
        ),
        train="train[:200000]",
        evaluation="test",
        license="Apache-2.0",
    ),
    TfdsTask(
        name="true_case",
        builder=_PARA_CRAWL,
        mapping=RowMapping(family="true_casing", fields={**_RESTORED}),
        train="train[:200000]",
        evaluation="train[600000:602000]",
        license="CC0-1.0",
        prepare=lower_case,
    ),
    TfdsTask(
        name="wic",
        builder="super_glue/wic:1.0.2",
        mapping=RowMapping(
            family="word_sense",
            fields={
                "word": "word",
                "sentence1": "sentence1",
                "sentence2": "sentence2",
                "answer": "label",
            },
            labels=["no", "yes"],
        ),
        license="CC-BY-NC-4.0",
    ),
    TfdsTask(
        name="word_segment",
        builder=_PARA_CRAWL,
        mapping=RowMapping(family="word_segmentation", fields={**_RESTORED}),
        train="train[400000:600000]",
        evaluation="train[604000:606000]",
        license="CC0-1.0",
        prepare=without_spaces,
    ),
)
