"""`init` alone on files as programs write them: every target is the one that the file states."""

import contextlib
import csv
import datetime
import gzip
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from pyarrow import feather

from benchmarks.forms.chat_files import CHAT_FILES
from benchmarks.forms.exports import EXPORTS
from benchmarks.forms.further_chats import FURTHER_CHATS
from benchmarks.forms.further_tasks import FURTHER_TASKS
from benchmarks.forms.misleading_files import MISLEADING_FILES
from benchmarks.forms.rows import Form
from benchmarks.forms.set_files import SET_FILES
from benchmarks.forms.tool_files import TOOL_FILES
from pipelines.drafting.recipes import draft_recipe
from pipelines.recipe import Recipe
from tfrecords_schema.errors import DataError
from transforms.types import Record, Rejection

# Seven sentences: enough for a table to show which column repeats itself.
TEXTS = [
    *("The parcel came late.", "Great kettle, boils fast.", "I cannot log in today."),
    *("Where is my invoice?", "The app crashes again.", "Lovely but far too small."),
    *("My card was charged twice.", "The screen flickers a lot."),
]
ANSWERS = [f"Answer {number}." for number in range(len(TEXTS))]
PAIRS = list(zip(TEXTS, ANSWERS, strict=True))


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _csv(rows: list[list[Any]], **how: Any) -> str:
    stream = io.StringIO()
    csv.writer(stream, **how).writerows(rows)
    return stream.getvalue()


