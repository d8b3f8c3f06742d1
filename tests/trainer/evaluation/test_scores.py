"""Scores and intervals, against values worked out by hand."""

import pytest

from trainer.evaluation.scores import (
    bootstrapped,
    estimate,
    exact_match,
    normalized,
    rouge_l,
    token_f1,
    wilson,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("The  Answer.", "answer"), ("(A)", "a"), ("a cat", "cat"), ("] }", "] }"), ("", "")],
)
def test_normalized(text: str, plain: str) -> None:
    assert normalized(text) == plain


def test_exact_match_and_f1() -> None:
    assert exact_match("the Yes!", ["no", "yes"]) == 1.0
    assert exact_match("yes it is", ["yes"]) == 0.0
    for prediction, target, score in [
        ("3", "-3", 0.0),
        ("-3.", "-3", 1.0),
        ("15", "1.5", 0.0),
        ("1,000", "1000.0", 1.0),
        ("$5", "5", 1.0),
        ("the 5", "5", 1.0),
        (".5", "0.5", 1.0),
        ("-", "-", 1.0),
    ]:
        assert exact_match(prediction, [target]) == score, (prediction, target)
    assert token_f1("red car", ["blue bus", "the red bus"]) == 0.5
    assert token_f1("x", ["y"]) == 0.0


@pytest.mark.parametrize(
    ("prediction", "target", "score"),
    [
        ("你好世界", "你好世界", 1.0),
        ("你好", "你好世界", 2 / 3),
        ("Привет, мир!", "привет мир", 1.0),
        ("мир", "привет мир", 2 / 3),
        ("हिन्दी में", "हिन्दी में", 1.0),
        ("the café closes", "the café closed", 1.0),
        ("abc漢", "abc 漢", 1.0),
        ("да", "нет", 0.0),
    ],
)
def test_rouge_l_of_other_scripts(prediction: str, target: str, score: float) -> None:
    assert rouge_l(prediction, [target]) == pytest.approx(score)


def test_rouge_l_is_the_longest_common_subsequence() -> None:
    # police killed gunman / police kill gunman: stems agree, all three words in order.
    assert rouge_l("police killed the gunman", ["police kill the gunman"]) == 1.0
    # 2 of 3 and 2 of 4 words: F = 2 * (2/3) * (2/4) / (2/3 + 2/4) = 4/7
    assert rouge_l("one two six", ["one two three four"]) == pytest.approx(4 / 7)


def test_wilson_against_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20.
    found = wilson(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert (wilson(0, 20).low, round(wilson(0, 20).high, 4)) == (0.0, 0.1611)


def test_bootstrap_is_repeatable_and_covers_the_mean() -> None:
    values = [0.1, 0.5, 0.9, 0.3, 0.35]
    found = estimate("f1", values)
    assert found == estimate("f1", values)
    assert found.mean == pytest.approx(0.43)
    assert found.low < found.mean < found.high
    assert bootstrapped([[1.0], [0.0, 0.0]]).mean == 0.5  # each group weighs the same
    assert estimate("exact_match", [0.0, 1.0]) == wilson(1, 2)
