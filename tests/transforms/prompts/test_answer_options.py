"""Options: the answer always points at the right one, and no position is favoured."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prompts.answer_options import (
    PLAIN_STYLE,
    OptionStyle,
    draw_style,
    drawn_markers,
    inline_markers,
    refers_to_options,
    show_options,
    without_own_marks,
)
from transforms.sources.formats.tabular import Tabular
from transforms.stable_random import Draws
from transforms.types import Record, Rejection

OPTION = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).map(
    lambda text: f"x{text}x"
)
OPTIONS = st.lists(OPTION, min_size=1, max_size=40, unique=True)


@pytest.mark.parametrize(
    ("kind", "number", "symbol"),
    [
        ("letter", 0, "a"),
        ("letter", 25, "z"),
        ("letter", 26, "aa"),
        ("letter", 51, "az"),
        ("letter", 52, "ba"),
        ("letter", 701, "zz"),
        ("letter", 702, "aaa"),
        ("LETTER", 27, "AB"),
        ("digit", 0, "1"),
        ("digit", 99, "100"),
        ("roman", 0, "i"),
        ("roman", 3, "iv"),
        ("roman", 8, "ix"),
        ("roman", 13, "xiv"),
        ("roman", 38, "xxxix"),
        ("ROMAN", 27, "XXVIII"),
    ],
)
def test_markers_count(kind: str, number: int, symbol: str) -> None:
    assert OptionStyle(header="Options:", kind=kind, marker="({})").mark(number) == f"({symbol})"


@pytest.mark.parametrize(("kind", "marker"), drawn_markers())
def test_markers_of_a_block_differ(kind: str, marker: str) -> None:
    style = OptionStyle(header="Options:", kind=kind, marker=marker)
    marks = {style.mark(number) for number in range(39)}
    assert len(marks) == (39 if kind else 1)
    assert style.enumerates is bool(kind)
    assert all(mark == mark.strip() and mark for mark in marks)


def test_styles_are_many() -> None:
    markers = drawn_markers()
    assert len(set(markers)) == len(markers)
    assert len(markers) + len(inline_markers()) >= 85, "the source has 87, inline ones among them"
    looks = {
        (style.kind, style.marker, style.inline)
        for style in (draw_style(Draws(i), 1.0) for i in range(5000))
    }
    assert len(looks) == len(markers) + len(inline_markers())


def test_styles_are_such_as_people_write() -> None:
    styles = [draw_style(Draws(i), 1.0) for i in range(5000)]
    # A template asks to choose, so a header that asks as well would be a second request.
    asking = re.compile(r"\b(?:pick|choose|select|answer with|right|correct)\b", re.I)
    assert not [style for style in styles if asking.search(style.header)]
    # Nobody writes "I.) yes" or "a | yes", and after "Choice i:" the answer "i" is half a name.
    assert not {style.marker for style in styles} & {"{}.)", "{} |", "Choice {}:", "Option {}:"}


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_share_of_drawn_styles(share: float, assert_proportions: Callable[..., None]) -> None:
    plain = sum(draw_style(Draws(i), share) == PLAIN_STYLE for i in range(4000))
    if share == 0:
        assert plain == 4000
    elif share == 1:
        assert plain < 20, "a drawn style looks like the plain one once in 1400 draws"
    else:
        assert_proportions([plain, 4000 - plain], [1 - share, share])


@given(st.integers(), OPTIONS, st.data())
def test_the_answer_points_at_the_right_option(
    seed: int, options: list[str], data: st.DataObject
) -> None:
    answer = data.draw(st.sampled_from(options))
    draws = Draws(seed)
    style = draw_style(draws, 0.8)
    shown = show_options(options, answer, style, draws)
    assert sorted(shown.options) == sorted(options)
    assert shown.options[shown.answer_index] == answer
    if style.inline:
        assert shown.block.startswith(style.header)
        assert all(option in shown.block for option in options)
        assert shown.answer == (style.answer(shown.answer_index) if style.kind else answer)
        return
    header, *lines = shown.block.split("\n")
    assert header == style.header
    assert len(lines) == len(options)
    line = lines[shown.answer_index]
    if style.enumerates:
        assert line == f"{style.mark(shown.answer_index)} {answer}"
        assert shown.answer == style.answer(shown.answer_index)
        assert shown.answer in style.mark(shown.answer_index)
        answers = [style.answer(number) for number in range(len(options))]
        assert answers.count(shown.answer) == 1
    else:
        assert shown.answer == answer
        assert line == f"{style.marker} {answer}"


def test_the_plain_form() -> None:
    shown = show_options(["yes", "no"], "no", PLAIN_STYLE, Draws(0))
    assert shown.block in ("Options:\n- yes\n- no", "Options:\n- no\n- yes")
    assert shown.answer == "no"


@pytest.mark.parametrize(
    ("style", "block"),
    [
        (
            OptionStyle(header="Options:", kind="LETTER", marker="({})", inline=True),
            "Options: (A) {} (B) {}",
        ),
        (OptionStyle(header="Choices:", kind="", marker=" / ", inline=True), "Choices: {} / {}"),
        (
            OptionStyle(header="Options:", kind="digit", marker="{}.", inline=True),
            "Options: 1. {} 2. {}",
        ),
    ],
)
def test_short_options_stand_on_one_line(style: OptionStyle, block: str) -> None:
    shown = show_options(["cats", "dogs"], "dogs", style, Draws(0))
    assert shown.block == block.format(*shown.options)


def test_long_options_stand_on_lines_whatever_the_style() -> None:
    options = ["a long sentence " * 8 + number for number in ("one", "two")]
    style = OptionStyle(header="Options:", kind="LETTER", marker="({})", inline=True)
    shown = show_options(options, options[0], style, Draws(0))
    assert shown.block == f"Options:\n(A) {shown.options[0]}\n(B) {shown.options[1]}"


def test_a_separator_that_an_option_holds_is_not_used() -> None:
    style = OptionStyle(header="Options:", kind="", marker=", ", inline=True)
    shown = show_options(["red, white", "blue"], "blue", style, Draws(0))
    assert shown.block == f"Options:\n- {shown.options[0]}\n- {shown.options[1]}"


def test_lines_of_options_have_nothing_at_their_end() -> None:
    for seed in range(500):
        draws = Draws(seed)
        shown = show_options(["rain", "snow"], "rain", draw_style(draws, 1.0), draws)
        if "\n" in shown.block:
            assert all(line.endswith(("rain", "snow")) for line in shown.block.split("\n")[1:])


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (["A. one", "B. two"], ["one", "two"]),
        (["(a) one", "(b) two", "(c) three"], ["one", "two", "three"]),
        (["1) one", "2) two"], ["one", "two"]),
        (["A. one", "two"], ["A. one", "two"]),
        (["B. one", "A. two"], ["B. one", "A. two"]),
        (["A", "B"], ["A", "B"]),
        (["a cat", "b flat"], ["a cat", "b flat"]),
    ],
)
def test_letters_that_options_bring_along(options: list[str], texts: list[str]) -> None:
    assert without_own_marks(options) == texts


def test_no_two_sets_of_letters_are_shown() -> None:
    options = ["A. Paris", "B. London", "C. Rome"]
    for seed in range(50):
        draws = Draws(seed)
        shown = show_options(options, "B. London", draw_style(draws, 1.0), draws)
        assert "A. Paris" not in shown.block or shown.options[0] == "Paris"
        assert shown.options[shown.answer_index] == "London"
        assert shown.text == "London"


@pytest.mark.parametrize(
    ("options", "order"),
    [
        (["3", "1", "2"], "1 2 3"),
        (["10", "9", "-1"], "-1 9 10"),
        (["5 stars", "1 star", "3 stars"], "1 star 3 stars 5 stars"),
    ],
)
def test_a_scale_stays_in_order_and_gets_no_letters(options: list[str], order: str) -> None:
    for seed in range(30):
        draws = Draws(seed)
        shown = show_options(options, options[0], draw_style(draws, 1.0), draws)
        assert " ".join(shown.options) == order
        assert shown.answer == options[0]


@pytest.mark.parametrize(
    ("option", "refers"),
    [
        ("Both A and B", True),
        ("neither a nor b.", True),
        ("A, B and C only", True),
        ("Both (A) and (C)", True),
        ("B & C", True),
        ("All of the above", True),
        ("None of these.", True),
        ("Neither of these", True),
        ("all of the options given are correct", True),
        ("A", False),
        ("vitamins A and D", False),
        ("a cat and a dog", False),
        ("I and II only", False),
        ("both", False),
    ],
)
def test_options_that_speak_of_others(option: str, refers: bool) -> None:
    assert refers_to_options(option) is refers


@pytest.mark.parametrize(
    ("last", "lines"),
    [
        ("Both A and B", ["A. iron", "B. zinc", "C. Both A and B", "D. wood"]),
        ("both a and b.", ["a. iron", "b. zinc", "c. both a and b.", "d. wood"]),
    ],
)
def test_options_that_are_named_by_letters_keep_them(last: str, lines: list[str]) -> None:
    options = ["iron", "zinc", last, "wood"]
    for seed in range(50):
        style = draw_style(Draws("letters", seed), 1.0)
        shown = show_options(options, last, style, Draws(seed))
        assert shown.block.splitlines() == [style.header, *lines]
        assert shown.answer == lines[2][0]
        assert shown.options == tuple(options)


def test_all_of_the_above_is_below_the_others() -> None:
    options = ["iron", "All of the above", "zinc"]
    orders = {show_options(options, "zinc", PLAIN_STYLE, Draws(n)).options for n in range(50)}
    assert orders == {("iron", "zinc", "All of the above"), ("zinc", "iron", "All of the above")}


def test_thirty_options_are_lettered() -> None:
    options = [f"option {number}" for number in range(30)]
    style = OptionStyle(header="Options:", kind="LETTER", marker="({})")
    shown = show_options(options, "option 7", style, Draws(1))
    lines = shown.block.split("\n")[1:]
    assert lines[26] == f"(AA) {shown.options[26]}"
    assert lines[29] == f"(AD) {shown.options[29]}"
    assert f"{shown.answer} option 7" in lines


@pytest.mark.parametrize("count", [2, 3, 5])
def test_every_position_is_as_likely(count: int, assert_proportions: Callable[..., None]) -> None:
    options = [f"option {number}" for number in range(count)]
    for answer in options:
        counts = Counter(
            show_options(options, answer, PLAIN_STYLE, Draws(count, answer, i)).answer_index
            for i in range(10_000)
        )
        assert_proportions([counts[position] for position in range(count)])


def test_an_answer_that_is_no_option_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in list"):
        show_options(["a", "b"], "c", PLAIN_STYLE, Draws(0))


@pytest.mark.parametrize(("number", "numeral"), [(39, "xl"), (49, "l"), (89, "xc"), (99, "c")])
def test_roman_numerals(number: int, numeral: str) -> None:
    assert OptionStyle(header="Options:", kind="roman", marker="{}").mark(number) == numeral


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
