"""Found: options that strip to one text are shown twice; Roman numerals end at 39."""

from collections.abc import Callable

import pytest

from transforms.answer_options import OptionStyle
from transforms.sources.tabular import Tabular
from transforms.types import Record, Rejection


@pytest.mark.parametrize(("number", "numeral"), [(39, "xl"), (49, "l"), (89, "xc"), (99, "c")])
def test_roman_numerals(number: int, numeral: str) -> None:
    assert OptionStyle("Options:", "roman", "{}").mark(number) == numeral


def test_the_right_option_is_unique(
    read_source: Callable[..., list[Record | Rejection]],
) -> None:
    # "- a\n- a\n- b": with enumerated markers two are right and one is the answer.
    source = Tabular.model_validate(
        {
            "format": "jsonl",
            "collection": "c",
            "task": "t",
            "family": "multiple_choice_qa",
            "fields": {"question": "q", "options": "o", "answer": "a"},
        }
    )
    (element,) = read_source(source, b'{"q": "?", "o": ["a ", "a", "b"], "a": "a"}')
    if isinstance(element, Record):
        assert list(element.fields["options"]).count("a") == 1
