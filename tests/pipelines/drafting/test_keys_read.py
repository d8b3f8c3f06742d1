"""Keys that a draft does not read are named, whatever the format."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf

_SAID = [{"role": "user", "content": "Hi?"}, {"role": "assistant", "content": "Hello."}]


@pytest.mark.parametrize(
    ("row", "unused"),
    [
        ({"instruction": "Do it.", "output": "Done.", "notes": "Some."}, "notes is not needed"),
        ({"messages": _SAID, "mood": "Some.", "topic": "x"}, "mood, topic are not needed"),
        ({"question": "Who?", "chosen": "She.", "rejected": "He.", "notes": "Some."},
         "notes is not needed"),
        ({"system": "Be kind.", "prompt": "Hi?", "response": "Hello.", "notes": "Some."},
         "notes is not needed"),
        # The prompt has it already.
        ({"prompt": "Some. Who?", "completion": "She.", "context": "Some."},
         "context is not needed"),
        # The names of these keys are within the names of keys that are read.
        ({"context": "Some.", "question": "Who?", "answer": "She.", "text": "More.", "quest": "x"},
         "text, quest are not needed"),
    ],
)  # fmt: skip
def test_unused_keys_are_named(row: dict[str, Any], unused: str, draft_of: DraftOf) -> None:
    source, _ = draft_of(lambda n, text: row)
    assert [said for said in source.guess.assumed if "needed" in said] == [
        f"{unused} (a second source can make another task of the same file)"
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "instruction": "Do it.", "input": "", "output": "Done.", "system": "Be kind."},
        {"messages": _SAID, "tools": [], "source": "x"},
        {"prompt": "Hi?", "chosen": "Hello.", "rejected": "No."},
        {"prompt": "Hi?", "completion": "Hello.", "label": True},
    ],
)
def test_keys_that_are_read_or_beside_the_content_are_not(
    row: dict[str, Any], draft_of: DraftOf
) -> None:
    source, _ = draft_of(lambda n, text: row)
    assert not any("needed" in said for said in source.guess.assumed)


def test_keys_about_a_row_are_named_where_they_differ(draft_of: DraftOf) -> None:
    source, _ = draft_of(
        lambda n, text: {
            "id": n,
            "question": text,
            "answer": f"So {n}.",
            "speaker": f"Ann {n}",
            "meta": {"passage": f"Ann walked {n} miles."},
            "source": f"wiki {n}",
            "split": "train",
        }
    )
    assert (
        "speaker, meta, source are not needed (a second source can make another task of the same "
        "file)" in source.guess.assumed
    )


@pytest.mark.parametrize(("asked", "shown"), [("question", "context"), ("instruction", "input")])
def test_a_long_text_under_source_is_shown(asked: str, shown: str, draft_of: DraftOf) -> None:
    passage = "Ann walked {} miles to the old harbor by the river, and saw the ships."
    _, records = draft_of(
        lambda n, text: {asked: text, "source": passage.format(n), "output": f"So {n}."}
    )
    assert records[3][shown] == passage.format(3)
