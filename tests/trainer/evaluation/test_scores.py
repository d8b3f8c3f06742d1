"""Scores and intervals, against values worked out by hand."""

import pytest

from trainer.evaluation.scores import (
    Estimate,
    Mean,
    bootstrapped,
    estimate,
    exact_match,
    normalized,
    paired_proportions,
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
    values = [0.1, 0.5, 0.9, 0.3, 0.35, 0.43]
    found = estimate("f1", values)
    assert found == estimate("f1", values)
    assert found.mean == pytest.approx(0.43)
    assert isinstance(found, Estimate)
    assert found.low < found.mean < found.high
    assert bootstrapped([[1.0], [0.0, 0.0]]).mean == 0.5  # each group weighs the same


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ([[0.1, 0.5, 0.9]], "there are fewer than 6 questions"),
        ([[0.5] * 9], "all values are the same"),
        ([[1.0] * 4, [0.0] * 4], "all values are the same"),
        ([[0.1, 0.2, 0.3, 0.4, 0.5], [1.0]], "a task has one question"),
    ],
)
def test_values_that_show_no_spread_have_no_bootstrap(groups: list[list[float]], why: str) -> None:
    found = estimate("f1", *groups)
    assert isinstance(found, Mean)
    assert (found.low, found.why) == (None, why)


def test_mean_of_proportions_has_a_width_where_all_are_right() -> None:
    # Wilson's of 1 of 2 is 0.5 ± 0.4055, and two of them 0.5 ± √2 · 0.4055 / 2.
    half = estimate("accuracy", [0.0, 1.0], [1.0, 0.0])
    assert (half.mean, half.low, half.high) == pytest.approx((0.5, 0.2133, 0.7867), abs=1e-4)
    # 20 of 20 has [0.8389, 1]; four such tasks: 1 - √4 · 0.1611 / 4.
    right = estimate("accuracy", *[[1.0] * 20] * 4)
    assert (right.mean, right.low, right.high) == pytest.approx((1, 0.9194, 1), abs=1e-4)
    one = estimate("exact_match", [0.0, 1.0])
    assert (one.low, one.high) == pytest.approx((wilson(1, 2).low, wilson(1, 2).high))


def test_tango_against_published_values() -> None:
    # Fagerland, Lydersen and Laake 2014, 1 gain and 7 losses of 21 have [-0.517, -0.026].
    found = paired_proportions(1, 7, 21)
    assert (found.mean, found.low, found.high) == pytest.approx((-2 / 7, -0.517, -0.026), abs=5e-4)
    back = paired_proportions(7, 1, 21)
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))
    # One of one: still inside -1 and 1.
    lost = paired_proportions(0, 1, 1)
    assert lost.low == -1
    assert -1 < lost.high < 1
