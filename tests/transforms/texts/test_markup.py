"""Markup that a page does not show is left out; arithmetic and programs stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.texts.markup import drop_markup
from transforms.texts.normalization import search_words

MARKED_UP = [
    ("bold", "**Who painted it?**", "Who painted it?"),
    ("bold word", "the **ceiling**, of", "the ceiling, of"),
    ("italic word", "the *ceiling* of", "the ceiling of"),
    ("bold and italic", "***so***", "so"),
    ("italic inside bold", "**more *of* it**", "more of it"),
    ("product inside bold", "**a * b = 2*3**", "a * b = 2*3"),
    ("bold over a line end", "**one\ntwo**", "one\ntwo"),
    ("paragraphs", "<p>Who?</p><p>You.</p>", " Who?  You. "),
    ("paragraph without end", "Who?<p>You.", "Who? You."),
    ("line break", "one<br>two<br/>three<BR />four", "one two three four"),
    ("tag inside a word", "un<b>believ</b>able", "unbelievable"),
    ("attributes", "<a href=\"x\" class='y z' id=u>Who</a>", "Who"),
    ("comment", "one<!-- two <b> -->three", "one three"),
    ("power", "x<sup>2</sup>", "x2"),
    ("space", "the&nbsp;ceiling", "the\xa0ceiling"),
    ("soft hyphen", "ceil&shy;ing", "ceil\xading"),
    ("entities", "&quot;a &lt; b&#39; &#x26; &eacute;", "\"a < b' & é"),
    ("escaped twice", "R&amp;amp;D &amp;quot;", 'R&D "'),
    ("escaped tags", "&lt;p&gt;Who?&lt;/p&gt;", " Who? "),
    ("link", "the [Sistine Chapel](https://a.org/S_(x) 'Rome') in", "the Sistine Chapel in"),
    ("link to a page", "the [Sistine Chapel](url) in", "the Sistine Chapel in"),
    ("link to a path", "the [Sistine Chapel](../b/c.html#d) in", "the Sistine Chapel in"),
    ("citation", "It is[1](https://a.org).", "It is1."),
    ("picture", "![Chapel](a.png) so", "Chapel so"),
    ("quotation", "> Who painted\n> > the ceiling?\n\nMe.", "Who painted\nthe ceiling?\n\nMe."),
]
PLAIN = [
    *("2*3", "a * b", "2 * 3 * 4", "2**3**4", "2 *3", "x = *p + *q", "f(*args, **kwargs)"),
    *("(G,*) and (H,*)", "a* search", "* one\n* two\n* three", "*one\n\ntwo*", "***"),
    *("a < b > c", "a<b>c", "x<p>y", "a <b and c> d", "List<String>", "#include <stdio.h>", "1<2"),
    *("f[x](y)", "handlers[index](value)", "[x+1](x/2)", "[3+2](4)", "(a)[b c](def)"),
    *("?a=1&copy=2", "AT&T; &nosuch;", "a && b", "x\n> y", "3 > 2"),
]


@pytest.mark.parametrize(
    ("text", "shown"), [case[1:] for case in MARKED_UP], ids=[case[0] for case in MARKED_UP]
)
def test_markup_is_left_out(text: str, shown: str) -> None:
    assert drop_markup(text) == shown


@pytest.mark.parametrize("text", PLAIN)
def test_arithmetic_and_programs_stay(text: str) -> None:
    assert drop_markup(text) == text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("What is 2*3?", "What is 23?"),
        ("What is 2 * 3?", "What is 2 3?"),
        ("What is 2 ** 3 ** 2?", "What is 2 * 3 * 2?"),
        ("Is a<b>c true?", "Is ac true?"),
        ("Is a &lt; b?", "Is a &gt; b?"),
        ("Expand [x+1](x/2).", "Expand x+1."),
    ],
)
def test_different_arithmetic_stays_different(first: str, second: str) -> None:
    assert search_words(first) != search_words(second)


@given(st.text(alphabet="ab2 .\n", max_size=40))
def test_a_text_without_signs_is_its_own(text: str) -> None:
    assert drop_markup(text) == text


@given(st.text(alphabet="*<>&;[]()/pb! \n\"'#x=.-", max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert len(drop_markup(text)) <= len(text)
