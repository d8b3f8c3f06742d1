"""Every real data set reads completely: exact counts of tasks, records and rejections.

Also the field mappings that a recipe needs for them.
"""

from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.cast import Cast
from transforms.sources.formats.cot_tsv import CotTsv
from transforms.sources.formats.gsm8k import Gsm8k
from transforms.sources.formats.program import Mbpp
from transforms.sources.formats.sgd import Sgd
from transforms.sources.formats.super_ni import SuperNi
from transforms.sources.formats.tabular import Tabular
from transforms.sources.source import Source

_CHOICE = "multiple_choice_qa"
_YES_NO = {"false": "no", "true": "yes"}
_ENTAILMENT = {"premise": "premise", "hypothesis": "hypothesis", "answer": "label"}
_MMLU: dict[str, Any] = {
    "fields": {
        "question": "question",
        "options": {"keys": ["choice0", "choice1", "choice2", "choice3"]},
        "answer": "answer",
    },
    "marks": ["0", "1", "2", "3"],
}
_COMMONSENSE_QA: dict[str, Any] = {
    "fields": {
        "question": "question.stem",
        "options": "question.choices.text",
        "answer": "answerKey",
    },
    "marks": "question.choices.label",
    "id": "id",
}
_OPENBOOK_QA: dict[str, Any] = {
    "fields": {
        "question": "Question Stem",
        "options": {
            "extract": "Choices",
            "pattern": r"\([A-D]\) (.*?)(?= \([A-D]\) |$)",
            "every": True,
        },
        "answer": "Answer Key",
    },
    "marks": ["A", "B", "C", "D"],
    "id": "ID",
}
_STRATEGY_QA: dict[str, Any] = {
    "fields": {"question": "question", "rationale": "facts", "answer": "answer"},
    "label_of": _YES_NO,
    "id": "qid",
}
_COLA: dict[str, Any] = {
    "columns": ["source", "label", "mark", "text"],
    "fields": {"text": "text", "answer": "label"},
    "label_of": {"0": "no", "1": "yes"},
}
_SST2: dict[str, Any] = {
    "columns": ["line"],
    "fields": {
        "text": {"extract": "line", "pattern": "^[01] (.*)"},
        "answer": {"extract": "line", "pattern": "^([01]) "},
    },
    "label_of": {"0": "negative", "1": "positive"},
}
_TREC: dict[str, Any] = {
    "columns": ["line"],
    "fields": {
        "text": {"extract": "line", "pattern": "^[0-5] (.*)"},
        "answer": {"extract": "line", "pattern": "^([0-5]) "},
    },
    "label_of": {
        "0": "description",
        "1": "entity",
        "2": "abbreviation",
        "3": "person",
        "4": "location",
        "5": "number",
    },
}
_BOOLQ = {"context": "passage", "question": "question", "answer": "label"}
_COPA = {"question": "premise", "options": {"keys": ["choice1", "choice2"]}, "answer": "label"}
_WIC = {"word": "word", "sentence1": "sentence1", "sentence2": "sentence2", "answer": "label"}
_WSC = {"text": "text", "pronoun": "target.span2_text", "answer": "target.span1_text"}
_RECORD = {"context": "passage.text", "question": "qas.0.query", "answer": "qas.0.answers.text"}
_MULTIRC = {
    "context": "passage.text",
    "question": "passage.questions.0.question",
    "answer": "passage.questions.0.answers.text",
}


def _tabular(path: str, form: str, family: str, keys: dict[str, Any]) -> Source:
    mapping = keys if "fields" in keys else {"fields": keys}
    return Tabular(format=form, path=path, collection="c", task="t", family=family, **mapping)


def _super_ni(**keys: Any) -> Source:
    return SuperNi(format="super_ni", path="superni/tasks", **keys)


def _cast(path: str, **keys: Any) -> Source:
    return Cast(format="cast", path=f"dialog_cast/{path}", **keys)


