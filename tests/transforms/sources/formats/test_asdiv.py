"""ASDiv's XML."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.sources.formats.asdiv import Asdiv
from transforms.sources.source import UnreadableFileError

SOURCE = Asdiv(format="asdiv")
FILE = """<?xml version="1.0" encoding="UTF-8" ?>
<Machine-Reading-Corpus-File>
<ProblemSet>
  <Problem ID="nluds-0001" Grade="1" Source="http://example.com">
    <Body>Ann has 7 pears &amp; 2 plums.</Body>
    <Question>How many fruits has she?</Question>
    <Solution-Type>Addition</Solution-Type>
    <Answer>9 (fruits)</Answer>
    <Formula>7+2=9</Formula>
  </Problem>
  <Problem ID="nluds-0002" Grade="2" Source="http://example.com">
    <Body>A ratio.</Body>
    <Question>Which ratio is it?</Question>
    <Answer>3:4</Answer>
  </Problem>
  <Problem ID="nluds-0003" Grade="2" Source="http://example.com">
    <Body>No question.</Body>
    <Answer>1</Answer>
  </Problem>
</ProblemSet>
</Machine-Reading-Corpus-File>
"""


def test_problems(read_texts: Callable[..., list[Any]]) -> None:
    first, second, (reason, detail) = read_texts(SOURCE, FILE, "ASDiv.xml")
    assert first == {
        "question": "Ann has 7 pears & 2 plums. How many fruits has she?",
        "answer": "9",
    }
    assert second == {"question": "A ratio. Which ratio is it?", "answer": "3:4"}
    assert reason == "empty_field"
    assert detail.startswith("ASDiv.xml: Problem nluds-0003")


@pytest.mark.parametrize(
    ("stated", "answer"),
    [
        ("48 (years old); 39 (years old)", "48; 39"),
        ("8 (km/hour); 3 (km/hour)", "8; 3"),
        ("84; 14", "84; 14"),
        ("5 (get-well-soon kits)", "5"),
        ("-(1/3)", "-(1/3)"),
        ("Cesar's toothbrush", "Cesar's toothbrush"),
    ],
)
def test_every_answer_is_kept_without_its_unit(
    read_texts: Callable[..., list[Any]], stated: str, answer: str
) -> None:
    first, *_ = read_texts(SOURCE, FILE.replace("9 (fruits)", stated), "ASDiv.xml")
    assert first["answer"] == answer


@pytest.mark.parametrize("text", ["no xml", FILE[:300], ""])
def test_damaged_files_are_unreadable(read_texts: Callable[..., list[Any]], text: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"ASDiv\.xml: not XML"):
        read_texts(SOURCE, text, "ASDiv.xml")


def test_an_entity_cannot_grow_without_end(read_texts: Callable[..., list[Any]]) -> None:
    entities = '<!ENTITY a "' + "x" * 1000 + '">'
    entities += "".join(f'<!ENTITY {b} "{f"&{a};" * 100}">' for a, b in ("ab", "bc", "cd", "de"))
    bomb = f"<!DOCTYPE r [{entities}]><r><Problem ID='1'><Body>&e;</Body></Problem></r>"
    with pytest.raises(UnreadableFileError, match="not XML"):
        read_texts(SOURCE, bomb, "ASDiv.xml")


def test_the_published_file(flanbeam_data: Path, count_elements: Callable[..., Any]) -> None:
    source = SOURCE.model_copy(update={"path": str(flanbeam_data / "wild" / "asdiv" / "ASDiv.xml")})
    assert count_elements(source) == {"tasks": 1, "kept": 2305}
