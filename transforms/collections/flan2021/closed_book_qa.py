"""Questions of fact and science exams, answered without a text."""

from collections.abc import Iterator

from transforms.collections.flan2021.texts import as_question
from transforms.collections.tfds_task import TfdsTask
from transforms.sources.field_sources import Extract, Keys
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

# Characters of evidence on either side of the answer.
_EVIDENCE_RADIUS = 1000


def open_question(row: Row) -> Iterator[Row]:
    """Punctuate the question: {"question": "who was it"} → {"question": "Who was it?"}"""
    yield {**row, "question": as_question(row["question"])}


def web_evidence(row: Row) -> Iterator[Row]:
    """Yield a TriviaQA question that no Wikipedia page answers, with what a web page says.

    Rows that have a Wikipedia page, or whose web pages never show the answer, give none.
    """
    if any(row["entity_pages"]["wiki_context"]):
        return
    answer = row["answer"]["value"]
    for page in row["search_results"]["search_context"]:
        at = page.lower().find(answer.lower()) if answer else -1
        if at >= 0:
            window = page[max(0, at - _EVIDENCE_RADIUS) : at + len(answer) + _EVIDENCE_RADIUS]
            yield {**row, "context": window, "answer": answer}
            return


# The keys of some ARC questions do not start at A, hence marks.
_ARC = RowMapping(
    family="multiple_choice_qa",
    id="id",
    fields={"question": "question", "options": "choices.text", "answer": "answerKey"},
    marks="choices.label",
)
# "Hot? \\n (A) ice (B) fire", with a backslash and an n, as UnifiedQA writes it.
_UNIFIED_QUESTION = r"(?s)^(.+?)\s*(?:\\n|\n)"
_UNIFIED_OPTION = r"(?s)\([A-Z]\)\s*(.+?)\s*(?=\([A-Z]\)|$)"

TASKS = (
    TfdsTask(
        name="arc_challenge",
        builder="ai2_arc/ARC-Challenge:1.0.0",
        mapping=_ARC,
        license="CC-BY-SA-4.0",
        domain="science",
    ),
    TfdsTask(
        name="arc_easy",
        builder="ai2_arc/ARC-Easy:1.0.0",
        mapping=_ARC,
        license="CC-BY-SA-4.0",
        domain="science",
    ),
    TfdsTask(
        name="natural_questions",
        builder="natural_questions_open:1.0.0",
        mapping=RowMapping(
            family="closed_book_qa", fields={"question": "question", "answer": "answer"}
        ),
        license="CC-BY-SA-3.0",
        prepare=open_question,
    ),
    TfdsTask(
        name="openbookqa",
        builder="openbookqa:0.1.0",
        mapping=RowMapping(
            family="multiple_choice_qa",
            fields={
                "context": "fact1",
                "question": "question.stem",
                "options": Keys(keys=[f"question.choice_{letter}" for letter in "ABCD"]),
                "answer": "answerKey",
            },
        ),
        domain="science",
    ),
    TfdsTask(
        name="trivia_qa",
        # The questions of `rc`, without 15 GB of evidence that a closed book does not show.
        builder="trivia_qa/rc.nocontext:1.1.0",
        mapping=RowMapping(
            family="closed_book_qa",
            id="question_id",
            fields={"question": "question", "answer": "answer.value"},
        ),
    ),
    TfdsTask(
        name="trivia_qa_wiki_missing",
        builder="trivia_qa/rc:1.1.0",
        mapping=RowMapping(
            family="extractive_qa",
            id="question_id",
            fields={"context": "context", "question": "question", "answer": "answer"},
        ),
        prepare=web_evidence,
    ),
    TfdsTask(
        name="unified_qa_science_inst",
        builder="unified_qa/ai2_science_middle:1.0.0",
        mapping=RowMapping(
            family="multiple_choice_qa",
            fields={
                "question": Extract(extract="input", pattern=_UNIFIED_QUESTION),
                "options": Extract(extract="input", pattern=_UNIFIED_OPTION, every=True),
                "answer": "output",
            },
            required=["question", "options"],
        ),
        domain="science",
    ),
)
