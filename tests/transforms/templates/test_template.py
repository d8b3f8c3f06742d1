"""Templates know their fields, their names follow their text, and values stay as they are."""

import pytest

from transforms.templates.template import Template, field_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("no fields", ()),
        ("{a} or {b}, {a}", ("a", "b", "a")),
        ("{{a}} {b}", ("b",)),
        ("{snake_case1}", ("snake_case1",)),
    ],
)
def test_field_names(text: str, names: tuple[str, ...]) -> None:
    assert field_names(text) == names


@pytest.mark.parametrize(
    "text", ["{", "}", "{a", "{}", "{0}", "{a.b}", "{a[0]}", "{a:>5}", "{a!r}", "{a b}"]
)
def test_what_is_no_plain_field_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        field_names(text)


def test_fields_of_all_parts_but_options() -> None:
    template = Template("{b} {options}", "{c}", instruction="{a}")
    assert template.fields == {"a", "b", "c"}
    assert template.shows_options
    assert not Template("{b}", "{c}").shows_options
    assert Template("{b}", "{c}", instruction="{options}").shows_options


def test_values_are_not_formatted_again() -> None:
    template = Template("Q: {q}", "{a}", instruction="Do {{it}}.")
    rendered = template.render({"q": "{a} {0} {{x}}", "a": "}{"})
    assert rendered == ("Do {it}.", "Q: {a} {0} {{x}}", "}{")


@pytest.mark.parametrize(
    ("target", "answer", "rendered"),
    [
        ("So the answer is {a}.", "Answer 1.", "So the answer is Answer 1."),
        ("So the answer is {a}.", "4", "So the answer is 4."),
        ("It is {a}. {{Sure}}.", "a 3.5!", "It is a 3.5! {Sure}."),
        ("{a}.\nWhy?", "Is it so?", "Is it so?\nWhy?"),
        ("{a}...", "Well.", "Well...."),
        ("{a}.py", "ends.", "ends..py"),
    ],
)
def test_a_sentence_ends_once(target: str, answer: str, rendered: str) -> None:
    filled = Template(target, target, instruction=target).render({"a": answer})
    assert filled == (rendered, rendered, rendered)


@pytest.mark.parametrize(
    ("rationale", "rendered"),
    [
        ("6 * 8 = 48", "6 * 8 = 48. Thus, it is 48."),
        ("So it is (B)", "So it is (B). Thus, it is 48."),
        ("It costs 48%", "It costs 48%. Thus, it is 48."),
        ("Count them.", "Count them. Thus, it is 48."),
        ("Is it?", "Is it? Thus, it is 48."),
        ('He said "48."', 'He said "48." Thus, it is 48.'),
        ("", " Thus, it is 48."),
    ],
)
def test_a_rationale_ends_before_its_conclusion(rationale: str, rendered: str) -> None:
    template = Template("{q}", "{rationale} Thus, it is {answer}.")
    fields = {"q": "?", "rationale": rationale, "answer": "48"}
    assert template.render(fields)[2] == rendered
    on_a_line = Template("{q}", "{rationale}\nThus, it is {answer}.")
    assert on_a_line.render(fields)[2] == f"{rationale}\nThus, it is 48."


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError, match="a"):
        Template("{q}", "{a}").render({"q": "?"})


def test_the_digest_is_of_the_whole_text_and_stays() -> None:
    digest = Template("{q}", "{a}").digest
    assert digest == "c2549ccb"
    others = [
        Template("{q} ", "{a}"),
        Template("{q}", "{b}"),
        Template("{q}", "{a}", instruction="x"),
        Template("{a}", "", instruction="{q}"),
    ]
    assert len({digest, *(template.digest for template in others)}) == 5