_YEAR_2019 = "2019/data/{}/{}_topics_v1.0.json"
CASES: list[tuple[Source, dict[str, int]]] = [
    (_super_ni(), {"tasks": 134, "kept": 381354, "empty_field": 4}),
    (
        _super_ni(tasks_list="../splits/train_tasks.txt"),
        {"tasks": 93, "kept": 248951, "excluded_task": 41, "empty_field": 3},
    ),
    (
        _super_ni(tasks_list="../splits/test_tasks.txt"),
        {"tasks": 12, "kept": 38886, "excluded_task": 122, "empty_field": 1},
    ),
    (
        _super_ni(languages=["English"]),
        {"tasks": 133, "kept": 375363, "excluded_task": 1, "empty_field": 4},
    ),
    (CotTsv(format="cot_tsv", path="flan_cot"), {"tasks": 7, "kept": 33443}),
    (Gsm8k(format="gsm8k", path="gsm8k", files="train.jsonl"), {"tasks": 1, "kept": 7473}),
    (Gsm8k(format="gsm8k", path="gsm8k", files="test*.jsonl"), {"tasks": 1, "kept": 2638}),
    (Mbpp(format="mbpp", path="mbpp/mbpp.jsonl"), {"tasks": 1, "kept": 974}),
    (Mbpp(format="mbpp", path="mbpp/sanitized-mbpp.json"), {"tasks": 1, "kept": 427}),
    (Sgd(format="sgd", path="dialog_sgd"), {"tasks": 1, "kept": 640}),
    (
        _cast(
            _YEAR_2019.format("evaluation", "evaluation"),
            rewrites="evaluation_topics_annotated_resolved_v1.0.tsv",
        ),
        {"tasks": 1, "kept": 429, "no_history": 50},
    ),
    (
        _cast(
            _YEAR_2019.format("training", "train"),
            rewrites="train_topic_sample_annotated_resolved_v1.0.tsv",
        ),
        {"tasks": 1, "kept": 21, "no_history": 30, "empty_field": 218},
    ),
    (_cast("2020", files="2020_manual*"), {"tasks": 1, "kept": 191, "no_history": 25}),
    (_cast("2020", files="automatic_*"), {"tasks": 1, "kept": 192, "no_history": 25}),
    (_cast("2021", files="*manual*"), {"tasks": 1, "kept": 213, "no_history": 26}),
    (_cast("2022", files="2022_eval*_tree*"), {"tasks": 1, "kept": 187, "no_history": 18}),
    (_tabular("mmlu/test", "csv", _CHOICE, _MMLU), {"tasks": 1, "kept": 14042}),
    (_tabular("mmlu/dev", "csv", _CHOICE, _MMLU), {"tasks": 1, "kept": 285}),
    (
        _tabular("bbh/bbh", "json", "closed_book_qa", {"question": "input", "answer": "target"}),
        {"tasks": 1, "kept": 6511},
    ),
]
_CLASSICS: list[tuple[str, str, str, dict[str, Any], dict[str, int]]] = [
    ("commonsenseqa/train_rand_split.jsonl", "jsonl", _CHOICE, _COMMONSENSE_QA, {"kept": 9741}),
    ("commonsenseqa/dev_rand_split.jsonl", "jsonl", _CHOICE, _COMMONSENSE_QA, {"kept": 1221}),
    (
        "commonsenseqa/test_rand_split_no_answers.jsonl",
        "jsonl",
        _CHOICE,
        _COMMONSENSE_QA,
        {"empty_field": 1140},
    ),
    ("openbookqa/train.tsv", "tsv", _CHOICE, _OPENBOOK_QA, {"kept": 4957}),
    ("openbookqa/dev.tsv", "tsv", _CHOICE, _OPENBOOK_QA, {"kept": 500}),
    ("openbookqa/test.tsv", "tsv", _CHOICE, _OPENBOOK_QA, {"kept": 500}),
    ("strategyqa/train.json", "json", "chain_of_thought", _STRATEGY_QA, {"kept": 2061}),
    ("strategyqa/dev.json", "json", "chain_of_thought", _STRATEGY_QA, {"kept": 229}),
    ("cola/in_domain_train.tsv", "tsv", "acceptability", _COLA, {"kept": 8551}),
    ("cola/in_domain_dev.tsv", "tsv", "acceptability", _COLA, {"kept": 527}),
    ("cola/out_of_domain_dev.tsv", "tsv", "acceptability", _COLA, {"kept": 516}),
    ("sst2/stsa.binary.train", "tsv", "sentiment", _SST2, {"kept": 6920}),
    ("sst2/stsa.binary.dev", "tsv", "sentiment", _SST2, {"kept": 872}),
    ("sst2/stsa.binary.test", "tsv", "sentiment", _SST2, {"kept": 1821}),
    ("trec/TREC.train.all", "tsv", "topic", _TREC, {"kept": 5451, "invalid_utf8": 1}),
    ("trec/TREC.test.all", "tsv", "topic", _TREC, {"kept": 500}),
    (
        "fewglue/BoolQ/train.jsonl",
        "jsonl",
        "yes_no_qa",
        {"fields": _BOOLQ, "label_of": _YES_NO},
        {"kept": 32},
    ),
    (
        "fewglue/CB/train.jsonl",
        "jsonl",
        "nli",
        {"fields": _ENTAILMENT, "labels": ["entailment", "neutral", "contradiction"]},
        {"kept": 32},
    ),
    (
        "fewglue/RTE/train.jsonl",
        "jsonl",
        "nli",
        {"fields": _ENTAILMENT, "labels": ["entailment", "not_entailment"]},
        {"kept": 32},
    ),
    ("fewglue/COPA/train.jsonl", "jsonl", "commonsense", _COPA, {"kept": 32}),
    (
        "fewglue/WiC/train.jsonl",
        "jsonl",
        "word_sense",
        {"fields": _WIC, "label_of": _YES_NO},
        {"kept": 32},
    ),
    (
        "fewglue/WSC/train.jsonl",
        "jsonl",
        "coreference",
        {"fields": _WSC, "filters": {"label": True}},
        {"kept": 32},
    ),
    ("fewglue/ReCoRD/train.jsonl", "jsonl", "extractive_qa", _RECORD, {"kept": 32}),
    ("fewglue/MultiRC/train.jsonl", "jsonl", "extractive_qa", _MULTIRC, {"kept": 32}),
    ("fewglue/WiC/unlabeled.jsonl", "jsonl", "word_sense", _WIC, {"empty_field": 5428}),
]
CASES += [
    (_tabular(f"classics/{path}", form, family, keys), {"tasks": 1, **counts})
    for path, form, family, keys, counts in _CLASSICS
]


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        # The tasks of Super-Natural Instructions are read for ten seconds and more.
        pytest.param(
            source,
            counts,
            id=f"{number}-{source.path}",
            marks=[pytest.mark.slow] if source.path == "superni/tasks" else [],
        )
        for number, (source, counts) in enumerate(CASES)
    ],
)
def test_counts(
    data_dir: str,
    count_elements: Callable[[Source], dict[str, int]],
    source: Source,
    counts: dict[str, int],
) -> None:
    placed = source.model_copy(update={"path": f"{data_dir}/{source.path}"})
    assert count_elements(placed) == counts
