"""`flanbeam init`: recipes that build without an edit; expected fields by hand."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main
from pipelines.drafting.languages import language_of
from pipelines.drafting.recipes import draft_recipe
from pipelines.recipe import load_recipe
from tfrecords_schema.errors import DataError
from transforms.types import Record


def _jsonl(rows: list[Any]) -> str:
    return "\n".join(map(json.dumps, rows))


def _csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


_LONG = "The ferry to the island leaves at noon, and the way back takes two hours"
_ALPACA = [{"instruction": f"Do {n}", "context": "", "response": f"Done {n}"} for n in range(9)]
_CHAT = [
    {"talk": [{"who": "Kunde", "what": f"Frage {n}"}, {"who": "Berater", "what": f"Antwort {n}"}]}
    for n in range(9)
]
_LABELS = [{"message": f"{_LONG} {n}.", "topic": ("boats", "trains")[n % 2]} for n in range(20)]
_STARS = [{"review": f"{_LONG} {n}.", "sentiment": n % 2} for n in range(20)]
_CHOICES = [
    {"question": f"{n}?", "A": f"a{n}", "B": f"b{n}", "C": f"c{n}", "answer": "ABC"[n % 3]}
    for n in range(9)
]
_POSITIONS = [
    {"question": f"{n}?", "choices": [f"a{n}", f"b{n}"], "answer": n % 2} for n in range(9)
]
_SQUAD = {
    "version": "1.1",
    "data": [
        {
            "paragraphs": [
                {
                    "context": f"c{n}",
                    "qas": [
                        {
                            "id": f"i{n}",
                            "question": "q?",
                            "answers": [{"text": f"t{n}", "answer_start": 0}],
                        }
                    ],
                }
            ]
        }
        for n in range(5)
    ],
}
_NLI = [{"premise": f"p{n}", "hypothesis": f"h{n}", "label": n % 3} for n in range(12)]
_SEEDS = [
    {"id": f"s{n}", "instruction": f"I{n}", "instances": [{"input": "x", "output": f"o{n}"}]}
    for n in range(9)
]
_MATH = [
    {
        "Body": f"There are {n} boats.",
        "Question": "How many are left?",
        "Equation": "x",
        "Answer": n + 0.5,
    }
    for n in range(9)
]
_P3 = [{"prompt": f"Is {n} odd?", "completion": " No<|endoftext|>"} for n in range(9)]
_GSM = [{"question": f"{n}+1?", "answer": f"It is {n + 1}.\n#### {n + 1}"} for n in range(9)]
_PAIRS = [{"question": f"q{n}", "response_j": f"j{n}", "response_k": f"k{n}"} for n in range(9)]
_TRANSLATED = [{"translation": {"de": f"Boot {n}", "en": f"boat {n}"}} for n in range(9)]
_TABLE = [{"col1": f"{_LONG} {n}.", "col2": ("x", "y")[n % 2]} for n in range(20)]


@pytest.mark.parametrize(
    ("name", "data", "count", "fields"),
    [
        ("a.jsonl", _jsonl(_ALPACA), 9, {"instruction": "Do 0", "output": "Done 0"}),
        ("a.json", json.dumps(_CHAT), 9, {"instruction": "Frage 0", "output": "Antwort 0"}),
        (
            "a.csv",
            _csv(_LABELS, ";"),
            20,
            {"text": f"{_LONG} 0.", "answer": "boats", "options": ["boats", "trains"]},
        ),
        (
            "a.tsv",
            _csv(_STARS, "\t"),
            20,
            {"text": f"{_LONG} 0.", "answer": "negative", "options": ["negative", "positive"]},
        ),
        (
            "a.csv",
            _csv(_CHOICES),
            9,
            {"question": "0?", "options": ["a0", "b0", "c0"], "answer": "a0"},
        ),
        (
            "a.jsonl",
            _jsonl(_POSITIONS),
            9,
            {"question": "0?", "options": ["a0", "b0"], "answer": "a0"},
        ),
        ("a.json", json.dumps(_SQUAD), 5, {"context": "c0", "question": "q?", "answer": ["t0"]}),
        (
            "a.jsonl",
            _jsonl(_NLI),
            12,
            {
                "premise": "p0",
                "hypothesis": "h0",
                "answer": "entailment",
                "options": ["entailment", "neutral", "contradiction"],
            },
        ),
        ("a.jsonl", _jsonl(_SEEDS), 9, {"instruction": "I0", "input": "x", "output": "o0"}),
        (
            "a.json",
            json.dumps(_MATH),
            9,
            {"question": "There are 0 boats. How many are left?", "answer": "0.5"},
        ),
        ("a.jsonl", _jsonl(_P3), 9, {"input": "Is 0 odd?", "answer": "No"}),
        ("a.jsonl", _jsonl(_GSM), 9, {"question": "0+1?", "rationale": "It is 1.", "answer": "1"}),
        ("a.jsonl", _jsonl(_PAIRS), 9, {"instruction": "q0", "output": "j0"}),
        (
            "a.json",
            json.dumps(_TRANSLATED),
            9,
            {
                "text": "Boot 0",
                "answer": "boat 0",
                "source_language": "German",
                "target_language": "English",
            },
        ),
        ("rows", _csv(_TABLE), 20, {"text": f"{_LONG} 0.", "answer": "x", "options": ["x", "y"]}),
    ],
)
def test_layouts(tmp_path: Path, name: str, data: str, count: int, fields: dict[str, Any]) -> None:
    (tmp_path / name).write_text(data)
    recipe = tmp_path / "r.yaml"
    assert main(["init", str(tmp_path / name), "--recipe", str(recipe)]) == 0
    (source,) = load_recipe(str(recipe), [], {}, None).sources.values()
    (piece,) = source.work(source.path or "", {"": 1})
    records = [element for element in source.read("s", piece) if isinstance(element, Record)]
    assert records[0].fields == fields
    assert len(records) == count


def test_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "my data"
    (data / ".git").mkdir(parents=True)
    (data / ".git/config.json").write_text("{}")
    (data / "train.csv").write_text(_csv(_LABELS))
    (data / "test.csv").write_text(_csv(_LABELS))
    (data / "notes.xml").write_text("<notes/>")
    recipe = tmp_path / "r.yaml"
    assert main(["init", str(data), "--recipe", str(recipe)]) == 0
    loaded = load_recipe(str(recipe), [], {}, None)
    assert loaded.name == "my_data"
    assert [source.path for source in loaded.sources.values()] == [str(data / "train.csv")]
    assert [source.path for source in loaded.held_out.values()] == [str(data / "test.csv")]
    shown = capsys.readouterr().out
    assert "notes.xml: XML of a kind that has no reader" in shown
    assert shown.splitlines()[-1] == str(recipe)
    # A recipe that is there is not replaced by accident.
    assert main(["init", str(data), "--recipe", str(recipe)]) == 2
    assert main(["init", str(data), "--recipe", str(recipe), "--force"]) == 0


def test_shards_are_one_source(tmp_path: Path) -> None:
    data = tmp_path / "hub/data"
    data.mkdir(parents=True)
    for name in ("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001"):
        (data / f"{name}.jsonl").write_text(_jsonl(_ALPACA))
    recipe = tmp_path / "r.yaml"
    assert main(["init", str(tmp_path / "hub"), "--recipe", str(recipe)]) == 0
    loaded = load_recipe(str(recipe), [], {}, None)
    (source,), (held_out,) = loaded.sources.values(), loaded.held_out.values()
    assert (source.path, source.files) == (str(tmp_path / "hub"), "train-*.jsonl")
    assert held_out.path == str(data / "test-00000-of-00001.jsonl")


def test_what_is_assumed_and_unknown(tmp_path: Path) -> None:
    rows = [{"text": f"{_LONG} {n}.", "label": n % 3} for n in range(30)]
    (tmp_path / "a.csv").write_text(_csv(rows, ";"))
    text = draft_recipe([str(tmp_path / "a.csv")], None, str(tmp_path)).text
    assert "# csv; cells separated by semicolons; keys text, label" in text
    assert "# unknown: what the numbers under 'label' mean: name them in `label_of`" in text
    assert "# assumed: the language is en" in text
    assert "# of the first 30 records 30 are kept" in text


def test_columns_in_another_language(tmp_path: Path) -> None:
    groups = ("Rechnung", "Lieferung", "Kündigung")
    rows = [
        {
            "Betreff": f"Frage {n}",
            "Text": f"Wo ist die Sendung {n} geblieben; ich warte auf sie.",
            "Kategorie": groups[n % 3],
            "Antwort": f"Wir sehen nach, Herr Müller {n}." if n % 4 else "",
        }
        for n in range(30)
    ]
    (tmp_path / "a.csv").write_bytes(_csv(rows, ";").encode("cp1252"))
    text = draft_recipe([str(tmp_path / "a.csv")], None, str(tmp_path)).text
    assert "# csv; cells separated by semicolons; encoding cp1252" in text
    assert "# assumed: 'Kategorie' is one of a few labels for 'Text'" in text
    assert "# assumed: Betreff, Antwort are not needed" in text
    assert "# of the first 30 records 30 are kept" in text
    rows = [{"Question": f"Où est la gare {n} ?", "Réponse": f"À droite {n}."} for n in range(9)]
    (tmp_path / "b.csv").write_text(_csv(rows))
    text = draft_recipe([str(tmp_path / "b.csv")], None, str(tmp_path)).text
    assert "question: Question" in text
    assert "answer: Réponse" in text


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.jsonl", '{"text": "Once upon a time"}\n', "material for pretraining"),
        ("a.jsonl", '{"prompt": "q", "answer1": "a", "answer2": "b"}\n', "which answer is better"),
        ("a.jsonl", "", "it is empty"),
        ("a.xml", "<a/>", "XML of a kind that has no reader"),
        ("a.jsonl", '{"x": {"y": 1}, "z": 3}\n', "no task can be seen in the keys x, z"),
        ("a.json", '[{"a": 1', "may be truncated"),
    ],
)
def test_files_that_no_recipe_can_be_made_of(
    tmp_path: Path, name: str, data: str, why: str
) -> None:
    (tmp_path / name).write_text(data)
    with pytest.raises(DataError, match=why):
        draft_recipe([str(tmp_path / name)], None, str(tmp_path))


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        ([_LONG], "en"),
        (["Die Fähre ist mit dem Zug nicht zu erreichen, und das ist schade"], "de"),
        (["这艘船中午出发去岛上"], "zh"),
        (["フェリーは正午に出発します"], "ja"),
        (["x = y + 1"], None),
        ([], None),
    ],
)
def test_languages(texts: list[str], language: str | None) -> None:
    assert language_of(texts) == language