def _parquet(**columns: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def _flat_messages() -> list[dict[str, Any]]:
    """Return Open Assistant's columns, replies before what they answer."""
    asked = [{"message_id": f"q{n}", "parent_id": None, "role": "prompter", "text": t}
             for n, t in enumerate(TEXTS)]  # fmt: skip
    said = [{"message_id": f"a{n}", "parent_id": f"q{n}", "role": "assistant", "text": a}
            for n, a in enumerate(ANSWERS)]  # fmt: skip
    return said + asked


def _export(asked: str, answer: str) -> dict[str, Any]:
    def node(role: str, text: str, parent: str) -> dict[str, Any]:
        content = {"content_type": "text", "parts": [text]}
        return {"message": {"author": {"role": role}, "content": content}, "parent": parent}

    mapping = {
        "root": {"message": None, "parent": None},
        "q": node("user", asked, "root"),
        # Another answer that was not looked at last.
        "other": node("assistant", "Nothing", "q"),
        "a": node("assistant", answer, "q"),
    }
    return {"title": "t", "mapping": mapping, "current_node": "a"}


def _written(task: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return a task of Label Studio with one annotation."""
    result = {"from_name": "a", "to_name": "t", "type": kind, "value": value}
    annotation = {"id": 1, "was_cancelled": False, "result": [result]}
    return {"id": 1, "data": {"text": task}, "annotations": [annotation], "predictions": []}


def _feather(**columns: Any) -> bytes:
    stream = io.BytesIO()
    feather.write_feather(pa.table(columns), stream)
    return stream.getvalue()


def _reply(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


_GUANACO = "### Human: {}### Assistant: {}"
_CHATML = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n{}<|im_end|>\n"
_ALPACA = "Below is an instruction.\n\n### Instruction:\n{}\n\n### Response:\n{}</s>"
FORMS: dict[str, tuple[str, bytes]] = {
    "flat messages": ("a.jsonl", _lines(_flat_messages())),
    "flat messages in Parquet": (
        "a.parquet",
        _parquet(**{k: [row[k] for row in _flat_messages()] for k in _flat_messages()[0]}),
    ),
    "a row for each message": (
        "a.csv",
        _csv(
            [["conversation_id", "turn", "role", "content"]]
            + [[n, 2, "assistant", a] for n, a in enumerate(ANSWERS)]
            + [[n, 1, "user", t] for n, t in enumerate(TEXTS)]
        ).encode(),
    ),
    "ChatGPT's export": ("a.json", json.dumps([_export(*pair) for pair in PAIRS]).encode()),
    "Guanaco": (
        "a.jsonl",
        _lines([{"text": _GUANACO.format(*pair)} for pair in PAIRS]),
    ),
    "Llama 2": ("a.jsonl", _lines([{"text": f"<s>[INST] {t} [/INST] {a} </s>"} for t, a in PAIRS])),
    "ChatML": ("a.jsonl", _lines([{"text": _CHATML.format(*pair)} for pair in PAIRS])),
    "Alpaca's prompt": ("a.jsonl", _lines([{"text": _ALPACA.format(*pair)} for pair in PAIRS])),
    "Gemini": (
        "a.jsonl",
        _lines(
            [
                {
                    "contents": [
                        {"role": "user", "parts": [{"text": t}]},
                        {"role": "model", "parts": [{"text": a}]},
                    ]
                }
                for t, a in PAIRS
            ]
        ),
    ),
    "UltraChat": ("a.jsonl", _lines([{"id": t, "data": [t, a]} for t, a in PAIRS])),
    "turns by role": (
        "a.jsonl",
        _lines([{"turns": [{"human": t, "assistant": a}]} for t, a in PAIRS]),
    ),
    "traces": (
        "a.jsonl",
        _lines(
            [
                {
                    "inputs": {"messages": [{"role": "user", "content": t}]},
                    "outputs": {"messages": [{"role": "assistant", "content": a}]},
                }
                for t, a in PAIRS
            ]
        ),
    ),
    "nested keys": (
        "a.jsonl",
        _lines([{"inputs": {"question": t}, "outputs": {"answer": a}} for t, a in PAIRS]),
    ),
    "a system prompt for each row": (
        "a.jsonl",
        _lines([{"system_prompt": "Be brief.", "question": t, "response": a} for t, a in PAIRS]),
    ),
    "Excel's CSV": (
        "a.csv",
        _csv(
            [["Nr", "Datum", "Frage", "Antwort"]]
            + [[n, "01.02.2024", t + "\nBitte", a] for n, (t, a) in enumerate(PAIRS)],
            delimiter=";",
            lineterminator="\r\n",
        ).encode("utf-8-sig"),
    ),
    "rows of the hub's viewer": (
        "a.json",
        json.dumps(
            {
                "features": [{"name": "question"}],
                "rows": [{"row_idx": 0, "row": {"question": t, "answer": a}} for t, a in PAIRS],
            }
        ).encode(),
    ),
    "pandas' split": (
        "a.json",
        json.dumps(
            {"columns": ["question", "answer"], "index": list(range(8)), "data": PAIRS}
        ).encode(),
    ),
    "gzip in zip": (
        "a.zip",
        _zip(
            "a.jsonl.gz",
            gzip.compress(
                _lines([{"instruction": t, "input": "", "output": a} for t, a in PAIRS]), mtime=0
            ),
        ),
    ),
    "texts written in Label Studio": (
        "a.json",
        json.dumps([_written(t, "textarea", {"text": [a]}) for t, a in PAIRS]).encode(),
    ),
    "Argilla's records": (
        "a.jsonl",
        _lines(
            [
                {"fields": {"prompt": t}, "responses": {"reply": [{"value": a, "user_id": "u"}]}}
                for t, a in PAIRS
            ]
        ),
    ),
    "logged calls of a model": (
        "a.jsonl",
        _lines(
            [
                {"request": {"messages": [{"role": "user", "content": t}]}, "response": _reply(a)}
                for t, a in PAIRS
            ]
        ),
    ),
    "OpenAI's preference pairs": (
        "a.jsonl",
        _lines(
            [
                {
                    "input": {"messages": [{"role": "user", "content": t}], "tools": []},
                    "preferred_output": [{"role": "assistant", "content": a}],
                    "non_preferred_output": [{"role": "assistant", "content": "No."}],
                }
                for t, a in PAIRS
            ]
        ),
    ),
    "calls of a model with text": (
        "a.jsonl",
        _lines(
            [
                {"input": {"messages": [{"role": "user", "content": t}]}, "output": a}
                for t, a in PAIRS
            ]
        ),
    ),
    "Feather": ("a.feather", _feather(instruction=TEXTS, output=ANSWERS)),
    "pairs of turns": ("a.json", json.dumps([{"conversation": [p]} for p in PAIRS]).encode()),
    "a list of one answer": ("a.jsonl", _lines([{"text": t, "label": [a]} for t, a in PAIRS])),
    "a date as the name": (
        "2024-01-31.jsonl",
        _lines([{"instruction": t, "output": a} for t, a in PAIRS]),
    ),
    "answers ranked (Nectar)": (
        "a.jsonl",
        _lines(
            [
                {
                    "prompt": f"\n\nHuman: {t}\n\nAssistant: ",
                    "answers": [
                        {"answer": "No.", "model": "b", "rank": 2.0},
                        {"answer": a, "model": "a", "rank": 1.0},
                    ],
                }
                for t, a in PAIRS
            ]
        ),
    ),
    "Baize": (
        "a.json",
        json.dumps(
            [
                {
                    "topic": "t",
                    "input": "The conversation between human and AI assistant.\n"
                    f"[|Human|] {t}\n[|AI|] {a}\n[|Human|] ",
                }
                for t, a in PAIRS
            ]
        ).encode(),
    ),
    "Koala": (
        "a.jsonl",
        _lines([{"text": f"BEGINNING OF CONVERSATION: USER: {t} GPT: {a}</s>"} for t, a in PAIRS]),
    ),
    "Vicuna": (
        "a.jsonl",
        _lines(
            [
                {
                    "text": "A chat between a curious user and an artificial intelligence "
                    "assistant. The assistant gives helpful, detailed, and polite answers to the "
                    f"user's questions. USER: {t} ASSISTANT: {a}</s>"
                }
                for t, a in PAIRS
            ]
        ),
    ),
    "OIG": ("a.jsonl", _lines([{"text": f"<human>: {t}\n<bot>: {a}"} for t, a in PAIRS])),
    "several right answers": (
        "a.jsonl",
        _lines([{"question": t, "answer": a, "aliases": [a]} for t, a in PAIRS]),
    ),
    "rows deep in a document": (
        "a.json",
        json.dumps(
            {
                "corpus": {
                    "name": "c",
                    "train": {"rows": [{"question": t, "answer": a} for t, a in PAIRS]},
                }
            }
        ).encode(),
    ),
    "SQL": (
        "a.json",
        json.dumps(
            [
                {"db_id": "shop", "question": t, "query": f"SELECT '{a}'", "sql": {"select": []}}
                for t, a in PAIRS
            ]
        ).encode(),
    ),
    "TruthfulQA": (
        "a.csv",
        _csv(
            [
                ["Type", "Category", "Question", "Best Answer", "Correct Answers"],
                *(["Adversarial", "Law", t, a, f"{a}; Yes"] for t, a in PAIRS),
            ]
        ).encode(),
    ),
    "a title above a CSV header": (
        "a.csv",
        b"Questions of 2024;;\n;;\n"
        + _csv(
            [["Nr", "question", "answer"], *([n, t, a] for n, (t, a) in enumerate(PAIRS))],
            delimiter=";",
        ).encode(),
    ),
    "a comment above a CSV header": (
        "a.csv",
        b"# exported\n" + _csv([["question", "answer"], *PAIRS]).encode(),
    ),
    "JSON text sequences": (
        "a.json",
        b"".join(b"\x1e" + _lines([{"question": t, "answer": a}]) for t, a in PAIRS),
    ),
    "axolotl's segments": (
        "a.jsonl",
        _lines(
            [
                {
                    "segments": [
                        {"label": False, "text": f"<s>User: {t}\nAssistant: "},
                        {"label": True, "text": f"{a}</s>"},
                    ]
                }
                for t, a in PAIRS
            ]
        ),
    ),
    "APPS": (
        "a.jsonl",
        _lines(
            [
                {
                    "problem_id": n,
                    "question": t,
                    "solutions": json.dumps([a, "print()"]),
                    "input_output": json.dumps({"inputs": ["1"], "outputs": ["2"]}),
                    "starter_code": "",
                }
                for n, (t, a) in enumerate(PAIRS)
            ]
        ),
    ),
    "DROP's own file": (
        "a.json",
        json.dumps(
            {
                f"p{n}": {
                    "passage": f"A passage of {a}",
                    "qa_pairs": [
                        {
                            "question": t,
                            "query_id": f"q{n}",
                            "answer": {
                                "number": a if n % 2 else "",
                                "date": {"day": "", "month": "", "year": ""},
                                "spans": [] if n % 2 else [a],
                            },
                        }
                    ],
                }
                for n, (t, a) in enumerate(PAIRS)
            }
        ).encode(),
    ),
    "CSV without a header": (
        "a.csv",
        _csv([[t, a] for t, a in PAIRS]).encode(),
    ),
}


def _records(path: Path) -> list[Record]:
    return _read(path)[0]


def _read(path: Path) -> tuple[list[Record], int]:
    """Return the records of a file by its drafted recipe, and the number of rejections."""
    drafted = draft_recipe([str(path)], None, str(path.parent))
    recipe = Recipe.model_validate(yaml.safe_load(drafted.text))
    (source,) = recipe.sources.values()
    pieces = source.work(str(path), {"": path.stat().st_size})
    elements = [element for piece in pieces for element in source.read("s", piece)]
    records = [element for element in elements if isinstance(element, Record)]
    return records, sum(isinstance(element, Rejection) for element in elements)


def _targets(records: list[Record]) -> list[Any]:
    names = ("output", "code", "answer")
    return [next(r.fields[name] for name in names if name in r.fields) for r in records]


@pytest.mark.parametrize("form", FORMS)
def test_targets(form: str, tmp_path: Path) -> None:
    name, data = FORMS[form]
    path = tmp_path / name
    path.write_bytes(data)
    records = _records(path)
    targets = [re.sub(r"^SELECT '(.*)'$", r"\1", target) for target in _targets(records)]
    assert targets == ANSWERS
    assert all(
        any(text in str(value) for value in record.fields.values())
        for text, record in zip(TEXTS, records, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.csv", _csv([["text", "label"], *([t, f"{n % 2}.0"] for n, t in enumerate(TEXTS))]),
         ["label 0", "label 1"] * 4),
        ("a.csv", _csv([["text", "is_spam"], *([t, n % 2 == 1] for n, t in enumerate(TEXTS))]),
         ["no", "yes"] * 4),
        ("a.csv", _csv([["review", "stars"], *([t, n % 3 + 1] for n, t in enumerate(TEXTS))]),
         ["1 star", "2 stars", "3 stars", "1 star", "2 stars", "3 stars", "1 star", "2 stars"]),
        ("a.csv", _csv([[t, ["spam", "ham"][n % 2]] for n, t in enumerate(TEXTS)]),
         ["spam", "ham"] * 4),
        ("a.csv", _csv([[t, "red", "blue", "green", "black", "ABCD"[n % 4]]
                        for n, t in enumerate(TEXTS)]),
         ["red", "blue", "green", "black"] * 2),
        ("a.csv", _csv([["question", "choices", "answer"],
                        *([t, "['red', 'blue']", n % 2] for n, t in enumerate(TEXTS))]),
         ["red", "blue"] * 4),
        ("a.jsonl", _lines([{"text": t, "label": [["pos", "neg"][n % 2]]}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["pos", "neg"] * 4),
        ("a.jsonl", _lines([{"text": t, "options": [{"id": "p", "text": "Pos"}, {"id": "n",
                             "text": "Neg"}], "accept": ["pn"[n % 2]], "_input_hash": n,
                             "answer": "accept"} for n, t in enumerate(TEXTS)]).decode(),
         ["Pos", "Neg"] * 4),
        ("a.jsonl", _lines([{"text": t, "label": "SPAM", "_input_hash": n, "answer":
                             ["accept", "reject"][n % 2]} for n, t in enumerate(TEXTS)]).decode(),
         ["SPAM", "not SPAM"] * 4),
        ("a.jsonl", _lines([{"question": {"stem": t, "choices": [{"text": "red", "label": "A"},
                             {"text": "blue", "label": "B"}]}, "answerKey": "AB"[n % 2]}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["red", "blue"] * 4),
        ("a.jsonl", _lines([{"question": t, "options": {"A": "red", "B": "blue"}, "answer":
                             ["red", "blue"][n % 2], "answer_idx": "AB"[n % 2]}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["red", "blue"] * 4),
        ("a.jsonl", _lines([{"question": t, "options": ["A)red", "B)blue"], "correct": "AB"[n % 2]}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["red", "blue"] * 4),
        ("a.tsv", _csv([["sentence1", "sentence2", "score"],
                        *([t, "So it is.", n / 2] for n, t in enumerate(TEXTS))], delimiter="\t"),
         ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0", "3.5"]),
        ("a.jsonl", _lines([{"question": t, "opa": "red", "opb": "blue", "cop": 1 + n % 2}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["red", "blue"] * 4),
        ("a.jsonl", _lines([{"goal": t, "sol1": "red", "sol2": "blue", "label": n % 2}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["red", "blue"] * 4),
        ("a.jsonl", _lines([{"sentence": f"{t} _", "option1": "red", "option2": "blue",
                             "answer": "12"[n % 2]} for n, t in enumerate(TEXTS)]).decode(),
         ["red", "blue"] * 4),
        ("a.tsv", _csv([["ID", "Question Stem", "Choices", "Answer Key"],
                        *([n, t, "(A) red (B) blue", "AB"[n % 2]] for n, t in enumerate(TEXTS))],
                       delimiter="\t"),
         ["red", "blue"] * 4),
        ("a.jsonl", _lines([{"question": t, "distractor1": "red", "correct_answer": "blue",
                             "support": "All of it is blue."} for t in TEXTS]).decode(),
         ["blue"] * 8),
        ("a.jsonl", _lines([{"premise": t, "question": ["cause", "effect"][n % 2], "choice1":
                             "red", "choice2": "blue", "label": n % 2}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["red", "blue"] * 4),
        ("a.jsonl", _lines([{"question": t, "passage": "A passage.", "label": n % 2 == 0}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["yes", "no"] * 4),
        ("a.jsonl", _lines([{"sentence1": t, "sentence2": "So.", "gold_label":
                             ["entailment", "-", "neutral", "contradiction"][n % 4]}
                            for n, t in enumerate(TEXTS)]).decode(),
         ["entailment", "neutral", "contradiction"] * 2),
        ("a.jsonl", _lines([{"article": t, "questions": ["Who?", "Why?"], "answers": ["A", "B"],
                             "options": [["red", "blue"], ["old", "new"]]}
                            for t in TEXTS]).decode(),
         ["red", "new"] * 8),
        ("a.jsonl", _lines([{"story": t, "questions": [{"input_text": "Who?"}, {"input_text":
                             "Why?"}], "answers": [{"input_text": "She."}, {"input_text": "So."}]}
                            for t in TEXTS]).decode(),
         ["She.", "So."] * 8),
        ("a.json", json.dumps([_written(t, "choices", {"choices": [["pos", "neg"][n % 2]]})
                               for n, t in enumerate(TEXTS)]),
         ["pos", "neg"] * 4),
    ],
)  # fmt: skip
def test_labels(name: str, data: str, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(data, newline="")
    assert _targets(_records(path)) == expected


_SENTENCES = [["They come late. ", "It says so."], ["They boil."]]
_SHOWN = "Parcels: They come late. It says so.\nKettles: They boil."


@pytest.mark.parametrize(
    ("more", "context"),
    [
        ({"context": [["Parcels", _SENTENCES[0]], ["Kettles", _SENTENCES[1]]]}, _SHOWN),
        ({"context": {"title": ["Parcels", "Kettles"], "sentences": _SENTENCES}}, _SHOWN),
        (
            {"passages": {"is_selected": [0, 1], "passage_text": ["It boils.", "It is late."]}},
            "It boils.\nIt is late.",
        ),
        (
            {"passages": [{"is_selected": 1, "passage_text": "It is late.", "url": "u"}]},
            "It is late.",
        ),
        ({"context": {"contexts": ["It boils.", "It is late."], "labels": ["A", "B"]}},
         "It boils.\nIt is late."),
        ({"ctxs": [{"title": "Parcels", "text": "It is late."}]}, "Parcels: It is late."),
    ],
)  # fmt: skip
def test_passages_in_lists_are_shown(more: dict[str, Any], context: str, tmp_path: Path) -> None:
    rows = [{"question": t, "answers": [a], **more} for t, a in PAIRS]
    (tmp_path / "a.jsonl").write_bytes(_lines(rows))
    records = _records(tmp_path / "a.jsonl")
    assert [record.fields["context"] for record in records] == [context] * len(PAIRS)


def test_spans_of_one_answer_are_all_learned(tmp_path: Path) -> None:
    date = {"day": "3", "month": "May", "year": "1990"}
    answers = [
        {"number": "", "date": {}, "spans": ["Ann", "Bo"]},
        {"number": "7", "date": {}, "spans": []},
        {"number": "", "date": date, "spans": []},
    ]
    pairs = [{"question": f"{n}?", "query_id": str(n), "answer": a} for n, a in enumerate(answers)]
    last = {"question": "Who?", "query_id": "x", "answer": answers[1]}
    document = {
        "p": {"passage": "A passage.", "qa_pairs": pairs},
        "r": {"passage": "Another.", "qa_pairs": [last]},
    }
    (tmp_path / "a.json").write_text(json.dumps(document))
    assert _targets(_records(tmp_path / "a.json")) == ["Ann, Bo", "7", "3 May 1990", "7"]


@pytest.mark.parametrize(
    ("row", "targets"),
    [
        ({"concept_set_idx": 1, "concepts": ["dog", "run"], "target": "A dog runs."},
         ["A dog runs."]),
        ({"concept_set": "dog#run", "scene": ["A dog runs.", "Dogs run."]},
         ["A dog runs.", "Dogs run."]),
    ],
)  # fmt: skip
def test_words_and_a_sentence(row: dict[str, Any], targets: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(_lines([row] * 8))
    records = _records(tmp_path / "a.jsonl")
    assert _targets(records) == targets * 8
    assert {tuple(record.fields["keywords"]) for record in records} == {("dog", "run")}


def test_one_conversation_as_a_document(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    (tmp_path / "a.json").write_text(json.dumps({"messages": turns}))
    (record,) = _records(tmp_path / "a.json")
    assert record.fields == {"instruction": "Hi.", "output": "Hello."}


def test_a_task_of_super_natural_instructions_is_built(tmp_path: Path) -> None:
    # The key `languages` would choose among the tasks, which state their languages otherwise.
    task = {
        "Definition": ["Reply to what the customer says."],
        "Categories": ["Dialogue"],
        "Input_language": ["English"],
        "Output_language": ["English"],
        "Positive Examples": [],
        "Instances": [{"input": t, "output": [a]} for t, a in PAIRS],
    }
    (tmp_path / "task1_a.json").write_text(json.dumps(task))
    drafted = draft_recipe([str(tmp_path / "task1_a.json")], None, str(tmp_path))
    (source,) = Recipe.model_validate(yaml.safe_load(drafted.text)).sources.values()
    pieces = source.work(str(tmp_path / "task1_a.json"), {"": 1})
    elements = [element for piece in pieces for element in source.read("s", piece)]
    assert sum(isinstance(element, Record) for element in elements) == len(PAIRS)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([Decimal("1.50")] * 8, "1.50"),
        ([datetime.date(2024, 1, 31)] * 8, "2024-01-31"),
        ([datetime.datetime(2024, 1, 31, 8)] * 8, "2024-01-31 08:00:00"),
    ],
)
def test_values_of_parquet(values: list[Any], expected: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(_parquet(question=TEXTS, answer=values))
    assert _targets(_records(path)) == [expected] * 8


def test_labels_that_differ_only_in_case_are_pointed_out(tmp_path: Path) -> None:
    rows = [{"text": t, "label": ["Good", "GOOD", "bad"][n % 3]} for n, t in enumerate(TEXTS)]
    (tmp_path / "a.jsonl").write_bytes(_lines(rows))
    drafted = draft_recipe([str(tmp_path / "a.jsonl")], None, str(tmp_path))
    assert "whether GOOD, Good are one label" in drafted.text


def test_names_of_class_labels(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    kinds = datasets.ClassLabel(names=["billing", "delivery"])
    features = datasets.Features({"text": datasets.Value("string"), "label": kinds})
    data = datasets.Dataset.from_dict({"text": TEXTS, "label": [0, 1] * 4}, features=features)
    data.to_parquet(str(tmp_path / "a.parquet"))
    assert _targets(_records(tmp_path / "a.parquet")) == ["billing", "delivery"] * 4


def test_completions_that_were_judged_bad_are_not_learned(tmp_path: Path) -> None:
    rows = [{"prompt": t, "completion": a, "label": n % 2 == 0} for n, (t, a) in enumerate(PAIRS)]
    (tmp_path / "a.jsonl").write_bytes(_lines(rows))
    assert _targets(_records(tmp_path / "a.jsonl")) == ANSWERS[::2]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"text": "A sentence.", "labels": ["a", "b"]}, "'labels' has several labels in a row"),
        ({"text": "A sentence."}, "texts under 'text' without answers"),
        (
            {"text": "Ann left.", "spans": [{"start": 0, "end": 3}], "answer": "accept"},
            "Prodigy's spans: no family",
        ),
        (
            {"text": "Ann left.", "spans": [], "relations": [{"head": 0}], "answer": "accept"},
            "Prodigy's relations",
        ),
        (
            {"text": "Hi.", "options": [{"id": 1}], "accept": [1, 2], "answer": "accept"},
            "`accept` has several options",
        ),
        (_written("A cat.", "labels", {"labels": ["X"]}), "annotations of type labels"),
        (
            {"custom_id": "1", "body": {"messages": [{"role": "user", "content": "Hi."}]}},
            "requests to a model without its responses",
        ),
        ({"custom_id": "1", "response": {"body": _reply("Hi.")}}, "responses of a model without"),
        ({"question": "Who?", "choices": ["A", "B"]}, "no answers: nothing to learn from"),
        ({"question": "Who?", "answer": "She.", "image": {"path": "a.png"}}, "under 'image'"),
        ({"user": "U1", "text": "A sentence.", "ts": "1.0"}, "without answers|no task can be seen"),
    ],
)
def test_what_no_recipe_is_made_of(row: dict[str, Any], why: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(_lines([row] * 8))
    with pytest.raises(DataError, match=why):
        draft_recipe([str(tmp_path / "a.jsonl")], None, str(tmp_path))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            {"question": "Who?", "answer": {"id": 7, "words": "She."}},
            r"wrong_type 8; a.jsonl:1: answer is dict, not text or a list of texts; an object with "
            r"the keys id, words under 'answer': name one of them, `answer: answer.id`, or show "
            r"all of it, `answer: \{text: \"\{answer\}\"\}`; tried `fields: \{question: question, "
            r"answer: answer\}`",
        ),
        (
            {"question": "Who?", "answer": [["She."]]},
            r"a list, and in it a list under 'answer': show all of it, `answer: \{text:",
        ),
        ({"messages": [{"role": "user", "content": 7}]}, "a.jsonl:1: no turn of the assistant"),
    ],
)
def test_rows_of_which_none_is_a_record_say_why(
    row: dict[str, Any], why: str, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_bytes(_lines([row] * 8))
    with pytest.raises(DataError, match=why):
        draft_recipe([str(tmp_path / "a.jsonl")], None, str(tmp_path))


@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_numbers_of_classes_without_a_header(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    rows = [[text, number % 2] for number, text in enumerate(TEXTS)]
    path.write_text(json.dumps(rows) if name == "a.json" else _csv(rows))
    records = _records(path)
    assert [record.fields["answer"] for record in records] == ["label 0", "label 1"] * 4


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.csv", b"# made, today\nquestion,answer\nWho?,She.\n", "a comment above the header"),
        ("a.csv", b"text,text\nWho?,She.\nWhy?,So.\n", "2 columns 'text': give them different"),
        ("a.orc", b"ORC\n\x00\x01", "an ORC file: save it as Parquet"),
        ("a.avro", b"Obj\x01\x04", "an Avro file: save it as Parquet"),
        ("a.tmx", b'<?xml version="1.0"?><tmx/>', "XML, of which only ASDiv's is read"),
        ("a.yaml", b"- question: Who?\n  answer: She.\n", "YAML, which is not read"),
        ("a.sql", b"-- dump\nINSERT INTO a VALUES (1);\n", "SQL: load it into a database"),
        ("dump.txt", b"-- a\nINSERT INTO a VALUES (1, 'b');\n" * 3, "an SQL dump: load it"),
        ("a.conll", b"EU NNP B-NP B-ORG\n. . O O\n\nHe PRP O O\n. . O O\n\n" * 3, "CoNLL, a line"),
        ("a.txt", b"EU\tB-ORG\nsays\tO\n\nHe\tO\nsays\tO\n\n" * 3, "CoNLL, a line"),
        (
            "a.conllu",
            b"# text = Hi.\n1\tHi\thi\tINTJ\tUH\t_\t0\troot\t_\t_\n\n" * 3,
            "CoNLL-U, a line",
        ),
        ("a.gift", b"::Q1:: Two and two? {=4 ~5}\n\nIs it so? {=Yes ~No}\n", "questions in GIFT"),
        ("a.txt", b"Two and two? {\n=4\n~5\n}\n\nThree? {=3 ~4}\n", "quiz questions in GIFT"),
        ("a.m2", b"S This are a test .\nA 1 2|||R:VERB|||is|||REQUIRED|||-NONE-|||0\n", "in M2"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n" * 3, "subtitles"),
        ("a.txt", b"__label__spam Buy now\n__label__ham Hello, Ann\n", "fastText's lines"),
        ("a.txt", b"Q: Who?\nA: She.\n\nQ: Why?\nA: So, and so.\n", "after `Q:` and `A:`"),
        ("a.txt", b"It was a dark night.\nThe rain fell.\n", "a text without rows"),
        ("a.bin", b"", "it is empty"),
        ("a.csv", b"question,answer\n", "no rows below its first line"),
        ("a.jsonl", b'"Hello."\n' * 8, "wrong_type 8; a.jsonl:1: str, not an object"),
        (
            "a.csv",
            b"review,verdict\nNice,fine\nToo long,meh\n" + b"No movement\n" * 8,
            "no rows of a table",
        ),
    ],
)
def test_files_that_are_named_for_what_they_are(
    name: str, data: bytes, why: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError, match=why):
        draft_recipe([str(tmp_path / name)], None, str(tmp_path))


_STATED = [
    *EXPORTS,
    *FURTHER_CHATS,
    *FURTHER_TASKS,
    *TOOL_FILES,
    *SET_FILES,
    *MISLEADING_FILES,
    *CHAT_FILES,
]


@pytest.mark.parametrize("form", [f for f in _STATED if f.targets], ids=lambda form: form.name)
def test_targets_of_exports(form: Form, tmp_path: Path) -> None:
    # The folder of a test is named after the form, and `init` reads the names of folders.
    path = tmp_path / "data" / form.file
    path.parent.mkdir()
    path.write_bytes(form.data)
    records, rejected = _read(path)
    found = [target[0] if isinstance(target, list) else target for target in _targets(records)]
    assert [target.strip() for target in found] == [target.strip() for target in form.targets or ()]
    assert len(records) + rejected == form.rows - form.held_out
    assert all(form.shows in str(record.fields) for record in records)
    for text, record in zip(form.asked, records, strict=False):
        assert any(text in str(value) for value in record.fields.values())


@pytest.mark.parametrize("form", [f for f in _STATED if not f.targets], ids=lambda form: form.name)
def test_exports_that_are_not_read_are_named(form: Form, tmp_path: Path) -> None:
    path = tmp_path / form.file
    path.write_bytes(form.data)
    with pytest.raises(DataError) as refused:
        draft_recipe([str(path)], None, str(tmp_path))
    assert form.reason.lower() in str(refused.value).lower()


_ODD: tuple[Any, ...] = (None, [], {}, 3, 2.5, True, [["a"]], {"a": {"b": 1}}, [{"x": 1}], [None])


@pytest.mark.parametrize("form", [form for form in FORMS if FORMS[form][0].endswith(".jsonl")])
def test_odd_values_are_no_crash(form: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [json.loads(line) for line in FORMS[form][1].splitlines()]
    for key in rows[0]:
        for odd in _ODD:
            path.write_bytes(_lines([{**row, key: odd} for row in rows]))
            with contextlib.suppress(DataError):
                draft_recipe([str(path)], None, str(tmp_path))


def test_a_directory_of_tasks_is_one_source(tmp_path: Path) -> None:
    for name in ("task1_a", "task2_evaluation"):
        task = {
            "Definition": ["Reply."],
            "Categories": [],
            "Positive Examples": [],
            "Instances": [{"input": t, "output": [a]} for t, a in PAIRS],
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(task))
    drafted = draft_recipe([str(tmp_path)], None, str(tmp_path.parent))
    (source,) = drafted.sources
    assert (source.keys["format"], source.files, source.is_held_out) == ("super_ni", 2, False)
    assert drafted.unused == {}


@pytest.mark.parametrize(
    ("row", "form", "field", "expected"),
    [
        ({"text_in": "Who?", "struct_in": "col : a | b row 1 : 1 | 2", "seq_out": "She"},
         "unified_skg", "context", "a | b\n1 | 2"),
        ({"Context": ["Hi?", "Hello."], "Question": "And?", "Rewrite": "And then?", "Answer": "So.",
          "Conversation_no": 1, "Turn_no": 2}, "qrecc", "turns", ["Hi?", "Hello.", "And?", "So."]),
        ({"task": "t", "input": "A text.", "output": "x", "options": ["x", "y"]},
         "metaicl", "options", ["x", "y"]),
        ({"conversation_id": "c", "instruction_id": "i", "utterances": [
            {"speaker": "USER", "text": "Hi?"}, {"speaker": "ASSISTANT", "text": "Hello."}]},
         "taskmaster", "turns", ["Hi?", "Hello."]),
        ({"pid": "p", "title": "T", "passage": "P.", "utterances": ["I know.", "Who?", "She."],
          "author_num": [0, 1, 0]}, "wiki_dialog", "turns", ["Who?", "She."]),
        ({"description": "Add.", "solutions": {"language": [3], "solution": ["print(1)"]},
          "incorrect_solutions": {"language": [], "solution": []}},
         "code_contests", "code", "print(1)"),
        ({"dialogue_id": "d", "turns": [{"speaker": "USER", "utterance": "Hi?", "frames": []},
          {"speaker": "SYSTEM", "utterance": "Hello.", "frames": []}]},
         "sgd", "turns", ["Hi?", "Hello."]),
    ],
)  # fmt: skip
def test_published_collections(
    row: dict[str, Any], form: str, field: str, expected: Any, tmp_path: Path
) -> None:
    (tmp_path / "dialogues_train.jsonl").write_bytes(_lines([row] * 8))
    path = str(tmp_path / "dialogues_train.jsonl")
    (source,) = draft_recipe([path], None, str(tmp_path)).sources
    assert source.keys["format"] == form
    assert any(record.fields.get(field) == expected for record in _records(Path(path)))


def test_chains_of_thought_as_flan_has_them(tmp_path: Path) -> None:
    lines = [f"{t}\t{n}\tIt is {n}, since {a}" for n, (t, a) in enumerate(PAIRS)]
    (tmp_path / "gsm8k_train.tsv").write_text("\n".join(lines) + "\n")
    drafted = draft_recipe([str(tmp_path / "gsm8k_train.tsv")], None, str(tmp_path))
    assert drafted.sources[0].keys["format"] == "cot_tsv"
    assert drafted.sources[0].shown == {
        "question": TEXTS[0], "answer": "0", "rationale": f"It is 0, since {ANSWERS[0]}"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ('<ProblemSet><Problem ID="1"><Body>Two pens.</Body><Question>How many?</Question>'
         "<Answer>2 (pens)</Answer></Problem></ProblemSet>", True),
        ("<rss><item/></rss>", False),
    ],
)  # fmt: skip
def test_xml_is_read_where_a_reader_is(text: str, is_read: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(text)
    if is_read:
        assert _targets(_records(path)) == ["2"]
    else:
        with pytest.raises(DataError, match="only ASDiv's has one"):
            draft_recipe([str(path)], None, str(tmp_path))
