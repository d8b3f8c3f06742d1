"""Questions about a text that comes with them."""

import re
from collections.abc import Iterator

from transforms.collections.flan2021.texts import as_question
from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Keys, Text
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

# What the target is where the text has no answer; the question says so, in every row.
NO_ANSWER = "unanswerable"
_OR_NO_ANSWER = f'(If the text does not tell, say "{NO_ANSWER}".)'
_QUAC_NO_ANSWER = "CANNOTANSWER"
_HIGHLIGHT = re.compile(r"\s*@highlight\s*")
_MAX_OPTIONS = 26


def bool_question(row: Row) -> Iterator[Row]:
    """Punctuate the question: {"question": "is it so"} → {"question": "Is it so?"}"""
    yield {**row, "question": as_question(row["question"])}


def conversation_turns(row: Row) -> Iterator[Row]:
    """Yield a row for each question of a CoQA conversation, which shows the turns before it.

    {"questions": ["Who?", "Why?"], "answers": {"input_text": ["Al", "Fun"]}}
      → {"question": "Who?", "answer": "Al"}, {"question": "Who?\nAl\nWhy?", "answer": "Fun"}
    """
    before = ""
    for question, answer in zip(row["questions"], row["answers"]["input_text"], strict=True):
        yield {"context": row["story"], "question": before + question, "answer": answer}
        before += f"{question}\n{answer}\n"


def quac_question(row: Row) -> Iterator[Row]:
    """Put the section under its heading; what the text does not answer is unanswerable."""
    answer = row["orig_answer"]["text"]
    yield {
        "context": "\n".join(
            [f"{row['title']}: {row['section_title']}", _without_no_answer(row["context"])]
        ),
        "question": f"{row['question']} {_OR_NO_ANSWER}",
        "answer": NO_ANSWER if answer == _QUAC_NO_ANSWER else answer,
    }


def _without_no_answer(context: str) -> str:
    return context.strip().removesuffix(_QUAC_NO_ANSWER)


def squad_v2_question(row: Row) -> Iterator[Row]:
    """Yield the question with its answers, or with the statement that there is none."""
    yield {
        **row,
        "question": f"{row['question'].strip()} {_OR_NO_ANSWER}",
        "answer": NO_ANSWER if row["is_impossible"] else row["answers"]["text"],
    }


def record_cloze(row: Row) -> Iterator[Row]:
    """Yield a ReCoRD query with one blank, one right option and at most 25 wrong ones.

    The first answer is the right one, other answers are left out of the options. The test split
    has no answers and gives no rows.
    """
    if not row["answers"]:
        return
    answer = row["answers"][0]
    entities = dict.fromkeys(entity for entity in row["entities"] if entity)
    wrong = [entity for entity in entities if entity not in row["answers"]]
    yield {
        "context": _HIGHLIGHT.sub("\n", row["passage"]),
        "text": row["query"].replace("@placeholder", "_"),
        "options": [answer, *wrong[: _MAX_OPTIONS - 1]],
        "answer": answer,
    }


_READING = {"context": "context", "question": "question", "answer": "answer"}

TASKS = (
    TfdsTask(
        name="bool_q",
        builder="bool_q:1.0.0",
        mapping=RowMapping(
            family="yes_no_qa",
            fields={"context": "passage", "question": "question", "answer": "answer"},
            label_of={"false": "no", "true": "yes"},
        ),
        license="CC-BY-SA-3.0",
        prepare=bool_question,
        domain="wikipedia",
    ),
    TfdsTask(
        name="coqa",
        builder="coqa:1.0.0",
        mapping=RowMapping(family="reading_comprehension", fields={**_READING}),
        evaluation="test",
        prepare=conversation_turns,
    ),
    TfdsTask(
        name="cosmos_qa",
        builder="cosmos_qa:1.0.0",
        mapping=RowMapping(
            family="multiple_choice_qa",
            id="id",
            fields={
                "context": "context",
                "question": "question",
                "options": Keys(keys=["answer0", "answer1", "answer2", "answer3"]),
                "answer": "label",
            },
        ),
        license="CC-BY-4.0",
    ),
    TfdsTask(
        name="drop",
        builder="drop:2.0.0",
        mapping=RowMapping(
            family="reading_comprehension",
            id="query_id",
            fields={"context": "passage", "question": "question", "answer": "answer"},
        ),
        evaluation="dev",
        license="CC-BY-SA-4.0",
    ),
    TfdsTask(
        name="multirc",
        builder="super_glue/multirc:1.0.2",
        mapping=RowMapping(
            family="yes_no_qa",
            fields={
                "context": "paragraph",
                "question": Text(text='{question} Is "{answer}" a right answer to that?'),
                "answer": "label",
            },
            labels=["no", "yes"],
        ),
    ),
    TfdsTask(
        name="qnli",
        builder="glue/qnli:2.0.0",
        mapping=RowMapping(
            family="yes_no_qa",
            fields={
                "context": "sentence",
                "question": Text(text='Is the answer to "{question}" given?'),
                "answer": "label",
            },
            # entailment, not_entailment.
            labels=["yes", "no"],
        ),
        license="CC-BY-SA-4.0",
        domain="wikipedia",
    ),
    TfdsTask(
        name="quac",
        builder="quac:1.0.0",
        mapping=RowMapping(family="extractive_qa", fields={**_READING}),
        prepare=quac_question,
        domain="wikipedia",
    ),
    TfdsTask(
        name="record",
        builder="super_glue/record:1.0.2",
        mapping=RowMapping(
            family="fill_blank",
            fields={"context": "context", "text": "text", "options": "options", "answer": "answer"},
        ),
        prepare=record_cloze,
        domain="news",
    ),
    TfdsTask(
        name="squad_v1",
        builder="squad/v1.1:3.0.0",
        mapping=RowMapping(
            family="extractive_qa", id="id", fields={**_READING, "answer": "answers.text"}
        ),
        license="CC-BY-SA-4.0",
        domain="wikipedia",
    ),
    TfdsTask(
        name="squad_v2",
        builder="squad/v2.0:3.0.0",
        mapping=RowMapping(family="extractive_qa", id="id", fields={**_READING}),
        license="CC-BY-SA-4.0",
        prepare=squad_v2_question,
        domain="wikipedia",
    ),
)
