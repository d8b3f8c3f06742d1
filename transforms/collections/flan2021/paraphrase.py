"""Whether, or how far, two sentences mean the same."""

from collections.abc import Iterator

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

_NO_YES = ["no", "yes"]


def _pair(sentence1: str, sentence2: str) -> RowMapping:
    return RowMapping(
        family="paraphrase",
        fields={"sentence1": sentence1, "sentence2": sentence2, "answer": "label"},
        labels=_NO_YES,
    )


def grade(row: Row) -> Iterator[Row]:
    """Round the mean of the annotators' grades to an integer, halves up; test rows have -1.

    {"label": 3.8} → {"label": 4}
    """
    if row["label"] >= 0:
        yield {**row, "label": int(row["label"] + 0.5)}


TASKS = (
    TfdsTask(
        name="glue_mrpc",
        builder="glue/mrpc:2.0.0",
        mapping=_pair("sentence1", "sentence2"),
        domain="news",
    ),
    TfdsTask(
        name="glue_qqp",
        builder="glue/qqp:2.0.0",
        mapping=_pair("question1", "question2"),
        domain="forum_question",
    ),
    TfdsTask(
        name="paws_wiki",
        builder="paws_wiki/labeled_final_raw:1.1.0",
        mapping=_pair("sentence1", "sentence2"),
        domain="wikipedia",
    ),
    TfdsTask(
        name="stsb",
        builder="glue/stsb:2.0.0",
        mapping=RowMapping(
            family="similarity",
            fields={"sentence1": "sentence1", "sentence2": "sentence2", "answer": "label"},
            labels=["0", "1", "2", "3", "4", "5"],
        ),
        prepare=grade,
    ),
)
