"""Instructions and outputs whose input has another name."""

import pytest

from tests.pipelines.drafting.conftest import DraftOf


@pytest.mark.parametrize(
    ("key", "output"), [("text", "output"), ("code", "output"), ("question", "answer")]
)
def test_the_one_more_text_is_the_input(key: str, output: str, draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"instruction": f"Do {n}.", key: text, output: f"Done {n}."}
    )
    assert source.keys["columns"]["input"] == key
    expected = {"instruction": "Do 1.", "input": "Great kettle, boils fast.", "output": "Done 1."}
    assert records[1] == expected


def test_a_text_that_the_answer_is_taken_from_is_the_input(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "instruction": "Find it.",
            "text": f"{text} Ann {n}.",
            "output": f"Ann {n}",
        }
    )
    assert records[0]["input"] == "The parcel came late. Ann 0."


def test_a_prompt_put_together_with_its_answer_is_not_the_input(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "instruction": text,
            "text": f"### {text}\nDone {n}.",
            "output": f"Done {n}.",
        }
    )
    assert "input" not in records[0]
    assert any(said.startswith("text is not needed") for said in source.guess.assumed)


def test_of_two_texts_none_is_chosen(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "instruction": f"Do {n}.",
            "text": text,
            "code": f"x = {n}",
            "output": "So.",
        }
    )
    assert "input" not in records[0]
    assert any("is about 'text' or 'code'" in said for said in source.guess.unknown)


@pytest.mark.parametrize("answer", ["answer", "final_answer"])
def test_a_solution_beside_its_answer_is_a_rationale(answer: str, draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "problem": f"What is {n} + 3?",
            "solution": f"We add: $\\boxed{{{n + 3}}}$.",
            answer: str(n + 3),
        }
    )
    assert source.keys["family"] == "chain_of_thought"
    assert records[1] == {
        "question": "What is 1 + 3?",
        "rationale": r"We add: $\boxed{4}$.",
        "answer": "4",
    }


def test_a_solution_that_has_not_the_answer_is_no_rationale(draft_of: DraftOf) -> None:
    source, _ = draft_of(
        lambda n, text: {"problem": f"Add {n}.", "solution": f"x + {n}", "answer": f"<{text}>"}
    )
    assert source.keys["family"] != "chain_of_thought"
