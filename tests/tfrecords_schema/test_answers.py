"""The answer parser reads what the chain-of-thought templates write."""

import pytest

from tfrecords_schema.answers import parse_answer
from transforms.templates.families.chain_of_thought import FAMILY


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3 and 4 make 7. The answer is 7.", "7"),
        ("So the answer is (B).", "(B)"),
        ("Because of rain.\nTherefore, the answer is St. Louis.", "St. Louis"),
        ("The final answer: 3.5.", "3.5"),
        ("The answer is 1. No, wait. So the answer is 2.", "2"),
        ("so the ANSWER IS yes", "yes"),
        ("So the answer is [ ] }.\n\nQ: what else?", "[ ] }"),
        ("The final answer is: no.", "no"),
        ("The answer is", None),
        ("I do not know.", None),
        ("", None),
    ],
)
def test_parse_answer(text: str, answer: str | None) -> None:
    assert parse_answer(text) == answer


def test_every_chain_of_thought_template_announces_its_answer() -> None:
    for template in FAMILY.templates:
        written = template.targets.format(rationale="One step.", answer="forty-two")
        assert parse_answer(written) == "forty-two", template.targets
