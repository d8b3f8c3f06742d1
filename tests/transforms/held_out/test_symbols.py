"""Lines of symbols are found symbol by symbol; a word in the place of a symbol is an edit."""

import pytest

from transforms.held_out.symbols import SymbolLine, SymbolText, symbolic_lines
from transforms.texts.normalization import fold_for_search, symbol_words

_DYCK = "Complete the rest of the sequence, making sure that the parentheses are closed. Input: "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Input: f(x) = -3.5", ["input", "f", "(", "x", ")", "=", "-", "3.5"]),
        ("2*3 ≤ 1,000 “so”", ["2", "*", "3", "≤", "1000", "so"]),
        ("5 − 3", ["5", "-", "3"]),
        ("x² and x^2", ["x2", "and", "x2"]),
        ("", []),
    ],
)
def test_brackets_and_operators_are_words(text: str, expected: list[str]) -> None:
    assert symbol_words(fold_for_search(text)) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{_DYCK}[ [ ( )", ["[ [ ( )"]),
        ("What is the value?\n((-1 + 2) * (3 - 4)) =", ["((-1 + 2) * (3 - 4)) ="]),
        ("Run it:\na = 1\nb = a\nprint(b)", ["a = 1", "b = a", "print(b)"]),
        ("Louis, 7, 50, 11\nBernard, 5, 80, 13", []),
        ("M 44.00,79.00 L 44.00,73.00", []),
        ("Input: [", ["["]),
        ("In 1990, 20 of 30 people left.", []),
        ("I am a man (or so they say).", []),
        ("His temperature is 39°C (102.2°F), he has $5 and 20%.", []),
        ("- first\n- second\n3. third", []),
        ("东京(日本)的人口是多少？", []),
        ("It is so:\n> [ ] <\n> 5 = ?", ["> [ ] <", "> 5 = ?"]),
        ("So what?! :-)", [":-)"]),
    ],
)
def test_lines_with_more_symbols_than_words(text: str, lines: list[str]) -> None:
    assert [line.text for line in symbolic_lines(text)] == lines


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["[ [ ( )"], True),
        ([f"{_DYCK}[[()"], True),
        ([f"{_DYCK}[ [ (\n)", "] ]"], True),
        (["<p>Input:</p>\n<b>[ [</b> ( )"], True),
        (["Input: [ [", "( ) Output: ] ]"], True),
        ([f"{_DYCK}[ [ ( ) → ] ]"], True),
        # A word that replaced a symbol; what follows a shorter line replaced none.
        (["Input: [ amber ( )"], True),
        (["Input: [ amber )"], False),
        (["Input: amber [ ( )"], True),
        (["Its input: amber ( )"], False),
        (["The amber [ ( )"], False),
        (["Input: [ [ ( amber"], True),
        (["Input: [ [ ( output: ] ]"], False),
        (["Input: [ [ (\noutput"], False),
        (["Input: [", "Output ( )"], False),
        (["Input: [\namber ( )"], True),
        # Other symbols, more of them, or fewer.
        (["Input: [ [ ( ]"], False),
        (["Input: ( [ ( )"], False),
        (["Input: [ [ ( ) )"], False),
        (["Input: [ [ [ ( )"], False),
        (["Input: [ ( )"], False),
        (["Input: [ [ ("], False),
        (["Input: [ + ( )"], False),
        (["Input: amber brook cedar dune"], False),
        ([""], False),
    ],
)
def test_a_line_is_found_as_it_is(texts: list[str], found: bool) -> None:
    assert SymbolText.of(texts).has(SymbolLine("input", "[ [ ( )", "")) is found


def test_words_may_replace_a_tenth_of_a_longer_line() -> None:
    line = "( [ " * 15
    tokens = line.split()
    for count, found in ((3, True), (4, False)):
        edited = [*tokens]
        for place in range(count):
            edited[6 * place + 5] = "amber"
        assert SymbolText.of([" ".join(edited)]).has(SymbolLine("", line, "")) is found
    # One word for two symbols of 29, for three of 11, but not for three of 8.
    line = "(1 + 2) * (3 - 4) / (5 + 6) = 7 + 8 * 9 - 10 / 11 + 12"
    assert SymbolText.of([line.replace("(3", "amber")]).has(SymbolLine("", line, ""))
    assert not SymbolText.of([line.replace("(3", "(4")]).has(SymbolLine("", line, ""))
    line = "{(22), (44), (66)}"
    assert len(symbol_words(line)) == 11
    assert SymbolText.of(["{(22) amber (66)}"]).has(SymbolLine("", line, ""))
    assert not SymbolText.of(["{(22) amber}"]).has(SymbolLine("", "{(22), (44)}", ""))


def test_a_line_may_have_the_neighbors_that_it_has_in_its_item() -> None:
    text = "Let [x]\n(a + b) = 3\n[b] be 4 or so they say."
    assert symbolic_lines(text)[1] == SymbolLine("]", "(a + b) = 3", "[")
    (_, line, *_) = symbolic_lines(text)
    assert SymbolText.of([text]).has(line)
    assert SymbolText.of([text.replace("\n", " ")]).has(line)
    assert not SymbolText.of(["Let [x] (a + b) = 3 (b)"]).has(line)
    assert not SymbolText.of(["Let (x) (a + b) = 3 [b]"]).has(line)
