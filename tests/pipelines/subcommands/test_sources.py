"""`flanbeam sources`: a summary, what is there, what is missing and how to get it."""

from pathlib import Path
from typing import Any

from tests.pipelines.builds import build_recipe

MISSING = """\
  a_hub_set:
    format: hf
    path: nowhere
    dataset: some/set
    revision: bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c
    collection: flan
    task: hub
    family: closed_book_qa
    fields: {question: q, answer: a}
  a_tfds_set: {format: flan2021, path: no_tfds, tasks: [cola]}
  one_file: {format: gsm8k, path: no_file.jsonl}
  another_file: {format: taskmaster, path: no_file.json}
"""


def _with_missing(corpus: Any) -> None:
    text = corpus.recipe.read_text()
    corpus.recipe.write_text(text.replace("few_shot:", f"{MISSING}few_shot:"))


def test_the_summary_comes_first(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    size = sum(file.stat().st_size for file in corpus.raw_files.values())
    first = flanbeam("sources", corpus.recipe)
    assert first.status == 0
    line = first.out.splitlines()[0]
    assert line == f"3 of 3 sources found; {size:,} bytes; records not counted yet"
    build_recipe(corpus.recipe, tmp_path / "out")
    counted = flanbeam("sources", corpus.recipe, "--out", tmp_path / "out")
    assert counted.out.splitlines()[0] == f"3 of 3 sources found; {size:,} bytes; 30 records"


def test_missing_sources_are_grouped_by_how_to_get_them(flanbeam: Any, corpus: Any) -> None:
    _with_missing(corpus)
    outcome = flanbeam("sources", corpus.recipe)
    assert outcome.status == 3
    lines = outcome.out.splitlines()
    assert lines[0].startswith("3 of 7 sources found; ")
    groups = [line for line in lines if line.startswith("MISSING")]
    assert groups == [
        "MISSING 1: Hugging Face hub: set download: true, or run the command that is named",
        "MISSING 1: TFDS: prepare the data sets with tensorflow_datasets.load",
        "MISSING 2: files of the publisher: download them to the path",
    ]
    names = [
        line.strip().partition(":")[0] for line in lines if line.startswith("  ") and ": " in line
    ]
    assert [name for name in names if name in MISSING] == [
        *("a_hub_set", "a_tfds_set", "one_file", "another_file"),
    ]


def test_json_is_a_list_of_sources(flanbeam: Any, corpus: Any) -> None:
    _with_missing(corpus)
    documents = flanbeam("sources", corpus.recipe, "--json").document
    assert [document["found"] for document in documents] == [True] * 3 + [False] * 4
    assert documents[-1]["obtained"].startswith("files of the publisher")
